"""The history: it grows in linear time, and terms stay aligned with updates."""

import warnings

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from training.problem import fit, fit_ensemble

import ctrnn_jax as cj
from ctrnn_jax.training._history import (
    empty_history,
    GrowingHistory,
    history_of_member,
)
from ctrnn_jax.training._train_step import Metrics


def loss_with(**penalties):
    return cj.Loss(**{n: cj.penalties.RateL2(w) for n, w in penalties.items()})


def metrics_of(values, **terms):
    """Return metrics on the host, as the loop has them."""
    metrics = Metrics(
        jnp.asarray(values), jax.tree.map(jnp.asarray, terms), jnp.asarray(values)
    )
    return jax.tree.map(np.asarray, metrics)


def test_copied_entries_are_linear_in_the_number_of_updates():
    """Summed over all calls, reallocations copy at most two entries for each update."""
    growing, members, num_calls = GrowingHistory(empty_history(3)), 3, 4096
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
    result = fit(40, callback=reports.append, validate_every=1)
    histories = [report.state.history for report in reports]
    assert len({id(history.loss.base) for history in histories}) <= 6
    for i, history in enumerate(histories):
        assert history.loss.shape == history.performance.shape == (i + 1,)
        np.testing.assert_array_equal(history.loss, result.history.loss[: i + 1])
    for values in jax.tree.leaves(result.history):
        assert type(values) is np.ndarray


def test_terms_are_aligned_when_the_loss_changes():
    """Old terms are NaN after the change and new terms before it, without a warning."""
    never = {"validate_every": 8}
    first = fit(4, loss=loss_with(old=0.1, both=0.1), **never)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        second = fit(
            3, loss=loss_with(both=0.2, new=0.3), state=first.state, key=None, **never
        )
    terms = second.history.terms
    assert terms.keys() == {"task", "old", "both", "new"}
    assert {len(values) for values in terms.values()} == {7}
    assert len(second.history.loss) == 7
    assert np.isnan(terms["old"][4:]).all()
    assert np.isnan(terms["new"][:4]).all()
    np.testing.assert_array_equal(terms["old"][:4], first.history.terms["old"])
    assert np.isfinite(terms["new"][4:]).all()
    total = np.nansum(list(terms.values()), axis=0)
    close(total, second.history.loss)


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
    first = fit_ensemble(5, loss=loss_with(old=0.1))
    second = fit_ensemble(5, loss=loss_with(new=0.1), state=first.state)
    terms = second.history.terms
    assert {values.shape for values in terms.values()} == {(4, 10)}
    assert np.isnan(terms["old"][:, 5:]).all()
    assert np.isnan(terms["new"][:, :5]).all()
    member = second.member(1).history
    np.testing.assert_array_equal(member.terms["new"], terms["new"][1])


def test_two_runs_continue_from_one_state():
    """They do not write into each other's history."""
    first = fit(5)
    before = jax.tree.map(np.copy, first.history)
    pair = [fit(5, state=first.state, key=None, batch_size=size) for size in (4, 2)]
    assert identical(first.history, before)
    for result in pair:
        np.testing.assert_array_equal(result.history.loss[:5], before.loss)
    assert not np.allclose(pair[0].history.loss[6:], pair[1].history.loss[6:])
