"""Scoring steps for a few parameters within bounds, for the fits of behaviour."""

from collections.abc import Callable

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float


class Point(eqx.Module):
    """A loss at some parameters: `point (n,)`, `value`, `gradient (n,)`, and
    `curvature (n, n)`, a matrix without negative eigenvalues: the expected (Fisher) or
    Gauss-Newton approximation of the Hessian.
    """

    point: Float[Array, " n"]
    value: Float[Array, ""]
    gradient: Float[Array, " n"]
    curvature: Float[Array, "n n"]


class Minimum(eqx.Module):
    """Where a loss is lowest.

    **Attributes:** `point (n,)`, `value`, `curvature (n, n)` there (the identity for
    parameters that a bound stops), `free (n,)`: those that none does; and `converged`:
    whether the gradient vanishes, but for directions out of the bounds, and the
    curvature determines every parameter: it does not at the foot of a slope without
    end, nor where the loss is flat along a bound.
    """

    point: Float[Array, " n"]
    value: Float[Array, ""]
    curvature: Float[Array, "n n"]
    free: Bool[Array, " n"]
    converged: Bool[Array, ""]


def tolerance(dtype: jnp.dtype) -> float:
    """How small a gradient is 0, for losses of the order of 1."""
    return float(jnp.finfo(dtype).eps) ** 0.5


def minimise(
    loss: Callable[[Array], Point],
    starts: Float[Array, "starts n"],
    lower: Float[Array, " n"],
    upper: Float[Array, " n"],
    *,
    steps: int = 100,
) -> Minimum:
    """The lowest of the minima found from several starts.

    Projected steps (Bertsekas 1982, SIAM J. Control 20, 221) of Fisher scoring, damped
    until the loss falls (Marquardt 1963). Give losses of the order of 1 in parameters
    of the order of 1. Where `lower` equals `upper` a parameter is fixed.
    """
    found = jax.vmap(lambda start: _from(loss, start, lower, upper, steps))(starts)
    value = jnp.where(jnp.isnan(found.value), jnp.inf, found.value)
    # of starts that end equally low, one that is sure of it
    near = value <= jnp.min(value) + tolerance(value.dtype)
    best = jnp.argmax(jnp.where(near, 1, 0) + jnp.where(near & found.converged, 1, 0))
    return jax.tree.map(lambda x: x[best], found)


def _from(
    loss: Callable[[Array], Point],
    start: Array,
    lower: Array,
    upper: Array,
    steps: int,
) -> Minimum:
    tol = tolerance(start.dtype)

    def allowed(at: Point, least: float = 0.0) -> tuple[Array, Array, Array]:
        """Gradient, curvature and which are the parameters that no bound stops.

        A bound stops what a gradient larger than `least` presses against it.
        """
        x, g = at.point, at.gradient
        stopped = ((x <= lower) & (g > least)) | ((x >= upper) & (g < -least))
        free = ~stopped & (lower < upper)
        pair = free[:, None] & free[None, :]
        eye = jnp.eye(x.shape[0], dtype=x.dtype)
        return jnp.where(free, g, 0.0), jnp.where(pair, at.curvature, eye), free

    def body(carry: tuple[Point, Array, Array]) -> tuple[Point, Array, Array]:
        at, damping, count = carry
        g, curved, _ = allowed(at)
        diagonal = damping * jnp.diagonal(curved) + 1e-9
        move = jnp.linalg.solve(curved + jnp.diag(diagonal), g)
        tried = loss(jnp.clip(at.point - move, lower, upper))
        better = tried.value <= at.value
        at = jax.tree.map(lambda new, old: jnp.where(better, new, old), tried, at)
        easier = jnp.where(damping > 1e-6, damping / 10, 0.0)
        damping = jnp.where(better, easier, jnp.maximum(10 * damping, 1e-3))
        return at, damping, count + 1

    def going(carry: tuple[Point, Array, Array]) -> Array:
        at, damping, count = carry
        steep = jnp.max(jnp.abs(allowed(at)[0])) > tol / 10
        return steep & (damping < 1e8) & (count < steps)

    first = loss(jnp.clip(start, lower, upper))
    zero = jnp.zeros((), start.dtype)
    at, _, _ = jax.lax.while_loop(going, body, (first, zero, jnp.zeros((), int)))
    g, curved, free = allowed(at, tol)
    proper = jnp.min(jnp.linalg.eigvalsh(curved)) > max(1e-6, tol)
    converged = (jnp.max(jnp.abs(g)) <= tol) & proper
    return Minimum(at.point, at.value, curved, free, converged)
