"""Arrays of recorded trials: their validation, weights, and explained variance."""

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, check_not_negative, describe, invalid, is_concrete
from ..._types import ArrayLike, Numbers


_MOST_CLASSES = 100
"""Larger whole numbers are not taken for labels of classes, by a hint of an error."""


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
    short = name.split()[-1]
    is_recording = array.ndim == 3 and 0 not in array.shape[:2]
    check(is_recording, name, rule, got, lambda: _missing_axes(short, array, like))
    if like is not None:
        rule = f"have the trials and time of {of}, {like.shape[:2]}"
        fits = array.shape[:2] == like.shape[:2]
        check(fits, name, rule, got, lambda: _other_axes(short, array, like))
    return array if jnp.issubdtype(array.dtype, jnp.floating) else array.astype(float)


def _missing_axes(name: str, array: Array, like: Array | None) -> str:
    """Return how to give an array three axes; the inputs `like` have its trials."""
    trials, time = (None, None) if like is None else like.shape[:2]
    series = f"Use {name}[..., None] for one channel"
    is_label = _are_labels(array)
    one_hot = f"np.eye({int(np.max(array)) + 1})[{name}]" if is_label else ""
    if array.ndim == 1 and len(array) == trials:
        same = f"{name}[:, None, None]"
        of = " for one channel"
        if is_label:
            same, of = f"{one_hot}[:, None]", " with one output for each class"
        return f"Use np.repeat({same}, {time}, axis=1){of}."
    if array.ndim == 2 and array.shape == (trials, time):
        return f"{series}, or {one_hot} for classes." if is_label else f"{series}."
    if array.ndim == 2 and len(array) == trials:
        repeated = f"np.repeat({name}[:, None], {time}, axis=1)"
        return f"Give all {time} steps, or use {repeated} for one vector a trial."
    if array.ndim == 2:
        return f"{series}, {name}[None] for one trial."
    return "The axes are trials, time and channels, at least one of each."


def _are_labels(array: Array) -> bool:
    """Return whether the numbers can be those of a few classes."""
    if not (jnp.issubdtype(array.dtype, jnp.integer) and is_concrete(array)):
        return False
    return bool(array.size and np.min(array) >= 0 and np.max(array) < _MOST_CLASSES)


def _other_axes(name: str, array: Array, like: Array) -> str:
    """Return how to give an array the trials and time of the inputs `like`."""
    (trials, time, channels), (num_trials, num_steps, n_in) = array.shape, like.shape
    if (trials, time) == (num_steps, num_trials):
        return (
            "Trials come before time: use .swapaxes(0, 1) of the one with time first."
        )
    if trials != num_trials:
        return "Give both for the same trials."
    if channels == num_steps:
        return f"Channels are the last axis: use {name}.swapaxes(1, 2)."
    if channels == n_in > max(time, num_steps):
        return "Channels are the last axis: use .swapaxes(1, 2) of both."
    if time == 1:
        return f"Use np.repeat({name}, {num_steps}, axis=1) for one vector a trial."
    return "Cut the longer, or pad the shorter and give the padding a mask of 0."


def _as_array(name: str, value: ArrayLike) -> Array:
    """Return numbers of any library as a JAX array."""
    remedy = "Give an array."
    if isinstance(value, (list, tuple)):
        lengths = {len(part) for part in value if hasattr(part, "__len__")}
        if len(lengths) > 1:
            remedy = "Pad trials to one length, and give the padding a mask of 0."
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
    check(
        weight.shape in [like.shape, (*like.shape[:2], 1), like.shape[:2]],
        "mask",
        f"have shape {like.shape} or {like.shape[:2]}",
        f"shape {weight.shape}",
        lambda: _remedy_of_mask(weight.shape, like.shape),
    )
    weight = weight[..., None] if weight.ndim == 2 else weight
    check_not_negative("mask", weight, "It has the weights of samples.")
    return weight.astype(like.dtype)


def _remedy_of_mask(shape: tuple[int, ...], like: tuple[int, ...]) -> str:
    """Return how to make a mask for arrays of the shape `like`."""
    trials, time, _ = like
    if shape == (time,):
        return f"Use np.broadcast_to(mask, {like[:2]}) for the same mask in all trials."
    if shape == (trials,):
        return f"Use np.repeat(mask[:, None], {time}, axis=1) for one weight a trial."
    if shape[:2] == (time, trials):
        return "Trials come before time: use mask.swapaxes(0, 1)."
    return "Give a weight for each sample or step."


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
