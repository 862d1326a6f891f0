"""What the tasks of Song, Yang & Wang (2016) have in common."""

from typing import Any

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from .._checks import (
    check_finite,
    check_not_negative,
    check_positive,
    check_values,
    refusal,
)
from .._types import ArrayLike, KeyArray
from ._render import count, during, input_noise
from ._trial import Trial


def check_common(baseline: ArrayLike, sigma_in: ArrayLike, tau_in: ArrayLike) -> None:
    """Refuse an input that is not finite, noise that is negative or has no tau."""
    check_finite("baseline", baseline)
    check_not_negative("sigma_in", sigma_in, "It is a standard deviation.")
    check_positive("tau_in", tau_in, "It is in ms.")


def check_probability(name: str, value: ArrayLike) -> None:
    """Refuse what is no probability."""
    inside = lambda p: (p >= 0) & (p <= 1)
    check_values(name, value, inside, "lie in [0, 1]", "It is a probability.")


def check_catch(catch: float, longest: float) -> None:
    """Refuse catch trials that are shorter than another trial; both in ms."""
    if catch < longest:
        raise refusal(
            "catch",
            f"last at least as long as a trial, {longest:g} ms",
            f"{catch:g} ms",
            "Use a smaller catch_probability for fewer of them.",
        )


def noisy_inputs(task: Any, shown: Array, key: KeyArray) -> Array:
    """`max(0, baseline + shown + noise)` on every channel, cues included.

    The noise has the standard deviation `sqrt(2 tau_in / dt) sigma_in` per step (their
    `dataset.py:53,182-208`). The task has `baseline`, `tau_in`, `sigma_in`, `dt`.
    """
    steps, channels = shown.shape
    noise = input_noise(key, steps, channels, task.sigma_in, task.tau_in, task.dt)
    return jnp.maximum(task.baseline + shown + noise, 0.0)


def two_choice_trial(
    task: Any,
    shown: Array,
    epochs: dict[str, Array],
    choice: Array,
    is_catch: Array,
    key: KeyArray,
    conditions: dict[str, Array],
) -> Trial:
    """A trial of the common form: low in fixation, one output high in the decision.

    On catch trials nothing is shown and both outputs stay low to their end. The
    task has `low`, `high`, `catch` too; `epochs` has fixation and decision.
    """
    steps = task.n_steps
    t_end = jnp.where(is_catch, count(task.catch, task.dt), epochs["decision"][1])
    deciding = during(epochs["decision"], steps) & ~is_catch
    scored = is_catch | during(epochs["fixation"], steps) | deciding
    scored = (scored & (jnp.arange(steps) < t_end))[:, None]
    chosen = jnp.arange(2)[None, :] == choice
    targets = jnp.where(deciding[:, None] & chosen, task.high, task.low)
    return Trial(
        inputs=noisy_inputs(task, jnp.where(is_catch, 0.0, shown), key),
        targets=jnp.where(scored, targets, 0.0),
        mask=jnp.broadcast_to(scored, targets.shape).astype(targets.dtype),
        conditions={
            "is_catch": is_catch,
            "choice": choice,
            "t_end": t_end,
            **conditions,
        },
        epochs={n: jnp.where(is_catch, 0, epoch) for n, epoch in epochs.items()},
    )


def drawn_condition(
    condition: Array | None, key: KeyArray, catch_probability: Array, kinds: int
) -> tuple[Array, Array]:
    """Whether it is a catch trial, and which of the other `kinds` of trial it is.

    Condition 0 is catch, 1 + i is kind i; `None`: catch with its probability, the kind
    uniform, which is the same as every factor of it uniform and independent.
    """
    if condition is None:
        catch_key, kind_key = jr.split(key)
        is_catch = jr.bernoulli(catch_key, catch_probability)
        return is_catch, jr.randint(kind_key, (), 0, kinds)
    return condition == 0, jnp.maximum(condition - 1, 0)
