"""Which axes of a population stand for which variable: regression and demixing."""

from collections.abc import Mapping
import functools
import itertools
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import (
    check_choice,
    check_count,
    check_not_negative,
    describe,
    is_concrete,
    refusal,
)
from .._types import ArrayLike, Numbers, Scalar
from ._dimension import as_data, as_levels, of_each, project, two_or_more, upright


class TargetedAxes(eqx.Module):
    """Axes of targeted dimensionality reduction (Mante et al. 2013).

    **Attributes:**

    - `axes`: orthonormal rows, `(regressors, units)`, each along what is new in its own
      regression vector after the earlier ones.
    - `raw`: the de-noised regression vectors they come from, `(regressors, units)`,
      at the step `peak` where each is longest, `(regressors,)`.
    - `coefficients`: before de-noising, `(regressors, time, units)`; of z-scored rates.
    - `mean`, `scale`: of the z-scores, `(units,)`; scale 1 for constant units.
    """

    axes: Array
    raw: Array
    peak: Array
    coefficients: Array
    mean: Array
    scale: Array

    def project(self, activity: Numbers) -> Array:
        """Activity `(*batch, units)` along each axis, `(*batch, regressors)`."""
        return project(activity, self.mean, self.axes / self.scale[None])


def targeted_axes(
    rates: Numbers,
    regressors: Numbers,
    *,
    conditions: Any = None,
    n_components: int = 12,
) -> TargetedAxes:
    """Targeted dimensionality reduction (Mante et al. 2013, supplement 6.5 to 6.7).

    At each step the z-scored rates are regressed on the regressors and a constant; the
    regression vectors are projected on the leading principal components of the
    averages over conditions, taken where they are longest, and made orthogonal (QR).

    **Arguments:**

    - `rates`: `(trials, time, units)`.
    - `regressors`: `(trials, regressors)`: choice (-1 or 1), signed coherence, context.
      Scale them to [-1, 1] if lengths are to compare.
    - `conditions`: a label for each trial, for the averages; by default trials with the
      same regressors share one. With one trial a condition no noise is removed.
    - `n_components`: how many principal components to keep, fewer if there are fewer.

    Raises `ValueError` for regressors that depend on each other or on the constant, and
    for rates that do not depend on some regressor.
    """
    data = as_data("rates", rates, "trials time units")
    design = np.asarray(regressors)
    as_data("regressors", design, "trials regressors")
    n_components = check_count("n_components", n_components, at_least=1)
    if design.shape[0] != data.shape[0]:
        rule = f"have a row for each of {data.shape[0]} trials"
        raise refusal("regressors", rule, describe(design), "Give all.")
    full = np.concatenate([design, np.ones((len(design), 1), design.dtype)], axis=1)
    if np.linalg.matrix_rank(full) < full.shape[1]:
        rule = "be independent of each other and of a constant"
        raise refusal("regressors", rule, describe(design), "Drop one, or add trials.")
    _, codes = np.unique(design, axis=0, return_inverse=True)
    if conditions is not None:
        _, codes = as_levels("conditions", conditions, data.shape[0])
    count, codes = int(codes.max()) + 1, jnp.asarray(codes)
    full = jnp.asarray(full).astype(data.dtype)
    found, lengths = _targeted(data, full, codes, count, n_components)
    least = jnp.sqrt(jnp.finfo(data.dtype).eps) * jnp.maximum(jnp.max(lengths), 1)
    if is_concrete(lengths) and np.any(lengths <= least):
        rule = "depend on each regressor in a way of its own"
        raise refusal("rates", rule, f"lengths {lengths}", "Drop the shortest.")
    return found


@functools.partial(jax.jit, static_argnames=("count", "n_components"))
def _targeted(
    rates: Array, design: Array, codes: Array, count: int, n_components: int
) -> tuple[TargetedAxes, Array]:
    mean = jnp.mean(rates, axis=(0, 1))
    spread = jnp.std(rates, axis=(0, 1))
    # the deviation of a unit that never changes may be rounding, not 0
    floor = 8 * jnp.finfo(rates.dtype).eps * jnp.maximum(jnp.abs(mean), 1)
    scale = jnp.where(spread > floor, spread, 1)
    z = (rates - mean[None, None]) / scale[None, None]
    betas = jnp.tensordot(jnp.linalg.pinv(design), z, axes=1)[:-1]
    averages = of_each(codes, z, count).reshape(-1, z.shape[-1])
    averages = averages - jnp.mean(averages, axis=0)[None]
    kept = jnp.linalg.svd(averages, full_matrices=False)[2][:n_components]
    denoised = (betas @ kept.T) @ kept
    peak = jnp.argmax(jnp.linalg.norm(denoised, axis=-1), axis=1)
    raw = jax.vmap(lambda beta, step: beta[step])(denoised, peak)
    basis, triangle = jnp.linalg.qr(raw.T)
    along = jnp.diagonal(triangle)
    axes = (basis * jnp.sign(along)[None]).T
    return TargetedAxes(axes, raw, peak, betas, mean, scale), jnp.abs(along)


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
        raise refusal("conditions", "have names, not 'time'", names, "Time is an axis.")
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
        raise refusal("conditions", rule, f"none with {cell}", "Draw such trials.")
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
        raise refusal("n_components", rule, n_components, "Keep fewer.")
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
