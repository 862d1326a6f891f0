"""Absent synapses, sign masks and fixed synapses."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj

from .constraint_cases import CONSTRAINTS, MASK, SHAPE


effective = eqx.filter_jit(lambda constraint, raw: constraint.effective(raw))


def test_absent_synapses_get_no_gradient():
    constraint = CONSTRAINTS["dale, masked"]
    raw = np.random.default_rng(0).normal(size=SHAPE)
    grad = jax.jit(jax.grad(lambda r: jnp.sum(jnp.sin(constraint.effective(r)))))(raw)
    np.testing.assert_array_equal(np.asarray(grad) != 0, MASK)


def test_a_sign_of_zero_is_an_absent_synapse_not_a_negative_one():
    """nn4n turns 0 into -1 (`ctrnn.py:290-293`)."""
    signs = np.array([[1, 0], [-1, 1]])
    constraint = cj.constraints.SignMask(signs)
    w = np.asarray(effective(constraint, np.full((2, 2), -2.0)))
    np.testing.assert_array_equal(w, 2.0 * signs)


def test_fixed_weights_do_not_change_and_plastic_ones_train():
    """W = M_plastic * W + M_fixed (Song, Yang & Wang 2016, eq. 13)."""
    values = np.array([[0.0, -0.7], [0.2, 0.0]])
    plastic = np.array([[True, False], [False, False]])
    fixed = cj.constraints.Fixed(values, plastic=plastic)
    w = np.asarray(effective(fixed, np.full((2, 2), 5.0)))
    np.testing.assert_array_equal(w, [[5.0, -0.7], [0.2, 0.0]])
    grad = jax.jit(jax.grad(lambda r: fixed.effective(r).sum()))(np.zeros((2, 2)))
    np.testing.assert_array_equal(np.asarray(grad) != 0, plastic)
    zero = cj.constraints.Fixed(np.zeros((2, 2)), where=np.eye(2, dtype=bool))
    np.testing.assert_array_equal(effective(zero, np.ones((2, 2))), 1 - np.eye(2))
