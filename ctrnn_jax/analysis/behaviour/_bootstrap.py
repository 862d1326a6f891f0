"""Bootstrap intervals of psychometric and chronometric fits."""

import abc
import functools
from typing import final

import equinox as eqx
from equinox import AbstractVar
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Bool, Float
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_choice, check_count, check_fraction
from ..._progress import compiling, reporting
from ..._show import AbstractShown, grid, Table, titled, with_rank
from ..._types import ArrayLike, KeyArray, Numbers
from .._arguments import check_vector, real_array
from ._psychometric import PsychometricFit
from ._psychometric_likelihood import fit_counts, log_chances
from ._reaction_times import (
    check_strengths,
    chronometric_curve,
    ChronometricFit,
    fit_chronometric,
    fit_mean_times,
    mean_time,
)


_CHOICE_PARAMETERS = ("threshold", "slope", "guess", "lapse")
_TIME_PARAMETERS = ("residual", "decision", "rate")


class AbstractBootstrap(AbstractShown, eqx.Module):
    """Fits to resampled trials.

    **Attributes:** `samples`, the parameters of all fits by name, each `(samples,)`;
    `converged`, whether each fit converged, `(samples,)`.
    """

    samples: AbstractVar[dict[str, Array]]
    converged: AbstractVar[Array]

    def _table(self) -> Table:
        """Return the percentiles of each parameter."""
        count = np.size(self.converged)
        about = f"{np.sum(np.asarray(self.converged))} of {count} fits converged"
        columns = {"parameter": self.samples, "median": self._quantiles(0.5)}
        columns |= {f"{100 * q:g} %": self._quantiles(q) for q in (0.025, 0.975)}
        return Table(titled(self, about), columns=grid(columns))

    def _quantiles(self, quantile: float) -> tuple[np.floating, ...]:
        """Return a quantile of each parameter."""
        samples = (with_rank(x, 1) for x in self.samples.values())
        return tuple(np.quantile(x, quantile) for x in samples)

    def interval(self, name: str, *, level: float = 0.95) -> np.ndarray:
        """Return the percentile interval of a parameter, `(2,)`: low, high.

        Raises `ValueError` for unknown names and levels outside of [0, 1].
        """
        values = self.samples[check_choice("name", name, self.samples)]
        return self._percentiles(values, level)

    def band(self, evidence: ArrayLike, *, level: float = 0.95) -> np.ndarray:
        """Return the percentile interval of the curve at each evidence, `(2, k)`.

        `evidence` is `(k,)`. The curve is the proportion, or the mean time in ms.
        """
        dtype = next(iter(self.samples.values())).dtype
        x = real_array("evidence", evidence)
        check_vector("evidence", x, "One strength x is [x].")
        return self._percentiles(self._curves(x.astype(dtype)), level)

    @abc.abstractmethod
    def _curves(self, x: Array) -> Array:
        """Return the curve of each sample at evidence x, `(samples, k)`."""

    def _percentiles(self, samples: Array, level: float) -> np.ndarray:
        """Return the central interval with this fraction of the samples, `(2, ...)`."""
        tail = (1 - check_fraction("level", level)) / 2
        return np.quantile(np.asarray(samples), [tail, 1 - tail], axis=0)


@final
class PsychometricBootstrap(AbstractBootstrap):
    """Psychometric fits to resampled choices.

    **Attributes:**

    - `samples`: each `(samples,)`: "threshold", "slope", "guess", "lapse", "deviance".
    - `converged`: whether each fit converged, `(samples,)`. `samples` includes fits
      that did not: their slopes are large, so to omit them would bias the intervals.
    - `fit`: the fit to the original choices.
    - `resample`: "model" or "data" (static).
    """

    samples: dict[str, Float[Array, " samples"]]
    converged: Bool[Array, " samples"]
    fit: PsychometricFit
    resample: str = eqx.field(static=True)

    def _curves(self, x: Array) -> Array:
        # (samples, 1), to broadcast over evidence
        threshold, slope, guess, lapse = (
            self.samples[name][:, None] for name in _CHOICE_PARAMETERS
        )
        z = slope * (x[None] - threshold)
        return jnp.exp(log_chances(z, guess, lapse, self.fit.link)[0])

    @property
    def p_value(self) -> Array:
        """The fraction of deviances at least as large as that of the fit.

        NaN unless the choices were resampled from the model. Deviances that differ by
        rounding are equal: those of a curve through all points are 0.
        """
        dtype = self.fit.deviance.dtype
        rounding = 32 * jnp.finfo(dtype).eps * (1 + jnp.abs(self.fit.log_likelihood))
        is_as_large = self.samples["deviance"] >= self.fit.deviance - rounding
        value = jnp.mean(is_as_large.astype(dtype))
        return jnp.where(self.resample == "model", value, jnp.nan)


