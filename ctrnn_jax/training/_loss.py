"""Losses on outputs, targets and mask."""

from jax import Array
import jax.numpy as jnp

from .._types import Numbers


def masked_mse(outputs: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Masked mean squared error: `sum(mask * (y - target)^2) / sum(mask)`.

    Both sums run over the whole batch, all steps and all outputs (Song, Yang & Wang
    2016, eq. 7 and their code), so a long catch trial weighs more than a short trial.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`.

    **Returns:** a scalar; NaN if the mask is zero everywhere.
    """
    return jnp.sum(mask * (outputs - targets) ** 2) / jnp.sum(mask)
