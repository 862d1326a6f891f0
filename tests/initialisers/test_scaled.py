"""Targets that hold for the effective matrix: spectral radius, gain and balance."""

import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj

from . import draws


N = 40
SIGNS = np.where(np.arange(N) < 32, 1, -1)
DALE = cj.constraints.chain(
    cj.constraints.Dale(SIGNS), cj.constraints.Masked(~np.eye(N, dtype=bool))
)


def drawn(initialiser, constraint=None, shape=(N, N)):
    return draws.drawn_at_once(initialiser, constraint, shape=shape)


@pytest.mark.parametrize("constraint", [cj.constraints.Free(), DALE])
@pytest.mark.parametrize("rho", [0.5, 1.5])
def test_spectral_radius_is_that_of_the_effective_matrix(constraint, rho):
    w = drawn(cj.initialisers.SpectralRadius(rho, cj.initialisers.Gamma()), constraint)
    assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(rho, rel=1e-10)
    assert float(cj.initialisers.spectral_radius(jnp.asarray(w))) == pytest.approx(
        rho, rel=1e-10
    )


def test_balanced_rows_sum_to_zero_and_scaling_preserves_that():
    w = drawn(
        cj.initialisers.SpectralRadius(
            1.0, cj.initialisers.Balanced(cj.initialisers.Gamma())
        ),
        DALE,
    )
    np.testing.assert_allclose(w.sum(axis=1), 0.0, atol=1e-12)


def test_rows_without_inhibition_or_excitation_are_left_as_drawn():
    mask = np.ones((3, 4), bool)
    mask[0, 2:], mask[1, :2] = False, False
    constraint = cj.constraints.chain(
        cj.constraints.Dale(np.array([1, 1, -1, -1])), cj.constraints.Masked(mask)
    )
    plain = drawn(cj.initialisers.Gamma(), constraint, (3, 4))
    balanced = drawn(
        cj.initialisers.Balanced(cj.initialisers.Gamma()), constraint, (3, 4)
    )
    np.testing.assert_array_equal(balanced[:2], plain[:2])
    assert balanced[2].sum() == pytest.approx(0.0, abs=1e-12)
    assert np.isfinite(balanced).all()


def test_default_ei_network_is_balanced_with_radius_one():
    net = cj.EIRNN(2, 50, 2, dt=20.0, tau=100.0, key=draws.KEY)
    w = np.asarray(cj.effective(net).w_hid)
    np.testing.assert_allclose(w.sum(axis=1), 0.0, atol=1e-12)
    assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(1.0)
    assert not np.diag(w).any()
