"""Absent and fixed synapses."""

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_values, describe, invalid, is_concrete
from ._base import AbstractConstraint, Structure, structure


class Masked(AbstractConstraint):
    """Weights exist only where the mask is True: W = where(mask, raw, 0).

    Absent weights are exactly zero and get no gradient, so neither momentum nor decay
    can bring them in (Song, Yang & Wang 2016, eq. 13).

    **Arguments:**

    - `mask`: boolean, the shape of the weights, `[post, pre]`.

    Raises `ValueError` if the mask is not boolean.
    """

    mask: Array

    def __init__(self, mask: Array | np.ndarray) -> None:
        self.mask = jnp.asarray(mask)
        if self.mask.dtype != bool:
            raise invalid(
                "mask",
                "be boolean",
                describe(self.mask),
                "Compare with 0 to make it so: True is where a synapse exists.",
            )

    def effective(self, raw: Array) -> Array:
        """The raw parameters where a synapse exists, zero elsewhere."""
        return jnp.where(self.mask, raw, jnp.zeros_like(raw))

    def raw(self, weights: Array) -> Array:
        """The weights."""
        return self.effective(weights)

    def project(self, raw: Array) -> Array:
        """Raw parameters with those of absent synapses set to zero."""
        return self.effective(raw)

    def violations(self, weights: Array) -> Array:
        """Where an absent synapse has a weight, or a weight is NaN."""
        return jnp.isnan(weights) | (~self.mask & (weights != 0))

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Synapses exist where the mask says."""
        return structure(shape, present=self.mask)

    def dead(self, raw: Array) -> Array:
        """None: an absent synapse does not count as dead."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless the mask has the shape of the weights."""
        del earlier
        check_shape("mask", self.mask, shape)


class NoAutapses(AbstractConstraint):
    """No unit connects to itself: the diagonal is zero (pycog's default)."""

    def effective(self, raw: Array) -> Array:
        """The raw parameters with a diagonal of zeros."""
        return jnp.where(off_diagonal(raw.shape), raw, jnp.zeros_like(raw))

    def raw(self, weights: Array) -> Array:
        """The weights."""
        return self.effective(weights)

    def project(self, raw: Array) -> Array:
        """The raw parameters with a diagonal of zeros."""
        return self.effective(raw)

    def violations(self, weights: Array) -> Array:
        """Where the diagonal is not zero, or a weight is NaN."""
        return jnp.isnan(weights) | (~off_diagonal(weights.shape) & (weights != 0))

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """All synapses but the diagonal exist."""
        return structure(shape, present=off_diagonal(shape))

    def dead(self, raw: Array) -> Array:
        """None: an absent synapse does not count as dead."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless the weights are square."""
        del earlier
        check_square("NoAutapses", shape)


class Fixed(AbstractConstraint):
    """Some synapses have given values for good; the others train.

        W = where(where, values, raw)

    The fixed and plastic parts of Song, Yang & Wang (2016, eq. 13: `W = M_plastic * W
    + M_fixed`). Values are signed weights and are never rescaled: the network's
    initialiser sees them, and a target spectral radius applies to its own draw.

    **Arguments:**

    - `values`: the shape of the weights, `[post, pre]`.
    - `where`: boolean, which are fixed. By default where `values` are not zero.
    - `plastic`: boolean, which of the others exist and train; by default all.

    Raises `ValueError` for shapes that differ, values that are not finite, and parts
    that overlap; on the network's weights, for values that break what came before.
    """

    values: Array
    where: Array
    plastic: Array

    def __init__(
        self,
        values: Array | np.ndarray,
        where: Array | np.ndarray | None = None,
        plastic: Array | np.ndarray | None = None,
    ) -> None:
        given = jnp.asarray(values)
        self.values = given if eqx.is_inexact_array(given) else given.astype(float)
        fixed = self.values != 0 if where is None else jnp.asarray(where)
        check_part("where", fixed, "values", self.values.shape)
        rest = ~fixed if plastic is None else jnp.asarray(plastic)
        check_part("plastic", rest, "values", self.values.shape)
        self.where, self.plastic = fixed, rest
        check_values("values", self.values, np.isfinite, "be finite", "Mend them.")
        if is_concrete((self.where, self.plastic)):
            both = np.asarray(self.where & self.plastic)
            if both.any():
                first = ", ".join(str(i) for i in np.argwhere(both)[0])
                raise invalid(
                    "plastic",
                    "not overlap with the fixed synapses",
                    f"{both.sum()} that are both, the first at [{first}]",
                    "A synapse is either fixed or plastic.",
                )

    def effective(self, raw: Array) -> Array:
        """The values where fixed, the raw parameters where plastic."""
        rest = jnp.where(self.plastic, raw, jnp.zeros_like(raw))
        return jnp.where(self.where, self.values.astype(raw.dtype), rest)

    def raw(self, weights: Array) -> Array:
        """The weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """The raw parameters with the values put in."""
        return self.effective(raw)

    def violations(self, weights: Array) -> Array:
        """Where a weight is not its fixed value, or not absent as it should be."""
        return jnp.isnan(weights) | (self.effective(weights) != weights)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Plastic synapses and fixed ones that are not zero exist."""
        present = self.plastic | (self.where & (self.values != 0))
        return structure(shape, present=present, plastic=self.plastic)

    def dead(self, raw: Array) -> Array:
        """None: a fixed synapse does not count as dead."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` for another shape, or values that break what is before."""
        check_shape("values", self.values, shape)
        if earlier is None or not is_concrete((earlier, self)):
            return
        broken = np.asarray(
            earlier.violations(jnp.where(self.where, self.values, 0)) & self.where
        )
        if broken.any():
            first = tuple(int(i) for i in np.argwhere(broken)[0])
            place = ", ".join(map(str, first))
            raise invalid(
                "values",
                "satisfy the network's other constraints",
                f"{broken.sum()} that do not, the first at "
                f"[{place}] = {float(self.values[first]):g}",
                "Fixed weights are signed, W[post, pre]; a mask must let them exist.",
            )


def off_diagonal(shape: tuple[int, ...]) -> np.ndarray:
    """False for the synapses of units onto themselves."""
    return ~np.eye(*shape, dtype=bool)


def check_part(name: str, part: Array, of: str, shape: tuple[int, ...]) -> None:
    """Refuse what is no boolean array of the shape of the argument `of`."""
    if part.dtype != bool or part.shape != shape:
        raise invalid(
            name,
            f"be boolean of the shape {shape} of `{of}`",
            describe(part),
            "Axis 0 is post (targets), axis 1 is pre (sources).",
        )


def check_shape(name: str, given: Array, shape: tuple[int, ...]) -> None:
    """Refuse an array that has not the shape of the weights."""
    if given.shape != shape:
        turned = given.shape == shape[::-1] and len(shape) == 2
        raise invalid(
            name,
            f"have the shape {shape} of the weights",
            f"shape {given.shape}",
            "Axis 0 is post (targets), axis 1 is pre (sources)."
            + (" Transpose it." if turned else ""),
        )


def check_square(name: str, shape: tuple[int, ...]) -> None:
    """Refuse weights that are no square matrix."""
    if len(shape) != 2 or shape[0] != shape[1]:
        raise invalid(
            "constraints", f"fit: {name} is for square weights", shape, "Use `w_hid`."
        )
