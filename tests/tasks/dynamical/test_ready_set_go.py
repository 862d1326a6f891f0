"""Ready-set-go: trials, conditions, produced intervals and score."""

import equinox as eqx
from helpers import close
import jax
import numpy as np
from oracles import dynamical
from tasks.dynamical.trials import (
    assert_same,
    balanced,
    conditions,
    is_probable,
    MANY,
    TASKS,
)
from tasks.judged import judged


def test_ready_set_go_equals_a_plain_loop(drawn):
    for trials, n in (
        (drawn("ready_set_go"), 100),
        (balanced(TASKS["ready_set_go"], jax.random.key(0)), 28),
    ):
        for i in range(n):
            of = conditions(trials, i)
            wait = 20.0 * int(trials.epochs["sample"][i, 0])
            expected = dynamical.ready_set_go(
                wait, float(of["interval"]), float(of["gain"]), steps=169
            )
            assert_same(expected, trials, i)
            assert of["production"] == of["gain"] * of["interval"]


def test_ready_set_go_conditions(drawn):
    trials = balanced(TASKS["ready_set_go"], jax.random.key(0))
    intervals = np.arange(520.0, 1001.0, 80.0)
    close(trials.conditions["interval"][:14], np.tile(intervals, 2))
    close(trials.conditions["gain"][:14], np.repeat([1.0, 1.5], 7))
    of = drawn("ready_set_go")
    assert is_probable(of.conditions["gain"] == 1.5, 0.5)
    for interval in intervals:
        is_drawn = of.conditions["interval"] == interval
        assert is_probable(is_drawn, 1 / 7)
    wait = of.epochs["fixation"][:, 1]
    assert (wait.min(), wait.max()) == (10, 29)
    assert is_probable(wait < 15, 0.25)
    # The target reaches the threshold at go.
    go = of.epochs["production"][:, 1]
    close(of.targets[np.arange(MANY), go, 0], np.ones(MANY))
    assert np.all(of.targets[np.arange(MANY), go - 1, 0] < 1)
    longest = int(of.conditions["t_end"].max())
    assert longest <= 169


def test_produced_intervals_and_their_score(drawn):
    task, trials = TASKS["ready_set_go"], drawn("ready_set_go")
    correct = trials.conditions["production"]
    produced = eqx.filter_jit(task.produced)
    close(produced(trials.targets, trials), correct)
    # A ramp with more than 1.25 times the slope reaches the threshold before 80 % of
    # the interval.
    for factor, score in ((1.28, 0.0), (1.21, 1.0), (0.91, 1.0)):
        scaled = factor * trials.targets
        rounded = np.ceil(correct / factor / 20.0 - 1e-9) * 20.0
        close(produced(scaled, trials), rounded)
        expected = (np.abs(rounded - correct) <= 0.2 * correct).astype(float)
        np.testing.assert_array_equal(judged(task, scaled, trials).score, expected)
        is_longest = correct == 1500.0
        assert np.all(expected[is_longest] == score)
    low = 0.5 * trials.targets
    assert np.isnan(produced(low, trials)).all()
    assert judged(task, low, trials).performance == 0.0
    assert judged(task, np.zeros_like(low), trials).performance == 0.0
    # Outputs above the threshold before set or after the end have no effect.
    outside = (trials.mask[..., 0] == 0) | (
        np.arange(169)[None] < trials.epochs["production"][:, :1]
    )
    early = np.where(outside[..., None], 5.0, trials.targets)
    assert judged(task, early, trials).performance == 1.0
