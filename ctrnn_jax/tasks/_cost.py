"""Costs of outputs against targets, under a mask."""

import jax
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


def masked_cross_entropy(logits: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Mean over steps of `-mask * sum_i target_i log softmax(logits)_i`.

    The mask of a step is that of its first output. The mean is over all steps of the
    batch, masked ones too (Masse et al. 2019, `model.py`), so that the scale does not
    depend on the trials.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`; targets are
    probabilities.

    **Returns:** a scalar.
    """
    surprise = -jnp.sum(targets * jax.nn.log_softmax(jnp.asarray(logits)), axis=-1)
    return jnp.mean(mask[..., 0] * surprise)
