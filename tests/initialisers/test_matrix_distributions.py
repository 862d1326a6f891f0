"""Glorot, orthogonal, identity and lognormal weights."""

import jax
import numpy as np
import pytest

import ctrnn_jax as cj

from . import draws
from .draws import check_mean


N = 120
SIGNS = np.where(np.arange(N) < 96, 1, -1)
DALE = cj.constraints.chain(cj.constraints.Dale(SIGNS), cj.constraints.NoAutapses())
SPARSE = cj.constraints.Masked(np.arange(N)[None, :] < np.full((N, 1), N // 4))


def drawn(initialiser, constraint=None, shape=(N, N)):
    return draws.drawn_at_once(initialiser, constraint, shape=shape)


@pytest.mark.parametrize("uniform", [False, True])
def test_glorot_counts_the_synapses_that_exist(uniform):
    w = drawn(cj.initialisers.Glorot(uniform=uniform), shape=(60, 90))
    variance = 2 / 150
    kurtosis = 1.8 if uniform else 3.0
    check_mean(w**2, variance, (kurtosis - 1) * variance**2)
    # synapses of a quarter of the columns: fan in N / 4, fan out N
    existing = drawn(cj.initialisers.Glorot(uniform=uniform), SPARSE)
    existing = existing[existing != 0]
    variance = 2 / (N / 4 + N)
    check_mean(existing**2, variance, (kurtosis - 1) * variance**2)


def test_orthogonal_and_identity():
    w = drawn(cj.initialisers.Orthogonal(0.5))
    np.testing.assert_allclose(w @ w.T, 0.25 * np.eye(N), atol=1e-12)
    np.testing.assert_array_equal(drawn(cj.initialisers.Identity(0.5)), 0.5 * np.eye(N))
    tall = drawn(cj.initialisers.Orthogonal(), shape=(N, 10))
    np.testing.assert_allclose(tall.T @ tall, np.eye(10), atol=1e-12)


def test_lognormal_has_its_mean_and_spread():
    magnitudes = np.abs(drawn(cj.initialisers.LogNormal(0.5, 0.2)))
    check_mean(magnitudes, 0.5, 0.04)
    check_mean(np.log(magnitudes), np.log(0.5) - np.log1p(0.16) / 2, np.log1p(0.16))
    assert (drawn(cj.initialisers.LogNormal(0.5), DALE)[:, 100] <= 0).all()


def test_distributions_of_other_packages_with_and_without_signs():
    clamped = drawn(cj.initialisers.ClampedUniform(), DALE)
    total = clamped.sum(axis=0)
    np.testing.assert_allclose(total[SIGNS > 0].sum(), -total[SIGNS < 0].sum())
    free = drawn(cj.initialisers.ClampedUniform())
    assert np.abs(free).max() <= 1 / np.sqrt(N)
    # without signs, the only scale is that of the radius: a multiple of one normal draw
    free = drawn(cj.initialisers.SignedAfterScaling(0.7))
    ratio = free / np.asarray(jax.random.normal(draws.KEY, (N, N)))
    np.testing.assert_allclose(ratio, ratio[0, 0])
    np.testing.assert_allclose(np.abs(np.linalg.eigvals(free)).max(), 0.7)
