"""Averages over conditions, and which axes stand for which of them: demixing."""

from collections.abc import Mapping
import functools
import itertools
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_choice, check_count, check_not_negative, invalid
from ..._types import ArrayLike, Numbers, Scalar
from ._condition_levels import as_levels, of_each, two_or_more
from ._dimension import as_data, project, upright


class ConditionAverages(eqx.Module):
    """Activity averaged over the trials of each combination of conditions.

    **Attributes:**

    - `means`: `(*levels, time, units)`, an axis for each condition.
    - `trials`: how many each average is of, `(*levels,)`; one leaves all the noise.
    - `names`, `levels`: of the conditions, and the values of each, ascending (static).
    """

    means: Array
    trials: Array
    names: tuple[str, ...] = eqx.field(static=True)
    levels: tuple[tuple[Any, ...], ...] = eqx.field(static=True)


def condition_averages(
    rates: Numbers, conditions: Mapping[str, Any]
) -> ConditionAverages:
    """Average `(trials, time, units)` over the trials of each combination of labels.

    `conditions` has for each name a label for each trial. Raises `ValueError` if some
    combination has no trial, or some condition only one value.
    """
    data = as_data("rates", rates, "trials time units")
    if not conditions or "time" in conditions:
        names = list(conditions)
        raise invalid("conditions", "have names, not 'time'", names, "Time is an axis.")
    codes, levels = np.zeros(data.shape[0], int), []
    for name, labels in conditions.items():
        values, of_trial = as_levels(name, labels, data.shape[0])
        two_or_more(name, values)
        codes = codes * len(values) + of_trial
        levels.append(tuple(values.tolist()))
    shape = tuple(map(len, levels))
    trials = np.bincount(codes, minlength=int(np.prod(shape))).reshape(shape)
    if not trials.all():
        where = np.unravel_index(int(np.argmin(trials)), shape)
        cell = {n: v[i] for n, v, i in zip(conditions, levels, where, strict=True)}
        rule = "have a trial of every combination"
        raise invalid("conditions", rule, f"none with {cell}", "Draw such trials.")
    means = of_each(codes, data, trials.size).reshape(*shape, *data.shape[1:])
    return ConditionAverages(
        means, jnp.asarray(trials), tuple(conditions), tuple(levels)
    )


def marginals(averages: ConditionAverages) -> dict[str, Array]:
    """The parts of averages that depend on each set of conditions.

    The analysis of variance of Kobak et al. (2016), "Demixed principal component
    analysis of neural population data": the average over all other axes less all parts
    of fewer conditions. Every part but "time" takes in its change with time. The parts
    are orthogonal and, with the mean of each unit, sum to `averages.means`.

    Returns for "time", each name, and each "name x other" an array as `averages.means`
    with axes of size one for what it does not depend on.
    """
    axes = len(averages.names)
    means = averages.means
    parts: dict[tuple[int, ...], Array] = {}
    for size in range(axes + 2):
        for kept in itertools.combinations(range(axes + 1), size):
            others = tuple(axis for axis in range(axes + 1) if axis not in kept)
            part = jnp.mean(means, axis=others, keepdims=True)
            for fewer, known in parts.items():
                if set(fewer) < set(kept):
                    part = part - known
            parts[kept] = part
    merged = {"time": parts[(axes,)]}
    for kept, part in parts.items():
        if kept and axes not in kept:
            name = " x ".join(averages.names[axis] for axis in kept)
            merged[name] = part + parts[(*kept, axes)]
    return merged


class MarginalVariances(eqx.Module):
    """Variance of the averages, split by what it depends on.

    **Attributes:**

    - `fractions`: of `total`, the sum over units, a number for each part; sum 1.
    - `per_unit`: variance of each unit, `(units,)` for each part.
    """

    fractions: dict[str, Array]
    per_unit: dict[str, Array]
    total: Scalar


