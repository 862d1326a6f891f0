"""The dimension of activity: principal components and participation ratio."""

import functools
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
    check_number,
    describe,
    is_concrete,
)
from ..._show import AbstractShown, counted, grid, Table, text, titled, with_rank
from ..._tables import AbstractTabular, Columns, columns_of
from ..._types import Numbers, Scalar
from ...dynamics import along_units
from .._arguments import check_last_axis
from ._data import as_data, check_varies, fix_signs, project


@final
class PCA(AbstractShown, AbstractTabular, eqx.Module):
    """Principal components of activity.

    **Attributes:**

    - `components`: orthonormal rows, `(components, units)`, largest variance first;
      the entry of largest magnitude in each is positive.
    - `variances`: along each of them, `(components,)`, with divisor samples - 1.
    - `mean`: of each unit, `(units,)`.
    - `total_variance`: summed over units; includes components that were left out.
    - `of`: the activity, "potentials" or "rates"; `None` if it is not known.
    """

    components: Array
    variances: Array
    mean: Array
    total_variance: Scalar
    of: str | None = eqx.field(default=None, static=True)

    def table(self) -> Columns:
        """Return a table with a row for each component, the largest first.

        "component" is the index; "variances" and "explained" are the attributes.
        """
        return columns_of(self, "component", "variances", "explained")

    def _table(self) -> Table:
        variances = with_rank(self.variances, 1)
        explained = variances / np.asarray(self.total_variance)
        about = counted(len(variances), "component")
        activity = "" if self.of is None else f"the {self.of} of "
        about += f" of {activity}{self.components.shape[-1]} units explain "
        about += f"{100 * explained.sum():.3g} %"
        columns = {
            "component": range(len(variances)),
            "variance": variances,
            "explained (%)": 100 * explained,
            "together (%)": 100 * np.cumsum(explained),
        }
        rows = (("total_variance", text(self.total_variance)),)
        return Table(titled(self, about), rows, grid(columns))

    @property
    def explained(self) -> Array:
        """Fraction of the total variance along each component."""
        return self.variances / self.total_variance

    def project(self, activity: Numbers) -> Array:
        """Return scores `(*batch, components)` of activity `(*batch, units)`.

        `mean` is subtracted from the activity first.
        """
        return project(activity, self.mean, self.components)

    def reconstruct(self, scores: Array) -> Array:
        """Return activity `(*batch, units)` of scores `(*batch, components)`."""
        scores = as_data("scores", scores, "*batch components")
        remedy = "Components come last."
        check_last_axis("scores", scores, len(self.components), remedy)
        return scores @ self.components + along_units(self.mean, scores)

    def dimensions(self, fraction: float) -> int:
        """Return the number of components that explain this fraction of the variance.

        Raises `ValueError` for a fraction outside (0, 1], and if the components do not
        reach it.
        """
        fraction = check_number("fraction", fraction)
        # the sum of all fractions may differ from 1 by rounding
        explained = np.cumsum(np.asarray(self.explained))
        rounding = 8 * np.finfo(explained.dtype).eps * len(explained)
        rule = f"lie in (0, {explained[-1]:.3g}], the explained fraction"
        in_range = 0 < fraction <= explained[-1] + rounding
        check(in_range, "fraction", rule, fraction, "Use more components.")
        return int(np.searchsorted(explained + rounding, fraction)) + 1


@checks_arguments
def pca(
    activity: Numbers, *, n_components: int | None = None, of: str | None = None
) -> PCA:
    """Compute principal components over all samples: every axis except the last.

    A thin singular value decomposition of the centred samples: no matrix of units x
    units is computed.

    **Arguments:**

    - `activity`: `(*batch, units)`, potentials or rates, such as `(trials, time,
        units)`.
    - `n_components`: number of components; all, `min(samples - 1, units)`, if `None`.
    - `of`: "potentials" or "rates", whichever the activity is. `plot_trajectories`
        then draws fixed points, which are potentials, at their rates for rates.

    Raises `ValueError` for activity that is not finite or never varies, for a single
    sample, and for more components than there are.

    **Example:**

    >>> activity = jax.random.normal(jax.random.key(0), (50, 4))
    >>> cj.analysis.pca(activity, n_components=2).components.shape
    (2, 4)
    """
    if of is not None:
        check_choice("of", of, ("potentials", "rates"))
    data = as_data("activity", activity, "*batch units")
    check_varies("activity", data)
    samples = data.reshape(-1, data.shape[-1])
    most = min(samples.shape[0] - 1, samples.shape[1])
    if n_components is None:
        n_components = most
    n_components = check_count("n_components", n_components, at_least=1)
    rule = f"not exceed min(samples - 1, units) = {most}"
    is_possible = n_components <= most
    check(is_possible, "n_components", rule, n_components, "There are no more.")
    return _pca(samples, n_components, of)


@functools.partial(jax.jit, static_argnames=("n_components", "of"))
def _pca(samples: Array, n_components: int, of: str | None) -> PCA:
    # the right singular vectors are the components, as the covariance is V s^2 V^T
    centred, mean = _centred(samples)
    _, singular, rows = jnp.linalg.svd(centred, full_matrices=False)
    variances = singular**2 / (samples.shape[0] - 1)
    rows, total = fix_signs(rows[:n_components]), jnp.sum(variances)
    return PCA(rows, variances[:n_components], mean, total, of)


