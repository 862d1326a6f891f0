"""Targeted dimensionality reduction: axes of task variables by regression."""

import functools
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count, describe, is_concrete
from ..._show import AbstractShown, counted, quantities, Table, with_rank
from ..._types import Numbers
from ._condition_levels import as_levels, Labels, mean_of_each
from ._data import as_data, project


@final
class TargetedAxes(AbstractShown, eqx.Module):
    """Axes of targeted dimensionality reduction (Mante et al. 2013).

    **Attributes:**

    - `axes`: orthonormal rows, `(regressors, units)`: the regression vectors after
      Gram-Schmidt orthogonalisation in the order of the regressors.
    - `raw`: the denoised regression vectors before orthogonalisation, `(regressors,
      units)`, each at the step where its norm is largest.
    - `peak`: that step for each vector, `(regressors,)`.
    - `coefficients`: regression coefficients of z-scored rates before denoising,
      `(regressors, time, units)`.
    - `mean`, `scale`: mean and standard deviation of the rates, `(units,)`, which give
      the z-scores; the scale of constant units is 1.
    """

    axes: Array
    raw: Array
    peak: Array
    coefficients: Array
    mean: Array
    scale: Array

    def _table(self) -> Table:
        return quantities(self, counted(len(with_rank(self.axes, 2)), "regressor"))

    def project(self, activity: Numbers) -> Array:
        """Project activity `(*batch, units)` onto each axis, `(*batch, regressors)`."""
        return project(activity, self.mean, self.axes / self.scale[None])


@checks_arguments
def targeted_axes(
    rates: Numbers,
    regressors: Numbers,
    *,
    conditions: Labels | None = None,
    n_components: int = 12,
) -> TargetedAxes:
    """Targeted dimensionality reduction (Mante et al. 2013, supplement 6.5 to 6.7).

    At each step the z-scored rates are regressed on the regressors and a constant. The
    regression vectors are projected onto the leading principal components of the
    averages over conditions, taken at the step where they are longest, and
    orthogonalised (QR).

    **Arguments:**

    - `rates`: `(trials, time, units)`.
    - `regressors`: `(trials, regressors)`: choice (-1 or 1), signed coherence, context.
        Scale them to [-1, 1] if lengths are to be compared.
    - `conditions`: a label for each trial, for the averages; by default trials with the
        same regressors share one. With one trial a condition no noise is removed.
    - `n_components`: number of principal components; all, if there are fewer.

    Raises `ValueError` for regressors that depend on each other or on the constant, and
    for rates that do not depend on some regressor.
    """
    data = as_data("rates", rates, "trials time units")
    design = np.asarray(regressors)
    as_data("regressors", design, "trials regressors")
    n_components = check_count("n_components", n_components, at_least=1)
    trials = data.shape[0]
    rule = f"have a row for each of {trials} trials"
    got = describe(design)
    check(design.shape[0] == trials, "regressors", rule, got, "Give all.")

    # pseudoinverse of the centred regressors, (regressors, trials), in double precision
    # and with columns of norm 1, so that the units of regressors have no influence
    columns = design.astype(np.float64)
    columns = columns - columns[:1]
    columns = columns - columns.mean(axis=0)
    norms = np.linalg.norm(columns, axis=0)
    columns = columns / np.where(norms > 0, norms, 1)
    is_independent = np.linalg.matrix_rank(columns) == columns.shape[1]
    rule = "be independent of each other and of a constant"
    check(is_independent, "regressors", rule, got, "Drop one, or add trials.")
    inverse = np.linalg.pinv(columns) / norms[:, None]

    # trials of the same condition are averaged
    if conditions is None:
        _, codes = np.unique(design, axis=0, return_inverse=True)
    else:
        _, codes = as_levels("conditions", conditions, trials)

    # lengths for regressors of standard deviation 1; one that is only rounding has no
    # axis
    result, signed_lengths = _targeted_axes(
        data, jnp.asarray(inverse), jnp.asarray(codes), int(codes.max()) + 1,
        n_components,
    )  # fmt: skip
    if is_concrete(signed_lengths):
        lengths = np.abs(np.asarray(signed_lengths)) * (norms / trials**0.5)
        smallest = np.finfo(data.dtype).eps ** 0.5 * max(np.max(lengths), 1)
        rule = "depend on each regressor in a different way"
        are_long = not np.any(lengths <= smallest)
        check(are_long, "rates", rule, f"lengths {lengths}", "Drop the shortest.")
    return result


@functools.partial(jax.jit, static_argnames=("count", "n_components"))
def _targeted_axes(
    data: Array, inverse: Array, codes: Array, count: int, n_components: int
) -> tuple[TargetedAxes, Array]:
    """Return the axes, and the lengths that Gram-Schmidt leaves, with a sign.

    `inverse` is the pseudoinverse of the regressors, `codes` the condition of each
    trial, of which there are `count`.
    """
    # z-scores; the deviation of a unit that never changes may be rounding, not 0
    mean = jnp.mean(data, axis=(0, 1))
    deviation = jnp.std(data, axis=(0, 1))
    floor = 8 * jnp.finfo(data.dtype).eps * jnp.maximum(jnp.abs(mean), 1)
    scale = jnp.where(deviation > floor, deviation, 1)
    z = (data - mean[None, None]) / scale[None, None]

    # regression at each step, (regressors, time, units)
    coefficients = jnp.tensordot(inverse.astype(z.dtype), z, axes=1)

    # denoise: project onto the principal components of the condition averages
    averages = mean_of_each(codes, z, count).reshape(-1, z.shape[-1])
    averages = averages - jnp.mean(averages, axis=0)[None]
    components = jnp.linalg.svd(averages, full_matrices=False)[2][:n_components]
    denoised = (coefficients @ components.T) @ components

    # the step at which each vector is longest; QR with positive diagonal
    peak = jnp.argmax(jnp.linalg.norm(denoised, axis=-1), axis=1)
    raw = jax.vmap(lambda vectors, step: vectors[step])(denoised, peak)
    basis, triangle = jnp.linalg.qr(raw.T)
    signed_lengths = jnp.diagonal(triangle)
    axes = (basis * jnp.sign(signed_lengths)[None]).T

    result = TargetedAxes(
        axes=axes,
        raw=raw,
        peak=peak,
        coefficients=coefficients,
        mean=mean,
        scale=scale,
    )
    return result, signed_lengths
