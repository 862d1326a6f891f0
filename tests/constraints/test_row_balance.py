"""Rows whose excitation and inhibition cancel."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


def test_the_larger_sum_of_a_row_is_scaled_down_to_the_smaller():
    w = jnp.array([[3.0, 1.0, -2.0], [1.0, -2.0, -2.0], [1.0, 1.0, 0.0]])
    balanced = cj.constraints.RowBalanced().effective(w)
    close(balanced, np.array([[1.5, 0.5, -2.0], [1.0, -0.5, -0.5], [0.0, 0.0, 0.0]]))
    grad = jax.grad(lambda w: cj.constraints.RowBalanced().effective(w).sum())(w)
    assert np.isfinite(np.asarray(grad)).all()
