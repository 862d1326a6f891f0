"""Balance of excitation and inhibition in each row of the weights."""

from typing import final

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, is_concrete
from ._base import AbstractConstraint, Place, Shape
from ._shapes import check_matrix


@final
class RowBalanced(AbstractConstraint):
    """Excitation and inhibition cancel in each row: its weights sum to zero.

    The larger of the two sums is scaled down to the smaller one. This preserves signs
    and masks, and it works for any weights. Balance removes the outlier eigenvalue
    (Rajan & Abbott 2006). `project` returns the effective weights: they satisfy the
    constraint but are not always the closest such weights.

    Raises `ValueError` on the network's weights for a row without excitatory or without
    inhibitory synapses, whose weights could only be zero.
    """

    place = Place.BALANCE

    def effective(self, raw: Array) -> Array:
        """Return rows with the larger of their two sums scaled down to the smaller."""
        excitation, inhibition = _row_sums(raw)
        smaller = jnp.minimum(excitation, inhibition)
        # the sum that a weight belongs to, (post, pre)
        total = jnp.where(raw > 0, excitation, inhibition)
        # not raw * (smaller / total): the ratio may be too small for a float
        return raw / jnp.where(total > 0, total, jnp.ones_like(total)) * smaller

    def violations(self, weights: Array) -> Array:
        """Return every weight of a row whose sum differs from zero beyond rounding."""
        excitation, inhibition = _row_sums(weights)
        rounding_error = 16 * jnp.finfo(weights.dtype).eps * max(weights.shape[-1], 1)
        allowed = float(rounding_error) * (excitation + inhibition)
        is_unbalanced = ~(jnp.abs(excitation - inhibition) <= allowed)
        return jnp.broadcast_to(is_unbalanced, weights.shape)

    def wrong(self, index: tuple[int, ...]) -> str:
        """Return how the weight at this index is wrong, as text."""
        return f"in rows whose sum is not 0: row {index[0]} is the first"

    def check(self, shape: Shape, earlier: AbstractConstraint | None = None) -> None:
        """Raise `ValueError` for rows that cannot be balanced."""
        check_matrix("RowBalanced", shape)
        if earlier is None or not is_concrete(earlier):
            return
        present, signs, _ = (np.asarray(x) for x in earlier.structure(shape))
        for kind, opposite_sign in (("excitatory", -1), ("inhibitory", 1)):
            row_has_kind = np.any(present & (signs != opposite_sign), axis=1)
            check(
                row_has_kind.all(),
                "constraints",
                "leave excitation and inhibition in each row under RowBalanced",
                f"row {np.argmin(row_has_kind)} without {kind} synapses",
                "Rows are post (targets): inspect the mask and the signs.",
            )


def _row_sums(weights: Array) -> tuple[Array, Array]:
    """Return excitation and inhibition of each row, both positive, `(post, 1)`."""
    excitation = jnp.sum(weights, axis=-1, keepdims=True, where=weights > 0)
    inhibition = jnp.sum(-weights, axis=-1, keepdims=True, where=weights < 0)
    return excitation, inhibition
