"""How sure a psychometric fit is: fits to resampled choices."""

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
from ._psychometric_fit import PsychometricFit
from ._psychometric_likelihood import fit_counts, log_chances


def interval_of(samples: dict[str, Array], name: str, level: float) -> np.ndarray:
    """The percentile interval of one of them, `(2,)`: low, high."""
    return percentiles(samples[check_choice("name", name, samples)], level)


def percentiles(samples: Numbers, level: float) -> np.ndarray:
    """Between which so large a part of the samples is, `(2, ...)`: low, high."""
    tail = (1 - check_fraction("level", level)) / 2
    return np.quantile(np.asarray(samples), [tail, 1 - tail], axis=0)


class PsychometricBootstrap(eqx.Module):
    """What fits to resampled choices give.

    **Attributes:**

    - `samples`: each `(samples,)`: "threshold", "slope", "guess", "lapse", "deviance".
    - `converged`: which fits did, `(samples,)`; the others' estimates are kept, as to
      leave them out would bias the intervals (their slopes are large).
    - `fit`: whose it is.
    - `resample`: "model" or "data" (static).
    """

    samples: dict[str, Float[Array, " samples"]]
    converged: Bool[Array, " samples"]
    fit: PsychometricFit
    resample: str = eqx.field(static=True)

    def interval(self, name: str, *, level: float = 0.95) -> np.ndarray:
        """The percentile interval of a parameter, `(2,)`: low, high.

        Raises `ValueError` for unknown names and levels outside of [0, 1].
        """
        return interval_of(self.samples, name, level)

    def band(self, evidence: ArrayLike, *, level: float = 0.95) -> np.ndarray:
        """The percentile interval of the curve at each evidence, `(2, evidences)`."""
        of = self.samples
        x = jnp.asarray(evidence, of["slope"].dtype)
        z = of["slope"][:, None] * (x[None] - of["threshold"][:, None])
        ends = of["guess"][:, None], of["lapse"][:, None]
        curves = np.exp(np.asarray(log_chances(z, *ends, self.fit.link)[0]))
        return percentiles(curves, level)

    @property
    def p_value(self) -> Array:
        """The fraction of deviances at least as large as the fit's (model only)."""
        as_large = self.samples["deviance"] >= self.fit.deviance
        value = jnp.mean(as_large.astype(self.fit.deviance.dtype))
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
    - `samples`: how many times.
    - `resample`: choices with the probabilities of the fit ("model"), or with the
        proportions that were seen ("data": levels seen to be pure stay so).

    **Returns:** a `PsychometricBootstrap`.
    """
    samples = check_count("samples", samples, at_least=1)
    check_choice("resample", resample, ("model", "data"))
    curve = fit.curve
    levels = jnp.asarray(curve.evidence, float)
    trials = jnp.asarray(curve.trials, float)
    chance = (
        fit(levels) if resample == "model" else jnp.asarray(curve.proportion, float)
    )
    shape = (samples, levels.shape[0])
    hits = jr.binomial(
        key, trials[None], jnp.clip(chance, 0.0, 1.0)[None], shape, trials.dtype
    )
    start = jnp.stack([fit.intercept, fit.slope, fit.guess, fit.lapse])
    ends = jnp.stack([fit.guess, fit.lapse, jnp.asarray(fit.max_lapse, start.dtype)])
    how = {"link": fit.link, "free": fit.free[2:], "tied": fit.tied}
    one = functools.partial(fit_counts, **how)
    raw = jax.vmap(one, (None, 0, None, None, None))(levels, hits, trials, ends, start)
    drawn = {
        "threshold": -raw.intercept / raw.slope,
        "slope": raw.slope,
        "guess": raw.guess,
        "lapse": raw.lapse,
        "deviance": raw.deviance,
    }
    return PsychometricBootstrap(drawn, raw.converged, fit, resample)