@checks_arguments
def bootstrap_psychometric(
    fit: PsychometricFit,
    *,
    key: KeyArray,
    samples: int = 1000,
    resample: str = "model",
    progress: bool | None = None,
) -> PsychometricBootstrap:
    """Refit resampled choices (Wichmann & Hill 2001, Percept. Psychophys. 63, 1314).

    **Arguments:**

    - `fit`: of `fit_psychometric`.
    - `key`: for the choices.
    - `samples`: how often to resample.
    - `resample`: draw choices with the probabilities of the fit ("model"), or with the
        observed proportions ("data": a level where all choices were the same never
        varies).
    - `progress`: whether to report progress on standard error; by default on a
        terminal or in a notebook. The first call compiles for seconds.

    **Returns:** a `PsychometricBootstrap`.
    """
    samples = check_count("samples", samples, at_least=1)
    check_choice("resample", resample, ("model", "data"))
    curve = fit.curve
    levels = jnp.asarray(curve.evidence, float)
    trials = jnp.asarray(curve.trials, float)

    # probability of a choice at each level, (1, levels)
    if resample == "model":
        probability = fit(levels)
    else:
        probability = jnp.asarray(curve.proportion, float)
    probability = jnp.clip(probability, 0.0, 1.0)[None]

    # refit each sample with the same options; the original fit is near each optimum
    start = jnp.stack([fit.intercept, fit.slope, fit.guess, fit.lapse])
    ends = jnp.stack([fit.guess, fit.lapse, jnp.asarray(fit.max_lapse, start.dtype)])
    refit = functools.partial(
        fit_counts, link=fit.link, free=fit.free[2:], tied=fit.tied
    )
    over_samples = jax.vmap(refit, (None, 0, None, None, None))
    title, shape = "bootstrap_psychometric", (samples, levels.shape[0])
    with reporting(progress, title, "fits", samples, arguments=(fit, key)) as display:
        # draw the number of choices at each level, (samples, levels)
        hits = jr.binomial(key, trials[None], probability, shape, trials.dtype)
        refits = display.finished(over_samples(levels, hits, trials, ends, start))
        display.close(f"{samples} fits in {display.seconds}")
    parameters = {"threshold": -refits.intercept / refits.slope} | {
        name: getattr(refits, name) for name in ("slope", "guess", "lapse", "deviance")
    }
    return PsychometricBootstrap(parameters, refits.converged, fit, resample)


@final
class ChronometricBootstrap(AbstractBootstrap):
    """Chronometric fits to resampled reaction times.

    **Attributes:**

    - `samples`: each `(samples,)`: "residual", "decision" (ms), "rate" (1 / evidence).
    - `converged`: whether each fit converged, `(samples,)`; `samples` includes fits
      that did not.
    - `fit`: the fit to the original times.
    """

    samples: dict[str, Float[Array, " samples"]]
    converged: Bool[Array, " samples"]
    fit: ChronometricFit

    def _curves(self, x: Array) -> Array:
        over_samples = jax.vmap(mean_time, (None, 0, 0, 0))
        return over_samples(x, *(self.samples[name] for name in _TIME_PARAMETERS))


@checks_arguments
def bootstrap_chronometric(
    evidence: Numbers,
    times: Numbers,
    *,
    key: KeyArray,
    samples: int = 1000,
    progress: bool | None = None,
) -> ChronometricBootstrap:
    """Refit reaction times that are resampled with replacement.

    Times are resampled separately for each absolute strength of the evidence.

    **Arguments:**

    - `evidence`, `times`: of each trial, as for `chronometric_curve`; undecided trials
        (NaN) are left out. Give correct trials only.
    - `key`: for the resampling.
    - `samples`: how often to resample.
    - `progress`: as for `bootstrap_psychometric`.

    **Returns:** a `ChronometricBootstrap`. Raises `ValueError` as `chronometric_curve`
    and `fit_chronometric` do.
    """
    samples = check_count("samples", samples, at_least=1)
    curve = chronometric_curve(evidence, times)
    check_strengths("evidence", curve)
    fit = fit_chronometric(curve)

    # sort decided trials by strength, so that each level is one block of times
    strength = np.abs(np.asarray(evidence, float))
    time = np.asarray(times, float)
    is_decided = np.isfinite(time)
    strength, time = strength[is_decided], time[is_decided]
    order = np.argsort(strength, kind="stable")
    levels, level_of_trial = np.unique(strength[order], return_inverse=True)
    counts = np.bincount(level_of_trial)
    starts = np.cumsum(counts) - counts
    title = "bootstrap_chronometric"
    with reporting(progress, title, "fits", samples, arguments=key) as display:
        refits = _refit_times(
            jnp.asarray(levels),
            jnp.asarray(time[order]),
            jnp.asarray(level_of_trial),
            jnp.asarray(starts),
            jnp.asarray(counts),
            jr.split(key, samples),
        )
        display.finished(refits)
        display.close(f"{samples} fits in {display.seconds}")
    parameters = {name: getattr(refits, name) for name in _TIME_PARAMETERS}
    return ChronometricBootstrap(parameters, refits.converged, fit)


@jax.jit
def _refit_times(
    levels: Array,
    times: Array,
    level_of_trial: Array,
    starts: Array,
    counts: Array,
    keys: KeyArray,
) -> ChronometricFit:
    """Resample and refit once for each key.

    `levels`, `starts` and `counts` are `(levels,)`: the strength of the evidence, and
    the block of `times (trials,)` that belongs to it.
    """
    compiling("the fits")
    num_trials = counts.astype(times.dtype)

    def sum_by_level(x: Array) -> Array:
        return jax.ops.segment_sum(x, level_of_trial, len(levels))

    def refit_sample(key: KeyArray) -> ChronometricFit:
        # draw for each trial one time of its level
        share = jr.uniform(key, times.shape, times.dtype)
        offset = jnp.floor(share * num_trials[level_of_trial])
        offset = offset.astype(level_of_trial.dtype)
        last = counts[level_of_trial] - 1  # rounding may give the count itself
        drawn = times[starts[level_of_trial] + jnp.minimum(offset, last)]
        # mean and standard deviation of each level, (levels,)
        mean = sum_by_level(drawn) / num_trials
        squares = sum_by_level((drawn - mean[level_of_trial]) ** 2)
        deviation = jnp.sqrt(squares / jnp.maximum(num_trials - 1, 1))
        return fit_mean_times(levels, mean, num_trials, deviation)

    return jax.lax.map(refit_sample, keys, batch_size=64)
