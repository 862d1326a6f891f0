"""Properties that every constraint must have, for any raw parameters."""

from helpers import close
from hypothesis import given, strategies as st
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
floats = st.floats(-1e6, 1e6) | st.sampled_from(
    [0.0, -0.0, 1e-300, -1e300, 5e-324, -5e-324]
)
raws = st.lists(floats, min_size=16, max_size=16).map(
    lambda values: jnp.asarray(values).reshape(SHAPE)
)


@every_constraint
@given(raw=raws)
def test_any_parameters_give_feasible_weights(name, raw):
    check_feasible(CONSTRAINTS[name], raw)


@every_constraint
def test_subnormal_numbers_give_feasible_weights(name):
    """Processors may treat -5e-324 as zero in comparisons but preserve its sign."""
    for tiny in (-5e-324, 5e-324):
        check_feasible(CONSTRAINTS[name], jnp.full(SHAPE, tiny))


@every_constraint
def test_projection_is_the_nearest_point(name):
    if couples(CONSTRAINTS[name]):
        pytest.skip("feasible but not always the nearest, as its docstring states")
    raw = jax.random.normal(jax.random.key(3), SHAPE)
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
    raw = jax.random.normal(jax.random.key(0), (3, *SHAPE))
    close(
        jax.jit(jax.vmap(constraint.effective))(raw),
        jnp.stack([constraint.effective(r) for r in raw]),
    )
