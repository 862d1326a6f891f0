"""Constraints on the signs of weights: non-negative, Dale's law, sign masks."""

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, check_instance, describe, is_concrete
from ._base import AbstractConstraint, Structure, structure
from ._magnitude_maps import Abs, AbstractMagnitudeMap, positive_part
from ._shapes import check_part, check_weights_shape


def _check_map(map: object) -> None:
    """Validate that a value is a magnitude map."""
    rule = "be Abs(), Relu() or Softplus()"
    check_instance("map", map, AbstractMagnitudeMap, rule, "Abs() is the default.")


class Dale(AbstractConstraint):
    """Dale's law: all weights *from* a unit have that unit's sign.

        W[post, pre] = signs[pre] * magnitude(signs[pre] * raw[post, pre])

    (Song, Yang & Wang 2016, eq. 12, where `magnitude` is rectification). The columns
    of W are presynaptic, so the law applies to recurrent and readout weights alike.

    **Arguments:**

    - `signs`: shape `(pre,)`, +1 for an excitatory unit and -1 for an inhibitory one.
    - `map`: how magnitudes stay non-negative; `Abs()`, `Relu()` or `Softplus()`, whose
      docstrings describe the gradients.

    Raises `ValueError` for signs other than +1 and -1, or for another map.

    **Example:**

    >>> dale = cj.constraints.Dale(cj.connectivity.excitatory_signs(5, 0.8))
    >>> weights = dale.effective(jnp.full((2, 5), -0.5))
    >>> print(weights[0])
    [ 0.5  0.5  0.5  0.5 -0.5]
    """

    unit_signs: Array
    map: AbstractMagnitudeMap

    def __init__(
        self, signs: Array | np.ndarray, map: AbstractMagnitudeMap = Abs()
    ) -> None:
        _check_map(map)
        unit_signs = jnp.asarray(signs)
        check(
            unit_signs.ndim == 1,
            "signs",
            "have shape (pre,)",
            lambda: describe(unit_signs),
            "Give one sign per column.",
        )
        if is_concrete(unit_signs):
            values = np.asarray(unit_signs)
            is_sign = np.all(np.abs(values) == 1)
            check(is_sign, "signs", "be +1 or -1", values, "+1 is excitatory.")
        self.unit_signs = unit_signs.astype(jnp.int8)
        self.map = map

    def _row(self, dtype: jnp.dtype) -> Array:
        """Return the units' signs as a row, `(1, pre)`."""
        return self.unit_signs.astype(dtype)[None, :]

    def effective(self, raw: Array) -> Array:
        """Return weights whose columns have the units' signs."""
        row = self._row(raw.dtype)
        return row * self.map.magnitude(row * raw)

    def raw(self, weights: Array) -> Array:
        """Return the weights, through the inverse of the map."""
        row = self._row(weights.dtype)
        return row * self.map.inverse(row * weights)

    def project(self, raw: Array) -> Array:
        """Return the raw parameters, with zero for those of the wrong sign."""
        row = self._row(raw.dtype)
        return row * positive_part(row * raw)

    def violations(self, weights: Array) -> Array:
        """Return where a weight has the opposite sign to its unit; zero is allowed."""
        return ~(self._row(weights.dtype) * weights >= 0)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure: every synapse exists, with the sign of its column."""
        return structure(shape, signs=self.unit_signs[None, :])

    def dead(self, raw: Array) -> Array:
        """Return where the gradient of the map is zero."""
        return self.map.is_dead(self._row(raw.dtype) * raw)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless there is one sign for each column."""
        del earlier
        count = self.unit_signs.shape[-1]
        check(
            len(shape) == 2 and count == shape[1],
            "signs",
            f"have one entry for each of the columns (pre) of {shape}",
            count,
            "Weights are W[post, pre]: Dale's law is about columns.",
        )


class NonNegative(AbstractConstraint):
    """Weights are never negative: W = magnitude(raw).

    For input weights, or for networks of excitatory units only.

    **Arguments:**

    - `map`: how; `Abs()`, `Relu()` or `Softplus()`, whose docstrings describe the
      gradients.

    Raises `ValueError` for another map.

    **Example:**

    >>> print(cj.constraints.NonNegative().effective(jnp.array([[-1.0, 2.0]])))
    [[1. 2.]]
    """

    map: AbstractMagnitudeMap

    def __init__(self, map: AbstractMagnitudeMap = Abs()) -> None:
        _check_map(map)
        self.map = map

    def effective(self, raw: Array) -> Array:
        """Return weights of at least zero."""
        return self.map.magnitude(raw)

    def raw(self, weights: Array) -> Array:
        """Return the weights, through the inverse of the map."""
        return self.map.inverse(weights)

    def project(self, raw: Array) -> Array:
        """Return the raw parameters, with zero for negative ones."""
        return positive_part(raw)

    def violations(self, weights: Array) -> Array:
        """Return where a weight is below zero."""
        return ~(weights >= 0)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure: every synapse exists, with a positive sign."""
        return structure(shape, signs=1)

    def dead(self, raw: Array) -> Array:
        """Return where the gradient of the map is zero."""
        return self.map.is_dead(raw)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Accept any shape."""
        del shape, earlier


