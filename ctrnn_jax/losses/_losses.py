"""Costs of outputs against targets, under a mask."""

import jax
from jax import Array
import jax.numpy as jnp

from .._checks import invalid
from .._types import Numbers


def masked_mse(outputs: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Masked mean squared error: `sum(mask * (y - target)^2) / sum(mask)`.

    Both sums run over the whole batch, all steps and all outputs (Song, Yang & Wang
    2016, eq. 7 and their code), so a long catch trial weighs more than a short trial.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`.

    **Returns:** a scalar; NaN if the mask is zero everywhere. Raises `ValueError` for
    other shapes: a target of one number would be shown to every output.
    """
    outputs, targets, mask = _alike(outputs, targets, mask)
    return jnp.sum(mask * (outputs - targets) ** 2) / jnp.sum(mask)


def masked_mse_per_trial(outputs: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Mean over trials of each trial's own masked mean squared error.

    Every trial weighs the same, however long it is, where in `masked_mse` every step
    does. A trial whose mask is zero everywhere counts as nothing: it is not among
    those that the mean is over.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`.

    **Returns:** a scalar; NaN if the mask is zero everywhere. Raises `ValueError` for
    other shapes.
    """
    outputs, targets, mask = _alike(outputs, targets, mask)
    weight = jnp.sum(mask, axis=(-2, -1))
    total = jnp.sum(mask * (outputs - targets) ** 2, axis=(-2, -1))
    counts = weight != 0
    means = jnp.where(counts, total / jnp.where(counts, weight, 1), 0)
    return jnp.sum(means) / jnp.sum(counts).astype(means.dtype)


def masked_cross_entropy(logits: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Mean over steps of `-mask * sum_i target_i log softmax(logits)_i`.

    The mask of a step is that of its first output. The mean is over all steps of the
    batch, masked ones too (Masse et al. 2019, `model.py`), so that the scale does not
    depend on the trials.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`; targets are
    probabilities.

    **Returns:** a scalar. Raises `ValueError` for other shapes.
    """
    logits, targets, mask = _alike(logits, targets, mask)
    surprise = -jnp.sum(targets * jax.nn.log_softmax(logits), axis=-1)
    return jnp.mean(mask[..., 0] * surprise)


def cross_entropy(logits: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Masked categorical cross-entropy in nats: `sum(mask * surprise) / sum(mask)`.

    `surprise = -sum_i target_i log softmax(logits)_i` at each step. Unlike
    `masked_cross_entropy` it is normalised by the mask, as `masked_mse` is.

    **Arguments:**

    - `logits`: `(*batch, time, n_out)`, the readout itself.
    - `targets`: probabilities `(*batch, time, n_out)`, or whole numbers `(*batch,
        time)`: which output is right. What they are where the mask is zero does not
        matter; elsewhere a number that is no output gives NaN.
    - `mask`: `(*batch, time)`, or `(*batch, time, n_out)`, of which the first output
        counts.

    **Returns:** a scalar; NaN if the mask is zero everywhere. Raises `ValueError` for
    other shapes.
    """
    logits, targets, mask = map(jnp.asarray, (logits, targets, mask))
    steps = logits.shape[:-1]
    _check_shape("mask", mask, (steps, logits.shape))
    logs = jax.nn.log_softmax(logits)
    if jnp.issubdtype(targets.dtype, jnp.integer):
        _check_shape("targets", targets, (steps,))
        chosen = jnp.take_along_axis(logs, targets[..., None], axis=-1, mode="fill")
        surprise = -chosen[..., 0]
    else:
        _check_shape("targets", targets, (logits.shape,))
        surprise = -jnp.sum(targets * logs, axis=-1)
    weight = mask if mask.shape == steps else mask[..., 0]
    weight = weight.astype(surprise.dtype)
    surprise = jnp.where(weight != 0, surprise, jnp.zeros_like(surprise))
    return jnp.sum(weight * surprise) / jnp.sum(weight)


def binary_cross_entropy(logits: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Masked binary cross-entropy in nats, of every output by itself.

        sum(mask * (-t log s(y) - (1 - t) log(1 - s(y)))) / sum(mask)

    with the logistic function s. It is computed from the logits y: nothing is clipped,
    and the gradient `s(y) - t` never vanishes where an output is wrong.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`; targets are
    probabilities in [0, 1].

    **Returns:** a scalar; NaN if the mask is zero everywhere. Raises `ValueError` for
    other shapes.
    """
    logits, targets, mask = _alike(logits, targets, mask)
    targets, mask = targets.astype(logits.dtype), mask.astype(logits.dtype)
    off, on = jax.nn.softplus(logits), jax.nn.softplus(-logits)
    surprise = targets * on + (1 - targets) * off
    return jnp.sum(mask * surprise) / jnp.sum(mask)


def _alike(
    outputs: Numbers, targets: Numbers, mask: Numbers
) -> tuple[Array, Array, Array]:
    """Arrays; refuses targets and a mask that are not of the shape of the outputs."""
    outputs, targets, mask = map(jnp.asarray, (outputs, targets, mask))
    for name, value in (("targets", targets), ("mask", mask)):
        _check_shape(name, value, (outputs.shape,))
    return outputs, targets, mask


def _check_shape(name: str, value: Array, shapes: tuple[tuple[int, ...], ...]) -> None:
    """Refuse an array whose shape is none of these."""
    if value.shape not in shapes:
        raise invalid(
            name,
            f"have shape {' or '.join(map(str, shapes))}",
            f"{value.dtype} of shape {value.shape}",
            "One number for each output at each step; classes one for each step.",
        )
