"""What single units are selective for, and which units belong together."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import (
    check_count,
    check_not_negative,
    describe,
    refusal,
)
from .._types import Numbers
from ._dimension import as_data, as_levels, exactly_two, of_each, two_or_more


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
        raise refusal("responses", rule, f"shape {data.shape}", "Add an axis.")
    return data, *as_levels("condition", condition, data.shape[0])


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
        raise refusal("condition", rule, np.bincount(codes).tolist(), "Add trials.")
    means, variances, _ = _moments(data, jnp.asarray(codes), 2)
    difference = means[1] - means[0]
    noise = jnp.sqrt(jnp.mean(variances, axis=0))
    return jnp.where(difference == 0, 0, difference / noise)


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
        raise refusal("mask", rule, describe(kept), "True says that a step counts.")
    return _task_variance(data, jnp.asarray(kept))


@jax.jit
def _task_variance(rates: Array, mask: Array) -> Array:
    weight = mask.astype(rates.dtype)[..., None]
    counts = jnp.maximum(jnp.sum(weight, axis=0), 1)
    means = jnp.sum(weight * rates, axis=0) / counts
    variances = jnp.sum(weight * (rates - means[None]) ** 2, axis=0) / counts
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
        raise refusal(
            "rates", "be of one network", f"units {sorted(sizes)}", "Use one."
        )
    columns = [task_variance(x) for x in rates.values()]
    variances = jnp.stack(columns, axis=1)
    active = jnp.sum(variances, axis=1) > threshold
    largest = jnp.where(active, jnp.max(variances, axis=1), 1)
    normalised = jnp.where(active[:, None], variances / largest[:, None], 0)
    return TaskVariances(variances, normalised, active, tuple(rates))


class UnitClusters(eqx.Module):
    """Groups of units.

    **Attributes** (NumPy arrays):

    - `labels`: the group of each unit, `(units,)`; 0 is the largest group.
    - `counts`: the numbers of groups that were tried, ascending.
    - `silhouettes`: the mean silhouette for each of these numbers.
    """

    labels: np.ndarray
    counts: np.ndarray
    silhouettes: np.ndarray


def cluster_units(
    features: Numbers,
    *,
    n_clusters: int | None = None,
    max_clusters: int = 20,
) -> UnitClusters:
    """Group units by their features, `TaskVariances.normalised[active]`, say.

    Agglomerative (Ward 1963): the two groups whose union adds least variance are merged
    again and again, without the random starts of the k-means of Yang et al. (2019). As
    there, the number of groups is that of the largest mean silhouette (Rousseeuw 1987).
    Seconds for 500 units; it grows as their cube.

    **Arguments:**

    - `features`: `(units, features)`.
    - `n_clusters`: how many groups; chosen by the silhouette if `None`.
    - `max_clusters`: the most to try.

    Raises `ValueError` for fewer than 3 units and for counts outside 2 to units - 1.
    """
    points = np.asarray(as_data("features", features, "units features"), float)
    most = len(points) - 1
    if most < 2:
        raise refusal("features", "have at least 3 units", len(points), "Add units.")
    if n_clusters is not None:
        max_clusters = check_count("n_clusters", n_clusters, at_least=2)
        if n_clusters > most:
            remedy = "Ask for fewer."
            raise refusal("n_clusters", f"be below {len(points)}", n_clusters, remedy)
    max_clusters = min(check_count("max_clusters", max_clusters, at_least=2), most)
    squares = np.sum((points[:, None] - points[None]) ** 2, axis=-1)
    distances, partitions = np.sqrt(squares), _agglomerate(squares, max_clusters)
    counts = np.arange(2, max_clusters + 1)
    scores = np.array([_silhouette(distances, partitions[int(k)]) for k in counts])
    chosen = n_clusters or int(counts[np.argmax(scores)])
    _, labels, sizes = np.unique(
        partitions[chosen], return_inverse=True, return_counts=True
    )
    rank = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return UnitClusters(rank[labels], counts, scores)


def _agglomerate(squares: np.ndarray, most: int) -> dict[int, np.ndarray]:
    """The partition into each number of groups up to `most`, by Ward's criterion."""
    gaps = squares.copy()
    np.fill_diagonal(gaps, np.inf)
    labels, sizes = np.arange(len(gaps)), np.ones(len(gaps))
    partitions = {}
    for remaining in range(len(gaps) - 1, 1, -1):
        i, j = np.unravel_index(np.argmin(gaps), gaps.shape)
        a, b = sizes[i], sizes[j]
        # the distance to the union from those to its parts (Lance & Williams 1967)
        merged = (a + sizes) * gaps[i] + (b + sizes) * gaps[j] - sizes * gaps[i, j]
        merged = merged / (a + b + sizes)
        merged[[i, j]] = np.inf
        gaps[i], gaps[:, i], gaps[j], gaps[:, j] = merged, merged, np.inf, np.inf
        sizes[i], sizes[j] = a + b, 1
        labels[labels == j] = i
        if remaining <= most:
            partitions[remaining] = labels.copy()
    return partitions


def _silhouette(distances: np.ndarray, labels: np.ndarray) -> float:
    """The mean silhouette of a partition; units alone in their group count 0."""
    groups, of_unit, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    member = (of_unit[:, None] == np.arange(len(groups))[None]).astype(float)
    sums, unit = distances @ member, np.arange(len(labels))
    own = sums[unit, of_unit] / np.maximum(sizes[of_unit] - 1, 1)
    means = sums / sizes[None]
    means[unit, of_unit] = np.inf
    other = means.min(axis=1)
    largest = np.maximum(own, other)
    alone = (sizes[of_unit] == 1) | (largest == 0)
    return float(
        np.mean(np.where(alone, 0, (other - own) / np.where(alone, 1, largest)))
    )
