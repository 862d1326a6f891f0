"""Properties that every constraint must have, for any raw parameters."""

from helpers import close
from hypothesis import given, settings, strategies as st
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
# smaller numbers underflow when they are halved twice
ordinary = st.floats(-1e6, 1e6).map(lambda x: x if abs(x) > 1e-300 else 0.0)
floats = ordinary | st.sampled_from([0.0, -0.0, 1e-300, -1e300, 5e-324, -5e-324])
raws = st.lists(floats, min_size=8 * 16, max_size=8 * 16).map(
    lambda values: jnp.asarray(np.reshape(values, (8, *SHAPE)))
)


@every_constraint
@settings(max_examples=3)
@given(raw=raws)
def test_any_parameters_give_feasible_weights(name, raw):
    """Eight matrices at once."""
    check_feasible(CONSTRAINTS[name], raw)


@every_constraint
def test_subnormal_numbers_give_feasible_weights(name):
    """Processors may treat -5e-324 as zero in comparisons but preserve its sign."""
    tiny = np.full((2, *SHAPE), 5e-324) * np.array([1, -1])[:, None, None]
    check_feasible(CONSTRAINTS[name], jnp.asarray(tiny))


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
