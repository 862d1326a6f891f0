"""The history: it grows in linear time, and terms stay aligned with updates."""

import warnings

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from training.problem import EASY, ENERGY, fit, fit_ensemble, TASK

from ctrnn_jax.training._history import (
    empty_history,
    GrowingHistory,
    history_of_member,
)
from ctrnn_jax.training._train_step import Metrics


def metrics_of(values, **terms):
    """Return metrics on the host, as the loop has them."""
    metrics = Metrics(
        jnp.asarray(values), jax.tree.map(jnp.asarray, terms), jnp.asarray(values)
    )
    return jax.tree.map(np.asarray, metrics)


def test_copied_entries_are_linear_in_the_number_of_updates():
    """Summed over all calls, reallocations copy at most two entries for each update."""
    growing, members, num_calls = GrowingHistory(empty_history(3)), 3, 1024
    copied, buffer, length = 0, None, 0
    rng = np.random.default_rng(0)
    chunks = rng.normal(size=(num_calls, members, 2))
    for i, chunk in enumerate(chunks):
        history = growing.add_updates(metrics_of(chunk, task=chunk))
        stage = np.zeros(members, int)
        history = growing.add_validation(2 * i, chunk[:, 0], chunk[:, 1], stage)
        if history.loss.base is not buffer:
            copied, buffer = copied + length, history.loss.base
        length = history.loss.shape[1]
    assert length == 2 * num_calls
    assert copied <= 2 * length
    joined = np.concatenate(list(chunks), axis=1)
    np.testing.assert_array_equal(history.loss, joined)
    np.testing.assert_array_equal(history.terms["task"], joined)
    np.testing.assert_array_equal(history.performance, joined[:, ::2])
    np.testing.assert_array_equal(history.validation_step, 2 * np.arange(num_calls))


def test_buffers_of_a_run_double():
    """A run of `fit` makes few buffers, and earlier reports keep their values."""
    reports = []
    result = fit(200, callback=reports.append)
    histories = [report.state.history for report in reports]
    assert len({id(history.loss.base) for history in histories}) <= 6
    for i, history in enumerate(histories, start=1):
        assert history.loss.shape == (5 * i,)
        assert history.performance.shape == (i,)
        np.testing.assert_array_equal(history.loss, result.history.loss[: 5 * i])
    for values in jax.tree.leaves(result.history):
        assert type(values) is np.ndarray


def test_terms_are_aligned_when_the_loss_changes():
    """Old terms are NaN after the change and new terms before it, without a warning."""
    first = fit(4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        second = fit(3, loss=ENERGY, state=first.state, key=None)
        third = fit(2, state=second.state, key=None)
    terms = third.history.terms
    assert terms.keys() == {"task", "energy"}
    assert {len(values) for values in terms.values()} == {9}
    assert len(third.history.loss) == 9
    assert np.isnan(terms["energy"][:4]).all()
    assert np.isnan(terms["energy"][7:]).all()
    before = second.history.terms["energy"][4:]
    np.testing.assert_array_equal(terms["energy"][4:7], before)
    assert np.isfinite(before).all()
    total = np.nansum(list(terms.values()), axis=0)
    close(total, third.history.loss)


def test_terms_of_members_are_aligned_when_the_loss_changes():
    rng = np.random.default_rng(0)
    old, new = rng.normal(size=(2, 3)), rng.normal(size=(2, 2))
    growing = GrowingHistory(empty_history(2))
    growing.add_updates(metrics_of(old, old=old))
    history = growing.add_updates(metrics_of(new, new=new))
    nan = np.full((2, 5), np.nan)
    joined = {"old": nan.copy(), "new": nan.copy()}
    joined["old"][:, :3], joined["new"][:, 3:] = old, new
    for name, values in joined.items():
        np.testing.assert_array_equal(history.terms[name], values)
        member = history_of_member(history, 1, 4)
        np.testing.assert_array_equal(member.terms[name], values[1, :4])


@pytest.mark.slow
def test_terms_of_an_ensemble_are_aligned_when_the_loss_changes():
    result = fit_ensemble(5)
    for loss in (ENERGY, None):
        result = fit_ensemble(5, loss=loss, state=result.state)
    terms = result.history.terms
    assert {values.shape for values in terms.values()} == {(4, 15)}
    is_energy = np.isfinite(terms["energy"])
    np.testing.assert_array_equal(is_energy, np.tile(np.arange(15) // 5 == 1, (4, 1)))
    member = result.member(1).history
    np.testing.assert_array_equal(member.terms["energy"], terms["energy"][1])


def test_two_runs_continue_from_one_state():
    """They do not write into each other's history."""
    first = fit(5)
    before = jax.tree.map(np.copy, first.history)
    pair = [fit(5, state=first.state, key=None, task=task) for task in (TASK, EASY)]
    assert identical(first.history, before)
    for result in pair:
        np.testing.assert_array_equal(result.history.loss[:5], before.loss)
    assert not np.allclose(pair[0].history.loss[6:], pair[1].history.loss[6:])
