"""Absent synapses: weights that are exactly zero."""

import abc
from typing import final

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, describe
from ._base import AbstractConstraint, Place, Shape, Structure
from ._shapes import check_square, check_weights_shape, off_diagonal


class AbstractMask(AbstractConstraint):
    """Weights are zero where a mask is False. A chain may hold several masks."""

    place = Place.MASK
    repeatable = True

    @abc.abstractmethod
    def mask_of(self, shape: Shape) -> Array | np.ndarray:
        """Return True where a synapse exists."""

    def effective(self, raw: Array) -> Array:
        """Return the raw parameters where a synapse exists, zero elsewhere."""
        return jnp.where(self.mask_of(raw.shape), raw, jnp.zeros_like(raw))

    def raw(self, weights: Array) -> Array:
        """Return the weights, with zeros for absent synapses."""
        return self.effective(weights)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        del index
        return "of synapses that do not exist"

    def structure(self, shape: Shape) -> Structure:
        """Return the structure: synapses exist where the mask is True."""
        return Structure.of(shape, present=self.mask_of(shape))


@final
class Masked(AbstractMask):
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

    @checks_arguments
    def __init__(self, mask: Array | np.ndarray) -> None:
        self.mask = jnp.asarray(mask)
        is_mask = self.mask.dtype == bool
        remedy = "Use `mask != 0`: True is where a synapse exists."
        check(is_mask, "mask", "be boolean", lambda: describe(self.mask), remedy)

    def mask_of(self, shape: Shape) -> Array:
        """Return the mask."""
        return self.mask

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` unless the mask has the shape of the weights."""
        check_weights_shape("mask", self.mask, shape)


@final
class NoAutapses(AbstractMask):
    """No unit connects to itself: the diagonal is zero (pycog's default).

    **Example:**

    >>> print(cj.constraints.NoAutapses().effective(jnp.ones((2, 2))))
    [[0. 1.]
     [1. 0.]]
    """

    def mask_of(self, shape: Shape) -> np.ndarray:
        """Return True off the diagonal."""
        return off_diagonal(shape)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        del index
        return "of units onto themselves"

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` unless the weights are square."""
        check_square("NoAutapses", shape)