def _centred(samples: Array) -> tuple[Array, Array]:
    """Return samples minus their mean, and the mean.

    The first sample is subtracted before: units that never vary are then 0 exactly,
    without rounding errors.
    """
    shifted = samples - samples[:1]
    mean = jnp.mean(shifted, axis=0)
    return shifted - mean[None], samples[0] + mean


@checks_arguments
def participation_ratio(
    activity: Numbers,
    *,
    corrected: bool = False,
    effective_samples: float | None = None,
) -> Scalar:
    """Compute the participation ratio `tr(C)^2 / tr(C^2)`, C the covariance.

    Between 1 and the number of units; k if k directions have all the variance, in equal
    parts. With T samples of N units it is biased, towards `N T / (N + T)` for isotropic
    activity, so values for different T cannot be compared. `corrected` uses unbiased
    estimates of both traces instead, for a Wishart matrix of n = T - 1 degrees of
    freedom (Srivastava 2005, "Some tests concerning the covariance matrix"):

        tr(C^2) ~ n^2 / ((n - 1)(n + 2)) (tr(S^2) - tr(S)^2 / n)
        tr(C)^2 ~ tr(S)^2 - 2 tr(C^2) / n

    **Arguments:**

    - `activity`: `(*batch, units)`, potentials or rates; all axes except the last are
        samples.
    - `corrected`: remove the bias. The ratio of few samples may then exceed the number
        of units; it is NaN if an estimate of a trace is not positive.
    - `effective_samples`: for the correction, the number of independent samples with
        the same information; consecutive samples in time are not independent.

    Raises `ValueError` for activity that is not finite or never varies, for fewer than
    3 samples when corrected, for `effective_samples` not above 2 or not needed.

    **Example:**

    >>> activity = jax.random.normal(jax.random.key(0), (2000, 3))
    >>> round(float(cj.analysis.participation_ratio(activity)), 1)
    3.0
    """
    data = as_data("activity", activity, "*batch units")
    check_varies("activity", data)
    samples = data.reshape(-1, data.shape[-1])
    is_used = effective_samples is None or corrected
    remedy = "Pass corrected=True."
    check(is_used, "effective_samples", "be None", effective_samples, remedy)
    if effective_samples is None:
        name, count = "activity", samples.shape[0]
    else:
        name = "effective_samples"
        count = check_number("effective_samples", effective_samples)
    is_enough = not corrected or 2 < count < np.inf
    rule, remedy = "give more than 2 samples", "The correction needs them."
    check(is_enough, name, rule, f"{count:g}", remedy)
    return _participation_ratio(samples, float(count), corrected)


@functools.partial(jax.jit, static_argnames="corrected")
def _participation_ratio(
    samples: Array, count: float | Array, corrected: bool
) -> Scalar:
    # `count` is the number of independent samples
    # tr(S) and tr(S^2), up to a factor that cancels in the ratio, from the smaller of
    # the two Gram matrices. Activity is divided by its largest deviation: the fourth
    # powers of small rates underflow in float32.
    centred = _centred(samples)[0]
    centred = centred / jnp.max(jnp.abs(centred))
    num_samples, units = centred.shape
    centred = centred / jnp.sqrt(jnp.asarray(num_samples - 1, centred.dtype))
    gram = centred.T @ centred if units <= num_samples else centred @ centred.T
    trace, square = jnp.trace(gram), jnp.sum(gram**2)
    if corrected:
        # n degrees of freedom; the trace of few samples may be estimated as negative
        n = count - 1
        square = n**2 / ((n - 1) * (n + 2)) * (square - trace**2 / n)
        trace_squared = trace**2 - 2 * square / n
        is_positive = (square > 0) & (trace_squared > 0)
        return jnp.where(is_positive, trace_squared / square, jnp.nan)
    return trace**2 / square


@checks_arguments
def participation_ratio_of(covariance: Numbers) -> Scalar:
    """Compute the participation ratio `tr(C)^2 / tr(C^2)` of a covariance matrix C.

    C is `(units, units)`. Raises `ValueError` if it is not square, not symmetric, not
    finite, or zero.
    """
    matrix = as_data("covariance", covariance, "units units")
    is_symmetric = matrix.shape[0] == matrix.shape[1]
    # entries are known unless they are traced
    if is_symmetric and is_concrete(matrix):
        entries = np.asarray(matrix)
        atol = 1e-6 * np.abs(entries).max()
        is_symmetric = np.allclose(entries, entries.T, atol=atol)
        has_variance = np.trace(entries) > 0
        remedy = "It has no dimension."
        check(has_variance, "covariance", "have variance", "none", remedy)
    remedy = "Such as `jnp.cov(samples.T)`."
    check(is_symmetric, "covariance", "be symmetric", describe(matrix), remedy)
    return jnp.trace(matrix) ** 2 / jnp.sum(matrix**2)
