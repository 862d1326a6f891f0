"""Averages over conditions, their marginal variances, and demixed axes."""

from collections.abc import Mapping
import functools
import itertools
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import (
    check,
    check_choice,
    check_count,
    check_not_negative,
    check_shape,
)
from ..._show import (
    AbstractShown,
    counted,
    grid,
    quantities,
    Table,
    text,
    titled,
    with_rank,
)
from ..._tables import AbstractTabular, Columns
from ..._types import ArrayLike, Numbers, Scalar
from ._condition_levels import (
    as_levels,
    Labels,
    Level,
    mean_of_each,
)
from ._data import as_data, fix_signs, project


@final
class ConditionAverages(AbstractShown, eqx.Module):
    """Activity averaged over the trials of each combination of conditions.

    **Attributes:**

    - `means`: `(*levels, time, units)`, an axis for each condition.
    - `trials`: the number of trials of each average, `(*levels,)`; averages of one
      trial contain all its noise.
    - `names`, `levels`: of the conditions, and the values of each, ascending (static).
    """

    means: Array
    trials: Array
    names: tuple[str, ...] = eqx.field(static=True)
    levels: tuple[tuple[Level, ...], ...] = eqx.field(static=True)

    def _table(self) -> Table:
        return quantities(self, " x ".join(self.names))


@checks_arguments
def condition_averages(
    rates: Numbers, conditions: Mapping[str, Labels]
) -> ConditionAverages:
    """Average `(trials, time, units)` over the trials of each combination of labels.

    `conditions` has for each name a label for each trial. Raises `ValueError` if a
    combination has no trial, or a condition only one value.
    """
    data = as_data("rates", rates, "trials time units")
    remedy = "Give labels by name: {name: labels}."
    check(conditions, "conditions", "hold a condition", "none", remedy)
    is_named = all(isinstance(name, str) for name in conditions)
    rule, remedy = "have names, not 'time'", "Rename it: time is an axis already."
    fits = is_named and "time" not in conditions
    check(fits, "conditions", rule, list(conditions), remedy)

    # one code for each combination: the index into an array of shape `levels`
    codes, levels = np.zeros(data.shape[0], int), []
    for name, labels in conditions.items():
        condition = f"conditions[{name!r}]"
        values, code_of_trial = as_levels(condition, labels, data.shape[0], at_least=2)
        codes = codes * len(values) + code_of_trial
        levels.append(tuple(values.tolist()))
    shape = tuple(map(len, levels))
    trials = np.bincount(codes, minlength=int(np.prod(shape))).reshape(shape)
    indices = np.unravel_index(int(np.argmin(trials)), shape)
    rarest = {n: v[i] for n, v, i in zip(conditions, levels, indices, strict=True)}
    rule, remedy = "have a trial of every combination", "Draw such trials."
    check(trials.all(), "conditions", rule, f"none with {rarest}", remedy)
    means = mean_of_each(codes, data, trials.size).reshape(*shape, *data.shape[1:])
    return ConditionAverages(
        means, jnp.asarray(trials), tuple(conditions), tuple(levels)
    )


@checks_arguments
def marginals(averages: ConditionAverages) -> dict[str, Array]:
    """Return the parts of averages that depend on each set of conditions.

    The analysis of variance of Kobak et al. (2016), "Demixed principal component
    analysis of neural population data": the average over all other axes minus all parts
    of fewer conditions. Every part except "time" includes its change with time. The
    parts are orthogonal and, with the mean of each unit, sum to `averages.means`.

    Returns for "time", each name, and each "name x other" an array as `averages.means`,
    with axes of size one for the conditions that it does not depend on.
    """
    sets = itertools.chain.from_iterable(
        itertools.combinations(averages.names, size)
        for size in range(1, len(averages.names) + 1)
    )
    names = ["time", *map(" x ".join, sets)]
    return dict(zip(names, _marginals(averages.means), strict=True))


@jax.jit
def _marginals(means: Array) -> list[Array]:
    """Return the part of time, and those of sets of conditions, small sets first."""
    # the axes of a part are those that it depends on; the last axis is time
    num_conditions = means.ndim - 2
    all_axes = range(num_conditions + 1)
    time = num_conditions
    parts: dict[tuple[int, ...], Array] = {}
    for num_axes in range(num_conditions + 2):
        for axes in itertools.combinations(all_axes, num_axes):
            other_axes = tuple(axis for axis in all_axes if axis not in axes)
            part = jnp.mean(means, axis=other_axes, keepdims=True)
            for fewer_axes, smaller_part in parts.items():
                if set(fewer_axes) < set(axes):
                    part = part - smaller_part
            parts[axes] = part

    # add to each part of conditions its interaction with time
    merged = [parts[(time,)]]
    for axes, part in parts.items():
        if axes and time not in axes:
            merged.append(part + parts[(*axes, time)])
    return merged


@final
class MarginalVariances(AbstractShown, AbstractTabular, eqx.Module):
    """The variance of the averages, split by the conditions it depends on.

    **Attributes:**

    - `fractions`: of `total`, the sum over units, a number for each part; sum 1.
    - `per_unit`: variance of each unit, `(units,)` for each part.
    """

    fractions: dict[str, Array]
    per_unit: dict[str, Array]
    total: Scalar

    def table(self) -> Columns:
        """Return a table with a row for each part: its name and its "fraction"."""
        fractions = np.asarray([np.asarray(x) for x in self.fractions.values()])
        return {"part": np.asarray([*self.fractions]), "fraction": fractions}

    def _table(self) -> Table:
        columns = {"part": self.fractions, "fraction": self.fractions.values()}
        rows = (("total", text(self.total)),)
        return Table(titled(self), rows, grid(columns))


