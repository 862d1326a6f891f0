"""Weights between bounds, both of which they can reach."""

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import describe, invalid, is_concrete
from .._types import ArrayLike
from ._base import AbstractConstraint, Structure, structure


@jax.custom_jvp
def fold(x: Array, low: Array, high: Array) -> Array:
    """x folded into [low, high], as a strip of paper is: the identity in between.

    Its slope is +1 or -1 everywhere, +1 at both bounds. Either bound may be infinite.
    """
    return jnp.clip(_sheet(x, low, high)[0], low, high)


def _sheet(x: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """The folded value, and whether it lies on a sheet of slope -1."""
    width = high - low
    both = jnp.isfinite(width)
    safe = jnp.where(both, width, jnp.ones_like(width))
    turn = jnp.mod(jnp.where(both, x - low, jnp.zeros_like(x)), 2 * safe)
    inside = (x >= low) & (x <= high)
    zig = jnp.where(turn > safe, high - (turn - safe), low + turn)
    below = jnp.where(jnp.isfinite(low), low + (low - x), x)
    above = jnp.where(jnp.isfinite(high), high - (x - high), x)
    one_sided = jnp.where(x < low, below, jnp.where(x > high, above, x))
    back = jnp.where(both, turn > safe, True) & ~inside
    return jnp.where(inside, x, jnp.where(both, zig, one_sided)), back


@fold.defjvp
def _fold_jvp(primals: tuple, tangents: tuple) -> tuple[Array, Array]:
    x, low, high = primals
    dx, dlow, dhigh = tangents
    back = _sheet(x, low, high)[1]
    # bounds move only what was folded at them; to first order, at the nearest fold
    moved = jnp.where(x < low, 2 * dlow, jnp.where(x > high, 2 * dhigh, 0 * dlow))
    once = (x >= low - (high - low)) & (x <= high + (high - low))
    moved = jnp.where(once & back, moved, jnp.zeros_like(moved))
    return fold(x, low, high), jnp.where(back, -dx, dx) + moved


class Bounded(AbstractConstraint):
    """Weights between `low` and `high`, both reachable: W = fold(raw).

    The raw parameter is reflected at the bounds, so its gradient has the size of the
    weight's everywhere and no synapse gets stuck, as one would under `clip`; feasible
    weights are their own parameters, as they are not under a sigmoid (which cannot
    reach the ends). With one bound infinite it is `Abs` about the other.

    **Arguments:**

    - `low`, `high`: numbers, or arrays of the weights' shape; one may be infinite.

    With a sign constraint the bounds must be symmetric, and the map `Abs` or `Relu`.
    Raises `ValueError` unless `low < high` everywhere.
    """

    low: Array
    high: Array

    def __init__(self, low: ArrayLike, high: ArrayLike) -> None:
        self.low = jnp.asarray(low, float)
        self.high = jnp.asarray(high, float)
        if is_concrete((self.low, self.high)) and not np.all(
            np.less(np.asarray(self.low), np.asarray(self.high))
        ):
            raise invalid(
                "low",
                "be below `high`",
                f"low = {describe(low)}, high = {describe(high)}",
                "For weights that never change use Fixed(values).",
            )

    def _bounds(self, like: Array) -> tuple[Array, Array]:
        cast = lambda bound: jnp.broadcast_to(bound.astype(like.dtype), like.shape)
        return cast(self.low), cast(self.high)

    def effective(self, raw: Array) -> Array:
        """The raw parameters, reflected at the bounds."""
        return fold(raw, *self._bounds(raw))

    def raw(self, weights: Array) -> Array:
        """The weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """The raw parameters, cut off at the bounds."""
        return jnp.clip(raw, *self._bounds(raw))

    def violations(self, weights: Array) -> Array:
        """Where a weight lies outside."""
        low, high = self._bounds(weights)
        return ~((weights >= low) & (weights <= high))

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Every synapse exists; bounds at or beyond 0 give signs."""
        sign_of = lambda where: where.astype(jnp.int8)
        return structure(shape, signs=sign_of(self.low >= 0) - sign_of(self.high <= 0))

    def dead(self, raw: Array) -> Array:
        """None."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` for bounds of another shape."""
        del earlier
        for name in ("low", "high"):
            bound = getattr(self, name)
            if bound.shape not in [(), shape]:
                raise invalid(
                    name,
                    f"be a number, or have the shape {shape} of the weights",
                    f"shape {bound.shape}",
                    "Axis 0 is post (targets), axis 1 is pre (sources).",
                )

    def kept_by_size(self, *, non_negative: bool) -> bool:
        """Whether |w| (or -|w|, unless `non_negative`) lies within as well.

        Tracers are taken to be good.
        """
        if not is_concrete((self.low, self.high)):
            return True
        low, high = np.asarray(self.low), np.asarray(self.high)
        return bool(np.all((low == -high) | (non_negative & (low >= 0))))
