"""Ctrl-C during training: the result is returned, and a resumed run loses nothing."""

import logging
from typing import Any

from helpers import identical
import numpy as np
import pytest
from training.problem import fit, fit_ensemble, NAN_AT_7

import ctrnn_jax as cj
from ctrnn_jax.training import _fit, CheckpointWarning
from ctrnn_jax.training.checkpoints import _checkpoints


NUM_UPDATES = 23
"""Calls end at 5, 10, 15, 20 and 23; checkpoints every 10 add no call."""


def run(store=None, *, train=fit, num_updates=NUM_UPDATES, **options) -> Any:
    return train(num_updates, checkpoints=store, **options)


def checkpoints(folder):
    return cj.Checkpoints(folder, every=10)


def interrupt_call(patch, owner, name, number, *, after=False):
    """Raise KeyboardInterrupt in this call of a function, before it or after it."""
    function, calls = getattr(owner, name), []

    def call(*args, **options):
        calls.append(name)
        if len(calls) == number and not after:
            raise KeyboardInterrupt
        result = function(*args, **options)
        if len(calls) == number:
            raise KeyboardInterrupt
        return result

    patch.setattr(owner, name, call)


def at(step):
    """Return a callback that Ctrl-C interrupts at this update."""

    def callback(report):
        if report.state.step == step:
            raise KeyboardInterrupt

    return callback


def same(first, second):
    return (
        identical(first.network, second.network)
        and identical(first.state, second.state)
        and identical(first.history, second.history)
        and first.stopped == second.stopped
        and first.divergence == second.divergence
    )


@pytest.fixture(scope="module")
def whole():
    return run()


