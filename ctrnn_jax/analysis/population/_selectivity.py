"""Selectivity of single units: tuning curves and indices, task variance."""

from collections.abc import Mapping
import functools
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count, check_finite, check_not_negative, describe
from ..._show import AbstractShown, counted, quantities, Table
from ..._types import Numbers
from ._condition_levels import (
    as_levels,
    Labels,
    Level,
    mean_of_each,
    per_level,
)
from ._data import as_data


@final
class TuningCurve(AbstractShown, eqx.Module):
    """The mean response to each value of a condition.

    **Attributes:**

    - `means`: `(levels, ...)`, as the responses after their trials.
    - `standard_errors`: of the means; NaN for a value with one trial.
    - `trials`: number of trials, `(levels,)`.
    - `levels`: the values, ascending (static).
    """

    means: Array
    standard_errors: Array
    trials: Array
    levels: tuple[Level, ...] = eqx.field(static=True)

    def _table(self) -> Table:
        return quantities(self, counted(len(self.levels), "level"))


@checks_arguments
def tuning_curve(responses: Numbers, condition: Labels) -> TuningCurve:
    """Compute the mean response of every unit (and step) to each value of a condition.

    **Arguments:**

    - `responses`: `(trials, ...)`: `(trials, units)` or `(trials, time, units)`.
    - `condition`: a label for each trial, `(trials,)`.

    Raises `ValueError` for shapes that differ and responses that are not finite.
    """
    data, levels, codes = _grouped(responses, condition)
    means, errors, trials = _tuning_curve(data, jnp.asarray(codes), len(levels))
    return TuningCurve(means, errors, trials, tuple(levels.tolist()))


@functools.partial(jax.jit, static_argnames="count")
def _tuning_curve(data: Array, codes: Array, count: int) -> tuple[Array, Array, Array]:
    means, variances, trials = _moments(data, codes, count)
    return means, jnp.sqrt(variances / per_level(trials, data)), trials


def _grouped(
    responses: Numbers,
    condition: Labels,
    at_least: int = 1,
    exactly: bool = False,
    *,
    name: str = "responses",
) -> tuple[Array, np.ndarray, np.ndarray]:
    """Return responses `(trials, ..., units)`, distinct labels, label of each trial."""
    data = as_data(name, responses, "*trials units")
    got = f"shape {data.shape}"
    rule = "have axes (trials, ..., units)"
    check(data.ndim >= 2, name, rule, got, "One unit is responses[:, None].")
    return data, *as_levels(
        "condition", condition, len(data), at_least=at_least, exactly=exactly
    )


def _minus_largest(data: Array) -> Array:
    """Subtract the largest of all trials: small variances then keep their digits."""
    return data - jnp.max(data, axis=0, keepdims=True)


def _moments(data: Array, codes: Array, count: int) -> tuple[Array, Array, Array]:
    """Return means, variances and number of trials of each level.

    The divisor of variances is n - 1; they are NaN for one trial.
    """
    means = mean_of_each(codes, data, count)
    trials = jnp.bincount(codes, length=count)
    n = per_level(trials, data)
    mean_square = mean_of_each(codes, (data - means[codes]) ** 2, count)
    variances = jnp.where(n > 1, mean_square * n / jnp.maximum(n - 1, 1), jnp.nan)
    return means, variances, trials


@checks_arguments
def selectivity_index(rates: Numbers, condition: Labels) -> Array:
    """Compute `(best - worst) / (best + worst)` of each unit's tuning curve.

    Returns `(..., units)`: 0 for a unit that responds equally to all values, 1 for one
    that is silent at some value, NaN for one that is silent at all values.

    **Arguments:** as `tuning_curve`; the responses are rates, so not negative.

    Raises `ValueError` for negative rates and for a condition of one value.
    """
    data, levels, codes = _grouped(rates, condition, at_least=2, name="rates")
    check_not_negative("rates", data, "Potentials have no such index: use `d_prime`.")
    return _selectivity_index(data, jnp.asarray(codes), len(levels))


