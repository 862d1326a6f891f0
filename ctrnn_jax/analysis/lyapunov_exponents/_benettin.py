"""Growth of orthonormal directions under a product of linear maps (Benettin 1980)."""

from collections.abc import Callable
from typing import TypeVar

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from ._orthonormal import orthonormal


Push = Callable[[Array], Array]
"""A linear map of one direction, `(dimensions,)`."""

Growth = tuple[Array, Array, Array]
"""In each interval: logarithms of the growth `(intervals, k)`, the sum of ln |det| over
the steps if `whole`, and the condition (see `LyapunovSpectrum`), `(intervals,)`."""

S = TypeVar("S")


def growth(
    linear: Callable[[S, PyTree], tuple[S, Push]],
    carry: tuple[S, Array],
    spare: Array,
    inputs: PyTree,
    *,
    intervals: int,
    every: int,
    whole: bool,
) -> tuple[tuple[S, Array], Growth]:
    """Return the growth along a product of linear maps, per direction.

    The directions are carried along by the maps and orthonormalised after every
    interval; the lengths that are divided out are the growth (Benettin et al. 1980).

    **Arguments:**

    - `linear`: a function of (state, input), which returns the next state and the
      derivative at this one.
    - `carry`: the state before the first step, and the directions, orthonormal rows
      `(k, dimensions)`.
    - `spare`: directions that replace those that vanish, see `orthonormal`.
    - `inputs`: of all steps, a pytree of arrays `(intervals, every, ...)`.
    - `intervals`, `every`: number of intervals, and number of steps in each.
    - `whole`: whether there are as many directions as dimensions.

    **Returns:** the state and the directions at the end, to continue with, and the
    growth in each interval.
    """
    directions = carry[1]
    identity = jnp.eye(directions.shape[1], dtype=directions.dtype)

    def step(
        carry: tuple[S, Array, Array], x: PyTree
    ) -> tuple[tuple[S, Array, Array], None]:
        state, q, log_det = carry
        state, push = linear(state, x)
        if whole:
            # the whole Jacobian is needed for its determinant, so use it for q too
            transposed = jax.vmap(push)(identity)
            log_det = log_det + jnp.linalg.slogdet(transposed)[1]
            return (state, q @ transposed, log_det), None
        return (state, jax.vmap(push)(q), log_det), None

    def interval(
        carry: tuple[S, Array], xs: PyTree
    ) -> tuple[tuple[S, Array], tuple[Array, Array, Array]]:
        no_log = jnp.zeros((), directions.dtype)
        (state, q, log_det), _ = jax.lax.scan(step, (*carry, no_log), xs, length=every)
        # the growth is the length of the part orthogonal to earlier images; if an image
        # is far longer than this part, digits are lost
        image_length = jnp.linalg.norm(q, axis=1)
        q, length = orthonormal(q, spare)
        condition = jnp.where(length > 0, image_length / length, jnp.inf)
        return (state, q), (jnp.log(length), log_det, jnp.max(condition))

    return jax.lax.scan(interval, carry, inputs, length=intervals)
