"""Bounded weights: reflection at the bounds, and its derivatives."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj
from ctrnn_jax.constraints import fold


def test_bounds_are_reached_and_every_gradient_is_nonzero():
    """Reflection at both ends: slope +1 or -1 everywhere, +1 at the bounds."""
    b = cj.constraints.Bounded(-0.5, 1.0)
    x = np.array([-3.5, -2.0, -0.9, -0.5, 0.2, 1.0, 1.4, 2.5, 4.0])
    effective = jax.jit(lambda x: b.effective(x))
    w = effective(x)
    close(w, np.array([-0.5, 1.0, -0.1, -0.5, 0.2, 1.0, 0.6, -0.5, 1.0]))
    slope = jax.jit(jax.vmap(jax.grad(lambda x: b.effective(x[None])[0])))
    slopes = slope(x)
    assert np.all(np.abs(slopes) == 1)
    np.testing.assert_array_equal(slopes[3:6], 1.0)
    middle = np.array([-1.3, 1.2, 1.9, 3.1])
    h = 1e-6
    above, below = (effective(middle + step) for step in (h, -h))
    numeric = (np.asarray(above) - np.asarray(below)) / (2 * h)
    np.testing.assert_allclose(slope(middle), numeric, atol=1e-8)


def test_the_derivative_with_respect_to_a_bound():
    """A value reflected at one bound is w = 2 low - x."""

    @jax.jit
    def value(low):
        return fold(jnp.asarray(1.0), low, jnp.asarray(jnp.inf))

    assert float(value(jnp.asarray(1.5))) == 2.0
    slope = jax.jit(jax.grad(value))
    assert float(slope(1.5)) == 2.0
    assert float(slope(0.5)) == 0.0
