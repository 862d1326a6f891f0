"""A stop rule from outside the package, compared with a plain loop over validations."""

import dataclasses
import functools

from helpers import close, identical
import jax.numpy as jnp
import numpy as np
import pytest
from training.problem import fit, fit_ensemble

import ctrnn_jax as cj


@dataclasses.dataclass(frozen=True)
class NotAboveEarlier:
    """Stop if the last validation is not above the best of those before it."""

    at_least: int = 2

    def __call__(self, performances):
        *earlier, last = performances
        return len(performances) >= self.at_least and last <= max(earlier)


def end_of(performances, at_least):
    """Return the number of validations until the rule holds, by a plain loop."""
    best = -np.inf
    for count, performance in enumerate(performances, start=1):
        if count >= at_least and performance <= best:
            return count
        best = max(best, performance)
    return None


@pytest.fixture(scope="module")
def free():
    """Ensemble and members without a stop rule."""
    return fit_ensemble(60)


@pytest.mark.parametrize("at_least", [2, 4])
def test_decisions_are_those_of_a_plain_loop(free, at_least):
    rule = NotAboveEarlier(at_least)
    ensemble = fit_ensemble(60, stop_when=rule)
    for i in range(4):
        count = end_of(free.history.performance[i], at_least)
        assert count is not None
        single = fit(60, seed=i, stop_when=rule)
        member = ensemble.member(i)
        for result in (single, member):
            assert (result.stopped, result.state.step) == ("criterion", 5 * count)
            close(result.history.performance, free.history.performance[i, :count])
        close(member.network, single.network, scale=10)


@pytest.mark.slow
def test_a_resumed_run_decides_as_an_uninterrupted_one(tmp_path):
    rule = NotAboveEarlier(4)

    def end(report):
        return report.state.step >= 10

    def resumed(run, folder):
        with cj.Checkpoints(folder, every=5) as store:
            run(60, checkpoints=store, callback=end, stop_when=rule)
        with cj.Checkpoints(folder, every=5) as store:
            return run(60, checkpoints=store, resume=True, stop_when=rule)

    whole, part = (
        fit(60, stop_when=rule),
        resumed(fit, tmp_path / "a"),
    )
    assert identical(part.network, whole.network)
    assert (part.stopped, part.state.step) == (whole.stopped, whole.state.step)
    whole, part = (
        fit_ensemble(60, stop_when=rule),
        resumed(fit_ensemble, tmp_path / "b"),
    )
    assert identical(part.networks, whole.networks)
    assert part.stopped == whole.stopped
    np.testing.assert_array_equal(part.state.steps, whole.state.steps)


def test_a_rule_gets_each_validation_once():
    calls = []

    def rule(performances):
        calls.append(list(performances))
        return False

    result = fit(15, stop_when=rule)
    past = result.history.performance.tolist()
    assert calls == [past[:1], past[:2], past]
    part = fit(10)
    calls.clear()
    fit(5, stop_when=rule, state=part.state, key=None)
    assert calls == [past]


@pytest.mark.parametrize("answer", [np.True_, np.array(True), jnp.asarray(True)])
def test_true_of_numpy_and_jax_ends_training(answer):
    assert fit(15, stop_when=lambda _: answer).state.step == 5
    result = fit(15, callback=lambda report: answer)
    assert (result.state.step, result.stopped) == (5, "callback")


def test_a_callback_that_returns_something_else_does_not_end_training():
    texts = ["yes", np.array([True]), 1]
    assert fit(15, callback=lambda report: texts.pop()).stopped == "steps"
    assert not texts


def test_a_function_without_a_known_signature_is_valid():
    answers = iter([False, True])
    assert fit(15, stop_when=functools.partial(next, answers)).state.step == 10
