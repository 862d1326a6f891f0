"""Bounded weights: reflection into an interval whose ends can be reached."""

from typing import final

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, describe, is_concrete
from .._types import ArrayLike
from ._base import AbstractConstraint, Place, Shape, Structure
from ._dale_and_signs import AbstractSigned
from ._shapes import AXES


@jax.custom_jvp
def fold(x: Array, low: Array, high: Array) -> Array:
    """Reflect x into [low, high], as often as needed; inside, x is unchanged.

    The slope is +1 or -1 everywhere, and +1 at both bounds. Either bound may be
    infinite.
    """
    return jnp.clip(_reflect(x, low, high)[0], low, high)


def _reflect(x: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Return the reflected value, and whether the slope there is -1."""
    width = high - low
    is_inside = (x >= low) & (x <= high)

    # two finite bounds: a triangle wave of period 2 * width, rising first
    has_both = jnp.isfinite(width)
    safe_width = jnp.where(has_both, width, jnp.ones_like(width))
    phase = jnp.mod(jnp.where(has_both, x - low, jnp.zeros_like(x)), 2 * safe_width)
    is_falling = phase > safe_width
    triangle = jnp.where(is_falling, high - (phase - safe_width), low + phase)

    # one finite bound: one reflection
    from_low = jnp.where(jnp.isfinite(low), low + (low - x), x)
    from_high = jnp.where(jnp.isfinite(high), high - (x - high), x)
    one_sided = jnp.where(x < low, from_low, jnp.where(x > high, from_high, x))

    outside = jnp.where(has_both, triangle, one_sided)
    has_negative_slope = jnp.where(has_both, is_falling, True) & ~is_inside
    return jnp.where(is_inside, x, outside), has_negative_slope


@fold.defjvp
def _fold_jvp(primals: tuple, tangents: tuple) -> tuple[Array, Array]:
    x, low, high = primals
    dx, dlow, dhigh = tangents
    has_negative_slope = _reflect(x, low, high)[1]
    # A value reflected once, at `low`, is 2 * low - x, so it moves with the bound. The
    # derivative with respect to the bounds is taken as 0 for further reflections.
    by_bound = jnp.where(x < low, 2 * dlow, jnp.where(x > high, 2 * dhigh, 0 * dlow))
    is_near = (x >= low - (high - low)) & (x <= high + (high - low))
    by_bound = jnp.where(
        is_near & has_negative_slope, by_bound, jnp.zeros_like(by_bound)
    )
    by_x = jnp.where(has_negative_slope, -dx, dx)
    return fold(x, low, high), by_x + by_bound


@final
class Bounded(AbstractConstraint):
    """Weights between `low` and `high`, both reachable: W = fold(raw).

    The raw parameter is reflected at the bounds, so its gradient has the magnitude of
    the weight's gradient everywhere. Under `clip` instead, a synapse beyond a bound
    would have no gradient. Under a sigmoid, weights could not reach the bounds, and
    feasible weights would not be their own parameters. With one infinite bound the map
    is `Abs` about the other bound. Weight decay of an optimiser pulls raw to 0, which
    is no small weight if the bounds exclude 0: use `cj.training.decay_mask`.

    **Arguments:**

    - `low`, `high`: numbers, or arrays of the weights' shape; one may be infinite.

    With a sign constraint the bounds must be symmetric, and the map `Abs` or `Relu`.
    Raises `ValueError` unless `low < high` everywhere.

    **Example:**

    >>> print(cj.constraints.Bounded(-1.0, 1.0).effective(jnp.array([[0.5, 1.25]])))
    [[0.5  0.75]]
    """

    place = Place.BOUNDS
    counts_absent = False
    low: Array
    high: Array

    @checks_arguments
    def __init__(self, low: ArrayLike, high: ArrayLike) -> None:
        self.low = jnp.asarray(low, float)
        self.high = jnp.asarray(high, float)
        if is_concrete((self.low, self.high)):
            check(
                np.all(np.less(np.asarray(self.low), np.asarray(self.high))),
                "low",
                "be below `high`",
                f"low = {describe(low)}, high = {describe(high)}",
                "For weights that never change use Fixed(values).",
            )

    def _bounds(self, like: Array) -> tuple[Array, ...]:
        """Return both bounds in the dtype and shape of an array."""
        bounds = (bound.astype(like.dtype) for bound in (self.low, self.high))
        return tuple(jnp.broadcast_to(bound, like.shape) for bound in bounds)

    def effective(self, raw: Array) -> Array:
        """Return the raw parameters, reflected at the bounds."""
        return fold(raw, *self._bounds(raw))

    def project(self, raw: Array) -> Array:
        """Return the raw parameters, clipped at the bounds."""
        return jnp.clip(raw, *self._bounds(raw))

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        del index
        return "outside their bounds"

    def structure(self, shape: Shape) -> Structure:
        """Return the structure: bounds at or beyond 0 determine signs."""
        is_positive = (self.low >= 0).astype(jnp.int8)
        is_negative = (self.high <= 0).astype(jnp.int8)
        return Structure.of(shape, signs=is_positive - is_negative)

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` for bounds of another shape."""
        rule = f"be a number, or have the shape {shape} of the weights"
        for name, bound in (("low", self.low), ("high", self.high)):
            check(bound.shape in [(), shape], name, rule, f"shape {bound.shape}", AXES)

    def excludes(self, other: AbstractConstraint) -> str | None:
        """Exclude scaling, signs per synapse, and sign maps that leave the bounds."""
        if other.place in (Place.BALANCE, Place.RADIUS):
            return "Scaling may break a lower bound."
        if other.place is Place.SYNAPSE_SIGNS:
            return "Give the bounds per synapse instead."
        if other.place is not Place.SIGNS:
            return None
        if isinstance(other, AbstractSigned) and not other.map.keeps_bounds:
            name = type(other.map).__name__
            return (
                f"Do not combine Bounded with a sign constraint that uses {name}, "
                "which can exceed the bounds; use Abs()."
            )
        if not is_concrete((self.low, self.high)):
            return None
        # a sign constraint turns w into |w| or -|w|, or into |w| only
        low, high = np.asarray(self.low), np.asarray(self.high)
        only_positive = isinstance(other, AbstractSigned) and other.only_positive
        if np.all((low == -high) | (only_positive & (low >= 0))):
            return None
        return (
            "Give bounds of -b and b where signs are constrained: the sign constraint "
            "uses one half of the interval."
        )
