"""How outputs are judged: answers, times, groups, and two common kinds of task."""

from typing import ClassVar

from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, describe
from ._task import AbstractTask, fraction, judges_outputs, Trial


def at_step(values: Array, step: Array) -> Array:
    """Return the values at one step of each trial, `(*batch, channels)`.

    **Arguments:** values, `(*batch, time, channels)`; the step, `(*batch,)`.
    """
    index = step[..., None, None].astype(int)
    return jnp.take_along_axis(values, index, axis=-2)[..., 0, :]


@checks_arguments
def largest(values: Array) -> Array:
    """Return the index of the largest channel, `(...,)`; of equal ones the first.

    It is -1, which is no choice, where a channel is NaN.
    """
    values = jnp.asarray(values)
    rule, remedy = "have an axis of channels", "It is the last axis."
    check(values.ndim > 0 and values.size, "values", rule, describe(values), remedy)
    has_nan = jnp.any(jnp.isnan(values), axis=-1)
    return jnp.where(has_nan, -1, jnp.argmax(values, axis=-1))


def circular_distance(a: Array, b: Array) -> Array:
    """Return the angle between two angles, in [0, pi]."""
    return jnp.abs(jnp.mod(a - b + np.pi, 2 * np.pi) - np.pi)


def time_to(
    reached: Array, start: Array, stop: Array, dt: float, dtype: np.dtype
) -> Array:
    """Return the time in ms from `start` to the first step at which `reached` holds.

    **Arguments:** `reached`, `(*batch, time)`; the steps [start, stop) that count,
    `(*batch,)`.

    **Returns:** `(*batch,)`; NaN for a trial without such a step.
    """
    step = jnp.broadcast_to(jnp.arange(reached.shape[-1]), reached.shape)
    reached = reached & (step >= start[..., None]) & (step < stop[..., None])
    elapsed = (jnp.argmax(reached, axis=-1) - start).astype(dtype) * dt
    return jnp.where(jnp.any(reached, axis=-1), elapsed, jnp.nan)


def worst_mean(score: Array, group: Array, groups: int, counted: Array) -> Array:
    """Return the mean score of the group with the lowest mean, a scalar.

    Trials that are not counted and groups without trials are left out; NaN if no trial
    is counted. All arrays are `(*batch,)`; groups are counted from 0.
    """
    is_member = group.reshape(-1, 1) == jnp.arange(groups)[None, :]  # (trials, groups)
    is_member = is_member & counted.reshape(-1, 1)
    trials = jnp.sum(is_member, axis=0).astype(score.dtype)  # (groups,)
    total = jnp.sum(jnp.where(is_member, score.reshape(-1, 1), 0.0), axis=0)
    mean = fraction(total, jnp.maximum(trials, 1.0))
    worst = jnp.min(jnp.where(trials > 0, mean, jnp.inf))
    return jnp.where(jnp.any(trials > 0), worst, jnp.nan)


def one_minus_rms(outputs: Array, targets: Array, mask: Array) -> Array:
    """Return `1 - sqrt(sum(mask (y - target)^2) / sum(mask))` of each trial, >= 0."""
    axes = (-2, -1)
    total = jnp.sum(mask * (outputs - targets) ** 2, axis=axes)
    return jnp.maximum(1.0 - jnp.sqrt(total / jnp.sum(mask, axis=axes)), 0.0)


class AbstractTracking(AbstractTask):
    """A task whose outputs must follow a curve, judged by 1 - RMSE."""

    performance_name: ClassVar[str] = "1 - RMSE"

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return 1 - the root of the masked mean squared error of each trial, >= 0."""
        return one_minus_rms(self.link(outputs), trials.targets, trials.mask)

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return 1 - the root of the masked mean squared error of the whole batch."""
        return 1.0 - jnp.sqrt(self.output_loss(outputs, trials))


class AbstractTwoChoice(AbstractTask):
    """A task with two outputs; the larger one at the last step is the answer.

    Choices are indices of output channels, 0 and 1. In the labels of channels and axes,
    "choice 1" is output channel 0 and "choice 2" is output channel 1.

    Trials have the conditions `choice` (the index of the correct output channel) and
    `evidence` (signed, positive towards channel 0; `evidence_name` is its label).
    """

    evidence_name: ClassVar[str] = "evidence for choice 1"
    main_condition: ClassVar[str | None] = "evidence"

    @judges_outputs
    def answer(self, outputs: Array, trials: Trial) -> Array:
        """Return the index of the larger output at the last step, `(*batch,)`.

        A tie is 0, and NaN is -1.
        """
        return largest(at_step(outputs, trials.conditions["t_end"] - 1))

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return 1.0 for trials whose answer is the choice, else 0.0; a tie is 0."""
        is_correct = self.answer(outputs, trials) == trials.conditions["choice"]
        return is_correct.astype(outputs.dtype)