PLACES = {
    "update": (_fit, "updates_compiled", 3, {}, 10),
    "after an update": (_fit, "updates_compiled", 3, {"after": True}, 10),
    "validation": (_fit, "validate_compiled", 3, {}, 10),
    "after a validation": (_fit, "validate_compiled", 3, {"after": True}, 10),
    "before the save": (_checkpoints, "encode", 1, {}, 10),
    "begin of the save": (_checkpoints.Writer, "start", 1, {}, 10),
    "save": (_checkpoints.Writer, "start", 1, {"after": True}, 10),
    "wait for a save": (_checkpoints.Writer, "wait", 1, {}, 20),
    "after a save": (_checkpoints.Writer, "wait", 1, {"after": True}, 20),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_interrupted_run_returns_its_result_and_is_resumed_to_the_bit(
    tmp_path, monkeypatch, whole, place
):
    owner, name, number, options, step = PLACES[place]
    with checkpoints(tmp_path) as store, monkeypatch.context() as patch:
        interrupt_call(patch, owner, name, number, **options)
        part = run(store)
    assert (part.stopped, part.state.step) == ("interrupted", step)
    assert identical(part.network, run(num_updates=step).network)
    with checkpoints(tmp_path) as store:
        assert store.latest == step
        assert same(run(store, resume=True), whole)


def test_ctrl_c_in_a_callback_is_logged_and_needs_no_checkpoints(caplog, whole):
    part = run(callback=at(15))
    assert (part.stopped, part.state.step) == ("interrupted", 15)
    ((_, level, message),) = caplog.record_tuples
    assert level == logging.WARNING
    assert "training was interrupted after 15 updates" in message
    rest = run(net=part.network, num_updates=8, state=part.state, key=None)
    assert same(rest, whole)


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("name", ["updates_compiled", "validate_compiled"])
def test_ctrl_c_before_the_first_updates_of_a_run_is_raised(
    tmp_path, monkeypatch, whole, name, resume
):
    """Nothing was trained in this run, so there is no result; nothing is saved."""
    with checkpoints(tmp_path) as store:
        if resume:
            run(store, callback=at(5))
        with monkeypatch.context() as patch:
            interrupt_call(patch, _fit, name, 1)
            with pytest.raises(KeyboardInterrupt):
                run(store, resume=resume)
        assert store.latest == (5 if resume else None)
        assert same(run(store, resume=resume), whole)


@pytest.mark.parametrize("step", [10, NUM_UPDATES])
def test_ctrl_c_at_the_end_of_training_changes_nothing(tmp_path, step):
    """The run has ended by its stop rule, or has made its last update."""

    def rule(performances):
        return 5 * len(performances) == step

    whole = run(stop_when=rule)
    with checkpoints(tmp_path) as store:
        part = run(store, stop_when=rule, callback=at(step))
    assert part.stopped == ("criterion" if step == 10 else "steps")
    assert same(part, whole)
    with checkpoints(tmp_path) as store:
        assert same(run(store, stop_when=rule, resume=True), whole)


def test_an_interrupted_ensemble_is_returned_and_resumed_to_the_bit(tmp_path):
    """Members that have ended stay ended."""

    def rule(performances):
        return len(performances) == 2 and performances[-1] > 0.55

    options = {"train": fit_ensemble, "stop_when": rule}
    whole = run(**options)
    with checkpoints(tmp_path) as store:
        part = run(store, callback=at(10), **options)
    assert set(part.stopped) == {"criterion", "interrupted"}
    assert part.member(part.stopped.index("interrupted")).stopped == "interrupted"
    with checkpoints(tmp_path) as store:
        rest = run(store, resume=True, **options)
    assert rest.stopped == whole.stopped
    assert identical(rest.state, whole.state)


def fail(*args, **options):
    raise OSError(28, "No space left on device")


def lose(*args, **options):
    """Save nothing, as a background thread that fails."""


@pytest.mark.parametrize("start", [fail, lose])
@pytest.mark.parametrize("end", [NUM_UPDATES, 15])
def test_saves_that_fail_do_not_lose_the_result(
    tmp_path, monkeypatch, whole, start, end
):
    """At the end of training, in the middle, and after Ctrl-C."""
    with checkpoints(tmp_path) as store, monkeypatch.context() as patch:
        patch.setattr(_checkpoints.Writer, "start", start)
        with pytest.warns(CheckpointWarning) as caught:
            part = run(store, callback=at(end))
    messages = [str(warning.message) for warning in caught]
    for step in (10, end):
        assert any(f"step {step} was not saved" in text for text in messages)
    if end == NUM_UPDATES:
        assert same(part, whole)
    else:
        assert (part.stopped, part.state.step) == ("interrupted", end)


def test_ctrl_c_in_the_last_save_does_not_lose_the_result(tmp_path, monkeypatch, whole):
    with checkpoints(tmp_path) as store, monkeypatch.context() as patch:
        interrupt_call(patch, _checkpoints, "encode", 5)  # two calls for each save
        with pytest.warns(CheckpointWarning, match="Ctrl-C ended the save of step 23"):
            assert same(run(store), whole)
    with checkpoints(tmp_path) as store:
        assert store.latest == 20
        assert same(run(store, resume=True), whole)


def test_ctrl_c_after_a_save_is_complete_does_not_forget_it(tmp_path, monkeypatch):
    """It was once taken for a checkpoint of another run."""
    arrays = {"w": np.ones(3)}
    with cj.Checkpoints(tmp_path, every=1) as store:
        store.save(1, arrays, {}, {})
        with monkeypatch.context() as patch:
            interrupt_call(patch, _checkpoints, "remove_leftovers", 1)
            with pytest.raises(KeyboardInterrupt):
                store.wait()
        store.save(1, arrays, {}, {})
        assert not store.due(1)
    assert store.steps() == [1]


def test_a_folder_that_another_run_uses_is_an_error_before_training(tmp_path):
    reports = []
    message = "be written by one process at a time"
    with checkpoints(tmp_path), pytest.raises(ValueError, match=message):
        run(checkpoints(tmp_path), callback=reports.append)
    assert reports == []


def test_checkpoints_of_another_run_during_training_do_not_lose_the_result(
    tmp_path, whole
):
    def make_other(report):
        (tmp_path / "99").mkdir(exist_ok=True)

    with checkpoints(tmp_path) as store, pytest.warns(CheckpointWarning) as caught:
        assert same(run(store, callback=make_other), whole)
    for warning, step in zip(caught, (10, 20, NUM_UPDATES), strict=True):
        assert f"hold no checkpoint of step {step} or later" in str(warning.message)


def test_a_resumed_run_that_had_diverged_reports_why(tmp_path):
    """The diagnosis is the same as without interruption."""
    options = {"optimiser": NAN_AT_7}
    whole = run(**options)
    with checkpoints(tmp_path) as store:
        part = run(store, callback=at(7), **options)
    assert (part.stopped, part.state.step) == ("diverged", 7)
    with checkpoints(tmp_path) as store:
        rest = run(store, resume=True, **options)
    for result in (part, rest):
        assert same(result, whole)
    assert rest.divergence.parameters == {"w_in": 10}
