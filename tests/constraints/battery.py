"""What every constraint must do, whatever it constrains."""

from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


SHAPE = (4, 4)
SIGNS = np.array([1, 1, 1, -1])
MASK = np.array([[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 0], [0, 1, 1, 0]], dtype=bool)
CONSTRAINTS = {
    "free": cj.Free(),
    "non-negative": cj.NonNegative(),
    "non-negative, relu": cj.NonNegative(cj.Relu()),
    "non-negative, softplus": cj.NonNegative(cj.Softplus()),
    "dale": cj.Dale(SIGNS),
    "dale, relu": cj.Dale(SIGNS, cj.Relu()),
    "dale, softplus": cj.Dale(SIGNS, cj.Softplus()),
    "masked": cj.Masked(MASK),
    "two masks": cj.chain(cj.Masked(MASK), cj.Masked(np.tri(4, dtype=bool))),
    "dale, masked": cj.chain(cj.Dale(SIGNS), cj.Masked(MASK)),
    "dale, relu, masked": cj.chain(cj.Dale(SIGNS, cj.Relu()), cj.Masked(MASK)),
    "dale, softplus, masked": cj.chain(cj.Dale(SIGNS, cj.Softplus()), cj.Masked(MASK)),
    "non-negative, masked": cj.chain(cj.NonNegative(), cj.Masked(MASK)),
}


def feasible(constraint, seed):
    """Weights that satisfy a constraint, away from zero where they exist."""
    sizes = 0.1 + jax.random.uniform(jax.random.key(seed), SHAPE)
    either = jax.random.rademacher(jax.random.key(seed + 1), SHAPE, float)
    signs = constraint.signs(SHAPE).astype(float)
    w = jnp.where(signs == 0, either, signs) * sizes
    return jnp.where(constraint.present(SHAPE), w, 0.0)


def check_feasible(constraint, raw):
    """Any real parameters give weights that hold, also after a projection."""
    w = constraint.effective(raw)
    assert not np.asarray(constraint.violations(w)).any()
    assert not np.asarray(w)[~np.asarray(constraint.present(SHAPE))].any()
    signs = np.asarray(constraint.signs(SHAPE))
    assert (np.asarray(w) * signs >= 0).all()
    projected = constraint.project(raw)
    assert identical(constraint.project(projected), projected)
    assert not np.asarray(constraint.violations(projected)).any()


def check_projection_is_the_nearest_point(constraint, raw, seed):
    """No feasible weights are nearer, in the Euclidean sense, than the projection."""
    near = jnp.linalg.norm(constraint.project(raw) - raw)
    for i in range(20):
        other = feasible(constraint, seed + 2 * i)
        for size in (0.0, 0.3, 1.0):
            assert near <= jnp.linalg.norm(size * other - raw) + 1e-12


def check_inverse(constraint, seed):
    """Feasible weights come back; without a softplus they are their own parameters."""
    w = feasible(constraint, seed)
    close(constraint.effective(constraint.raw(w)), w)
    if "Softplus" not in str(constraint):
        assert identical(constraint.raw(w), w)
        assert identical(constraint.project(w), w)


def check_breakage_is_seen(constraint, seed):
    """Every kind of broken weight is counted, one by one."""
    w = np.array(feasible(constraint, seed))
    signs = np.asarray(constraint.signs(SHAPE))
    present = np.asarray(constraint.present(SHAPE))
    for index in np.ndindex(SHAPE):
        broken = w.copy()
        broken[index] = np.nan
        assert np.asarray(constraint.violations(jnp.asarray(broken))).sum() == 1
        if not present[index]:
            broken[index] = 0.1 * (signs[index] or 1)
        elif signs[index]:
            broken[index] = -w[index]
        else:
            continue
        assert np.asarray(constraint.violations(jnp.asarray(broken))).sum() == 1
