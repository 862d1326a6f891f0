"""Absent synapses: a mask over the weights."""

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import describe, refusal
from ._constraint import AbstractConstraint


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
            raise refusal(
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

    def present(self, shape: tuple[int, ...]) -> Array:
        """The mask."""
        return jnp.broadcast_to(self.mask, shape)

    def signs(self, shape: tuple[int, ...]) -> Array:
        """Every weight may have either sign."""
        return jnp.zeros(shape, jnp.int8)

    def dead(self, raw: Array) -> Array:
        """None: an absent synapse does not count as dead."""
        return jnp.zeros(raw.shape, bool)

    def check(self, shape: tuple[int, ...]) -> None:
        """Raise `ValueError` unless the mask has the shape of the weights."""
        if self.mask.shape != shape:
            raise refusal(
                "mask",
                f"have the shape {shape} of the weights",
                f"shape {self.mask.shape}",
                "Axis 0 is post (targets), axis 1 is pre (sources).",
            )
