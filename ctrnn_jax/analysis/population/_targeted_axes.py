"""Axes of a population that stand for variables of a task, by regression."""

import functools
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, describe, invalid, is_concrete
from ..._types import Numbers
from ._condition_levels import as_levels, of_each
from ._dimension import as_data, project


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
        raise invalid("regressors", rule, describe(design), "Give all.")
    # in double precision, columns of one size: units of regressors do not matter
    full = design.astype(np.float64)
    full = full - full[:1]
    full = full - full.mean(axis=0)
    sizes = np.linalg.norm(full, axis=0)
    full = full / np.where(sizes > 0, sizes, 1)
    if np.linalg.matrix_rank(full) < full.shape[1]:
        rule = "be independent of each other and of a constant"
        raise invalid("regressors", rule, describe(design), "Drop one, or add trials.")
    inverse = jnp.asarray(np.linalg.pinv(full) / sizes[:, None]).astype(data.dtype)
    _, codes = np.unique(design, axis=0, return_inverse=True)
    if conditions is not None:
        _, codes = as_levels("conditions", conditions, data.shape[0])
    count, codes = int(codes.max()) + 1, jnp.asarray(codes)
    found, lengths = _targeted(data, inverse, codes, count, n_components)
    lengths = lengths * jnp.asarray(sizes / len(full) ** 0.5).astype(data.dtype)
    least = jnp.sqrt(jnp.finfo(data.dtype).eps) * jnp.maximum(jnp.max(lengths), 1)
    if is_concrete(lengths) and np.any(lengths <= least):
        rule = "depend on each regressor in a way of its own"
        raise invalid("rates", rule, f"lengths {lengths}", "Drop the shortest.")
    return found


@functools.partial(jax.jit, static_argnames=("count", "n_components"))
def _targeted(
    rates: Array, inverse: Array, codes: Array, count: int, n_components: int
) -> tuple[TargetedAxes, Array]:
    mean = jnp.mean(rates, axis=(0, 1))
    spread = jnp.std(rates, axis=(0, 1))
    # the deviation of a unit that never changes may be rounding, not 0
    floor = 8 * jnp.finfo(rates.dtype).eps * jnp.maximum(jnp.abs(mean), 1)
    scale = jnp.where(spread > floor, spread, 1)
    z = (rates - mean[None, None]) / scale[None, None]
    betas = jnp.tensordot(inverse, z, axes=1)
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
