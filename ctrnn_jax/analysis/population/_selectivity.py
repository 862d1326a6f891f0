"""What single units are selective for."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_finite, check_not_negative, describe, invalid
from ..._types import Numbers
from ._condition_levels import as_levels, exactly_two, of_each, two_or_more
from ._dimension import as_data


class TuningCurve(eqx.Module):
    """The mean response to each value of a condition.

    **Attributes:**

    - `means`: `(levels, ...)`, as the responses after their trials.
    - `standard_errors`: of the means; NaN where there was one trial only.
    - `trials`: how many there were, `(levels,)`.
    - `levels`: the values, ascending (static).
    """

    means: Array
    standard_errors: Array
    trials: Array
    levels: tuple[Any, ...] = eqx.field(static=True)


def tuning_curve(responses: Numbers, condition: Any) -> TuningCurve:
    """Mean response of every unit (and step) to every value of a condition.

    **Arguments:**

    - `responses`: `(trials, ...)`: `(trials, units)` or `(trials, time, units)`.
    - `condition`: a label for each trial, `(trials,)`.

    Raises `ValueError` for shapes that differ and responses that are not finite.
    """
    data, levels, codes = grouped(responses, condition)
    means, variances, trials = _moments(data, jnp.asarray(codes), len(levels))
    counts = trials.astype(data.dtype).reshape(-1, *[1] * (data.ndim - 1))
    return TuningCurve(
        means, jnp.sqrt(variances / counts), trials, tuple(levels.tolist())
    )


def grouped(responses: Numbers, condition: Any) -> tuple[Array, np.ndarray, np.ndarray]:
    """The responses, `(trials, ..., units)`; the labels; which one each trial has."""
    data = as_data("responses", responses, "*trials units")
    if data.ndim < 2:
        rule = "have axes (trials, ..., units)"
        raise invalid("responses", rule, f"shape {data.shape}", "Add an axis.")
    return data, *as_levels("condition", condition, data.shape[0])


def _about_largest(data: Array) -> Array:
    """Less the largest of all trials: all digits are left for small variances."""
    return data - jnp.max(data, axis=0, keepdims=True)


def _moments(data: Array, codes: Array, count: int) -> tuple[Array, Array, Array]:
    """Means, variances (divisor n - 1; NaN for one trial) and trials of each level."""
    means = of_each(codes, data, count)
    trials = jnp.bincount(codes, length=count)
    n = trials.astype(data.dtype).reshape(-1, *[1] * (data.ndim - 1))
    spread = of_each(codes, (data - means[codes]) ** 2, count)
    variances = jnp.where(n > 1, spread * n / jnp.maximum(n - 1, 1), jnp.nan)
    return means, variances, trials


def selectivity_index(rates: Numbers, condition: Any) -> Array:
    """`(best - worst) / (best + worst)` of each unit's tuning curve, `(..., units)`.

    0 for a unit that responds to all values alike, 1 for one that is silent at some
    value; NaN for a unit that is silent at all.

    **Arguments:** as `tuning_curve`; the responses are rates, so not negative.

    Raises `ValueError` for negative rates and for a condition of one value.
    """
    data, levels, codes = grouped(rates, condition)
    two_or_more("condition", levels)
    check_not_negative("rates", data, "Potentials have no such index: use `d_prime`.")
    means = of_each(codes, data, len(levels))
    best, worst = jnp.max(means, axis=0), jnp.min(means, axis=0)
    return jnp.where(
        best > 0, (best - worst) / jnp.where(best > 0, best + worst, 1), jnp.nan
    )


def d_prime(responses: Numbers, condition: Any) -> Array:
    """Sensitivity index d' of each unit between two conditions, `(..., units)`.

    `(m_1 - m_0) / sqrt((s_0^2 + s_1^2) / 2)` with the means and standard deviations of
    the responses to the lower and the higher value of the condition (Green & Swets
    1966). 0 where the means are the same, infinite where they differ without noise.

    **Arguments:** as `tuning_curve`; the condition has two values.

    Raises `ValueError` for other than two values, and if one has a single trial.
    """
    data, levels, codes = grouped(responses, condition)
    exactly_two("condition", levels)
    if np.bincount(codes).min() < 2:
        rule = "have at least two trials of each value"
        raise invalid("condition", rule, np.bincount(codes).tolist(), "Add trials.")
    data = _about_largest(data)
    means, variances, _ = _moments(data, jnp.asarray(codes), 2)
    difference = means[1] - means[0]
    noise = jnp.sqrt(jnp.mean(variances, axis=0))
    return jnp.where(difference == 0, 0, difference / noise)


def explained_fraction(responses: Numbers, condition: Any) -> Array:
    """Share of each unit's variance over trials that a condition explains.

    The variance of the means of its values, each counted as often as it has trials,
    over that of all trials (eta squared), `(..., units)` in [0, 1]. NaN for a unit that
    never varies.

    **Arguments:** as `tuning_curve`. A condition that takes another value in each trial
    explains everything: put it into bins with `binned`.

    Raises `ValueError` for a condition of one value.
    """
    data, levels, codes = grouped(responses, condition)
    two_or_more("condition", levels)
    data = _about_largest(data)
    means = of_each(codes, data, len(levels))[codes]
    middle = jnp.mean(data, axis=0, keepdims=True)
    total = jnp.sum((data - middle) ** 2, axis=0)
    between = jnp.sum((means - middle) ** 2, axis=0)
    return jnp.where(total > 0, between / jnp.where(total > 0, total, 1), jnp.nan)


def binned(values: Numbers, *, at_most: int = 12) -> np.ndarray:
    """A number for each trial as one of few levels, `(trials,)`.

    As it is if it has at most so many; otherwise in that many bins of equally many
    trials (to one), each trial with the mean of its bin.

    Raises `ValueError` for values that are not one finite number a trial, and for
    `at_most` below 2.
    """
    check_count("at_most", at_most, at_least=2)
    values = np.asarray(values)
    if values.ndim != 1 or values.dtype.kind not in "biuf" or not len(values):
        rule = "be one number for each trial"
        raise invalid("values", rule, describe(values), "Take one condition.")
    check_finite("values", values)
    if len(np.unique(values)) <= at_most:
        return values
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    which = rank * at_most // len(values)
    return (np.bincount(which, weights=values) / np.bincount(which))[which]


def task_variance(rates: Numbers, *, mask: Any = None) -> Array:
    """Variance of each unit across the trials of a task, `(units,)`.

    The variance over trials (conditions) at each step, averaged over steps (Yang et al.
    2019, "Task representations in neural networks trained to perform many cognitive
    tasks", methods). Use rates without noise, one trial a condition, and leave out the
    fixation period, where trials cannot differ.

    **Arguments:**

    - `rates`: `(trials, time, units)`.
    - `mask`: which steps of which trials count, boolean `(trials, time)`; steps at
      which no trial counts drop out.

    Raises `ValueError` for a mask of another shape, or one that keeps nothing.
    """
    data = as_data("rates", rates, "trials time units")
    kept = np.ones(data.shape[:2], bool) if mask is None else np.asarray(mask)
    if kept.shape != data.shape[:2] or kept.dtype != bool or not kept.any():
        rule = f"be boolean of shape {data.shape[:2]}, with something kept"
        raise invalid("mask", rule, describe(kept), "True says that a step counts.")
    return _task_variance(data, jnp.asarray(kept))


@jax.jit
def _task_variance(rates: Array, mask: Array) -> Array:
    weight = mask.astype(rates.dtype)[..., None]
    counts = jnp.maximum(jnp.sum(weight, axis=0), 1)
    mean = lambda x: jnp.sum(weight * x, axis=0) / counts
    # about the largest, so that what never varies has no variance
    largest = jnp.max(rates, axis=0, where=mask[..., None], initial=-jnp.inf)
    about = jnp.where(mask[..., None], rates - largest[None], 0)
    variances = mean((about - mean(about)[None]) ** 2)
    steps = jnp.sum(jnp.any(mask, axis=0)).astype(rates.dtype)
    return jnp.sum(variances, axis=0) / steps


class TaskVariances(eqx.Module):
    """Task variance of each unit in each task.

    **Attributes:**

    - `variances`: `(units, tasks)`.
    - `normalised`: the same, divided by the largest of each unit; 0 for units that are
      not active.
    - `active`: whether a unit's variances sum to more than the threshold, `(units,)`.
    - `tasks`: their names (static).
    """

    variances: Array
    normalised: Array
    active: Array
    tasks: tuple[str, ...] = eqx.field(static=True)


def task_variances(
    rates: Mapping[str, Numbers],
    *,
    threshold: float = 1e-3,
) -> TaskVariances:
    """Task variance in many tasks, normalised per unit (Yang et al. 2019).

    **Arguments:**

    - `rates`: for each task `(trials, time, units)`, of one network.
    - `threshold`: units with a smaller sum of variances are not active.

    Raises `ValueError` for no task, and for numbers of units that differ.
    """
    check_not_negative("threshold", threshold, "It is a variance.")
    sizes = {np.shape(x)[-1:] for x in rates.values()}
    if len(sizes) != 1:
        raise invalid(
            "rates", "be of one network", f"units {sorted(sizes)}", "Use one."
        )
    columns = [task_variance(x) for x in rates.values()]
    variances = jnp.stack(columns, axis=1)
    active = jnp.sum(variances, axis=1) > threshold
    largest = jnp.where(active, jnp.max(variances, axis=1), 1)
    normalised = jnp.where(active[:, None], variances / largest[:, None], 0)
    return TaskVariances(variances, normalised, active, tuple(rates))