@functools.partial(jax.jit, static_argnames="count")
def _selectivity_index(data: Array, codes: Array, count: int) -> Array:
    means = mean_of_each(codes, data, count)
    best, worst = jnp.max(means, axis=0), jnp.min(means, axis=0)
    sums = jnp.where(best > 0, best + worst, 1)
    return jnp.where(best > 0, (best - worst) / sums, jnp.nan)


@checks_arguments
def d_prime(responses: Numbers, condition: Labels) -> Array:
    """Compute the sensitivity index d' of each unit between two conditions.

    `(m_1 - m_0) / sqrt((s_0^2 + s_1^2) / 2)` with the means and standard deviations of
    the responses to the lower and the higher value of the condition (Green & Swets
    1966). Returns `(..., units)`: 0 if the means are the same, infinite if they differ
    without noise.

    **Arguments:** as `tuning_curve`; the condition has two values.

    Raises `ValueError` for other than two values, and if one has a single trial.
    """
    data, _, codes = _grouped(responses, condition, at_least=2, exactly=True)
    counts = np.bincount(codes)
    rule = "have at least two trials of each value"
    check(counts.min() >= 2, "condition", rule, counts.tolist(), "Add trials.")
    return _d_prime(data, jnp.asarray(codes))


@jax.jit
def _d_prime(data: Array, codes: Array) -> Array:
    means, variances, _ = _moments(_minus_largest(data), codes, 2)
    difference = means[1] - means[0]
    noise = jnp.sqrt(jnp.mean(variances, axis=0))
    return jnp.where(difference == 0, 0, difference / noise)


@checks_arguments
def explained_fraction(responses: Numbers, condition: Labels) -> Array:
    """Compute the fraction of each unit's variance that a condition explains.

    The variance of the means of its values, weighted by their trials, over the variance
    of all trials (eta squared). Returns `(..., units)` in [0, 1]; NaN for a unit that
    never varies.

    **Arguments:** as `tuning_curve`. A condition with a different value in each trial
    explains all variance: bin it first with `binned`.

    Raises `ValueError` for a condition of one value.
    """
    data, levels, codes = _grouped(responses, condition, at_least=2)
    return _explained_fraction(data, jnp.asarray(codes), len(levels))


@functools.partial(jax.jit, static_argnames="count")
def _explained_fraction(data: Array, codes: Array, count: int) -> Array:
    data = _minus_largest(data)
    means = mean_of_each(codes, data, count)[codes]
    grand_mean = jnp.mean(data, axis=0, keepdims=True)
    total = jnp.sum((data - grand_mean) ** 2, axis=0)
    between = jnp.sum((means - grand_mean) ** 2, axis=0)
    return jnp.where(total > 0, between / jnp.where(total > 0, total, 1), jnp.nan)


@checks_arguments
def binned(values: Numbers, *, at_most: int = 12) -> np.ndarray:
    """Return values with few distinct levels, `(trials,)`.

    Values with at most `at_most` levels are unchanged. Otherwise they are put in that
    many bins of equally many trials (to one), and each becomes the mean of its bin.

    Raises `ValueError` for values that are not one finite number a trial, and for
    `at_most` below 2.
    """
    check_count("at_most", at_most, at_least=2)
    values = np.asarray(values)
    is_list = values.ndim == 1 and values.dtype.kind in "biuf" and len(values) > 0
    rule = "be one number for each trial"
    check(is_list, "values", rule, describe(values), "Take one condition.")
    check_finite("values", values)
    if len(np.unique(values)) <= at_most:
        return values
    # the rank of each trial determines its bin; equal values may be in two bins
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    bin_of_trial = rank * at_most // len(values)
    sums = np.bincount(bin_of_trial, weights=values)
    return (sums / np.bincount(bin_of_trial))[bin_of_trial]


