"""The speed of states, and its reduction by Adam before the search."""

import jax
from jax import Array
import jax.numpy as jnp

from ..._types import Numbers
from .._vector_field import VectorField


ADAM_RATE = 0.05
"""Learning rate of the warm-up at its first step."""


def root_mean_square(x: Array) -> Array:
    """Return the root mean square over the last axis, the units."""
    return jnp.sqrt(jnp.mean(x**2, axis=-1))


@jax.jit
def speeds(field: VectorField, v: Numbers) -> Array:
    """Return the root mean square of tau dv/dt at each state `(states, units)`."""
    return root_mean_square(jax.vmap(field.force)(jnp.asarray(v)))


@jax.jit
def descend(field: VectorField, starts: Array, num_steps: Array, rate: Array) -> Array:
    """Reduce `|F|^2 / 2` of each candidate separately by Adam (Kingma & Ba 2015).

    The learning rate falls exponentially to 1 % of `rate`. A step costs O(N^2), where
    Levenberg-Marquardt costs O(N^3). Use it for large networks, or to move candidates
    to a region of lower speed first.
    """

    def loss(v: Array) -> Array:
        return 0.5 * jnp.sum(field.force(v) ** 2)

    gradient_of = jax.vmap(jax.grad(loss))

    def update(
        i: Array, carry: tuple[Array, Array, Array]
    ) -> tuple[Array, Array, Array]:
        v, mean, square = carry
        gradient = gradient_of(v)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        # moments start at zero, which biases them at first
        num_done = (i + 1).astype(v.dtype)
        unbiased_mean = mean / (1 - 0.9**num_done)
        unbiased_root = jnp.sqrt(square / (1 - 0.999**num_done))
        # from `rate` at the first step to a hundredth of it at the last
        step_rate = rate * 0.01 ** (num_done / num_steps.astype(v.dtype))
        return v - step_rate * unbiased_mean / (unbiased_root + 1e-12), mean, square

    zeros = jnp.zeros_like(starts)
    return jax.lax.fori_loop(0, num_steps, update, (starts, zeros, zeros))[0]
