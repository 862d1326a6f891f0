"""Runs that were interrupted and continue from their checkpoints."""

import logging

from helpers import identical
import jax
import numpy as np
import optax
import pytest
from training.problem import EASY, fit, fit_ensemble, TASK

import ctrnn_jax as cj


def run(store=None, *, num_updates=23, **options):
    return fit(num_updates, checkpoints=store, **options)


def at(step, action):
    """Return a callback that calls a function from this update on."""

    def callback(report):
        if report.state.step >= step:
            return action()
        return None

    return callback


def end():
    return True


def same(first, second):
    return (
        identical(first.network, second.network)
        and identical(first.state, second.state)
        and identical(first.history, second.history)
        and first.stopped == second.stopped
    )


@pytest.fixture(scope="module")
def whole():
    return run()


@pytest.mark.parametrize(
    "every",
    [3, *(pytest.param(every, marks=pytest.mark.slow) for every in (5, 100))],
)
def test_resumed_equals_uninterrupted_bit_for_bit(tmp_path, whole, every):
    """Weights, moments, key, history and best network; also between validations."""
    with cj.Checkpoints(tmp_path, every=every) as store:
        first = run(store, callback=at(9, end))
    assert first.stopped == "callback"
    with cj.Checkpoints(tmp_path, every=every) as store:
        assert store.latest == first.state.step
        assert same(run(store, resume=True), whole)
    with cj.Checkpoints(
        tmp_path, every=every
    ) as store:  # a finished run has nothing to do
        assert store.latest == 23
        assert same(run(store, resume=True), whole)


@pytest.mark.parametrize("train", [fit, fit_ensemble])
def test_resuming_compiles_nothing(tmp_path, caplog, train):
    """Restored arrays are on no particular device, as the arrays of a new run."""
    caplog.set_level(logging.INFO, "ctrnn_jax")
    with cj.Checkpoints(tmp_path, every=3) as store:
        train(7, checkpoints=store, callback=at(6, end))
    caplog.clear()
    with cj.Checkpoints(tmp_path, every=3) as store, jax.log_compiles():
        result = train(7, checkpoints=store, resume=True)
    assert result.state.step == 7
    programs = ("jit(updates)", "jit(validate)", "jit(_mapped)")
    for record in caplog.records:
        assert record.name != "ctrnn_jax"
        assert not any(name in record.message for name in programs), record.message


def test_checkpoints_change_no_bit(tmp_path, whole):
    with cj.Checkpoints(tmp_path, every=4, keep=2) as store:
        assert same(run(store), whole)
        assert store.steps() == [20, 23]


@pytest.mark.slow
def test_a_longer_run_continues_a_shorter_one(tmp_path, whole):
    with cj.Checkpoints(tmp_path, every=100) as store:
        run(store, num_updates=12)
        assert same(run(store, resume=True), whole)


def test_the_stage_of_a_curriculum_and_the_criterion_are_restored(tmp_path):
    def twice(past):
        return len(past) == 2

    stages = cj.training.Curriculum((EASY, twice), (TASK, twice))
    whole = run(task=stages, num_updates=99)
    with cj.Checkpoints(tmp_path, every=100) as store:
        run(store, task=stages, num_updates=99, callback=at(15, end))
    with cj.Checkpoints(tmp_path, every=100) as store:
        rest = run(store, task=stages, num_updates=99, resume=True)
    assert (rest.stopped, rest.state.step) == ("criterion", 20)
    assert same(rest, whole)
    with cj.Checkpoints(tmp_path, every=100) as store:  # it has ended
        assert same(run(store, task=stages, num_updates=99, resume=True), whole)


def test_other_runs_are_errors_and_change_nothing(tmp_path, whole):
    larger = cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    with cj.Checkpoints(tmp_path, every=100) as store:
        run(store)
        with pytest.raises(ValueError, match="`checkpoints` must be an empty folder"):
            run(store)
        with pytest.raises(ValueError, match="`key` must be that of the run"):
            run(store, seed=8, resume=True)
        sizes = "EIRNN of 2 inputs, {} units and 2 outputs"
        message = f"`net`: {sizes.format(5)} in the checkpoint, {sizes.format(10)} in"
        with pytest.raises(ValueError, match=message):
            run(store, net=larger, resume=True)
        with pytest.raises(
            ValueError, match=r"another network .*`best.weights.w_in` has"
        ):
            run(store, net=larger, resume="changed")
        with pytest.raises(
            ValueError, match=r"`make\(key\)`: nothing in the checkpoint"
        ):
            fit_ensemble(1, checkpoints=store, resume=True)
        assert same(run(store, resume=True), whole)
    assert np.isfinite(whole.history.loss).all()


@pytest.mark.slow
@pytest.mark.usefixtures("optax_promotes")
def test_moments_and_schedule_of_adam_are_restored(tmp_path):
    schedule = optax.cosine_decay_schedule(1e-2, 40)
    optimiser = optax.adamw(schedule, weight_decay=0.1)
    whole = run(optimiser=optimiser)
    with cj.Checkpoints(tmp_path, every=3) as store:
        run(store, optimiser=optimiser, callback=at(9, end))
        assert same(run(store, optimiser=optimiser, resume=True), whole)
