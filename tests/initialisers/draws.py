"""Draws of initial weights for tests, and a test of their mean."""

from helpers import STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj
from ctrnn_jax.initialisers import draw


KEY = jax.random.key(2)


def drawn(initialiser, constraint=None, *, shape):
    """Return effective weights in float64; without constraint they are free."""
    constraint = cj.constraints.Free() if constraint is None else constraint
    return np.asarray(draw(initialiser, KEY, shape, jnp.dtype(float), constraint))


def check_mean(values, mean, variance):
    """Check a mean to five standard errors of values with this variance."""
    error = np.sqrt(variance / values.size)
    assert abs(values.mean() - mean) < STANDARD_ERRORS * error
