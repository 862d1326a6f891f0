"""Random masks: exact counts, and the probability of a synapse."""

from helpers import identical
import jax
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(4)


def count(mask):
    return int(np.asarray(mask).sum())


@pytest.mark.parametrize("density", [0.0, 0.1, 0.57, 1.0])
@pytest.mark.parametrize("autapses", [False, True])
def test_sparse_masks_have_rounded_counts(density, autapses):
    """57 of 100 synapses (`int(0.57 * 100)` is 56), and 51 of 90, rounded from 51.3."""
    w = cj.connectivity.random_sparse(10, density, autapses=autapses, key=KEY).w_hid
    assert count(w) == round(density * (100 if autapses else 90))
    assert autapses or not np.diag(np.asarray(w)).any()
    again = cj.connectivity.random_sparse(10, density, autapses=autapses, key=KEY).w_hid
    assert identical(w, again)


def test_sparse_masks_are_uniform_over_the_synapses():
    masks = [
        np.asarray(cj.connectivity.random_sparse(6, 0.5, key=jax.random.key(i)).w_hid)
        for i in range(400)
    ]
    fraction = np.mean(masks, axis=0)[~np.eye(6, dtype=bool)]
    assert np.all(np.abs(fraction - 0.5) < 5 * 0.5 / np.sqrt(400))


@pytest.mark.parametrize("kernel", ["exponential", "gaussian"])
def test_distance_dependent_probability(kernel):
    """Probability `peak * kernel(d / length)` on a ring, at 5 standard errors."""
    n, length = 40, 5.0
    function = {
        "exponential": lambda x: np.exp(-x),
        "gaussian": lambda x: np.exp(-(x**2) / 2),
    }[kernel]
    masks = np.mean(
        [
            cj.connectivity.distance_dependent(
                np.arange(n),
                length=length,
                kernel=kernel,
                peak=0.8,
                period=n,
                key=jax.random.key(i),
            ).w_hid
            for i in range(200)
        ],
        axis=0,
    )
    gap = np.abs(np.arange(n)[:, None] - np.arange(n)[None])
    gap = np.minimum(gap, n - gap)
    for d in (1, 5, 20):
        values = masks[gap == d]
        p = 0.8 * function(d / length)
        error = np.sqrt(p * (1 - p) / (200 * values.size))
        assert abs(values.mean() - p) < 5 * error
    assert not np.diag(masks).any()


def test_distances_in_the_plane():
    positions = np.random.default_rng(0).uniform(size=(30, 2))
    planar = cj.connectivity.distance_dependent(
        positions, length=0.2, kernel="gaussian", key=KEY
    )
    assert planar.w_hid is not None
    assert planar.w_hid.shape == (30, 30)


def test_random_inputs_and_readouts():
    mask = cj.connectivity.RandomInput(
        3, 50, 2, input_density=0.57, output_density=0.4, hidden_density=0.1,
        overlap=False, autapses=True, key=KEY,
    )  # fmt: skip
    receives = np.asarray(mask.w_in)
    read = np.asarray(mask.w_out)
    assert receives.any(axis=1).sum() == round(0.57 * 50)
    assert (receives.all(axis=1) == receives.any(axis=1)).all()
    assert read.any(axis=0).sum() == 20
    assert not (receives.any(axis=1) & read.any(axis=0)).any()
    assert count(mask.w_hid) == 250
    overlapping = cj.connectivity.RandomInput(
        3, 50, 2, input_density=0.9, output_density=0.9, key=KEY
    )
    both = np.asarray(overlapping.w_in).any(1) & np.asarray(overlapping.w_out).any(0)
    assert 40 <= both.sum() < 45
