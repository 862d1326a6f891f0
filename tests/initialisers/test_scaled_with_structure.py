"""Gain, radius and balance beside masks and fixed weights."""

import numpy as np
import pytest

import ctrnn_jax as cj

from . import draws


N = 40
SIGNS = np.where(np.arange(N) < 32, 1, -1)
DALE = cj.constraints.chain(cj.constraints.Dale(SIGNS), cj.constraints.NoAutapses())
SPARSE = cj.constraints.Masked(np.arange(N)[None, :] < np.full((N, 1), N // 4))


def drawn(initialiser, constraint=None, shape=(N, N)):
    return draws.drawn(initialiser, constraint, shape=shape)


@pytest.mark.parametrize("constraint", [cj.constraints.Free(), DALE, SPARSE])
def test_gain_is_that_of_the_effective_matrix(constraint):
    w = drawn(cj.initialisers.Gain(1.3, cj.initialisers.Gamma()), constraint)
    assert np.sqrt((w**2).sum() / N) == pytest.approx(1.3, rel=1e-12)


def test_gain_of_a_free_gaussian_matrix_is_its_radius():
    w = drawn(cj.initialisers.Gain(1.5, cj.initialisers.Normal()), shape=(120, 120))
    assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(1.5, rel=0.1)


def test_targets_hold_beside_fixed_weights_which_are_not_scaled():
    """pycog scales the user's fixed weights without warning (`trainer.py:430-431`)."""
    values = np.zeros((N, N))
    values[0, 1], values[3, 38] = 0.7, -0.4
    constraint = cj.constraints.chain(DALE, cj.constraints.Fixed(values))
    w = drawn(cj.initialisers.SpectralRadius(1.2, cj.initialisers.Gamma()), constraint)
    assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(1.2, rel=1e-9)
    assert (w[0, 1], w[3, 38]) == (0.7, -0.4)
    gain = drawn(cj.initialisers.Gain(0.9, cj.initialisers.Gamma()), constraint)
    assert np.sqrt((gain**2).sum() / N) == pytest.approx(0.9, rel=1e-9)
    balanced = drawn(cj.initialisers.Balanced(cj.initialisers.Gamma()), constraint)
    np.testing.assert_allclose(balanced.sum(axis=1), 0, atol=1e-12)
    assert (balanced[0, 1], balanced[3, 38]) == (0.7, -0.4)
