"""Symmetric and antisymmetric weights."""

from typing import Literal

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, is_concrete
from ._base import AbstractConstraint, Structure, structure
from ._shapes import check_square, off_diagonal


class Symmetric(AbstractConstraint):
    """W = W^T: the mean of the raw parameters and their transpose.

    **Example:**

    >>> print(cj.constraints.Symmetric().effective(jnp.array([[0.0, 2.0], [4.0, 0.0]])))
    [[0. 3.]
     [3. 0.]]
    """

    def effective(self, raw: Array) -> Array:
        """Return (raw + raw^T) / 2."""
        return _symmetrised(raw, 1)

    def raw(self, weights: Array) -> Array:
        """Return the weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """Return (raw + raw^T) / 2."""
        return _symmetrised(raw, 1)

    def violations(self, weights: Array) -> Array:
        """Return where a weight differs from that of the reverse synapse."""
        return ~(weights == weights.T)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure: every synapse exists, with either sign."""
        return structure(shape)

    def dead(self, raw: Array) -> Array:
        """Return False everywhere."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless the weights are square and `earlier` symmetric."""
        _check_symmetric("Symmetric", shape, earlier, 1)


class Skew(AbstractConstraint):
    """W = -W^T: half the difference of the raw parameters and their transpose."""

    def effective(self, raw: Array) -> Array:
        """Return (raw - raw^T) / 2."""
        return _symmetrised(raw, -1)

    def raw(self, weights: Array) -> Array:
        """Return the weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """Return (raw - raw^T) / 2."""
        return _symmetrised(raw, -1)

    def violations(self, weights: Array) -> Array:
        """Return where a weight is not the negative of the reverse synapse's."""
        return ~(weights == -weights.T)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Return the structure: every synapse except for the diagonal exists."""
        return structure(shape, present=off_diagonal(shape))

    def dead(self, raw: Array) -> Array:
        """Return False everywhere."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless the weights are square and `earlier` symmetric."""
        _check_symmetric("Skew", shape, earlier, -1)


def _symmetrised(raw: Array, sign: Literal[1, -1]) -> Array:
    """Return (raw + sign * raw^T) / 2."""
    # halve first: the sum of two large numbers would overflow
    half = raw / 2
    return half + half.T if sign == 1 else half - half.T


def _check_symmetric(
    name: str,
    shape: tuple[int, ...],
    earlier: AbstractConstraint | None,
    sign: Literal[1, -1],
) -> None:
    """Validate that weights are square, and that earlier masks and signs are symmetric.

    Signs must equal `sign` times their transpose.
    """
    check_square(name, shape)
    if earlier is None or not is_concrete(earlier):
        return
    present, signs, _ = (np.asarray(x) for x in earlier.structure(shape))
    is_symmetric = np.array_equal(present, present.T) and np.array_equal(
        signs, sign * signs.T
    )
    check(
        is_symmetric,
        "constraints",
        f"be symmetric themselves under {name}",
        "masks or signs that differ from their transpose",
        "Make the mask symmetric. Dale's law with two classes is not symmetric.",
    )