class SignMask(AbstractConstraint):
    """One sign for each synapse: +, -, absent, or free.

        W = signs * magnitude(signs * raw) where signs is not 0, raw where free, else 0

    nn4n calls this a sign mask (`mask/`). There a 0 becomes -1; here a 0 is absent.

    **Arguments:**

    - `signs`: of the shape of the weights, `[post, pre]`: +1, -1, or 0 for a synapse
        that does not exist (or is free).
    - `map`: how magnitudes stay non-negative, as for `Dale`.
    - `free`: boolean, where a synapse may have either sign; `signs` must be 0 there.

    Raises `ValueError` for other values, shapes that differ, a nonzero sign where
    `free` is True, and, on the network's weights, for signs that contradict Dale's law.
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
        is_free = jnp.zeros(values.shape, bool) if free is None else jnp.asarray(free)
        check_part("free", is_free, "signs", values.shape)
        if is_concrete((values, is_free)):
            _check_signs(np.asarray(values), np.asarray(is_free))
        self.synapse_signs = values.astype(jnp.int8)
        self.free = is_free
        self.map = map

    def effective(self, raw: Array) -> Array:
        """Return weights with the signs of their synapses."""
        signs = self.synapse_signs.astype(raw.dtype)
        is_absent = signs == 0
        magnitude = jnp.where(
            is_absent, jnp.zeros_like(raw), self.map.magnitude(signs * raw)
        )
        return jnp.where(self.free, raw, signs * magnitude)

    def raw(self, weights: Array) -> Array:
        """Return the weights, through the inverse of the map."""
        signs = self.synapse_signs.astype(weights.dtype)
        # absent synapses get magnitude 1, since the inverse may be infinite at 0
        magnitude = jnp.where(signs == 0, jnp.ones_like(weights), signs * weights)
        return jnp.where(self.free, weights, signs * self.map.inverse(magnitude))

    def project(self, raw: Array) -> Array:
        """Return the raw parameters, with zero for those of the wrong sign."""
        signs = self.synapse_signs.astype(raw.dtype)
        return jnp.where(self.free, raw, signs * positive_part(signs * raw))

    def violations(self, weights: Array) -> Array:
        """Return where a weight has another sign, or an absent synapse a weight."""
        signs = self.synapse_signs.astype(weights.dtype)
        is_wrong = jnp.where(signs == 0, weights != 0, ~(signs * weights >= 0))
        return jnp.isnan(weights) | (is_wrong & ~self.free)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure: synapses with a sign and free synapses exist."""
        present = (self.synapse_signs != 0) | self.free
        return structure(shape, present=present, signs=self.synapse_signs)

    def dead(self, raw: Array) -> Array:
        """Return where the gradient of the map is zero."""
        signs = self.synapse_signs.astype(raw.dtype)
        return self.map.is_dead(signs * raw) & (signs != 0)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` for another shape, or signs that contradict `earlier`."""
        check_weights_shape("signs", self.synapse_signs, shape)
        if earlier is None or not is_concrete((earlier, self)):
            return
        contradicts = np.asarray(earlier.signs(shape) * self.synapse_signs) < 0

        def report() -> str:
            row, column = np.argwhere(contradicts)[0]
            count = contradicts.sum()
            return f"{count} that do not, the first at [{row}, {column}]"

        check(
            not np.any(contradicts),
            "signs",
            "agree with the signs of Dale's law",
            report,
            "Dale's signs are per presynaptic unit: whole columns.",
        )


def _check_signs(signs: np.ndarray, free: np.ndarray) -> None:
    """Validate that signs are +1, -1 or 0, and 0 where a synapse is free."""
    is_sign = np.isin(signs, (-1, 0, 1))
    check(
        is_sign.all(),
        "signs",
        "be +1, -1 or 0",
        lambda: signs[~is_sign].flat[0],
        "0 is an absent synapse; see `free`.",
    )
    check(
        not np.any((signs != 0) & free),
        "signs",
        "be 0 where `free` is True",
        "a sign there",
        "Remove the sign, or set `free` to False.",
    )
