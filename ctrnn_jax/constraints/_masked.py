"""Absent synapses: weights that are exactly zero."""

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, describe
from ._base import AbstractConstraint, Structure, structure
from ._shapes import check_square, check_weights_shape, off_diagonal


class Masked(AbstractConstraint):
    """Weights exist only where the mask is True: W = where(mask, raw, 0).

    Absent weights are exactly zero and get no gradient, so neither momentum nor weight
    decay can make them nonzero (Song, Yang & Wang 2016, eq. 13).

    **Arguments:**

    - `mask`: boolean, of the shape of the weights, `[post, pre]`.

    Raises `ValueError` if the mask is not boolean.

    **Example:**

    >>> masked = cj.constraints.Masked(np.array([[True, False]]))
    >>> print(masked.effective(jnp.array([[3.0, 4.0]])))
    [[3. 0.]]
    """

    mask: Array

    def __init__(self, mask: Array | np.ndarray) -> None:
        self.mask = jnp.asarray(mask)
        check(
            self.mask.dtype == bool,
            "mask",
            "be boolean",
            lambda: describe(self.mask),
            "Use `mask != 0`: True is where a synapse exists.",
        )

    def effective(self, raw: Array) -> Array:
        """Return the raw parameters where a synapse exists, zero elsewhere."""
        return jnp.where(self.mask, raw, jnp.zeros_like(raw))

    def raw(self, weights: Array) -> Array:
        """Return the weights, with zeros for absent synapses."""
        return self.effective(weights)

    def project(self, raw: Array) -> Array:
        """Return the raw parameters, with zeros for absent synapses."""
        return self.effective(raw)

    def violations(self, weights: Array) -> Array:
        """Return where an absent synapse has a weight, or a weight is NaN."""
        return jnp.isnan(weights) | (~self.mask & (weights != 0))

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure: synapses exist where the mask is True."""
        return structure(shape, present=self.mask)

    def dead(self, raw: Array) -> Array:
        """Return False everywhere: an absent synapse does not count as dead."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless the mask has the shape of the weights."""
        del earlier
        check_weights_shape("mask", self.mask, shape)


class NoAutapses(AbstractConstraint):
    """No unit connects to itself: the diagonal is zero (pycog's default).

    **Example:**

    >>> print(cj.constraints.NoAutapses().effective(jnp.ones((2, 2))))
    [[0. 1.]
     [1. 0.]]
    """

    def effective(self, raw: Array) -> Array:
        """Return the raw parameters with a diagonal of zeros."""
        return jnp.where(off_diagonal(raw.shape), raw, jnp.zeros_like(raw))

    def raw(self, weights: Array) -> Array:
        """Return the weights with a diagonal of zeros."""
        return self.effective(weights)

    def project(self, raw: Array) -> Array:
        """Return the raw parameters with a diagonal of zeros."""
        return self.effective(raw)

    def violations(self, weights: Array) -> Array:
        """Return where the diagonal is not zero, or a weight is NaN."""
        return jnp.isnan(weights) | (~off_diagonal(weights.shape) & (weights != 0))

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure: every synapse except for the diagonal exists."""
        return structure(shape, present=off_diagonal(shape))

    def dead(self, raw: Array) -> Array:
        """Return False everywhere: an absent synapse does not count as dead."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless the weights are square."""
        del earlier
        check_square("NoAutapses", shape)
