"""Lyapunov equations against SciPy's, and the spectral radius that they use."""

import functools

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.linalg

from ctrnn_jax.analysis import continuous_lyapunov, discrete_lyapunov
from ctrnn_jax.analysis.linear._lyapunov_equation import DOUBLINGS
from ctrnn_jax.constraints import radius_bound


spectral_radius = jax.jit(functools.partial(radius_bound, doublings=DOUBLINGS))


def test_spectral_radius_is_the_largest_modulus():
    for seed in range(3):
        w = np.random.default_rng(seed).normal(size=(20, 20))
        close(spectral_radius(w), np.abs(np.linalg.eigvals(w)).max())
    assert float(spectral_radius(np.zeros((20, 20)))) == 0.0
    nilpotent = np.eye(20, k=1) * 3.0
    assert float(spectral_radius(nilpotent)) == 0.0
    jordan = np.pad(0.9 * np.eye(4) + np.eye(4, k=1), (0, 16))
    close(spectral_radius(jordan), np.array(0.9), scale=10)
    with jax.enable_x64(False):
        single = spectral_radius(w.astype(np.float32))
    close(single, np.abs(np.linalg.eigvals(w)).max(), dtype="float32")


def matrices(n, radius):
    """Return a matrix of this spectral radius, and a covariance."""
    a, half = np.random.default_rng(n).normal(size=(2, n, n))
    return radius * a / np.abs(np.linalg.eigvals(a)).max(), half @ half.T


@pytest.mark.parametrize("n", [1, 7, 30])
def test_solutions_and_signs_are_those_of_scipy(n):
    a, q = matrices(n, 0.9)
    close(
        discrete_lyapunov(a, q), scipy.linalg.solve_discrete_lyapunov(a, q), scale=1e3
    )
    a = a - 1.1 * np.eye(n)
    expected = scipy.linalg.solve_continuous_lyapunov(a, q)
    close(jax.jit(continuous_lyapunov)(a, q), expected, scale=1e3)


def test_whole_numbers_and_single_precision():
    close(discrete_lyapunov(np.array([[0]]), np.array([[2]])), np.array([[2.0]]))
    a, q = (x.astype(np.float32) for x in matrices(5, 0.5))
    x = discrete_lyapunov(a, q)
    assert x.dtype == jnp.float32
    np.testing.assert_allclose(x, a @ x @ a.T + q, rtol=1e-4, atol=1e-4)


def test_unstable_matrices_have_no_solution():
    a, q = matrices(5, 1.1)
    assert np.isnan(discrete_lyapunov(a, q)).all()
    assert np.isnan(continuous_lyapunov(a + 2 * np.eye(5), q)).all()


@pytest.mark.parametrize("solve", [discrete_lyapunov, continuous_lyapunov])
@pytest.mark.parametrize(
    ("a", "q", "message"),
    [
        (np.ones(3), np.eye(3), r"`a` must be a square matrix; got shape \(3,\)"),
        (np.eye(3), np.ones(3), r"`q` must have the shape of `a`, \(3, 3\); got shape"),
        (1j * np.eye(2), np.eye(2), "`a` must be real"),
    ],
)
def test_other_matrices_are_errors(solve, a, q, message):
    with pytest.raises(ValueError, match=message):
        solve(a, q)
