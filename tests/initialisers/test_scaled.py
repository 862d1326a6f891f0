"""Targets that hold for the effective matrix: spectral radius, gain and balance."""

import re

import jax
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


def fixed_block(post, pre, weight):
    """Return fixed weights of 20 units, 10 of them excitatory; no autapses."""
    values = np.zeros((20, 20))
    values[post, pre] = weight
    return cj.constraints.Fixed(values * (1 - np.eye(20)))


E, I = slice(10), slice(10, 20)


def network_with(fixed, **options):
    return cj.EIRNN(
        2,
        20,
        2,
        dt=20.0,
        tau=100.0,
        frac_excitatory=0.5,
        constraints={"w_hid": fixed},
        key=jax.random.key(0),
        **options,
    )


@pytest.mark.parametrize(
    ("post", "pre", "weight"), [(I, I, -0.05), (E, I, -0.2), (I, E, 0.3), (E, E, 0.1)]
)
def test_every_block_can_be_fixed(post, pre, weight):
    net = network_with(fixed_block(post, pre, weight))
    w_hid = np.asarray(cj.effective(net).w_hid)
    radius = np.abs(np.linalg.eigvals(w_hid)).max()
    assert radius == pytest.approx(1.0, rel=1e-5)
    assert int(cj.violations(net)) == 0


def test_fixed_weights_at_the_target_by_themselves_are_an_error():
    # ten units that inhibit each other: the largest eigenvalue is -0.2 * 9 in modulus
    inhibition = fixed_block(I, I, -0.2)
    message = (
        "`rho` must be above that of the fixed weights alone, 1.8; got 1. Give the "
        "weights (`w_hid=...`) an initialiser with another target."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        network_with(inhibition)
    larger = cj.initialisers.SpectralRadius(2.0, cj.initialisers.Gamma(1.0))
    assert int(cj.violations(network_with(inhibition, w_hid=larger))) == 0
    # the squares of 90 weights of 0.2 on 20 rows
    gain = cj.initialisers.Gain(0.4, cj.initialisers.Gamma(1.0))
    with pytest.raises(ValueError, match=r"fixed weights alone, 0\.4243; got 0\.4"):
        network_with(inhibition, w_hid=cj.initialisers.Balanced(gain))
