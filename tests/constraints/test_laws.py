"""The laws and targets of initial weights that came with the structured networks."""

from helpers import STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.initialisers import draw


KEY = jax.random.key(2)
N = 120
SIGNS = np.where(np.arange(N) < 96, 1, -1)
DALE = cj.constraints.chain(cj.constraints.Dale(SIGNS), cj.constraints.NoAutapses())
SPARSE = cj.constraints.Masked(np.arange(N)[None, :] < np.full((N, 1), N // 4))


def drawn(initialiser, constraint=cj.constraints.Free(), shape=(N, N)):  # noqa: B008
    return np.asarray(draw(initialiser, KEY, shape, jnp.dtype(float), constraint))


def check_mean(values, mean, variance):
    error = np.sqrt(variance / values.size)
    assert abs(values.mean() - mean) < STANDARD_ERRORS * error


@pytest.mark.parametrize("uniform", [False, True])
def test_glorot_counts_the_synapses_that_exist(uniform):
    w = drawn(cj.initialisers.Glorot(uniform=uniform), shape=(60, 90))
    variance = 2 / 150
    kurtosis = 1.8 if uniform else 3.0
    check_mean(w**2, variance, (kurtosis - 1) * variance**2)
    # a quarter of the columns: fan in N / 4, fan out N of those
    some = drawn(cj.initialisers.Glorot(uniform=uniform), SPARSE)
    some = some[some != 0]
    variance = 2 / (N / 4 + N)
    check_mean(some**2, variance, (kurtosis - 1) * variance**2)


def test_orthogonal_and_identity():
    w = drawn(cj.initialisers.Orthogonal(0.5))
    np.testing.assert_allclose(w @ w.T, 0.25 * np.eye(N), atol=1e-12)
    np.testing.assert_array_equal(drawn(cj.initialisers.Identity(0.5)), 0.5 * np.eye(N))
    tall = drawn(cj.initialisers.Orthogonal(), shape=(N, 10))
    np.testing.assert_allclose(tall.T @ tall, np.eye(10), atol=1e-12)


def test_lognormal_has_its_mean_and_spread():
    sizes = np.abs(drawn(cj.initialisers.LogNormal(0.5, 0.2)))
    check_mean(sizes, 0.5, 0.04)
    check_mean(np.log(sizes), np.log(0.5) - np.log1p(0.16) / 2, np.log1p(0.16))
    assert (drawn(cj.initialisers.LogNormal(0.5), DALE)[:, 100] <= 0).all()


@pytest.mark.parametrize("constraint", [cj.constraints.Free(), DALE, SPARSE])
def test_gain_is_that_of_the_effective_matrix(constraint):
    w = drawn(cj.initialisers.Gain(1.3, cj.initialisers.Gamma()), constraint)
    assert np.sqrt((w**2).sum() / N) == pytest.approx(1.3, rel=1e-12)


def test_gain_of_a_free_gaussian_matrix_is_its_radius():
    w = drawn(cj.initialisers.Gain(1.5, cj.initialisers.Normal()))
    assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(1.5, rel=0.1)


def test_targets_hold_beside_fixed_weights_which_are_not_scaled():
    """pycog scales the user's fixed weights silently (`trainer.py:430-431`)."""
    values = np.zeros((N, N))
    values[0, 1], values[3, 110] = 0.7, -0.4
    constraint = cj.constraints.chain(DALE, cj.constraints.Fixed(values))
    w = drawn(cj.initialisers.SpectralRadius(1.2, cj.initialisers.Gamma()), constraint)
    assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(1.2, rel=1e-9)
    assert (w[0, 1], w[3, 110]) == (0.7, -0.4)
    gain = drawn(cj.initialisers.Gain(0.9, cj.initialisers.Gamma()), constraint)
    assert np.sqrt((gain**2).sum() / N) == pytest.approx(0.9, rel=1e-9)
    balanced = drawn(cj.initialisers.Balanced(cj.initialisers.Gamma()), constraint)
    np.testing.assert_allclose(balanced.sum(axis=1), 0, atol=1e-12)
    assert (balanced[0, 1], balanced[3, 110]) == (0.7, -0.4)


@pytest.mark.parametrize(
    "constraint",
    [
        cj.constraints.Bounded(-0.05, 0.1),
        cj.constraints.chain(cj.constraints.RowBalanced(), DALE),
        cj.constraints.SpectralRadiusBelow(0.5),
        cj.constraints.Symmetric(),
        cj.constraints.Skew(),
        cj.constraints.LowRank(3),
        cj.constraints.chain(
            cj.constraints.SpectralRadiusBelow(0.5), DALE, cj.constraints.RowBalanced()
        ),
    ],
)
@pytest.mark.parametrize(
    "law",
    [
        cj.initialisers.Normal(),
        cj.initialisers.SpectralRadius(0.4, cj.initialisers.Normal()),
        cj.initialisers.LogNormal(),
    ],
)
def test_draws_are_feasible_under_every_constraint(law, constraint):
    w = drawn(law, constraint)
    assert not np.asarray(constraint.violations(jnp.asarray(w))).any()
    assert w.any()
    if isinstance(law, cj.initialisers.SpectralRadius) and not isinstance(
        constraint, (cj.constraints.Bounded, cj.constraints.LowRank)
    ):
        assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(0.4, rel=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: cj.initialisers.Glorot(gain=0.0), "`gain` must be positive"),
        (lambda: cj.initialisers.Orthogonal(-1.0), "`gain` must be positive"),
        (lambda: cj.initialisers.LogNormal(-1.0), "`mean` must not be negative"),
        (lambda: cj.initialisers.LogNormal(1.0, 0.0), "`std` must be positive"),
        (
            lambda: cj.initialisers.Gain(0.0, cj.initialisers.Normal()),
            "`gain` must be positive",
        ),
        (lambda: cj.initialisers.SignedAfterScaling(0.0), "`rho` must be positive"),
        (
            lambda: drawn(cj.initialisers.Orthogonal(), shape=(3,)),
            "Orthogonal is for matrices",
        ),
        (
            lambda: cj.initialisers.spectral_abscissa(jnp.ones((2, 3))),
            "`weights` must be square",
        ),
    ],
)
def test_bad_initialisers_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
