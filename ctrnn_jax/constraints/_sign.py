"""Constraints on the signs of weights: non-negative, and Dale's law."""

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import describe, is_concrete, refusal
from ._constraint import AbstractConstraint
from ._positive import Abs, AbstractPositiveMap, positive_part


def _check_map(map: object) -> None:
    if not isinstance(map, AbstractPositiveMap):
        raise refusal(
            "map", "be Abs(), Relu() or Softplus()", repr(map), "Abs() is the default."
        )


class Dale(AbstractConstraint):
    """Dale's law: all weights *from* a unit have that unit's sign.

        W[post, pre] = signs[pre] * size(signs[pre] * raw[post, pre])

    (Song, Yang & Wang 2016, eq. 12, with `size` = rectification there). The columns of
    W are presynaptic, so it holds for recurrent and readout weights alike.

    **Arguments:**

    - `signs`: shape `(pre,)`, +1 for an excitatory unit and -1 for an inhibitory one.
    - `map`: how sizes stay non-negative; `Abs()`, `Relu()` or `Softplus()` (each tells
      what it does to gradients).

    Raises `ValueError` for signs other than +1 and -1, or for another map.
    """

    unit_signs: Array
    map: AbstractPositiveMap

    def __init__(
        self, signs: Array | np.ndarray, map: AbstractPositiveMap = Abs()
    ) -> None:
        _check_map(map)
        unit_signs = jnp.asarray(signs)
        if unit_signs.ndim != 1:
            raise refusal(
                "signs", "have shape (pre,)", describe(unit_signs), "One per column."
            )
        if is_concrete(unit_signs) and not np.all(np.abs(np.asarray(unit_signs)) == 1):
            raise refusal(
                "signs", "be +1 or -1", np.asarray(unit_signs), "+1 is excitatory."
            )
        self.unit_signs = unit_signs.astype(jnp.int8)
        self.map = map

    def _row(self, dtype: jnp.dtype) -> Array:
        return self.unit_signs.astype(dtype)[None, :]

    def effective(self, raw: Array) -> Array:
        """Weights whose columns have the units' signs."""
        row = self._row(raw.dtype)
        return row * self.map.size(row * raw)

    def raw(self, weights: Array) -> Array:
        """The weights, through the inverse of the map."""
        row = self._row(weights.dtype)
        return row * self.map.inverse(row * weights)

    def project(self, raw: Array) -> Array:
        """Raw parameters with those of the wrong sign set to zero."""
        row = self._row(raw.dtype)
        return row * positive_part(row * raw)

    def violations(self, weights: Array) -> Array:
        """Where a weight has not its unit's sign (zero is allowed)."""
        return ~(self._row(weights.dtype) * weights >= 0)

    def present(self, shape: tuple[int, ...]) -> Array:
        """Every synapse exists."""
        return jnp.ones(shape, bool)

    def signs(self, shape: tuple[int, ...]) -> Array:
        """The sign of each column."""
        return jnp.broadcast_to(self.unit_signs[None, :], shape)

    def dead(self, raw: Array) -> Array:
        """Where the map's gradient is zero."""
        return self.map.is_dead(self._row(raw.dtype) * raw)

    def check(self, shape: tuple[int, ...]) -> None:
        """Raise `ValueError` unless there is one sign for each column."""
        if len(shape) != 2 or self.unit_signs.shape[-1] != shape[1]:
            raise refusal(
                "signs",
                f"have one entry for each of the columns (pre) of {shape}",
                f"{self.unit_signs.shape[-1]}",
                "Weights are W[post, pre]: Dale's law is about columns.",
            )


class NonNegative(AbstractConstraint):
    """Weights are never negative: W = size(raw). For input weights, or all-excitatory.

    **Arguments:**

    - `map`: how; `Abs()`, `Relu()` or `Softplus()` (each tells what it does to
      gradients).

    Raises `ValueError` for another map.
    """

    map: AbstractPositiveMap

    def __init__(self, map: AbstractPositiveMap = Abs()) -> None:
        _check_map(map)
        self.map = map

    def effective(self, raw: Array) -> Array:
        """Weights of at least zero."""
        return self.map.size(raw)

    def raw(self, weights: Array) -> Array:
        """The weights, through the inverse of the map."""
        return self.map.inverse(weights)

    def project(self, raw: Array) -> Array:
        """Raw parameters with the negative ones set to zero."""
        return positive_part(raw)

    def violations(self, weights: Array) -> Array:
        """Where a weight is below zero."""
        return ~(weights >= 0)

    def present(self, shape: tuple[int, ...]) -> Array:
        """Every synapse exists."""
        return jnp.ones(shape, bool)

    def signs(self, shape: tuple[int, ...]) -> Array:
        """Plus everywhere."""
        return jnp.ones(shape, jnp.int8)

    def dead(self, raw: Array) -> Array:
        """Where the map's gradient is zero."""
        return self.map.is_dead(raw)

    def check(self, shape: tuple[int, ...]) -> None:
        """Fits any shape."""
        del shape
