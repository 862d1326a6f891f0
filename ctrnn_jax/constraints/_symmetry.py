"""Symmetric and antisymmetric weights."""

from typing import ClassVar, final, Literal

from jax import Array
import numpy as np

from .._checks import check, is_concrete
from ._base import AbstractClassVar, AbstractConstraint, Place, Shape, Structure
from ._bounded import Bounded
from ._dale_and_signs import NonNegative
from ._shapes import check_square, off_diagonal


class AbstractSymmetry(AbstractConstraint):
    """W = sign * W^T: the mean of the raw parameters and `sign` times their transpose.

    `sign` is +1 or -1.
    """

    place = Place.SYMMETRY
    sign: AbstractClassVar[Literal[1, -1]]

    def effective(self, raw: Array) -> Array:
        """Return (raw + sign * raw^T) / 2."""
        # halve first: the sum of two large numbers would overflow
        half = raw / 2
        return half + self.sign * half.T

    def violations(self, weights: Array) -> Array:
        """Return where a weight differs from `sign` times the reverse synapse's."""
        return ~(weights == self.sign * weights.T)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        del index
        factor = "" if self.sign == 1 else "minus "
        return f"that differ from {factor}those of the reverse synapses"

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` unless the weights are square and `earlier` symmetric.

        Signs must equal `sign` times their transpose.
        """
        name = type(self).__name__
        check_square(name, shape)
        if earlier is None or not is_concrete(earlier):
            return
        present, signs, _ = (np.asarray(x) for x in earlier.structure(shape))
        is_symmetric = np.array_equal(present, present.T) and np.array_equal(
            signs, self.sign * signs.T
        )
        check(
            is_symmetric,
            "constraints",
            f"be symmetric themselves under {name}",
            "masks or signs that differ from their transpose",
            "Make the mask symmetric. Dale's law with two classes is not symmetric.",
        )

    def excludes(self, other: AbstractConstraint) -> str | None:
        """Exclude the opposite symmetry, fixed values, balance, asymmetric bounds."""
        if isinstance(other, AbstractSymmetry) and other.sign != self.sign:
            return "Only zero weights are both."
        if other.place in (Place.FIXED, Place.BALANCE):
            return "The weights would not stay symmetric."
        if isinstance(other, Bounded) and is_concrete(other):
            bounds = np.stack(np.broadcast_arrays(other.low, other.high))
            # those of the reverse synapse: its mean with a weight must keep to both
            reverse = bounds if bounds.ndim == 1 else np.swapaxes(bounds, 1, 2)
            if not np.array_equal(
                bounds, reverse if self.sign == 1 else -reverse[::-1]
            ):
                return "The mean of two weights would leave bounds that differ."
        return None


@final
class Symmetric(AbstractSymmetry):
    """W = W^T: the mean of the raw parameters and their transpose.

    **Example:**

    >>> print(cj.constraints.Symmetric().effective(jnp.array([[0.0, 2.0], [4.0, 0.0]])))
    [[0. 3.]
     [3. 0.]]
    """

    sign: ClassVar[Literal[1, -1]] = 1


@final
class Skew(AbstractSymmetry):
    """W = -W^T: half the difference of the raw parameters and their transpose."""

    sign: ClassVar[Literal[1, -1]] = -1

    def structure(self, shape: Shape) -> Structure:
        """Return the structure: every synapse except for the diagonal exists."""
        return Structure.of(shape, present=off_diagonal(shape))

    def excludes(self, other: AbstractConstraint) -> str | None:
        """Exclude non-negative weights, and what every symmetry excludes."""
        if isinstance(other, NonNegative):
            return "Only zero weights are both."
        return super().excludes(other)
