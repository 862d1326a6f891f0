"""Bootstrap intervals of psychometric and chronometric fits."""

import functools

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Bool, Float
import numpy as np

from ..._checks import check_choice, check_count, check_fraction
from ..._types import ArrayLike, KeyArray, Numbers
from ._psychometric import PsychometricFit
from ._psychometric_likelihood import fit_counts, log_chances
from ._reaction_times import (
    chronometric_curve,
    ChronometricFit,
    fit_chronometric,
    fit_mean_times,
    mean_time,
)


_TIME_PARAMETERS = ("residual", "decision", "rate")


def _interval(samples: dict[str, Array], name: str, level: float) -> np.ndarray:
    """Return the percentile interval of one parameter, `(2,)`: low, high."""
    return _percentiles(samples[check_choice("name", name, samples)], level)


def _percentiles(samples: Numbers, level: float) -> np.ndarray:
    """Return the central interval that holds this fraction of the samples, `(2, ...)`.

    Samples lie along the first axis.
    """
    tail = (1 - check_fraction("level", level)) / 2
    return np.quantile(np.asarray(samples), [tail, 1 - tail], axis=0)


class PsychometricBootstrap(eqx.Module):
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

    def interval(self, name: str, *, level: float = 0.95) -> np.ndarray:
        """Return the percentile interval of a parameter, `(2,)`: low, high.

        Raises `ValueError` for unknown names and levels outside of [0, 1].
        """
        return _interval(self.samples, name, level)

    def band(self, evidence: ArrayLike, *, level: float = 0.95) -> np.ndarray:
        """Return the percentile interval of the curve at each evidence, `(2, k)`."""
        samples = self.samples
        x = jnp.asarray(evidence, samples["slope"].dtype)
        distance = x[None] - samples["threshold"][:, None]  # (samples, k)
        z = samples["slope"][:, None] * distance
        guess, lapse = samples["guess"][:, None], samples["lapse"][:, None]
        log_p, _ = log_chances(z, guess, lapse, self.fit.link)
        return _percentiles(np.exp(np.asarray(log_p)), level)

    @property
    def p_value(self) -> Array:
        """The fraction of deviances at least as large as that of the fit.

        NaN unless the choices were resampled from the model.
        """
        is_as_large = self.samples["deviance"] >= self.fit.deviance
        value = jnp.mean(is_as_large.astype(self.fit.deviance.dtype))
        return jnp.where(self.resample == "model", value, jnp.nan)


def bootstrap_psychometric(
    fit: PsychometricFit,
    *,
    key: KeyArray,
    samples: int = 1000,
    resample: str = "model",
) -> PsychometricBootstrap:
    """Refit resampled choices (Wichmann & Hill 2001, Percept. Psychophys. 63, 1314).

    **Arguments:**

    - `fit`: of `fit_psychometric`.
    - `key`: for the choices.
    - `samples`: how often to resample.
    - `resample`: draw choices with the probabilities of the fit ("model"), or with the
        observed proportions ("data": a level where all choices were the same never
        varies).

    **Returns:** a `PsychometricBootstrap`.
    """
    samples = check_count("samples", samples, at_least=1)
    check_choice("resample", resample, ("model", "data"))
    curve = fit.curve
    levels = jnp.asarray(curve.evidence, float)
    trials = jnp.asarray(curve.trials, float)

    # draw the number of choices at each level, (samples, levels)
    if resample == "model":
        probability = fit(levels)
    else:
        probability = jnp.asarray(curve.proportion, float)
    probability = jnp.clip(probability, 0.0, 1.0)[None]
    shape = (samples, levels.shape[0])
    hits = jr.binomial(key, trials[None], probability, shape, trials.dtype)

    # refit each sample with the same options; the original fit is near each optimum
    start = jnp.stack([fit.intercept, fit.slope, fit.guess, fit.lapse])
    ends = jnp.stack([fit.guess, fit.lapse, jnp.asarray(fit.max_lapse, start.dtype)])
    refit = functools.partial(
        fit_counts, link=fit.link, free=fit.free[2:], tied=fit.tied
    )
    over_samples = jax.vmap(refit, (None, 0, None, None, None))
    refits = over_samples(levels, hits, trials, ends, start)
    parameters = {
        "threshold": -refits.intercept / refits.slope,
        "slope": refits.slope,
        "guess": refits.guess,
        "lapse": refits.lapse,
        "deviance": refits.deviance,
    }
    return PsychometricBootstrap(parameters, refits.converged, fit, resample)


class ChronometricBootstrap(eqx.Module):
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

    def interval(self, name: str, *, level: float = 0.95) -> np.ndarray:
        """Return the percentile interval of a parameter, `(2,)`: low, high.

        Raises `ValueError` for unknown names and levels outside of [0, 1].
        """
        return _interval(self.samples, name, level)

    def band(self, evidence: ArrayLike, *, level: float = 0.95) -> np.ndarray:
        """Return the percentile interval of the mean time in ms, `(2, k)`.

        `evidence` is `(k,)`.
        """
        x = jnp.asarray(evidence, self.fit.rate.dtype)
        over_samples = jax.vmap(mean_time, (None, 0, 0, 0))
        parameters = (self.samples[name] for name in _TIME_PARAMETERS)
        return _percentiles(over_samples(x, *parameters), level)


def bootstrap_chronometric(
    evidence: Numbers, times: Numbers, *, key: KeyArray, samples: int = 1000
) -> ChronometricBootstrap:
    """Refit reaction times that are resampled with replacement.

    Times are resampled separately for each absolute strength of the evidence.

    **Arguments:**

    - `evidence`, `times`: of each trial, as for `chronometric_curve`; undecided trials
        (NaN) are left out. Give correct trials only.
    - `key`: for the resampling.
    - `samples`: how often to resample.

    **Returns:** a `ChronometricBootstrap`. Raises `ValueError` as `chronometric_curve`
    and `fit_chronometric` do.
    """
    samples = check_count("samples", samples, at_least=1)
    fit = fit_chronometric(chronometric_curve(evidence, times))

    # sort decided trials by strength, so that each level is one block of times
    strength = np.abs(np.asarray(evidence, float))
    time = np.asarray(times, float)
    is_decided = np.isfinite(time)
    strength, time = strength[is_decided], time[is_decided]
    order = np.argsort(strength, kind="stable")
    levels, level_of_trial = np.unique(strength[order], return_inverse=True)
    counts = np.bincount(level_of_trial)
    starts = np.cumsum(counts) - counts
    refits = _refit_times(
        jnp.asarray(levels),
        jnp.asarray(time[order]),
        jnp.asarray(level_of_trial),
        jnp.asarray(starts),
        jnp.asarray(counts),
        jr.split(key, samples),
    )
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
