"""The order of training trials: each once in an epoch, another order in each epoch."""

from collections import Counter
import itertools

import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tasks.judged import as_numpy
from tasks.recorded.recordings import ACTIVITY, BEHAVIOUR, TRIALS, U

from ctrnn_jax._random import shuffled


KEY = jax.random.key(0)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 16, 17, 1000])
def test_each_entry_occurs_once_in_an_epoch(count):
    place = np.tile(np.arange(count, dtype=np.uint32), 3)
    epoch = np.repeat(np.arange(3, dtype=np.uint32), count)
    order = jax.jit(shuffled, static_argnums=3)(KEY, epoch, place, count)
    orders = np.asarray(order).reshape(3, count)
    assert (np.sort(orders, axis=1) == np.arange(count)).all()
    if count > 16:
        assert len({tuple(order) for order in orders.tolist()}) == 3
        assert not (orders == np.arange(count)).all(axis=1).any()


@pytest.mark.parametrize("count", [3, 4])
def test_all_orders_are_equally_frequent(count):
    """Within five standard errors, over epochs and over keys."""
    num_epochs, orders = 4_800, [*itertools.permutations(range(count))]
    place = np.tile(np.arange(count, dtype=np.uint32), num_epochs)
    epoch = np.repeat(np.arange(num_epochs, dtype=np.uint32), count)

    @jax.jit
    def of_epochs(key):
        return shuffled(key, jnp.asarray(epoch), jnp.asarray(place), count)

    @jax.jit
    def of_keys(keys):
        first = jnp.asarray(place[:count])
        zeros = jnp.zeros_like(first)
        return jax.vmap(lambda key: shuffled(key, zeros, first, count))(keys)

    for drawn in (of_epochs(KEY), of_keys(jax.random.split(KEY, num_epochs))):
        rows = np.asarray(drawn).reshape(num_epochs, count).tolist()
        counts = Counter(map(tuple, rows))
        expected = num_epochs / len(orders)
        for order in orders:
            assert abs(counts[order] - expected) < 5 * np.sqrt(expected)


@eqx.filter_jit
def trials_of(task, key, index, size):
    return task.at_update(key, index).batch(key, size).conditions["trial"]


@pytest.mark.parametrize("task", [ACTIVITY, BEHAVIOUR], ids=["activity", "choices"])
@pytest.mark.parametrize("size", [1, 3, 7, 20])
def test_updates_take_each_training_trial_once_in_an_epoch(task, size):
    training = np.asarray(task.training_trials)
    num_updates = 7 * 3  # whole epochs of seven trials
    drawn = [np.asarray(trials_of(task, KEY, i, size)) for i in range(num_updates)]
    epochs = np.concatenate(drawn).reshape(-1, len(training))
    assert len(training) == 7
    assert (np.sort(epochs, axis=1) == training).all()
    assert len(set(map(tuple, epochs.tolist()))) > min(len(epochs), 10) // 2


def test_the_order_is_that_of_the_key_and_the_update():
    def order(key, start):
        steps = range(start, start + 3)
        return np.concatenate([trials_of(ACTIVITY, key, i, 7) for i in steps])

    assert identical(order(KEY, 5), order(KEY, 5))
    assert not identical(order(KEY, 5), order(KEY, 8))
    assert not identical(order(KEY, 5), order(jax.random.key(1), 5))
    # after 2**32 trials
    late = np.asarray(trials_of(ACTIVITY, KEY, jnp.asarray(2**31 - 3, jnp.int32), 70))
    each = [10, 0, 0, 10, 10, 0, 10, 10, 10, 10]
    assert np.bincount(late, minlength=TRIALS).tolist() == each


def test_a_batch_of_an_update_is_that_of_the_recording():
    trials = as_numpy(ACTIVITY.at_update(KEY, 2).batch(KEY, 4))
    assert identical(trials.inputs, U[trials.conditions["trial"]])
    with pytest.raises(ValueError, match="`size` must be a whole number, at least 1"):
        ACTIVITY.at_update(KEY, 2).batch(KEY, 0)
