"""A bound on the spectral radius, from matrix products alone."""

from typing import final

from jax import Array
from jax.lax import Precision
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import check_positive, check_scalar
from .._types import ArrayLike
from ._base import AbstractConstraint, Place, Shape
from ._shapes import check_square


def radius_bound(weights: Array, *, doublings: int = 12) -> Array:
    """Return an upper bound of the spectral radius; 0 if a power of W is zero.

    Gelfand's formula: `rho(W) <= ||W^k||^(1/k)` for any k and norm, with equality as k
    grows. Here k = 2^doublings and the norm is the Frobenius norm. With k = 2^12 it is
    at most 0.2 % too large for a normal matrix of 1000 units, with k = 2^42 it is exact
    to rounding. The bound can be differentiated, and it needs no eigenvalues, which JAX
    cannot compute on TPUs.
    """
    tiny = jnp.finfo(weights.dtype).tiny
    # Work with W / scale, so that squares do not overflow, and add up log ||W^k|| / k.
    # Comparisons are written so that NaN propagates.
    largest = jnp.max(jnp.abs(weights))
    scale = jnp.where(largest <= tiny, jnp.ones_like(largest), largest)
    power, log_bound = weights / scale, jnp.log(scale)

    # Let P_0 = W / scale and P_{j+1} = (P_j / ||P_j||)^2. Then log ||W^(2^J)|| / 2^J is
    # log scale + sum over j of log ||P_j|| / 2^j.
    has_vanished = jnp.zeros((), bool)
    for doubling in range(doublings + 1):
        square = jnp.sum(power * power)
        is_nonzero = ~(square <= tiny)
        norm = jnp.sqrt(jnp.where(is_nonzero, square, jnp.ones_like(square)))
        # a power that vanishes, as for weights without loops, ends the sum
        is_zero = jnp.all(power == 0)
        log_vanished = jnp.where(is_zero, -jnp.inf, jnp.log(tiny) / 2)
        log_norm = jnp.where(is_nonzero, jnp.log(norm), log_vanished)
        log_bound = log_bound + jnp.where(
            has_vanished, jnp.zeros_like(log_bound), log_norm / 2.0**doubling
        )
        has_vanished = has_vanished | ~is_nonzero
        if doubling < doublings:
            power = power / norm
            power = jnp.matmul(power, power, precision=Precision.HIGHEST)
    return jnp.exp(log_bound)


@final
class SpectralRadiusBelow(AbstractConstraint):
    """The spectral radius is at most `rho`: W = raw * min(1, rho / bound(raw)).

    The bound is Gelfand's (`radius_bound`). It is never below the spectral radius, and
    within a percent of it except for very non-normal weights. Scaling preserves signs,
    masks and balance. `project` returns the effective weights: they satisfy the
    constraint but are not the closest such weights.

    **Arguments:**

    - `rho`: positive. If it is below 1 and all slopes of f are at most 1, the origin is
      stable.

    Raises `ValueError` for a radius that is not positive.
    """

    place = Place.RADIUS
    rho: Array

    @checks_arguments
    def __init__(self, rho: ArrayLike) -> None:
        check_positive("rho", rho, "Use Constant(0.0) for zeros.")
        check_scalar("rho", rho)
        self.rho = jnp.asarray(rho, float)

    def effective(self, raw: Array) -> Array:
        """Return the raw parameters, scaled down if their spectral radius exceeds rho.

        The spectral radius is measured by its bound.
        """
        rho, bound = self.rho.astype(raw.dtype), radius_bound(raw)
        # a bound of 0 would make the gradient of the unused ratio infinite
        ratio = rho / jnp.where(bound > rho, bound, rho)
        return jnp.where(bound > rho, raw * ratio, raw)

    def violations(self, weights: Array) -> Array:
        """Return True for all weights if the bound on their radius exceeds rho."""
        tolerance = 1 + jnp.sqrt(jnp.finfo(weights.dtype).eps)
        rho = self.rho.astype(weights.dtype)
        is_below = radius_bound(weights) <= rho * tolerance
        return jnp.broadcast_to(~is_below, weights.shape)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        del index
        return f"with a spectral radius above {float(self.rho):g}"

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` unless the weights are square."""
        check_square("SpectralRadiusBelow", shape)
