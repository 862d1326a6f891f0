"""How many dimensions activity has, and which: principal components.

Also the checks at the door that the analyses of populations share.
"""

import functools

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import (
    check_count,
    check_flag,
    check_number,
    describe,
    invalid,
    is_concrete,
)
from ..._types import Numbers, Scalar


def as_data(name: str, value: Numbers, axes: str) -> Array:
    """Finite floats with these axes, "*batch time units", say; else a invalid.

    Whole numbers become floats of the default precision, 16-bit floats float32, for
    neither has a decomposition.
    """
    array = jnp.asarray(value)
    if not jnp.issubdtype(array.dtype, jnp.floating):
        whole = jnp.issubdtype(array.dtype, jnp.integer) or array.dtype == bool
        if not whole:
            remedy = "Cast with .astype."
            raise invalid(name, "be real numbers", describe(value), remedy)
        array = array.astype(float)
    if jnp.finfo(array.dtype).bits < 32:
        array = array.astype(jnp.float32)
    wanted = axes.split()
    some = wanted[0].startswith("*")
    right = array.ndim >= len(wanted) - 1 if some else array.ndim == len(wanted)
    if not right or not array.size:
        rule = f"have axes ({', '.join(wanted)}), none of them empty"
        raise invalid(name, rule, f"shape {array.shape}", "Add or drop axes.")
    if is_concrete(array) and not np.all(np.isfinite(np.asarray(array))):
        bad = int(np.sum(~np.isfinite(np.asarray(array))))
        remedy = "Leave out the trials, times or units that have none."
        raise invalid(name, "be finite", f"{bad} entries that are not", remedy)
    return array


def alike(*arrays: Array) -> tuple[Array, ...]:
    """The arrays in the widest of their dtypes."""
    dtype = functools.reduce(np.promote_types, (array.dtype for array in arrays))
    return tuple(array.astype(dtype) for array in arrays)


def varies(name: str, value: Array) -> None:
    """Refuse concrete activity in which no unit ever changes."""
    samples = value.reshape(-1, value.shape[-1])
    if is_concrete(value) and not np.any(np.ptp(np.asarray(samples), axis=0) > 0):
        raise invalid(name, "vary", "the same in every sample", "It has no dimension.")


class PCA(eqx.Module):
    """Principal components of activity.

    **Attributes:**

    - `components`: orthonormal rows, `(components, units)`, largest variance first;
      the entry of largest size in each is positive.
    - `variances`: along each of them, `(components,)`, with divisor samples - 1.
    - `mean`: of each unit, `(units,)`.
    - `total_variance`: summed over units, whether or not all components were kept.
    """

    components: Array
    variances: Array
    mean: Array
    total_variance: Scalar

    @property
    def explained(self) -> Array:
        """Fraction of the total variance along each component."""
        return self.variances / self.total_variance

    def project(self, activity: Numbers) -> Array:
        """Scores `(*batch, components)` of activity `(*batch, units)`."""
        return project(activity, self.mean, self.components)

    def reconstruct(self, scores: Array) -> Array:
        """Activity `(*batch, units)` of scores `(*batch, components)`."""
        return scores @ self.components + along(self.mean, scores)

    def dimensions(self, fraction: float) -> int:
        """How many components explain this fraction of the variance.

        Raises `ValueError` for a fraction outside (0, 1], and if the components kept
        do not reach it.
        """
        fraction = check_number("fraction", fraction)
        reached = np.cumsum(np.asarray(self.explained))
        slack = 8 * np.finfo(reached.dtype).eps * len(reached)
        if not 0 < fraction <= reached[-1] + slack:
            rule = f"lie in (0, {reached[-1]:.3g}], what is explained"
            raise invalid("fraction", rule, fraction, "Keep more components.")
        return int(np.searchsorted(reached + slack, fraction)) + 1


def along(per_unit: Array, like: Array) -> Array:
    """One number per unit, with axes of size one before it as `like` has."""
    return per_unit.reshape((1,) * (like.ndim - 1) + per_unit.shape)


def project(activity: Numbers, mean: Array, axes: Array) -> Array:
    """Activity `(*batch, units)` less a mean, along the rows of `axes`."""
    data = as_data("activity", activity, "*batch units")
    if data.shape[-1] != mean.shape[0]:
        rule = f"have {mean.shape[0]} units"
        raise invalid("activity", rule, f"shape {data.shape}", "Units come last.")
    data, mean, axes = alike(data, mean, axes)
    return (data - along(mean, data)) @ axes.T


def pca(activity: Numbers, *, n_components: int | None = None) -> PCA:
    """Principal components over all samples: every axis but the last.

    A thin singular value decomposition of the centred samples; no units x units matrix
    is made.

    **Arguments:**

    - `activity`: `(*batch, units)`, potentials or rates: `(trials, time, units)`, say.
    - `n_components`: how many to keep; all, `min(samples - 1, units)`, if `None`.

    Raises `ValueError` for activity that is not finite or never varies, for a single
    sample, and for more components than there are.
    """
    data = as_data("activity", activity, "*batch units")
    varies("activity", data)
    samples = data.reshape(-1, data.shape[-1])
    most = min(samples.shape[0] - 1, samples.shape[1])
    if n_components is None:
        n_components = most
    n_components = check_count("n_components", n_components, at_least=1)
    if n_components > most:
        rule = f"not exceed min(samples - 1, units) = {most}"
        raise invalid("n_components", rule, n_components, "There are no more.")
    return _pca(samples, n_components)


