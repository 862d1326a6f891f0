"""Bounded minimisation by damped scoring steps, for fits of a few parameters."""

from collections.abc import Callable
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float


class Point(NamedTuple):
    """A loss at some parameters.

    **Attributes:** `point (n,)`; `value`; `gradient (n,)`; `curvature (n, n)`, an
    approximation of the Hessian without negative eigenvalues: the expected (Fisher) or
    the Gauss-Newton one.
    """

    point: Float[Array, " n"]
    value: Float[Array, ""]
    gradient: Float[Array, " n"]
    curvature: Float[Array, "n n"]


class Minimum(NamedTuple):
    """A minimum of a loss within bounds.

    **Attributes:**

    - `point (n,)`, `value`: the parameters and the loss.
    - `curvature (n, n)`: the identity for parameters that a bound stops.
    - `free (n,)`: the parameters that no bound stops.
    - `converged`: whether the gradient vanishes, except in directions out of the
      bounds, and the curvature determines every parameter. The curvature does not if
      the loss decreases without end, or if it is flat along a bound.
    """

    point: Float[Array, " n"]
    value: Float[Array, ""]
    curvature: Float[Array, "n n"]
    free: Bool[Array, " n"]
    converged: Bool[Array, ""]


def tolerance(dtype: jnp.dtype) -> float:
    """Return the gradient norm that counts as 0, for losses of the order of 1."""
    return float(jnp.finfo(dtype).eps) ** 0.5


def minimise(
    loss: Callable[[Array], Point],
    starts: Float[Array, "starts n"],
    lower: Float[Array, " n"],
    upper: Float[Array, " n"],
    *,
    max_iterations: int = 100,
) -> Minimum:
    """Return the lowest of the minima that are reached from several starts.

    Projected steps (Bertsekas 1982, SIAM J. Control 20, 221) of Fisher scoring, damped
    until the loss decreases (Marquardt 1963). The loss and the parameters should be of
    the order of 1. If `lower` equals `upper` a parameter is fixed.
    """

    def from_start(start: Array) -> Minimum:
        return _minimise_from(loss, start, lower, upper, max_iterations)

    minima = jax.vmap(from_start)(starts)
    value = jnp.where(jnp.isnan(minima.value), jnp.inf, minima.value)
    # among starts that reach the same value, prefer one that converged
    is_lowest = value <= jnp.min(value) + tolerance(value.dtype)
    is_lowest_converged = is_lowest & minima.converged
    best = jnp.argmax(jnp.where(is_lowest, 1, 0) + jnp.where(is_lowest_converged, 1, 0))
    return jax.tree.map(lambda x: x[best], minima)


def _minimise_from(
    loss: Callable[[Array], Point],
    start: Array,
    lower: Array,
    upper: Array,
    max_iterations: int,
) -> Minimum:
    """Iterate from one start until the gradient of the free parameters vanishes."""
    tol = tolerance(start.dtype)

    def restrict(at: Point, threshold: float = 0.0) -> tuple[Array, Array, Array]:
        """Return gradient and curvature of the free parameters, and which are free.

        A bound stops a parameter that a gradient larger than `threshold` pushes out.
        """
        x, g = at.point, at.gradient
        at_lower = (x <= lower) & (g > threshold)
        at_upper = (x >= upper) & (g < -threshold)
        free = ~(at_lower | at_upper) & (lower < upper)
        both_free = free[:, None] & free[None, :]
        eye = jnp.eye(x.shape[0], dtype=x.dtype)
        return jnp.where(free, g, 0.0), jnp.where(both_free, at.curvature, eye), free

    def iterate(carry: tuple[Point, Array, Array]) -> tuple[Point, Array, Array]:
        at, damping, count = carry
        # a Marquardt step, projected onto the bounds
        gradient, curvature, _ = restrict(at)
        diagonal = damping * jnp.diagonal(curvature) + 1e-9
        step = jnp.linalg.solve(curvature + jnp.diag(diagonal), gradient)
        candidate = loss(jnp.clip(at.point - step, lower, upper))
        # accept it if the loss does not increase; adapt the damping
        is_better = candidate.value <= at.value
        at = jax.tree.map(
            lambda new, old: jnp.where(is_better, new, old), candidate, at
        )
        weaker = jnp.where(damping > 1e-6, damping / 10, 0.0)
        damping = jnp.where(is_better, weaker, jnp.maximum(10 * damping, 1e-3))
        return at, damping, count + 1

    def is_running(carry: tuple[Point, Array, Array]) -> Array:
        at, damping, count = carry
        is_steep = jnp.max(jnp.abs(restrict(at)[0])) > tol / 10
        return is_steep & (damping < 1e8) & (count < max_iterations)

    initial = loss(jnp.clip(start, lower, upper))
    zero = jnp.zeros((), start.dtype)
    carry = (initial, zero, jnp.zeros((), int))
    at, _, _ = jax.lax.while_loop(is_running, iterate, carry)

    # converged: no gradient, and a curvature that determines all free parameters
    gradient, curvature, free = restrict(at, tol)
    is_determined = jnp.min(jnp.linalg.eigvalsh(curvature)) > max(1e-6, tol)
    converged = (jnp.max(jnp.abs(gradient)) <= tol) & is_determined
    return Minimum(at.point, at.value, curvature, free, converged)