def marginal_variances(averages: ConditionAverages) -> MarginalVariances:
    """How much of the variance is of time, of each condition, of their interactions.

    Noise that few trials leave in the averages counts as variance too.
    """
    over = tuple(range(averages.means.ndim - 1))
    per_unit = {n: jnp.mean(x**2, axis=over) for n, x in marginals(averages).items()}
    total = jnp.sum(jnp.var(averages.means, axis=over))
    fractions = {name: jnp.sum(x) / total for name, x in per_unit.items()}
    return MarginalVariances(fractions, per_unit, total)


class DemixedAxes(eqx.Module):
    """Demixed principal components of one part of the variance.

    **Attributes:**

    - `decoders`, `encoders`: rows to project activity on, and orthonormal rows that
      give the part back, `(components, units)`.
    - `explained`: fraction of all variance of the averages; below 0 if it adds some.
    - `mean`: of each unit.
    """

    decoders: Array
    encoders: Array
    explained: Array
    mean: Array

    def project(self, activity: Numbers) -> Array:
        """Activity `(*batch, units)` along each decoder, `(*batch, components)`."""
        return project(activity, self.mean, self.decoders)


def demixed_axes(
    averages: ConditionAverages,
    part: str,
    *,
    n_components: int = 1,
    ridge: ArrayLike = 1e-6,
) -> DemixedAxes:
    """Axes along which activity depends on one part only (Kobak et al. 2016).

    Reduced-rank regression of the part `X_p` on all centred averages X, `(samples,
    units)`: least `|X_p - X D^T F|^2 + ridge tr(X^T X) / units |D^T F|^2` over decoders
    D and encoders F. Noise within conditions does not enter. D may be oblique.

    **Arguments:**

    - `averages`: of `condition_averages`.
    - `part`: "time", the name of a condition, or "name x other".
    - `n_components`: how many.
    - `ridge`: penalty, relative to the mean variance of a unit; 0 is legal.

    Raises `ValueError` for an unknown part, a negative ridge, and too many components.
    """
    parts = marginals(averages)
    wanted = parts[check_choice("part", part, parts)]
    check_not_negative("ridge", ridge, "It is a penalty.")
    n_components = check_count("n_components", n_components, at_least=1)
    most = min(averages.means.shape[-1], int(np.prod(wanted.shape[:-1])))
    if n_components > most:
        rule = f"not exceed {most}, what {part!r} can have"
        raise invalid("n_components", rule, n_components, "Keep fewer.")
    ridge = jnp.asarray(ridge).astype(averages.means.dtype)
    return _demixed(averages.means, wanted, ridge, n_components)


@functools.partial(jax.jit, static_argnames="count")
def _demixed(means: Array, part: Array, ridge: Array, count: int) -> DemixedAxes:
    units = means.shape[-1]
    flat = means.reshape(-1, units)
    target = jnp.broadcast_to(part, means.shape).reshape(-1, units)
    mean = jnp.mean(flat, axis=0)
    centred = flat - mean[None]
    left, s, right = jnp.linalg.svd(centred, full_matrices=False)
    penalty = ridge * jnp.sum(s**2) / units
    some = s > jnp.finfo(s.dtype).eps * max(centred.shape) * s[0]
    inverse = jnp.where(some, 1 / jnp.where(some, s**2 + penalty, 1), 0)
    scores = left.T @ target
    # of the fit with the penalty as further samples of zeros (Izenman 1975)
    fit = (s * jnp.sqrt(inverse))[:, None] * scores
    encoders = upright(jnp.linalg.svd(fit, full_matrices=False)[2][:count])
    decoders = ((encoders @ scores.T) * (s * inverse)[None]) @ right
    guess = (centred @ decoders.T)[:, :, None] * encoders[None]
    missed = jnp.sum((centred[:, None] - guess) ** 2, axis=(0, 2))
    return DemixedAxes(decoders, encoders, 1 - missed / jnp.sum(s**2), mean)
