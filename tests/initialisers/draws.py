"""Draws of initial weights for tests, and a test of their mean."""

import equinox as eqx
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


_compiled = eqx.filter_jit(draw)


def drawn_at_once(initialiser, constraint=None, *, shape):
    """As `drawn`, by one program instead of one for each operation."""
    constraint = cj.constraints.Free() if constraint is None else constraint
    dtype = jnp.dtype(float)
    return np.asarray(_compiled(initialiser, KEY, shape, dtype, constraint))


def check_mean(values, mean, variance):
    """Check a mean to five standard errors of values with this variance."""
    error = np.sqrt(variance / values.size)
    assert abs(values.mean() - mean) < STANDARD_ERRORS * error
