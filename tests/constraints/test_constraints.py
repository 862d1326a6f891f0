from helpers import close, identical
from hypothesis import given, strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj

from .battery import (
    check_breakage_is_seen,
    check_feasible,
    check_inverse,
    check_projection_is_the_nearest_point,
    CONSTRAINTS,
    couples,
    feasible,
    MASK,
    mirrors,
    SHAPE,
    SIGNS,
)


every = pytest.mark.parametrize("name", CONSTRAINTS)
floats = st.floats(-1e6, 1e6) | st.sampled_from(
    [0.0, -0.0, 1e-300, -1e300, 5e-324, -5e-324]
)
raws = st.lists(floats, min_size=16, max_size=16).map(
    lambda values: jnp.asarray(values).reshape(SHAPE)
)


@every
@given(raw=raws)
def test_any_parameters_give_feasible_weights(name, raw):
    check_feasible(CONSTRAINTS[name], raw)


@every
def test_numbers_too_small_to_be_normal_are_no_way_round(name):
    """Processors may compare -5e-324 as zero, and yet keep its sign."""
    for tiny in (-5e-324, 5e-324):
        check_feasible(CONSTRAINTS[name], jnp.full(SHAPE, tiny))


@every
def test_projection_is_the_nearest_point(name):
    if couples(CONSTRAINTS[name]):
        pytest.skip("feasible, and not always the nearest: its docstring says so")
    raw = jax.random.normal(jax.random.key(3), SHAPE)
    check_projection_is_the_nearest_point(CONSTRAINTS[name], raw, 10)


@every
def test_feasible_weights_are_reached(name):
    check_inverse(CONSTRAINTS[name], 5)


@every
def test_broken_weights_are_counted(name):
    constraint = CONSTRAINTS[name]
    if couples(constraint) or mirrors(constraint):
        w = np.array(feasible(constraint, 7))
        w[0, 1] += 3.0  # elsewhere it would have to move as well
        assert np.asarray(constraint.violations(jnp.asarray(w))).any()
        w[0, 1] = np.nan
        assert np.asarray(constraint.violations(jnp.asarray(w))).any()
        return
    check_breakage_is_seen(CONSTRAINTS[name], 7)


@every
def test_works_under_jit_and_vmap(name):
    constraint = CONSTRAINTS[name]
    raw = jax.random.normal(jax.random.key(0), (3, *SHAPE))
    close(
        jax.jit(jax.vmap(constraint.effective))(raw),
        jnp.stack([constraint.effective(r) for r in raw]),
    )


@pytest.mark.parametrize(
    ("map", "slopes"),
    [
        (
            cj.constraints.Abs(),
            lambda x: np.where(x < 0, -1.0, 1.0),
        ),  # +1 at 0: never frozen
        (cj.constraints.Relu(), lambda x: np.where(x > 0, 1.0, 0.0)),
        (cj.constraints.Softplus(), lambda x: 1 / (1 + np.exp(-x))),
    ],
)
def test_gradients_are_those_of_the_docstrings(map, slopes):
    x = np.array([-2.0, -0.1, 0.0, 0.1, 2.0])
    close(jax.vmap(jax.grad(map.size))(jnp.asarray(x)), slopes(x))
    dead = np.asarray(map.is_dead(jnp.asarray(x)))
    np.testing.assert_array_equal(dead, slopes(x) == 0)


def test_absent_synapses_get_no_gradient():
    constraint = CONSTRAINTS["dale, masked"]
    raw = jax.random.normal(jax.random.key(0), SHAPE)
    grad = jax.grad(lambda r: jnp.sum(jnp.sin(constraint.effective(r))))(raw)
    np.testing.assert_array_equal(np.asarray(grad != 0), MASK)


def test_dead_synapses_are_existing_ones_without_gradient():
    raw = -jnp.asarray(SIGNS, float)[None, :] * jnp.ones(SHAPE)  # all of the wrong sign
    relu, kept = CONSTRAINTS["dale, relu, masked"], CONSTRAINTS["dale, masked"]
    np.testing.assert_array_equal(relu.dead(raw), MASK)
    assert not np.asarray(kept.dead(raw)).any()


def test_softplus_keeps_large_and_small_weights():
    w = jnp.array([1e-30, 1e-3, 1.0, 50.0, 1e4])
    close(cj.constraints.NonNegative(cj.constraints.Softplus()).effective(
        cj.constraints.NonNegative(cj.constraints.Softplus()).raw(w)), w)  # fmt: skip


def test_chains_are_flat_and_skip_what_does_nothing():
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


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: cj.constraints.Chain(
                (cj.constraints.Masked(MASK), cj.constraints.Dale(SIGNS))
            ),
            "Dale after Masked",
        ),
        (
            lambda: cj.constraints.chain(
                cj.constraints.Dale(SIGNS), cj.constraints.NonNegative()
            ),
            "NonNegative after Dale",
        ),
        (
            lambda: cj.constraints.Chain((cj.constraints.Chain(()),)),
            "must be simple constraints; got Chain",
        ),
        (
            lambda: cj.constraints.Dale(np.array([1, 0, -1])),
            r"`signs` must be \+1 or -1",
        ),
        (
            lambda: cj.constraints.Dale(np.ones((2, 2))),
            r"`signs` must have shape \(pre,\)",
        ),
        (
            lambda: cj.constraints.Masked(np.ones((2, 2))),
            "`mask` must be boolean; got float64",
        ),
        (
            lambda: cj.constraints.Dale(np.ones(3)).check((3, 4)),
            "one entry for each of the columns",
        ),
        (
            lambda: cj.constraints.Masked(np.ones((3, 2), bool)).check((2, 3)),
            r"shape \(2, 3\) of the weights; got shape \(3, 2\). Axis 0 is post",
        ),
    ],
)
def test_bad_constraints_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("units", "fraction", "count"),
    [(100, 0.8, 80), (100, 0.57, 57), (10, 0.75, 8), (3, 0.5, 2), (7, 0.8, 6)],
)
def test_excitatory_units_are_counted_by_rounding(units, fraction, count):
    """`int(100 * 0.57)` is 56."""
    signs = np.asarray(cj.connectivity.excitatory_signs(units, fraction))
    np.testing.assert_array_equal(signs, [1] * count + [-1] * (units - count))


@pytest.mark.parametrize("fraction", [0.0, 1.0, 0.01])
def test_both_classes_must_exist(fraction):
    with pytest.raises(ValueError, match="at least one unit of each class"):
        cj.connectivity.excitatory_signs(10, fraction)


@pytest.mark.parametrize("fraction", [-0.1, 1.2])
def test_fractions_lie_between_zero_and_one(fraction):
    with pytest.raises(ValueError, match=r"`frac_excitatory` must lie in \[0, 1\]"):
        cj.connectivity.excitatory_signs(10, fraction)
