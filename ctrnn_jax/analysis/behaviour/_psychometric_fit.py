"""Psychometric functions fitted by maximum likelihood."""

import equinox as eqx
from jax import Array
import jax.numpy as jnp
from jax.scipy.special import gammaincc
from jaxtyping import Bool, Float, Int

from ..._checks import check_choice, check_fraction, invalid
from ..._types import ArrayLike
from ._curves import PsychometricCurve
from ._psychometric_likelihood import fit_counts, LEAST, log_chances, LOG_F


_WORDS = {"guess": ("free", "lapse"), "lapse": ("free",)}


class PsychometricFit(eqx.Module):
    """P(evidence) = guess + (1 - guess - lapse) F(intercept + slope * evidence).

    F is the cumulative Gaussian or the logistic function.

    **Attributes** (scalars):

    - `intercept`, `slope`: of F's argument; the slope is in 1 / evidence, and negative
      where evidence for a choice makes it rarer.
    - `guess`, `lapse`: how far the curve stays above 0 and below 1.
    - `log_likelihood`: of the choices, the binomial coefficients left out.
    - `deviance`: twice the log likelihood that is lacking to the curve through every
      proportion; small is good.
    - `degrees`: levels less fitted parameters.
    - `p_value`: chance of a deviance at least as large if the curve is true, by the
      chi-squared distribution; `PsychometricBootstrap.p_value` needs no large counts.
    - `converged`: False where the best slope is infinite (a level with mixed choices is
      lacking), a parameter is undetermined, or the search did not end.
    - `curve`: what was fitted.
    - `max_lapse`, `link`, `free`, `tied`: how (static): the largest asymptotes, which
      F, names of the fitted parameters, whether guess is lapse.
    """

    intercept: Float[Array, ""]
    slope: Float[Array, ""]
    guess: Float[Array, ""]
    lapse: Float[Array, ""]
    log_likelihood: Float[Array, ""]
    deviance: Float[Array, ""]
    degrees: Int[Array, ""]
    p_value: Float[Array, ""]
    converged: Bool[Array, ""]
    curve: PsychometricCurve
    max_lapse: float = eqx.field(static=True)
    link: str = eqx.field(static=True)
    free: tuple[str, ...] = eqx.field(static=True)
    tied: bool = eqx.field(static=True)

    @property
    def threshold(self) -> Array:
        """The evidence at which F = 1/2 (minus the bias), in its unit."""
        return -self.intercept / self.slope

    @property
    def spread(self) -> Array:
        """1 / slope: the standard deviation (gaussian) or scale (logistic) of F."""
        return 1 / self.slope

    def __call__(self, evidence: ArrayLike) -> Array:
        """The proportion of that choice at some evidence."""
        z = self.intercept + self.slope * jnp.asarray(evidence, self.slope.dtype)
        return jnp.exp(log_chances(z, self.guess, self.lapse, self.link)[0])


def fit_psychometric(
    curve: PsychometricCurve,
    *,
    link: str = "gaussian",
    guess: float | int | str = 0.0,
    lapse: float | int | str = 0.0,
    max_lapse: float = 0.25,
) -> PsychometricFit:
    """Fit a psychometric function by maximum likelihood.

    Wichmann & Hill 2001, Percept. Psychophys. 63, 1293, equation 1.

    **Arguments:**

    - `curve`: of `psychometric_curve`, with at least two levels.
    - `link`: F, "gaussian" (probit) or "logistic" (logit).
    - `guess`: 1 - P at the far end of negative evidence: a value, "free", or "lapse":
        whatever `lapse` is. 0.5 for the fraction correct of two choices.
    - `lapse`: as `guess`, at the other end: a value or "free".
    - `max_lapse`: upper bound of those that are free.

    **Returns:** a `PsychometricFit`; look at `converged`.

    **Raises:** `ValueError` for fewer than two levels, unknown words, and values
    outside of [0, 1).
    """
    check_choice("link", link, LOG_F)
    free, tied, fixed = _asymptotes(guess, lapse)
    check_fraction("max_lapse", max_lapse)
    if free and not LEAST < max_lapse < 0.5:
        got = f"{max_lapse:g}"
        raise invalid("max_lapse", "lie between 0 and 0.5", got, "Such as 0.25.")
    if len(curve.evidence) < 2:
        got = f"{len(curve.evidence)} level"
        raise invalid("curve", "have two levels or more", got, "Vary the evidence.")
    levels = jnp.asarray(curve.evidence, float)
    trials = jnp.asarray(curve.trials, float)
    hits = jnp.asarray(curve.proportion, float) * trials
    ends = jnp.asarray([*fixed, max_lapse], float)
    raw = fit_counts(levels, hits, trials, ends, None, link=link, free=free, tied=tied)
    names = ("intercept", "slope", *free)
    degrees = len(curve.evidence) - len(names)
    p_value = jnp.asarray(jnp.nan, float)
    if degrees > 0:
        # rounding can leave a perfect fit a deviance below 0
        half = jnp.maximum(raw.deviance, 0.0) / 2
        p_value = gammaincc(jnp.asarray(degrees / 2, half.dtype), half)
    return PsychometricFit(
        raw.intercept,
        raw.slope,
        raw.guess,
        raw.lapse,
        raw.log_likelihood,
        raw.deviance,
        jnp.asarray(degrees),
        p_value,
        raw.converged & (degrees >= 0),
        curve,
        float(max_lapse),
        link,
        names,
        tied,
    )


def _asymptotes(
    guess: float | int | str, lapse: float | int | str
) -> tuple[tuple[str, ...], bool, tuple[float, float]]:
    """Which asymptotes are free, whether they are one, and the values of the others."""
    tied = guess == "lapse"
    if tied:
        guess = lapse
    free, values = [], []
    for name, value in (("guess", guess), ("lapse", lapse)):
        if isinstance(value, str):
            check_choice(
                name, value, ("free", *(("lapse",) if name == "guess" else ()))
            )
            free.append(name)
            values.append(0.0)
        else:
            values.append(check_fraction(name, value))
    if sum(values) >= 1:
        got = f"{values[0]:g} + {values[1]:g}"
        raise invalid("guess", "leave room below 1 - lapse", got, "Both are small.")
    if tied and free:
        return ("lapse",), True, (values[0], values[1])
    return tuple(free), False, (values[0], values[1])
