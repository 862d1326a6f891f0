"""Composition of constraints: one order, and projections of chains."""

from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj

from .constraint_cases import MASK, SHAPE, SIGNS


def test_chains_are_flat_and_leave_out_free():
    assert isinstance(cj.constraints.chain(), cj.constraints.Free)
    assert isinstance(
        cj.constraints.chain(cj.constraints.Free(), cj.constraints.Masked(MASK)),
        cj.constraints.Masked,
    )
    nested = cj.constraints.chain(
        cj.constraints.chain(cj.constraints.Dale(SIGNS), cj.constraints.Masked(MASK)),
        cj.constraints.Masked(MASK),
    )
    assert isinstance(nested, cj.constraints.Chain)
    assert [type(link).__name__ for link in nested.links] == [
        "Dale",
        "Masked",
        "Masked",
    ]
    assert identical(nested.present(SHAPE), jnp.asarray(MASK))


def test_chains_are_sorted_into_the_order_of_the_table():
    chained = cj.constraints.chain(
        cj.constraints.SpectralRadiusBelow(1.0),
        cj.constraints.Masked(np.ones((4, 4), bool)),
        cj.constraints.RowBalanced(),
        cj.constraints.Dale(SIGNS),
        cj.constraints.NoAutapses(),
    )
    assert isinstance(chained, cj.constraints.Chain)
    assert [type(link).__name__ for link in chained.links] == [
        "Dale", "Masked", "NoAutapses", "RowBalanced", "SpectralRadiusBelow",
    ]  # fmt: skip
    raw = jnp.asarray(np.random.default_rng(0).normal(size=(4, 4)))
    orders = (
        cj.constraints.chain(cj.constraints.Dale(SIGNS), cj.constraints.NoAutapses()),
        cj.constraints.chain(cj.constraints.NoAutapses(), cj.constraints.Dale(SIGNS)),
    )
    assert identical(orders[0].effective(raw), orders[1].effective(raw))


@pytest.mark.parametrize(
    "constraint",
    [
        cj.constraints.NonNegative(),
        cj.constraints.Bounded(-1.0, 1.0),
        cj.constraints.SignMask(np.array([[0, 1], [1, -1]])),
    ],
)
def test_projection_onto_symmetric_weights_is_the_nearest_point(constraint):
    """Compared with a search over the symmetric 2 x 2 matrices that are feasible."""
    chain = cj.constraints.chain(constraint, cj.constraints.Symmetric())
    grid = np.linspace(-6, 6, 481)
    everywhere = np.broadcast_to(grid[:, None, None], (481, 2, 2))
    is_allowed = ~np.asarray(jax.jit(jax.vmap(constraint.violations))(everywhere))

    @jax.jit
    @jax.vmap
    def project(x):
        projected = chain.project(x)
        return projected, chain.violations(projected)

    xs = [np.random.default_rng(seed).normal(0, 2, (2, 2)) for seed in range(3)]
    for x, projected, violations in zip(xs, *project(np.stack(xs)), strict=True):
        assert not np.asarray(violations).any()
        best = np.zeros((2, 2))
        for i, j in ((0, 0), (1, 1), (0, 1)):
            target = (x[i, j] + x[j, i]) / 2
            allowed = grid[is_allowed[:, i, j]]
            best[i, j] = best[j, i] = allowed[np.argmin(np.abs(allowed - target))]
        np.testing.assert_allclose(projected, best, atol=0.0126)


@pytest.mark.parametrize(
    ("bounds", "symmetry", "is_legal"),
    [
        ((-0.3, 0.7), cj.constraints.Symmetric, True),
        ((-0.3, 0.3), cj.constraints.Skew, True),
        ((-0.3, 0.7), cj.constraints.Skew, False),  # -0.7 is reached
        ((-1.0, np.array([[1.0, 2.0], [2.0, 3.0]])), cj.constraints.Symmetric, True),
        ((-1.0, np.array([[1.0, 2.0], [5.0, 3.0]])), cj.constraints.Symmetric, False),
        ((np.array([[-1.0, -2.0], [-5.0, -3.0]]),
          np.array([[1.0, 5.0], [2.0, 3.0]])), cj.constraints.Skew, True),
        ((np.array([[-1.0, -2.0], [-5.0, -3.0]]), 9.0), cj.constraints.Skew, False),
    ],
)  # fmt: skip
def test_symmetric_weights_stay_inside_bounds(bounds, symmetry, is_legal):
    links = (symmetry(), cj.constraints.Bounded(*bounds))
    if not is_legal:
        with pytest.raises(ValueError, match="The mean of two weights would leave"):
            cj.constraints.chain(*links)
        return
    both = cj.constraints.chain(*links)
    raw = 20 * np.random.default_rng(0).normal(size=(50, 2, 2))
    weights = np.asarray(jax.jit(jax.vmap(both.effective))(raw))
    assert not np.asarray(jax.jit(jax.vmap(both.violations))(weights)).any()
    assert np.all((weights >= bounds[0]) & (weights <= bounds[1]))