@checks_arguments
def marginal_variances(averages: ConditionAverages) -> MarginalVariances:
    """Compute the variance due to time, each condition, and their interactions.

    Noise that remains in the averages if there are few trials counts as variance too.
    """
    parts = marginals(averages)
    fractions, per_unit, total = _variances(averages.means, list(parts.values()))
    return MarginalVariances(
        dict(zip(parts, fractions, strict=True)),
        dict(zip(parts, per_unit, strict=True)),
        total,
    )


@jax.jit
def _variances(
    means: Array, parts: list[Array]
) -> tuple[list[Array], list[Array], Scalar]:
    over = tuple(range(means.ndim - 1))
    per_unit = [jnp.mean(x**2, axis=over) for x in parts]
    total = jnp.sum(jnp.var(means, axis=over))
    return [jnp.sum(x) / total for x in per_unit], per_unit, total


@final
class DemixedAxes(AbstractShown, eqx.Module):
    """Demixed principal components of one part of the variance.

    **Attributes:**

    - `decoders`: rows to project activity on, `(components, units)`.
    - `encoders`: orthonormal rows that reconstruct the part, `(components, units)`.
    - `explained`: fraction of the variance of the averages, `(components,)`; negative
      if the reconstruction adds variance.
    - `mean`: of each unit.
    """

    decoders: Array
    encoders: Array
    explained: Array
    mean: Array

    def _table(self) -> Table:
        about = counted(len(with_rank(self.decoders, 2)), "component")
        return quantities(self, about)

    def project(self, activity: Numbers) -> Array:
        """Project activity `(*batch, units)` onto each decoder.

        Returns `(*batch, components)`.
        """
        return project(activity, self.mean, self.decoders)


@checks_arguments
def demixed_axes(
    averages: ConditionAverages,
    part: str,
    *,
    n_components: int = 1,
    ridge: ArrayLike = 1e-6,
) -> DemixedAxes:
    """Compute axes along which activity depends on one part only (Kobak et al. 2016).

    Reduced-rank regression of the part `X_p` on all centred averages X, `(samples,
    units)`: minimises `|X_p - X D^T F|^2 + ridge tr(X^T X) / units |D^T F|^2` over
    decoders D and encoders F. Noise within conditions does not enter. D may be oblique.

    **Arguments:**

    - `averages`: of `condition_averages`.
    - `part`: "time", the name of a condition, or "name x other".
    - `n_components`: number of axes.
    - `ridge`: penalty, relative to the mean variance of a unit; may be 0.

    Raises `ValueError` for an unknown part, a negative ridge, and too many components.
    """
    parts = marginals(averages)
    target = parts[check_choice("part", part, parts)]
    check_shape("ridge", ridge, (), "Give one number.")
    check_not_negative("ridge", ridge, "It is a penalty.")
    n_components = check_count("n_components", n_components, at_least=1)
    most = min(averages.means.shape[-1], int(np.prod(target.shape[:-1])))
    rule = f"not exceed {most}, the largest rank of {part!r}"
    check(n_components <= most, "n_components", rule, n_components, "Use fewer.")
    target = jnp.broadcast_to(target, averages.means.shape)
    return _demixed_axes(averages.means, target, jnp.asarray(ridge), n_components)


@functools.partial(jax.jit, static_argnames="n_components")
def _demixed_axes(
    means: Array, target: Array, ridge: Array, n_components: int
) -> DemixedAxes:
    # samples are all conditions and steps: X and X_p are (samples, units)
    units = means.shape[-1]
    flat, target = means.reshape(-1, units), target.reshape(-1, units)
    mean = jnp.mean(flat, axis=0)
    centred = flat - mean[None]

    # ridge regression of X_p on X = U S V^T, without directions that are rounding
    left, s, right = jnp.linalg.svd(centred, full_matrices=False)
    penalty = ridge.astype(s.dtype) * jnp.sum(s**2) / units
    is_spanned = s > jnp.finfo(s.dtype).eps * max(centred.shape) * s[0]
    inverse = jnp.where(is_spanned, 1 / jnp.where(is_spanned, s**2 + penalty, 1), 0)
    scores = left.T @ target

    # encoders: the leading components of the regression's prediction, the penalty
    # taken as further samples with targets 0 (Izenman 1975)
    prediction = (s * jnp.sqrt(inverse))[:, None] * scores
    rows = jnp.linalg.svd(prediction, full_matrices=False)[2]
    encoders = fix_signs(rows[:n_components])
    decoders = ((encoders @ scores.T) * (s * inverse)[None]) @ right

    # variance of X that each component alone explains
    reconstruction = (centred @ decoders.T)[:, :, None] * encoders[None]
    missed = jnp.sum((centred[:, None] - reconstruction) ** 2, axis=(0, 2))
    return DemixedAxes(decoders, encoders, 1 - missed / jnp.sum(s**2), mean)
