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

S = TypeVar("S")


def benettin(
    linear: Callable[[S, PyTree], tuple[S, Push]],
    start: S,
    inputs: PyTree,
    directions: Array,
    *,
    intervals: int,
    every: int,
    burn: int,
    whole: bool,
) -> tuple[Array, Array | None, Array]:
    """Return the logarithms of growth along a product of linear maps, per direction.

    The directions are carried along by the maps and orthonormalised after every
    interval; the lengths that are divided out are the growth (Benettin et al. 1980).

    **Arguments:**

    - `linear`: a function of (state, input), which returns the next state and the
      derivative at this one.
    - `start`: the state before the first step. `inputs`: of all steps, a pytree of
      arrays `(intervals, every, ...)`.
    - `directions`: orthonormal rows, `(k, dimensions)`.
    - `intervals`, `every`: number of intervals, and number of steps in each. The first
      `burn` intervals are not measured.
    - `whole`: whether there are as many directions as dimensions.

    **Returns:** logarithms of the growth, `(intervals - burn, k)`; the mean of
    ln |det| per step, if `whole`; and the largest condition (`LyapunovSpectrum`).
    """
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
        q, length = orthonormal(q, directions)
        condition = jnp.where(length > 0, image_length / length, jnp.inf)
        return (state, q), (jnp.log(length), log_det, jnp.max(condition))

    start_carry = (start, directions)
    _, measured = jax.lax.scan(interval, start_carry, inputs, length=intervals)
    # the first intervals let the directions converge
    logs, log_det, condition = jax.tree.map(lambda x: x[burn:], measured)
    mean_log_det = jnp.mean(log_det) / every if whole else None
    return logs, mean_log_det, jnp.max(condition)
