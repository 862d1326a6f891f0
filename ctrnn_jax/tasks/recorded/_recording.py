"""Arrays of recorded trials: their validation, weights, and explained variance."""

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, check_not_negative, describe, invalid, is_concrete
from ..._types import ArrayLike, Numbers


def check_recording(
    name: str,
    value: ArrayLike,
    last: str,
    like: Array | None = None,
    *,
    of: str = "`inputs`",
) -> Array:
    """Validate an array (trials, time, `last`); return it as a float array.

    The trials and time must be those of `like`, the argument `of`, if there is one.
    """
    array = _as_array(name, value)
    rule = f"have shape (trials, time, {last})"
    got = f"shape {array.shape}"
    remedy = "At least one of each."
    if array.ndim == 1:
        remedy = "The axes are trials, time and channels."
    elif array.ndim == 2:
        short = name.split()[-1]
        remedy = f"Use {short}[..., None] for one channel, {short}[None] for one trial."
    is_recording = array.ndim == 3 and 0 not in array.shape[:2]
    check(is_recording, name, rule, got, remedy)
    if like is not None:
        rule = f"have the trials and time of {of}, {like.shape[:2]}"
        remedy = "Give both for the same trials."
        trials, time, channels = array.shape
        if trials == like.shape[0] and channels == like.shape[1]:
            remedy = f"Channels are the last axis: use {name}.transpose(0, 2, 1)."
        elif trials == like.shape[0] and channels == like.shape[2] != time:
            remedy = "Channels are the last axis: use .transpose(0, 2, 1) of both."
        check(array.shape[:2] == like.shape[:2], name, rule, got, remedy)
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(float)


def _as_array(name: str, value: ArrayLike) -> Array:
    """Return numbers of any library as a JAX array."""
    remedy = "Give an array."
    if type(value).__module__.split(".")[0] == "torch":
        remedy = f"Pass {name}.detach().cpu().numpy()."
    try:
        # PyTorch raises RuntimeError for gradients, TypeError for arrays on a GPU
        array = value if isinstance(value, jax.Array) else np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise invalid(name, "be numbers", describe(value), remedy) from error
    kinds = (jnp.bool_, jnp.integer, jnp.floating)
    is_numeric = any(jnp.issubdtype(array.dtype, kind) for kind in kinds)
    check(is_numeric, name, "be real numbers", lambda: describe(value), remedy)
    return jnp.asarray(array)


def check_finite_where(name: str, values: Array, counts: Array, remedy: str) -> None:
    """Validate that an array (trials, time, channels) is finite where it counts."""
    if not is_concrete((values, counts)):
        return
    wrong = np.argwhere(~np.isfinite(np.asarray(values)) & np.asarray(counts))

    def got() -> str:
        trial, step, channel = wrong[0]
        value = float(values[trial, step, channel])
        return f"{value:g} in trial {trial}, step {step}, channel {channel}"

    check(not len(wrong), name, "be finite", got, remedy)


def weights_like(mask: ArrayLike | None, like: Array) -> Array:
    """Return the weights of samples, in the shape of `like`, or with one channel.

    `mask` has that shape or `(trials, time)`; without one all weights are 1.
    """
    if mask is None:
        return jnp.ones_like(like)
    weight = _as_array("mask", mask)
    weight = weight[..., None] if weight.ndim == 2 else weight
    check(
        weight.shape in [like.shape, (*like.shape[:2], 1)],
        "mask",
        f"have shape {like.shape} or {like.shape[:2]}",
        f"shape {weight.shape}",
        "Give a weight for each sample or step.",
    )
    check_not_negative("mask", weight, "It has the weights of samples.")
    return weight.astype(like.dtype)


def check_counted(name: str, weight: Array) -> None:
    """Validate that each trial has a sample of positive weight in training."""
    if not is_concrete(weight):
        return
    has_sample = np.asarray(weight).any(axis=(1, 2))
    check(
        has_sample.all(),
        name,
        "have a sample that counts in training in each trial",
        lambda: f"none in trial {np.flatnonzero(~has_sample)[0]}",
        "Leave such trials out.",
    )


def end_of(weight: Array) -> Array:
    """Return the step after the last one with a positive weight, a scalar.

    The weights are those of a trial, `(time, channels)`.
    """
    steps = jnp.arange(1, weight.shape[0] + 1)
    return jnp.max(jnp.where(jnp.any(weight > 0, axis=-1), steps, 0))


def squares(outputs: Numbers, targets: Numbers, weight: Numbers) -> tuple[Array, Array]:
    """Return the weighted sums over time of squared errors and squared deviations.

    Deviations are from the channel's mean over all trials and steps. The arguments are
    `(*batch, time, channels)`, the results `(*batch, channels)`.
    """
    all_samples = tuple(range(outputs.ndim - 1))  # the axes of trials and time
    total = jnp.sum(weight, axis=all_samples, keepdims=True)

    # Subtract the channel's largest target before the mean: the deviations of a
    # constant channel are then exactly 0, without rounding errors.
    largest = jnp.max(
        targets, axis=all_samples, keepdims=True, where=weight > 0, initial=-jnp.inf
    )
    shifted = jnp.where(weight > 0, targets - largest, 0)
    mean = jnp.sum(weight * shifted, axis=all_samples, keepdims=True)
    mean = mean / jnp.where(total > 0, total, 1)

    error = jnp.sum(weight * (outputs - targets) ** 2, axis=-2)
    return error, jnp.sum(weight * (shifted - mean) ** 2, axis=-2)