@checks_arguments
def task_variance(rates: Numbers, *, mask: Numbers | None = None) -> Array:
    """Compute the variance of each unit across the trials of a task, `(units,)`.

    The variance over trials (conditions) at each step, averaged over steps (Yang et al.
    2019, "Task representations in neural networks trained to perform many cognitive
    tasks", methods). Use rates without noise, one trial a condition, and leave out the
    fixation period, during which trials do not differ.

    **Arguments:**

    - `rates`: `(trials, time, units)`.
    - `mask`: which steps of which trials count, boolean `(trials, time)`; steps at
        which no trial counts are left out.

    Raises `ValueError` for a mask of another shape, or one that is all False.
    """
    return _variance_of("rates", rates, mask)


def _variance_of(name: str, rates: Numbers, mask: Numbers | None = None) -> Array:
    """Validate the rates of a task, and return the task variance of each unit."""
    data = as_data(name, rates, "trials time units")
    shape = data.shape[:2]
    counted = np.ones(shape, bool) if mask is None else np.asarray(mask)
    is_mask = counted.shape == shape and counted.dtype == bool
    rule = f"be boolean of shape {shape}, with some True"
    remedy = "A step counts if it is True."
    check(is_mask and counted.any(), "mask", rule, describe(counted), remedy)
    return _task_variance(data, jnp.asarray(counted))


@jax.jit
def _task_variance(data: Array, counted: Array) -> Array:
    is_counted = counted[..., None]
    weight = is_counted.astype(data.dtype)
    counts = jnp.maximum(jnp.sum(weight, axis=0), 1)

    def mean(x: Array) -> Array:
        """Average over the counted trials, `(time, units)`."""
        return jnp.sum(weight * x, axis=0) / counts

    # subtract the largest: the variance of a unit that never varies is then 0 exactly
    largest = jnp.max(data, axis=0, where=is_counted, initial=-jnp.inf)
    shifted = jnp.where(is_counted, data - largest[None], 0)
    variances = mean((shifted - mean(shifted)[None]) ** 2)
    num_steps = jnp.sum(jnp.any(counted, axis=0))
    return jnp.sum(variances, axis=0) / num_steps.astype(data.dtype)


@final
class TaskVariances(AbstractShown, eqx.Module):
    """Task variance of each unit in each task.

    **Attributes:**

    - `variances`: `(units, tasks)`.
    - `normalised`: the same, divided by the largest of each unit; 0 for units that are
      not active.
    - `active`: whether the sum of a unit's variances exceeds the threshold, `(units,)`.
    - `tasks`: names of the tasks (static).
    """

    variances: Array
    normalised: Array
    active: Array
    tasks: tuple[str, ...] = eqx.field(static=True)

    def _table(self) -> Table:
        return quantities(self, counted(len(self.tasks), "task"))


@checks_arguments
def task_variances(
    rates: Mapping[str, Numbers],
    *,
    threshold: float = 1e-3,
) -> TaskVariances:
    """Compute task variances in many tasks, normalised per unit (Yang et al. 2019).

    **Arguments:**

    - `rates`: for each task `(trials, time, units)`, of one network.
    - `threshold`: units with a smaller sum of variances are not active.

    Raises `ValueError` for no task, and for numbers of units that differ.
    """
    check_not_negative("threshold", threshold, "It is a variance.")
    check(rates, "rates", "hold a task", "none", "Give rates by the name of the task.")
    columns = [_variance_of(f"rates[{task!r}]", x) for task, x in rates.items()]
    sizes = sorted({len(column) for column in columns})
    rule, got = "have the same units in each task", f"numbers of units {sizes}"
    check(len(sizes) == 1, "rates", rule, got, "Use those of one network.")
    variances, normalised, active = _normalised(columns, threshold)
    return TaskVariances(variances, normalised, active, tuple(rates))


@jax.jit
def _normalised(
    columns: list[Array], threshold: float | Array
) -> tuple[Array, Array, Array]:
    # columns are tasks; each unit is divided by its largest variance
    variances = jnp.stack(columns, axis=1)
    active = jnp.sum(variances, axis=1) > threshold
    largest = jnp.where(active, jnp.max(variances, axis=1), 1)
    normalised = jnp.where(active[:, None], variances / largest[:, None], 0)
    return variances, normalised, active
