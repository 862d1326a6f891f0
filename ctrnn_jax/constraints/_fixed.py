"""Fixed synapses: weights with given values that never change."""

from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check_real, check_values
from ._base import AbstractConstraint, Place, Shape, Structure
from ._shapes import check_entries, check_part, check_weights_shape


@final
class Fixed(AbstractConstraint):
    """Some synapses have given values, which never change; the others train.

        W = where(where, values, raw)

    These are the fixed and plastic parts of Song, Yang & Wang (2016, eq. 13: `W =
    M_plastic * W + M_fixed`). Values are signed weights and are never rescaled: an
    initialiser with a target spectral radius scales only the plastic weights.

    **Arguments:**

    - `values`: of the shape of the weights, `[post, pre]`.
    - `where`: boolean, which synapses are fixed. By default where `values` is not zero.
    - `plastic`: boolean, which of the other synapses exist and train. By default all.

    Raises `ValueError` for shapes that differ, values that are not finite, and fixed
    and plastic parts that overlap; on the network's weights, for values that break a
    constraint that is applied before this one.
    """

    place = Place.FIXED
    values: Array
    where: Array
    plastic: Array

    @checks_arguments
    def __init__(
        self,
        values: Array | np.ndarray,
        where: Array | np.ndarray | None = None,
        plastic: Array | np.ndarray | None = None,
    ) -> None:
        array = jnp.asarray(values)
        check_real("values", array)
        self.values = array if eqx.is_inexact_array(array) else array.astype(float)
        self.where = self.values != 0 if where is None else jnp.asarray(where)
        check_part("where", self.where, "values", self.values.shape)
        self.plastic = ~self.where if plastic is None else jnp.asarray(plastic)
        check_part("plastic", self.plastic, "values", self.values.shape)
        remedy = "Replace NaN and infinity."
        check_values("values", self.values, np.isfinite, "be finite", remedy)
        rule = "not overlap with the fixed synapses"
        remedy = "A synapse is either fixed or plastic."
        check_entries("plastic", rule, self.where & self.plastic, remedy)

    def effective(self, raw: Array) -> Array:
        """Return the values of fixed synapses, the raw parameters of plastic ones."""
        plastic_part = jnp.where(self.plastic, raw, jnp.zeros_like(raw))
        return jnp.where(self.where, self.values.astype(raw.dtype), plastic_part)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        if not self.where[index]:
            return "of synapses that do not exist"
        value = float(self.values[index])
        return f"that are fixed at other values: entry {list(index)} is {value:g}"

    def structure(self, shape: Shape) -> Structure:
        """Return the structure: plastic and nonzero fixed synapses exist."""
        present = self.plastic | (self.where & (self.values != 0))
        return Structure.of(shape, present=present, plastic=self.plastic)

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` for another shape, or values that break `earlier`."""
        check_weights_shape("values", self.values, shape)
        if earlier is not None:
            is_broken = earlier.violations(jnp.where(self.where, self.values, 0))
            rule = "satisfy the network's other constraints"
            remedy = (
                "Fixed weights are signed, W[post, pre]; a mask must let them exist."
            )
            check_entries("values", rule, is_broken & self.where, remedy, self.values)

    def excludes(self, other: AbstractConstraint) -> str | None:
        """Exclude scaling."""
        is_scaling = other.place in (Place.BALANCE, Place.RADIUS)
        return "Fixed values would be scaled." if is_scaling else None
