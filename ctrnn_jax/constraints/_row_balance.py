"""Constraints on rows and columns together: balance and symmetry."""

from typing import Literal

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import invalid, is_concrete
from ._base import AbstractConstraint, Structure, structure
from ._masked import check_square, off_diagonal


class RowBalanced(AbstractConstraint):
    """In each row excitation and inhibition cancel: the weights of a row sum to zero.

    The larger of the two sums is scaled down to the smaller one, which keeps signs and
    masks and works for any weights (Rajan & Abbott 2006 on why balance matters: it
    keeps the outlier eigenvalue away). `project` gives the same weights: feasible, and
    not always the nearest ones.

    Raises `ValueError` on the network's weights for a row that has no excitatory or no
    inhibitory synapse, so that it could only be empty.
    """

    def effective(self, raw: Array) -> Array:
        """Rows with the larger of their two sums scaled down to the smaller."""
        up, down = _sums(raw)
        less = jnp.minimum(up, down)
        total = jnp.where(raw > 0, up, down)
        # not raw * (less / total): the ratio may be too small for a float
        return raw / jnp.where(total > 0, total, jnp.ones_like(total)) * less

    def raw(self, weights: Array) -> Array:
        """The weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """The effective weights."""
        return self.effective(raw)

    def violations(self, weights: Array) -> Array:
        """Every weight of a row whose sum is more than rounding away from zero."""
        up, down = _sums(weights)
        off = ~(jnp.abs(up - down) <= _slack(weights) * (up + down))
        return jnp.broadcast_to(off, weights.shape)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Every synapse exists, with either sign."""
        return structure(shape)

    def dead(self, raw: Array) -> Array:
        """None."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` for rows that cannot be balanced."""
        if len(shape) != 2:
            raise invalid(
                "constraints", "fit: RowBalanced is for matrices", shape, "Drop it."
            )
        if earlier is None or not is_concrete(earlier):
            return
        present, signs, _ = (np.asarray(x) for x in earlier.structure(shape))
        for kind, sign in (("excitatory", -1), ("inhibitory", 1)):
            some = np.any(present & (signs != sign), axis=1)
            if not some.all():
                raise invalid(
                    "constraints",
                    "leave each row something to balance under RowBalanced",
                    f"row {np.argmin(some)} without {kind} synapses",
                    "Rows are post (targets): look at the mask and the signs.",
                )


def _sums(weights: Array) -> tuple[Array, Array]:
    """Excitation and inhibition of each row, both positive, `(post, 1)`."""
    zero = jnp.zeros_like(weights)
    up = jnp.sum(jnp.where(weights > 0, weights, zero), axis=-1, keepdims=True)
    down = jnp.sum(jnp.where(weights < 0, -weights, zero), axis=-1, keepdims=True)
    return up, down


def _slack(weights: Array) -> float:
    """How far rounding takes a sum of so many terms, relatively."""
    return 16 * float(jnp.finfo(weights.dtype).eps) * max(weights.shape[-1], 1)


class Symmetric(AbstractConstraint):
    """W = W^T: the mean of the raw parameters and their transpose."""

    def effective(self, raw: Array) -> Array:
        """(raw + raw^T) / 2."""
        return _mirrored(raw, 1)

    def raw(self, weights: Array) -> Array:
        """The weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """(raw + raw^T) / 2."""
        return _mirrored(raw, 1)

    def violations(self, weights: Array) -> Array:
        """Where a weight is not that of the synapse back."""
        return ~(weights == weights.T)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """Every synapse exists, with either sign."""
        return structure(shape)

    def dead(self, raw: Array) -> Array:
        """None."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless square, after what is symmetric itself."""
        check_square("Symmetric", shape)
        _check_mirrors("Symmetric", shape, earlier, 1)


class Skew(AbstractConstraint):
    """W = -W^T: half the difference of the raw parameters and their transpose."""

    def effective(self, raw: Array) -> Array:
        """(raw - raw^T) / 2."""
        return _mirrored(raw, -1)

    def raw(self, weights: Array) -> Array:
        """The weights."""
        return weights

    def project(self, raw: Array) -> Array:
        """(raw - raw^T) / 2."""
        return _mirrored(raw, -1)

    def violations(self, weights: Array) -> Array:
        """Where a weight is not minus that of the synapse back."""
        return ~(weights == -weights.T)

    def structure(self, shape: tuple[int, ...]) -> Structure:
        """All synapses but the diagonal exist."""
        return structure(shape, present=off_diagonal(shape))

    def dead(self, raw: Array) -> Array:
        """None."""
        return jnp.zeros(raw.shape, bool)

    def check(
        self, shape: tuple[int, ...], earlier: AbstractConstraint | None = None
    ) -> None:
        """Raise `ValueError` unless square, after what is symmetric itself."""
        check_square("Skew", shape)
        _check_mirrors("Skew", shape, earlier, -1)


def _mirrored(raw: Array, sign: Literal[1, -1]) -> Array:
    # halves first: the sum of two large numbers would overflow
    half = raw / 2
    return half + half.T if sign == 1 else half - half.T


def _check_mirrors(
    name: str,
    shape: tuple[int, ...],
    earlier: AbstractConstraint | None,
    sign: int,
) -> None:
    """Refuse masks and signs before it that are not symmetric themselves."""
    if earlier is None or not is_concrete(earlier):
        return
    present, signs, _ = (np.asarray(x) for x in earlier.structure(shape))
    if not np.array_equal(present, present.T) or not np.array_equal(
        signs, sign * signs.T
    ):
        raise invalid(
            "constraints",
            f"be symmetric themselves under {name}",
            "masks or signs that differ from their transpose",
            "Make the mask symmetric; Dale's law with two classes cannot be.",
        )
