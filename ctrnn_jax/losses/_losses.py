"""Losses of a task: how outputs differ from targets, weighted by a mask.

Targets have no effect where the mask is zero; they may be NaN there.
"""

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_numeric, check_values, describe
from .._types import Numbers


@checks_arguments
def masked_mse(outputs: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Return the masked mean squared error, `sum(mask * (y - target)^2) / sum(mask)`.

    Both sums run over the whole batch, all steps and all outputs (Song, Yang & Wang
    2016, eq. 7 and their code), so a long trial has more weight than a short trial.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`.

    **Returns:** a scalar; NaN if the mask is zero everywhere. Raises `ValueError` for
    other shapes: arrays are not broadcast, since all outputs would get one target.

    **Example:**

    >>> outputs, targets = jnp.ones((1, 2, 1)), jnp.zeros((1, 2, 1))
    >>> mask = jnp.array([1.0, 0.0]).reshape(1, 2, 1)
    >>> float(cj.losses.masked_mse(outputs, targets, mask))
    1.0
    """
    outputs, targets, mask = _with_one_shape(outputs, targets, mask)
    targets = _counted(targets, mask)
    return jnp.sum(mask * (outputs - targets) ** 2) / jnp.sum(mask)


@checks_arguments
def masked_mse_per_trial(outputs: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Return the mean over trials of the masked mean squared error of each trial.

    Every trial has the same weight, independent of its length; in `masked_mse` every
    step has. A trial whose mask is zero everywhere is left out of the mean.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`.

    **Returns:** a scalar; NaN if the mask is zero everywhere. Raises `ValueError` for
    other shapes.
    """
    outputs, targets, mask = _with_one_shape(outputs, targets, mask)
    targets = _counted(targets, mask)
    # sums of each trial, (*batch,)
    weight = jnp.sum(mask, axis=(-2, -1))
    total = jnp.sum(mask * (outputs - targets) ** 2, axis=(-2, -1))
    # the inner `where` keeps the gradient of empty trials from becoming NaN
    is_counted = weight != 0
    means = jnp.where(is_counted, total / jnp.where(is_counted, weight, 1), 0)
    return jnp.sum(means) / jnp.sum(is_counted).astype(means.dtype)


@checks_arguments
def masked_cross_entropy(logits: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Return the mean over steps of `-mask * sum_i target_i log softmax(logits)_i`.

    The mask of a step is that of its first output. The mean is over all steps of the
    batch, masked steps too (Masse et al. 2019, `model.py`), so that the scale does not
    depend on the trials.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`; targets are
    probabilities.

    **Returns:** a scalar. Raises `ValueError` for other shapes.
    """
    logits, targets, mask = _with_one_shape(logits, targets, mask, "logits")
    targets = _counted(targets, mask[..., :1])
    surprise = -jnp.sum(targets * jax.nn.log_softmax(logits), axis=-1)
    return jnp.mean(mask[..., 0] * surprise)


@checks_arguments
def cross_entropy(logits: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Return the masked cross-entropy in nats, `sum(mask * surprise) / sum(mask)`.

    `surprise = -sum_i target_i log softmax(logits)_i` at each step, over categories i.
    The loss is normalised by the mask, as `masked_mse` is and `masked_cross_entropy` is
    not.

    **Arguments:**

    - `logits`: `(*batch, time, n_out)`, the readout without a softmax.
    - `targets`: probabilities `(*batch, time, n_out)`, or integers `(*batch, time)`,
        the index of the correct output. An index that is out of range gives NaN unless
        the mask is zero.
    - `mask`: `(*batch, time)`, or `(*batch, time, n_out)`, of which the first output is
        used.

    **Returns:** a scalar; NaN if the mask is zero everywhere. Raises `ValueError` for
    other shapes.
    """
    logits, targets, mask = _arrays(logits, targets, mask, "logits")
    _check_has_time("logits", logits)
    steps = logits.shape[:-1]
    _check_one_of("mask", mask, (steps, logits.shape), "Give one number for each step.")
    log_probabilities = jax.nn.log_softmax(logits)
    # weight and surprise of each step, (*batch, time)
    weight = mask if mask.shape == steps else mask[..., 0]
    if jnp.issubdtype(targets.dtype, jnp.integer):
        _check_one_of("targets", targets, (steps,), "Give one class for each step.")
        log_probability = jnp.take_along_axis(
            log_probabilities, targets[..., None], axis=-1, mode="fill"
        )
        surprise = -log_probability[..., 0]
    else:
        _check_one_of("targets", targets, (logits.shape,))
        targets = _counted(targets, weight[..., None])
        surprise = -jnp.sum(targets * log_probabilities, axis=-1)
    weight = weight.astype(surprise.dtype)
    # a product with a mask of zero would pass on the NaN of an invalid index
    surprise = jnp.where(weight != 0, surprise, jnp.zeros_like(surprise))
    return jnp.sum(weight * surprise) / jnp.sum(weight)


@checks_arguments
def binary_cross_entropy(logits: Numbers, targets: Numbers, mask: Numbers) -> Array:
    """Return the masked binary cross-entropy in nats, with independent outputs.

        sum(mask * (-t log s(y) - (1 - t) log(1 - s(y)))) / sum(mask)

    with the logistic function s. It is computed from the logits y without clipping, so
    the gradient `s(y) - t` does not vanish where an output is wrong.

    **Arguments:** three arrays of one shape `(*batch, time, n_out)`; targets are
    probabilities in [0, 1].

    **Returns:** a scalar; NaN if the mask is zero everywhere. Raises `ValueError` for
    other shapes.
    """
    logits, targets, mask = _with_one_shape(logits, targets, mask, "logits")
    targets = _counted(targets, mask).astype(logits.dtype)
    remedy = "They are probabilities."
    check_values("targets", targets, _is_probability, "lie in [0, 1]", remedy)
    mask = mask.astype(logits.dtype)
    surprise_if_on = jax.nn.softplus(-logits)  # -log s(y)
    surprise_if_off = jax.nn.softplus(logits)  # -log(1 - s(y))
    surprise = targets * surprise_if_on + (1 - targets) * surprise_if_off
    return jnp.sum(mask * surprise) / jnp.sum(mask)


def _with_one_shape(
    outputs: Numbers, targets: Numbers, mask: Numbers, name: str = "outputs"
) -> tuple[Array, Array, Array]:
    """Validate that targets and mask have the shape of the outputs; return arrays."""
    outputs, targets, mask = _arrays(outputs, targets, mask, name)
    _check_has_time(name, outputs)
    for argument, value in (("targets", targets), ("mask", mask)):
        _check_one_of(argument, value, (outputs.shape,))
    return outputs, targets, mask


def _arrays(
    outputs: Numbers, targets: Numbers, mask: Numbers, name: str
) -> tuple[Array, Array, Array]:
    """Validate that outputs, whose argument is `name`, targets and mask are numbers."""
    check_numeric(name, outputs)
    check_numeric("targets", targets)
    check_numeric("mask", mask)
    return jnp.asarray(outputs), jnp.asarray(targets), jnp.asarray(mask)


def _check_has_time(name: str, outputs: Array) -> None:
    """Validate that outputs have an axis of time and one of channels."""
    rule, remedy = "have shape (*batch, time, n_out)", "The last axis is channels."
    check(outputs.ndim >= 2, name, rule, lambda: describe(outputs), remedy)


def _is_probability(x: np.ndarray) -> np.ndarray:
    return ~((x < 0) | (x > 1))  # NaN makes the loss NaN, as in the other losses


def _counted(targets: Array, mask: Array) -> Array:
    """Return the targets, with zeros where the mask is zero.

    A product with a mask of zero would pass on the NaN of a padded target.
    """
    return jnp.where(mask.astype(bool), targets, jnp.zeros_like(targets))


def _check_one_of(
    name: str,
    value: Array,
    shapes: tuple[tuple[int, ...], ...],
    remedy: str = "Give one number for each output and step.",
) -> None:
    """Validate that an array has one of these shapes."""
    check(
        value.shape in shapes,
        name,
        f"have shape {' or '.join(map(str, shapes))}",
        lambda: describe(value),
        remedy,
    )
