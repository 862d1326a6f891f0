"""Maps to magnitudes: values, gradients and dead synapses."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj

from .constraint_cases import CONSTRAINTS, MASK, SHAPE, SIGNS


@pytest.mark.parametrize(
    ("map", "slopes"),
    [
        # +1 at 0, so that a synapse that starts at zero is not frozen
        (cj.constraints.Abs(), lambda x: np.where(x < 0, -1.0, 1.0)),
        (cj.constraints.Relu(), lambda x: np.where(x > 0, 1.0, 0.0)),
        (cj.constraints.Softplus(), lambda x: 1 / (1 + np.exp(-x))),
    ],
)
def test_gradients_are_those_of_the_docstrings(map, slopes):
    x = np.array([-2.0, -0.1, 0.0, 0.1, 2.0])
    close(jax.jit(jax.vmap(jax.grad(map.magnitude)))(x), slopes(x))
    dead = np.asarray(map.is_dead(jnp.asarray(x)))
    np.testing.assert_array_equal(dead, slopes(x) == 0)


def test_dead_synapses_exist_and_have_no_gradient():
    raw = -jnp.asarray(SIGNS, float)[None, :] * jnp.ones(SHAPE)  # all of the wrong sign
    with_relu, with_abs = CONSTRAINTS["dale, relu, masked"], CONSTRAINTS["dale, masked"]
    np.testing.assert_array_equal(with_relu.dead(raw), MASK)
    assert not np.asarray(with_abs.dead(raw)).any()


def test_softplus_preserves_large_and_small_weights():
    w = np.array([1e-30, 1e-3, 1.0, 50.0, 1e4])
    constraint = cj.constraints.NonNegative(cj.constraints.Softplus())
    close(jax.jit(lambda w: constraint.effective(constraint.raw(w)))(w), w)
