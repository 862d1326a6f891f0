"""A stop rule from outside the package, compared with a plain loop over validations."""

import dataclasses

from helpers import close, identical
import jax
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


pytestmark = pytest.mark.usefixtures("optax_promotes")


TASK = cj.tasks.PerceptualDecision(
    fixation=40.0, stimulus=100.0, decision=60.0, catch=200.0
)
OPTIMISER = optax.adam(1e-2)
SETTINGS = {"batch_size": 4, "validate_every": 5, "validation_size": 11}


@dataclasses.dataclass(frozen=True)
class NotAboveEarlier:
    """Stop if the last validation is not above the best of those before it."""

    at_least: int = 2

    def __call__(self, performances):
        *earlier, last = performances
        return len(performances) >= self.at_least and last <= max(earlier)


def make(key):
    noise = cj.DiffusionNoise(0.1)
    return cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, noise=noise, key=key)


def keys_of(seed):
    net_key, fit_key = jax.random.split(jax.random.key(seed))
    return make(net_key), fit_key


def fit(seed, num_updates=60, **options):
    net, key = keys_of(seed)
    options = {"key": key, **SETTINGS, **options}
    return cj.fit(net, TASK, OPTIMISER, num_updates=num_updates, **options)


def fit_ensemble(num_updates=60, seeds=range(3), **options):
    return cj.fit_ensemble(
        make, TASK, OPTIMISER, seeds=seeds, num_updates=num_updates, **SETTINGS,
        **options,
    )  # fmt: skip


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
    with jax.numpy_dtype_promotion("standard"):
        return fit_ensemble()


@pytest.mark.parametrize("at_least", [2, 4])
def test_decisions_are_those_of_a_plain_loop(free, at_least):
    rule = NotAboveEarlier(at_least)
    ensemble = fit_ensemble(stop_when=rule)
    for i in range(3):
        count = end_of(free.history.performance[i], at_least)
        assert count is not None
        single = fit(i, stop_when=rule)
        member = ensemble.member(i)
        for result in (single, member):
            assert (result.stopped, result.state.step) == ("criterion", 5 * count)
            close(result.history.performance, free.history.performance[i, :count])
        close(member.network, single.network, scale=10)


def test_a_resumed_run_decides_as_an_uninterrupted_one(tmp_path):
    rule = NotAboveEarlier(4)

    def end(report):
        return report.state.step >= 10

    def resumed(run, folder):
        with cj.Checkpoints(folder, every=5) as store:
            run(checkpoints=store, callback=end, stop_when=rule)
        with cj.Checkpoints(folder, every=5) as store:
            return run(checkpoints=store, resume=True, stop_when=rule)

    whole, part = (
        fit(0, stop_when=rule),
        resumed(lambda **o: fit(0, **o), tmp_path / "a"),
    )
    assert identical(part.network, whole.network)
    assert (part.stopped, part.state.step) == (whole.stopped, whole.state.step)
    whole, part = fit_ensemble(stop_when=rule), resumed(fit_ensemble, tmp_path / "b")
    assert identical(part.networks, whole.networks)
    assert part.stopped == whole.stopped
    np.testing.assert_array_equal(part.state.steps, whole.state.steps)


def test_a_rule_gets_each_validation_once():
    calls = []

    def rule(performances):
        calls.append(list(performances))
        return False

    result = fit(0, num_updates=15, stop_when=rule)
    past = result.history.performance.tolist()
    assert calls == [past[:1], past[:2], past]
    part = fit(0, num_updates=10)
    calls.clear()
    fit(0, num_updates=5, stop_when=rule, state=part.state, key=None)
    assert calls == [past]
