"""Constraints and their compositions, with the checks that each of them must pass."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


SHAPE = (4, 4)
BOTH_WAYS = np.array(
    [[0, 1, 0, 1], [1, 1, 1, 0], [0, 1, 0, 1], [1, 0, 1, 1]], dtype=bool
)
PER_SYNAPSE = np.array([[1, -1, 0, 0], [1, 1, -1, 0], [-1, 0, 1, 1], [0, -1, 1, -1]])
VALUES = np.array([[0.3, 0, 0, -0.2], [0, 0, 0, 0], [0, 1.5, 0, 0], [0, 0, 0, -2.0]])
BALANCED = cj.constraints.chain(
    cj.constraints.Dale(SIGNS := np.array([1, 1, 1, -1])), cj.constraints.RowBalanced()
)
MASK = np.array([[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 0], [0, 1, 1, 0]], dtype=bool)
CONSTRAINTS = {
    "free": cj.constraints.Free(),
    "non-negative": cj.constraints.NonNegative(),
    "non-negative, relu": cj.constraints.NonNegative(cj.constraints.Relu()),
    "non-negative, softplus": cj.constraints.NonNegative(cj.constraints.Softplus()),
    "dale": cj.constraints.Dale(SIGNS),
    "dale, relu": cj.constraints.Dale(SIGNS, cj.constraints.Relu()),
    "dale, softplus": cj.constraints.Dale(SIGNS, cj.constraints.Softplus()),
    "masked": cj.constraints.Masked(MASK),
    "two masks": cj.constraints.chain(
        cj.constraints.Masked(MASK), cj.constraints.Masked(np.tri(4, dtype=bool))
    ),
    "dale, masked": cj.constraints.chain(
        cj.constraints.Dale(SIGNS), cj.constraints.Masked(MASK)
    ),
    "dale, relu, masked": cj.constraints.chain(
        cj.constraints.Dale(SIGNS, cj.constraints.Relu()), cj.constraints.Masked(MASK)
    ),
    "dale, softplus, masked": cj.constraints.chain(
        cj.constraints.Dale(SIGNS, cj.constraints.Softplus()),
        cj.constraints.Masked(MASK),
    ),
    "non-negative, masked": cj.constraints.chain(
        cj.constraints.NonNegative(), cj.constraints.Masked(MASK)
    ),
    "bounded": cj.constraints.Bounded(-0.5, 0.7),
    "bounded per synapse": cj.constraints.Bounded(
        np.full(SHAPE, -1.0), 0.3 + 1.0 * MASK
    ),
    "bounded below": cj.constraints.Bounded(0.05, np.inf),
    "bounded above": cj.constraints.Bounded(-np.inf, -0.2),
    "bounded, dale": cj.constraints.chain(
        cj.constraints.Dale(SIGNS), cj.constraints.Bounded(-0.4, 0.4)
    ),
    "bounded, non-negative": cj.constraints.chain(
        cj.constraints.NonNegative(), cj.constraints.Bounded(0.1, 0.4)
    ),
    "bounded, masked": cj.constraints.chain(
        cj.constraints.Masked(MASK), cj.constraints.Bounded(0.1, 0.4)
    ),
    "sign mask": cj.constraints.SignMask(PER_SYNAPSE),
    "sign mask, relu": cj.constraints.SignMask(PER_SYNAPSE, cj.constraints.Relu()),
    "sign mask, softplus": cj.constraints.SignMask(
        PER_SYNAPSE, cj.constraints.Softplus()
    ),
    "sign mask, free": cj.constraints.SignMask(
        PER_SYNAPSE, free=(PER_SYNAPSE == 0) & MASK
    ),
    "fixed": cj.constraints.Fixed(VALUES),
    "fixed and plastic": cj.constraints.Fixed(VALUES, plastic=(VALUES == 0) & MASK),
    "fixed, dale": cj.constraints.chain(
        cj.constraints.Fixed(np.abs(VALUES) * SIGNS), cj.constraints.Dale(SIGNS)
    ),
    "no autapses": cj.constraints.NoAutapses(),
    "no autapses, dale": cj.constraints.chain(
        cj.constraints.NoAutapses(), cj.constraints.Dale(SIGNS)
    ),
    "symmetric": cj.constraints.Symmetric(),
    "symmetric, masked": cj.constraints.chain(
        cj.constraints.Symmetric(), cj.constraints.Masked(BOTH_WAYS)
    ),
    "symmetric, non-negative": cj.constraints.chain(
        cj.constraints.Symmetric(), cj.constraints.NonNegative()
    ),
    "skew": cj.constraints.Skew(),
    "skew, bounded": cj.constraints.chain(
        cj.constraints.Skew(), cj.constraints.Bounded(-0.3, 0.3)
    ),
    "balanced": cj.constraints.RowBalanced(),
    "balanced, dale": BALANCED,
    "balanced, dale, masked": cj.constraints.chain(
        BALANCED, cj.constraints.Masked(MASK)
    ),
    "radius": cj.constraints.SpectralRadiusBelow(0.8),
    "radius, dale, masked": cj.constraints.chain(
        cj.constraints.SpectralRadiusBelow(0.8),
        cj.constraints.Dale(SIGNS),
        cj.constraints.Masked(MASK),
    ),
    "radius, balanced, dale": cj.constraints.chain(
        cj.constraints.SpectralRadiusBelow(0.8), BALANCED
    ),
    "radius, symmetric": cj.constraints.chain(
        cj.constraints.SpectralRadiusBelow(0.8), cj.constraints.Symmetric()
    ),
}


def couples(constraint):
    """Return whether a constraint scales synapses jointly, so it is not exact."""
    links = getattr(constraint, "links", (constraint,))
    return any(
        isinstance(x, (cj.constraints.RowBalanced, cj.constraints.SpectralRadiusBelow))
        for x in links
    )


def mirrors(constraint):
    """Return whether a synapse depends on the reverse synapse."""
    links = getattr(constraint, "links", (constraint,))
    return any(
        isinstance(x, (cj.constraints.Symmetric, cj.constraints.Skew)) for x in links
    )


def feasible(constraint, seed):
    """Return weights that satisfy a constraint and are nonzero where they exist."""
    magnitudes = 0.1 + jax.random.uniform(jax.random.key(seed), SHAPE)
    random_signs = jax.random.rademacher(jax.random.key(seed + 1), SHAPE, float)
    signs = constraint.signs(SHAPE).astype(float)
    w = jnp.where(signs == 0, random_signs, signs) * magnitudes
    return constraint.project(jnp.where(constraint.present(SHAPE), w, 0.0))


def mapped(constraint, raw):
    """Return weights and projections of several matrices, and their violations."""
    w = jax.vmap(constraint.effective)(raw)
    projected = jax.vmap(constraint.project)(raw)
    again = jax.vmap(constraint.project)(projected)
    violations = jax.vmap(constraint.violations)
    return w, violations(w), projected, again, violations(projected)


mapped_as_one = eqx.filter_jit(mapped)  # for constraints of many operations


def check_feasible(constraint, raw):
    """Check that raw parameters give feasible weights, before and after projection.

    `raw` holds several matrices, which are mapped over.
    """
    results = (mapped_as_one if couples(constraint) else mapped)(constraint, raw)
    w, violations, projected, again, violations_of_projected = results
    assert not np.asarray(violations).any()
    assert not np.asarray(w)[:, ~np.asarray(constraint.present(SHAPE))].any()
    signs = np.asarray(constraint.signs(SHAPE))
    assert (np.asarray(w) * signs >= 0).all()
    if couples(constraint):
        close(again, projected)
    else:
        assert identical(again, projected)
    assert not np.asarray(violations_of_projected).any()


def check_projection_is_the_nearest_point(constraint, raw, seed):
    """Check that no feasible weights are closer to `raw` than its projection."""
    raw = np.asarray(raw)
    distance = np.linalg.norm(np.asarray(constraint.project(jnp.asarray(raw))) - raw)
    seeds = seed + np.arange(80)
    points = np.asarray(jax.vmap(lambda seed: feasible(constraint, seed))(seeds))
    for first, second in zip(points[::4], points[2::4], strict=True):
        for share in (0.0, 0.3, 1.0):  # the feasible sets are convex
            point = share * first + (1 - share) * second
            assert distance <= np.linalg.norm(point - raw) + 1e-12


def check_inverse(constraint, seed):
    """Check the inverse; without a softplus weights are their own raw parameters."""
    w = feasible(constraint, seed)
    close(constraint.effective(constraint.raw(w)), w)
    if couples(constraint):
        close(constraint.raw(w), w)
        close(constraint.project(w), w)
    elif "Softplus" not in str(constraint):
        assert identical(constraint.raw(w), w)
        assert identical(constraint.project(w), w)


def check_violations_are_counted(constraint, seed):
    """Break weights one by one and check that each violation is counted."""
    w = np.array(feasible(constraint, seed))
    signs = np.asarray(constraint.signs(SHAPE))
    present = np.asarray(constraint.present(SHAPE))
    all_broken = []
    for index in np.ndindex(SHAPE):
        wrong = [np.nan]
        if not present[index]:
            wrong.append(0.1 * (signs[index] or 1))
        elif signs[index] and w[index]:
            wrong.append(-w[index])
        for value in wrong:
            broken = w.copy()
            broken[index] = value
            all_broken.append(broken)
    counted = jax.vmap(constraint.violations)(jnp.asarray(np.stack(all_broken)))
    np.testing.assert_array_equal(np.asarray(counted).sum(axis=(1, 2)), 1)
