"""The history: it grows in linear time, and terms stay aligned with updates."""

import warnings

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj
from ctrnn_jax.training._history import empty_history, GrowingHistory
from ctrnn_jax.training._train_step import Metrics


pytestmark = pytest.mark.usefixtures("optax_promotes")


TASK = cj.tasks.PerceptualDecision(
    fixation=40.0, stimulus=100.0, decision=60.0, catch=200.0
)
SETTINGS = {"batch_size": 2, "validate_every": 5, "validation_size": 11}


def small():
    return cj.EIRNN(2, 8, 2, dt=20.0, tau=100.0, key=jax.random.key(0))


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
    settings = {**SETTINGS, "validate_every": 1}
    result = cj.fit(
        small(), TASK, optax.adam(1e-2), num_updates=40, callback=reports.append,
        key=jax.random.key(1), **settings,
    )  # fmt: skip
    histories = [report.state.history for report in reports]
    assert len({id(history.loss.base) for history in histories}) <= 6
    for i, history in enumerate(histories):
        assert history.loss.shape == history.performance.shape == (i + 1,)
        np.testing.assert_array_equal(history.loss, result.history.loss[: i + 1])
    for values in jax.tree.leaves(result.history):
        assert type(values) is np.ndarray


def test_terms_are_aligned_when_the_loss_changes():
    """Old terms are NaN after the change and new terms before it, without a warning."""
    net, optimiser = small(), optax.adam(1e-2)
    first = cj.fit(
        net, TASK, optimiser, num_updates=7, loss=loss_with(old=0.1, both=0.1),
        key=jax.random.key(1), **SETTINGS,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        second = cj.fit(
            first.network, TASK, optimiser, num_updates=6, state=first.state,
            loss=loss_with(both=0.2, new=0.3), **SETTINGS,
        )  # fmt: skip
    terms = second.history.terms
    assert terms.keys() == {"task", "old", "both", "new"}
    assert {len(values) for values in terms.values()} == {13}
    assert len(second.history.loss) == 13
    assert np.isnan(terms["old"][7:]).all()
    assert np.isnan(terms["new"][:7]).all()
    np.testing.assert_array_equal(terms["old"][:7], first.history.terms["old"])
    assert np.isfinite(terms["new"][7:]).all()
    total = np.nansum(list(terms.values()), axis=0)
    close(total, second.history.loss)


def test_terms_of_an_ensemble_are_aligned_when_the_loss_changes():
    def make(key):
        return cj.EIRNN(2, 8, 2, dt=20.0, tau=100.0, key=key)

    arguments = (make, TASK, optax.adam(1e-2))
    options = {"seeds": (0, 1), **SETTINGS}
    first = cj.fit_ensemble(*arguments, num_updates=5, loss=loss_with(old=0.1),
                            **options)  # fmt: skip
    second = cj.fit_ensemble(*arguments, num_updates=5, loss=loss_with(new=0.1),
                             state=first.state, **options)  # fmt: skip
    terms = second.history.terms
    assert {values.shape for values in terms.values()} == {(2, 10)}
    assert np.isnan(terms["old"][:, 5:]).all()
    assert np.isnan(terms["new"][:, :5]).all()
    member = second.member(1).history
    np.testing.assert_array_equal(member.terms["new"], terms["new"][1])


def test_two_runs_continue_from_one_state():
    """They do not write into each other's history."""
    net, options = small(), {"num_updates": 5, **SETTINGS}
    first = cj.fit(net, TASK, optax.sgd(0.1), key=jax.random.key(1), **options)
    before = jax.tree.map(np.copy, first.history)
    pair = [
        cj.fit(net, TASK, optax.sgd(rate), state=first.state, **options)
        for rate in (0.1, 0.01)
    ]
    assert identical(first.history, before)
    for result in pair:
        np.testing.assert_array_equal(result.history.loss[:5], before.loss)
    assert not np.allclose(pair[0].history.loss[6:], pair[1].history.loss[6:])