@functools.partial(jax.jit, static_argnames="count")
def _pca(samples: Array, count: int) -> PCA:
    centred, mean = _centred(samples)
    _, singular, rows = jnp.linalg.svd(centred, full_matrices=False)
    variances = singular**2 / (samples.shape[0] - 1)
    return PCA(upright(rows[:count]), variances[:count], mean, jnp.sum(variances))


def _centred(samples: Array) -> tuple[Array, Array]:
    """Samples less their mean, and that; about the first, so that what never varies is
    0 to the bit and not rounding."""
    about = samples - samples[:1]
    middle = jnp.mean(about, axis=0)
    return about - middle[None], samples[0] + middle


def upright(rows: Array) -> Array:
    """Rows with signs such that the largest entry of each is positive."""
    largest = jnp.argmax(jnp.abs(rows), axis=1)[:, None]
    return rows * jnp.sign(jnp.take_along_axis(rows, largest, axis=1))


def participation_ratio(
    activity: Numbers,
    *,
    corrected: bool = False,
    effective_samples: float | None = None,
) -> Scalar:
    """Participation ratio of activity: `tr(C)^2 / tr(C^2)`, C its covariance.

    Between 1 and the number of units; k if k directions have all the variance, and
    equally. With T samples of N units it is biased, towards `N T / (N + T)` for
    isotropic activity, so that values for different T do not compare. `corrected` puts
    unbiased estimates of both traces in its place, for a Wishart matrix of n = T - 1
    degrees of freedom (Srivastava 2005, "Some tests concerning the covariance matrix"):


        tr(C^2) ~ n^2 / ((n - 1)(n + 2)) (tr(S^2) - tr(S)^2 / n)
        tr(C)^2 ~ tr(S)^2 - 2 tr(C^2) / n

    **Arguments:**

    - `activity`: `(*batch, units)`, potentials or rates; all axes but the last are
      samples.
    - `corrected`: remove the bias; the ratio of few samples may then exceed the number
      of units, and is NaN where an estimate of a trace is not positive.
    - `effective_samples`: for the correction, how many independent samples these are
      worth; samples that follow each other in time are worth fewer than they are.

    Raises `ValueError` for activity that is not finite or never varies, for fewer than
    3 samples when corrected, for `effective_samples` not above 2 or not needed.
    """
    data = as_data("activity", activity, "*batch units")
    check_flag("corrected", corrected)
    varies("activity", data)
    samples = data.reshape(-1, data.shape[-1])
    if effective_samples is not None and not corrected:
        remedy = "Pass corrected=True."
        raise invalid("effective_samples", "be None", effective_samples, remedy)
    count = samples.shape[0]
    if effective_samples is not None:
        count = check_number("effective_samples", effective_samples)
    if corrected and not 2 < count < np.inf:
        name = "activity" if effective_samples is None else "effective_samples"
        remedy = "The correction needs more than 2 samples."
        raise invalid(name, "have more than 2 samples", f"{count:g}", remedy)
    trace, square = _traces(samples)
    if corrected:
        n = count - 1
        square = n**2 / ((n - 1) * (n + 2)) * (square - trace**2 / n)
        whole = trace**2 - 2 * square / n
        return jnp.where((square > 0) & (whole > 0), whole / square, jnp.nan)
    return trace**2 / square


@jax.jit
def _traces(samples: Array) -> tuple[Array, Array]:
    """`tr(S)` and `tr(S^2)` by the smaller of the two Gram matrices.

    Of activity in units of its largest deviation, which the ratio does not see.
    """
    centred = _centred(samples)[0]
    centred = centred / jnp.max(jnp.abs(centred))
    count, units = centred.shape
    centred = centred / jnp.sqrt(jnp.asarray(count - 1, centred.dtype))
    gram = centred.T @ centred if units <= count else centred @ centred.T
    return jnp.trace(gram), jnp.sum(gram**2)


def participation_ratio_of(covariance: Numbers) -> Scalar:
    """Participation ratio `tr(C)^2 / tr(C^2)` of a covariance matrix, `(units, units)`.

    Raises `ValueError` if it is not square, not symmetric, not finite, or zero.
    """
    matrix = as_data("covariance", covariance, "units units")
    square = matrix.shape[0] == matrix.shape[1]
    if square and is_concrete(matrix):
        entries = np.asarray(matrix)
        square = np.allclose(entries, entries.T, atol=1e-6 * np.abs(entries).max())
        if not np.trace(entries) > 0:
            raise invalid("covariance", "have variance", "none", "It has no dimension.")
    if not square:
        remedy = "Give `jnp.cov(samples.T)`, say."
        raise invalid("covariance", "be symmetric", describe(matrix), remedy)
    return jnp.trace(matrix) ** 2 / jnp.sum(matrix**2)
