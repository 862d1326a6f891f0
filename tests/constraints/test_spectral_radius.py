"""The bound on the spectral radius, and weights limited by it."""

import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.constraints import radius_bound


bound_of = jax.jit(radius_bound)
limited_by = eqx.filter_jit(lambda limit, w: limit.effective(w))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n", [1, 60])
def test_the_bound_is_above_the_radius_by_at_most_one_percent(seed, n):
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(n, n))
    w[:, : n // 2] = np.abs(w[:, : n // 2])  # an outlier, far from normal
    radius = np.abs(np.linalg.eigvals(w)).max()
    bound = float(bound_of(w))
    assert radius * (1 - 1e-12) <= bound <= 1.01 * radius
    limited = np.asarray(
        limited_by(cj.constraints.SpectralRadiusBelow(0.9), jnp.asarray(w))
    )
    limited_radius = np.abs(np.linalg.eigvals(limited)).max()
    assert radius < 0.9 or 0.9 / 1.01 <= limited_radius <= 0.9 * (1 + 1e-9)


@pytest.mark.slow
def test_the_bound_of_a_large_normal_matrix_is_within_a_fifth_of_a_percent():
    """As the docstring of `radius_bound` states."""
    q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(1000, 1000)))
    assert 1 <= float(radius_bound(jnp.asarray(q))) <= 1.002


def test_the_bound_of_weights_without_loops_is_finite_and_has_a_gradient():
    bound_and_gradient = jax.jit(jax.value_and_grad(radius_bound))
    for w in (np.zeros((4, 4)), np.tri(4, k=-1), np.full((4, 4), 1e300)):
        bound, gradient = bound_and_gradient(w)
        assert np.isfinite(bound)
        assert np.isfinite(np.asarray(gradient)).all()


def test_weights_with_a_radius_below_the_limit_are_unchanged():
    w = jnp.asarray(0.02 * np.random.default_rng(0).normal(size=(60, 60)))
    assert identical(limited_by(cj.constraints.SpectralRadiusBelow(0.8), w), w)
