"""Fractions of counts are correctly rounded, in every way that XLA compiles them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ctrnn_jax.tasks.contract import fraction, worst_mean


@pytest.mark.parametrize("number", [93, 100, 300, 1000])
def test_fractions_of_counts_have_short_decimals(number):
    counts = np.arange(number + 1, dtype=np.float32)
    expected = (np.arange(number + 1) / number).astype(np.float32)
    share = jax.jit(jax.vmap(lambda x: fraction(x, jnp.float32(number))))
    np.testing.assert_array_equal(share(counts), expected)
    shared = jax.jit(jax.vmap(fraction, in_axes=(0, None)))
    np.testing.assert_array_equal(shared(counts, np.float32(number)), expected)


def test_the_worst_mean_of_many_networks_has_short_decimals():
    """Of 1000 trials, network i has i correct answers; there is one group."""
    score = np.tri(1001, 1000, -1, dtype=np.float32)
    group, is_counted = np.zeros(1000, int), np.ones(1000, bool)
    worst = jax.jit(
        jax.vmap(
            lambda x: worst_mean(x, jnp.asarray(group), 1, jnp.asarray(is_counted))
        )
    )
    expected = (np.arange(1001) / 1000).astype(np.float32)
    np.testing.assert_array_equal(worst(score), expected)


def test_nothing_of_nothing_and_an_unknown_total_are_nan():
    totals, counts = jnp.array([0.0, np.nan, 1.0]), jnp.array([0.0, 2.0, 4.0])
    np.testing.assert_array_equal(fraction(totals, counts), [np.nan, np.nan, 0.25])
