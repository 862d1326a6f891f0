"""Constraints on the signs of weights: non-negative, and Dale's law."""

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import describe, invalid, is_concrete
from ._base import AbstractConstraint, Structure, structure
from ._magnitude_maps import Abs, AbstractMagnitudeMap, positive_part
from ._masked import check_part, check_shape


def _check_map(map: object) -> None:
    if not isinstance(map, AbstractMagnitudeMap):
        raise invalid(
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
    map: AbstractMagnitudeMap

    def __init__(
        self, signs: Array | np.ndarray, map: AbstractMagnitudeMap = Abs()
    ) -> None:
        _check_map(map)
        unit_signs = jnp.asarray(signs)
        if unit_signs.ndim != 1:
            raise invalid(
                "signs", "have shape (pre,)", describe(unit_signs), "One per column."
            )
        if is_concrete(unit_signs) and not np.all(np.abs(np.asarray(unit_signs)) == 1):
            raise invalid(
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

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Every synapse exists, with the sign of its column."""
        return structure(shape, signs=self.unit_signs[None, :])

    def dead(self, raw: Array) -> Array:
        """Where the map's gradient is zero."""
        return self.map.is_dead(self._row(raw.dtype) * raw)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless there is one sign for each column."""
        del earlier
        if len(shape) != 2 or self.unit_signs.shape[-1] != shape[1]:
            raise invalid(
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

    map: AbstractMagnitudeMap

    def __init__(self, map: AbstractMagnitudeMap = Abs()) -> None:
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

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Every synapse exists, with plus."""
        return structure(shape, signs=1)

    def dead(self, raw: Array) -> Array:
        """Where the map's gradient is zero."""
        return self.map.is_dead(raw)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Fits any shape."""
        del shape, earlier


class SignMask(AbstractConstraint):
    """The sign of every synapse by itself: +, -, absent, or free.

        W = signs * size(signs * raw) where signs is not 0, raw where free, else 0

    What nn4n calls a sign mask (`mask/`), without its flaw that 0 becomes -1.

    **Arguments:**

    - `signs`: the shape of the weights, `[post, pre]`: +1, -1, or 0 for a synapse that
        does not exist (or is free).
    - `map`: how sizes stay non-negative, as for `Dale`.
    - `free`: boolean, where a synapse may have either sign; `signs` must be 0 there.

    Raises `ValueError` for other values, shapes that differ, a sign where it is free,
    and, on the network's weights, for signs that contradict Dale's law.
    """

    synapse_signs: Array
    free: Array
    map: AbstractMagnitudeMap

    def __init__(
        self,
        signs: Array | np.ndarray,
        map: AbstractMagnitudeMap = Abs(),
        free: Array | np.ndarray | None = None,
    ) -> None:
        _check_map(map)
        values = jnp.asarray(signs)
        loose = jnp.zeros(values.shape, bool) if free is None else jnp.asarray(free)
        check_part("free", loose, "signs", values.shape)
        if is_concrete((values, loose)):
            entries = np.asarray(values)
            if not np.isin(entries, (-1, 0, 1)).all():
                odd = entries[~np.isin(entries, (-1, 0, 1))].flat[0]
                raise invalid(
                    "signs", "be +1, -1 or 0", odd, "0 is absent; see `free`."
                )
            if np.any((entries != 0) & np.asarray(loose)):
                raise invalid(
                    "signs", "be 0 where `free` is True", "a sign there", "Drop one."
                )
        self.synapse_signs = values.astype(jnp.int8)
        self.free = loose
        self.map = map

    def effective(self, raw: Array) -> Array:
        """Weights with the signs of their synapses."""
        signs = self.synapse_signs.astype(raw.dtype)
        sized = jnp.where(signs == 0, jnp.zeros_like(raw), self.map.size(signs * raw))
        return jnp.where(self.free, raw, signs * sized)

    def raw(self, weights: Array) -> Array:
        """The weights, through the inverse of the map."""
        signs = self.synapse_signs.astype(weights.dtype)
        signed = jnp.where(signs == 0, jnp.ones_like(weights), signs * weights)
        return jnp.where(self.free, weights, signs * self.map.inverse(signed))

    def project(self, raw: Array) -> Array:
        """Raw parameters with those of the wrong sign set to zero."""
        signs = self.synapse_signs.astype(raw.dtype)
        return jnp.where(self.free, raw, signs * positive_part(signs * raw))

    def violations(self, weights: Array) -> Array:
        """Where a weight has another sign, or an absent synapse a weight."""
        signs = self.synapse_signs.astype(weights.dtype)
        wrong = jnp.where(signs == 0, weights != 0, ~(signs * weights >= 0))
        return jnp.isnan(weights) | (wrong & ~self.free)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Absent where the sign is 0 and not free."""
        exists = (self.synapse_signs != 0) | self.free
        return structure(shape, present=exists, signs=self.synapse_signs)

    def dead(self, raw: Array) -> Array:
        """Where the map's gradient is zero."""
        signs = self.synapse_signs.astype(raw.dtype)
        return self.map.is_dead(signs * raw) & (signs != 0)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` for another shape, or signs against those before it."""
        check_shape("signs", self.synapse_signs, shape)
        if earlier is None or not is_concrete((earlier, self)):
            return
        against = np.asarray(earlier.signs(shape) * self.synapse_signs) < 0
        if np.any(against):
            row, column = np.argwhere(against)[0]
            raise invalid(
                "signs",
                "agree with the signs of Dale's law",
                f"{against.sum()} that do not, the first at [{row}, {column}]",
                "Dale's signs are per presynaptic unit: whole columns.",
            )
