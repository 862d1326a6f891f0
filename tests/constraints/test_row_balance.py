"""Rows whose excitation and inhibition cancel."""

from helpers import close
import jax
import numpy as np

import ctrnn_jax as cj


def test_the_larger_sum_of_a_row_is_scaled_down_to_the_smaller():
    w = np.array([[3.0, 1.0, -2.0], [1.0, -2.0, -2.0], [1.0, 1.0, 0.0]])
    effective = cj.constraints.RowBalanced().effective
    balanced = jax.jit(effective)(w)
    close(balanced, np.array([[1.5, 0.5, -2.0], [1.0, -0.5, -0.5], [0.0, 0.0, 0.0]]))
    grad = jax.jit(jax.grad(lambda w: effective(w).sum()))(w)
    assert np.isfinite(np.asarray(grad)).all()
