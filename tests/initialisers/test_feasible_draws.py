"""Draws satisfy every constraint and are reproducible."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj

from . import draws


DALE = cj.constraints.chain(
    cj.constraints.Dale(np.where(np.arange(40) < 32, 1, -1)),
    cj.constraints.Masked(~np.eye(40, dtype=bool)),
)
HALF = cj.constraints.Masked(np.arange(40)[None, :] < np.full((40, 1), 20))


@pytest.mark.parametrize(
    "initialiser",
    [
        cj.initialisers.Constant(0.3),
        cj.initialisers.Uniform(),
        cj.initialisers.Normal(),
        cj.initialisers.Gamma(),
        cj.initialisers.Balanced(cj.initialisers.Gamma()),
        cj.initialisers.SpectralRadius(1.2, cj.initialisers.Normal()),
        jax.nn.initializers.orthogonal(),
    ],
)
@pytest.mark.parametrize(
    "constraint", [cj.constraints.Free(), DALE, HALF, cj.constraints.NonNegative()]
)
def test_draws_are_feasible_and_reproducible(initialiser, constraint):
    w = draws.drawn(initialiser, constraint, shape=(40, 40))
    assert not np.asarray(constraint.violations(jnp.asarray(w))).any()
    np.testing.assert_array_equal(w != 0, np.asarray(constraint.present((40, 40))))
    again = draws.drawn(initialiser, constraint, shape=(40, 40))
    np.testing.assert_array_equal(w, again)


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
            cj.constraints.SpectralRadiusBelow(0.5),
            DALE,
            cj.constraints.RowBalanced(),
        ),
    ],
)
@pytest.mark.parametrize(
    "initialiser",
    [
        cj.initialisers.Normal(),
        cj.initialisers.SpectralRadius(0.4, cj.initialisers.Normal()),
        cj.initialisers.LogNormal(),
    ],
)
def test_draws_are_feasible_under_every_constraint(initialiser, constraint):
    w = draws.drawn(initialiser, constraint, shape=(40, 40))
    assert not np.asarray(constraint.violations(jnp.asarray(w))).any()
    assert w.any()
    if isinstance(initialiser, cj.initialisers.SpectralRadius) and not isinstance(
        constraint, (cj.constraints.Bounded, cj.constraints.LowRank)
    ):
        assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(0.4, rel=1e-6)
