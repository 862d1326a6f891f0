"""Properties that every constraint must have, for any raw parameters."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from .constraint_cases import (
    check_feasible,
    check_inverse,
    check_projection_is_the_nearest_point,
    check_violations_are_counted,
    CONSTRAINTS,
    couples,
    feasible,
    mirrors,
    SHAPE,
)


every_constraint = pytest.mark.parametrize("name", CONSTRAINTS)


def any_parameters(seed=20161110):
    """Return 30 matrices of numbers of every size, of which some are special.

    Numbers below 1e-300 would underflow when they are halved twice, except for the
    smallest: processors may treat -5e-324 as zero in comparisons but preserve its sign.
    """
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1.0, 1.0], (24, *SHAPE))
    sizes = np.concatenate([
        rng.uniform(0, 1e6, (4, *SHAPE)),
        np.abs(rng.normal(size=(8, *SHAPE))),
        10.0 ** rng.uniform(-300, 6, (12, *SHAPE)),
    ])  # fmt: skip
    special = np.array([0.0, -0.0, 1e-300, -1e300, 5e-324, -5e-324])
    is_special = rng.random(signs.shape) < 0.3
    mixed = np.where(is_special, rng.choice(special, signs.shape), signs * sizes)
    alike = np.broadcast_to(special[:, None, None], (len(special), *SHAPE))
    return jnp.asarray(np.concatenate([mixed, alike]))


@every_constraint
def test_any_parameters_give_feasible_weights(name):
    raw = np.asarray(any_parameters())
    if name == "radius, balanced, dale" and jax.__version_info__ >= (0, 12):
        # Equal entries become a matrix whose square is 0, so its radius is rounding.
        # JAX 0.12, compiling quickly, rounds it differently in `violations`.
        raw = raw[np.ptp(raw, axis=(1, 2)) > 0]
    check_feasible(CONSTRAINTS[name], jnp.asarray(raw))


@every_constraint
def test_projection_is_the_nearest_point(name):
    if couples(CONSTRAINTS[name]):
        pytest.skip("feasible but not always the nearest, as its docstring states")
    raw = np.random.default_rng(3).normal(size=SHAPE)
    check_projection_is_the_nearest_point(CONSTRAINTS[name], raw, 10)


@every_constraint
def test_feasible_weights_are_recovered_from_their_raw_parameters(name):
    check_inverse(CONSTRAINTS[name], 5)


@every_constraint
def test_broken_weights_are_counted(name):
    constraint = CONSTRAINTS[name]
    if couples(constraint) or mirrors(constraint):
        w = np.array(feasible(constraint, 7))
        w[0, 1] += 3.0  # another synapse would have to change too
        assert np.asarray(constraint.violations(jnp.asarray(w))).any()
        w[0, 1] = np.nan
        assert np.asarray(constraint.violations(jnp.asarray(w))).any()
        return
    check_violations_are_counted(CONSTRAINTS[name], 7)


@every_constraint
def test_works_under_jit_and_vmap(name):
    constraint = CONSTRAINTS[name]
    raw = np.random.default_rng(0).normal(size=(3, *SHAPE))
    alone = np.stack([constraint.effective(jnp.asarray(r)) for r in raw])
    close(jax.jit(jax.vmap(constraint.effective))(raw), alone)
