"""Fixed synapses: weights with given values that never change."""

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, check_values, is_concrete
from ._base import AbstractConstraint, Structure, structure
from ._shapes import check_part, check_weights_shape


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

    values: Array
    where: Array
    plastic: Array

    def __init__(
        self,
        values: Array | np.ndarray,
        where: Array | np.ndarray | None = None,
        plastic: Array | np.ndarray | None = None,
    ) -> None:
        array = jnp.asarray(values)
        self.values = array if eqx.is_inexact_array(array) else array.astype(float)
        self.where = self.values != 0 if where is None else jnp.asarray(where)
        check_part("where", self.where, "values", self.values.shape)
        self.plastic = ~self.where if plastic is None else jnp.asarray(plastic)
        check_part("plastic", self.plastic, "values", self.values.shape)
        remedy = "Replace NaN and infinity."
        check_values("values", self.values, np.isfinite, "be finite", remedy)
        if is_concrete((self.where, self.plastic)):
            _check_disjoint(np.asarray(self.where & self.plastic))

    def effective(self, raw: Array) -> Array:
        """Return the values of fixed synapses, the raw parameters of plastic ones."""
        plastic_part = jnp.where(self.plastic, raw, jnp.zeros_like(raw))
        return jnp.where(self.where, self.values.astype(raw.dtype), plastic_part)

    def raw(self, weights: Array) -> Array:
        """Return the weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """Return the raw parameters with the fixed values inserted."""
        return self.effective(raw)

    def violations(self, weights: Array) -> Array:
        """Return where a weight differs from its fixed value or should be absent."""
        return jnp.isnan(weights) | (self.effective(weights) != weights)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure: plastic and nonzero fixed synapses exist."""
        present = self.plastic | (self.where & (self.values != 0))
        return structure(shape, present=present, plastic=self.plastic)

    def dead(self, raw: Array) -> Array:
        """Return False everywhere: a fixed synapse does not count as dead."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` for another shape, or values that break `earlier`."""
        check_weights_shape("values", self.values, shape)
        if earlier is None or not is_concrete((earlier, self)):
            return
        fixed_part = jnp.where(self.where, self.values, 0)
        is_broken = np.asarray(earlier.violations(fixed_part) & self.where)

        def report() -> str:
            index = tuple(int(i) for i in np.argwhere(is_broken)[0])
            place = ", ".join(map(str, index))
            value = float(self.values[index])
            count = is_broken.sum()
            return f"{count} that do not, the first at [{place}] = {value:g}"

        check(
            not is_broken.any(),
            "values",
            "satisfy the network's other constraints",
            report,
            "Fixed weights are signed, W[post, pre]; a mask must let them exist.",
        )


def _check_disjoint(is_both: np.ndarray) -> None:
    """Validate that no synapse is both fixed and plastic."""

    def report() -> str:
        place = ", ".join(str(i) for i in np.argwhere(is_both)[0])
        return f"{is_both.sum()} that are both, the first at [{place}]"

    check(
        not is_both.any(),
        "plastic",
        "not overlap with the fixed synapses",
        report,
        "A synapse is either fixed or plastic.",
    )
