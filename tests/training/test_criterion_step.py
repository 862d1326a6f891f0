"""The estimate of the update at which training reaches its criterion."""

import itertools

import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.training import criterion_step


def line(slope, count, start=0.5):
    """Return performances on a straight line."""
    return [start + slope * i for i in range(count)]


@pytest.mark.parametrize(("slope", "last"), [(0.01, 5), (0.0037, 1), (0.02, 8)])
@pytest.mark.parametrize("inclusive", [False, True])
def test_on_a_line_the_estimate_is_the_validation_at_which_the_rule_holds(
    slope, last, inclusive
):
    rule = cj.MeanAbove(0.85, last=last, inclusive=inclusive)
    reached = next(n for n in itertools.count(1) if rule(line(slope, n)))
    for count in range(max(3, last), reached):
        step = criterion_step(
            line(slope, count), rule, step=50 * count, validate_every=50
        )
        # a mean that equals the threshold may be on either side of it
        assert step == pytest.approx(50 * reached, abs=50)


def test_only_the_last_ten_validations_count():
    rule = cj.MeanAbove(0.85, last=1)
    performances = [0.9, 0.1, 0.4] + line(0.01, 10)
    # the 36th value of the line equals the threshold, the next one exceeds it
    step = criterion_step(performances, rule, step=130, validate_every=10)
    assert step == pytest.approx(10 * (3 + 36), abs=10)


def test_the_estimate_is_later_than_the_updates_that_are_done():
    rule = cj.MeanAbove(0.85, last=3)
    # the line is above the threshold, the mean is not
    performances = [0.1, 0.5, 0.99]
    assert not rule(performances)
    for step in (30, 34):
        estimate = criterion_step(performances, rule, step=step, validate_every=10)
        assert estimate == 40


def test_noise_moves_the_estimate_little():
    rng = np.random.default_rng(0)
    rule = cj.MeanAbove(0.85)
    noisy = np.asarray(line(0.01, 30)) + 0.01 * rng.standard_normal(30)
    estimate = criterion_step(noisy.tolist(), rule, step=30, validate_every=1)
    assert estimate == pytest.approx(38, abs=4)


@pytest.mark.parametrize(
    ("performances", "rule"),
    [
        ([], cj.MeanAbove()),
        ([0.5, 0.6], cj.MeanAbove()),
        ([0.6, 0.6, 0.6], cj.MeanAbove()),
        ([0.7, 0.6, 0.5], cj.MeanAbove()),
        ([0.5, float("nan"), 0.7], cj.MeanAbove()),
        ([0.5, 0.6, 0.7], None),
        ([0.5, 0.6, 0.7], lambda performances: performances[-1] > 0.9),
    ],
)
def test_there_is_no_estimate_without_a_trend_or_a_threshold(performances, rule):
    assert criterion_step(performances, rule, step=30, validate_every=10) is None
