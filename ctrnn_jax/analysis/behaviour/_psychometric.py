"""Psychometric curves, and psychometric functions fitted by maximum likelihood."""

from typing import final, NamedTuple

import equinox as eqx
from jax import Array
import jax.numpy as jnp
from jax.scipy.special import gammaincc
from jaxtyping import Bool, Float, Int
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_choice, check_finite, check_fraction, describe
from ..._show import AbstractShown, counted, grid, number, quantities, Table, titled
from ..._tables import AbstractTabular, Columns, columns_of
from ..._types import ArrayLike, Numbers
from .._arguments import real_array
from ._psychometric_likelihood import fit_counts, log_chances, LOG_F, SMALLEST_LAPSE


@final
class PsychometricCurve(AbstractShown, AbstractTabular, eqx.Module):
    """The proportion of one choice at each strength of the evidence for it.

    **Attributes** (NumPy arrays, `(levels,)`):

    - `evidence`: the distinct signed strengths, ascending.
    - `proportion`: fraction of trials with that choice.
    - `trials`: number of trials.
    - `standard_error`: of the proportion, `sqrt(p (1 - p) / trials)`.
    """

    evidence: np.ndarray
    proportion: np.ndarray
    trials: np.ndarray
    standard_error: np.ndarray

    def table(self) -> Columns:
        """Return a table with a row for each level: its index, and the attributes."""
        return columns_of(self, "level", *vars(self))

    def _table(self) -> Table:
        about = counted(len(self.evidence), "level")
        return Table(titled(self, about), columns=grid(vars(self)))


@checks_arguments
def psychometric_curve(evidence: Numbers, chosen: Numbers) -> PsychometricCurve:
    """Compute the proportion of trials with a choice, by the evidence for it.

    **Arguments:**

    - `evidence`: signed strength of each trial, `(trials,)`; positive evidence favours
        the choice.
    - `chosen`: whether the choice was made, `(trials,)`, boolean.

    Raises `ValueError` if the two differ in shape or hold no trial, for evidence that
    is not finite, and for choices that are not booleans (or 0 and 1).
    """
    chosen, remedy = as_booleans(chosen), "Leave out catch trials from both."
    levels, level_of_trial = evidence_levels(evidence, "chosen", chosen, remedy)
    trials = np.bincount(level_of_trial, minlength=len(levels))
    hits = np.bincount(level_of_trial, weights=chosen, minlength=len(levels))
    proportion = hits / trials
    error = np.sqrt(proportion * (1 - proportion) / trials)
    return PsychometricCurve(levels, proportion, trials, error)


def evidence_levels(
    evidence: Numbers, name: str, values: np.ndarray, remedy: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct strengths of the evidence, and the index of each trial's.

    `values` are those of the trials, named `name`; `remedy` is for their shape.
    """
    evidence = np.asarray(evidence)
    is_paired = evidence.ndim == 1 and evidence.shape == values.shape
    rule = "be one value for each trial of `evidence`"
    got = f"shapes {values.shape} and {evidence.shape}"
    check(is_paired and len(evidence), name, rule, got, remedy)
    check_finite("evidence", evidence)
    levels, level_of_trial = np.unique(evidence, return_inverse=True)
    return levels, level_of_trial


def as_booleans(chosen: Numbers) -> np.ndarray:
    """Return choices as booleans; numbers must be 0 or 1."""
    choices = np.asarray(chosen)
    is_number = choices.dtype.kind in "biuf"
    are_boolean = is_number and np.all((choices == 0) | (choices == 1))
    remedy = "Compare with one choice, such as answers == 0."
    check(are_boolean, "chosen", "be boolean", describe(choices), remedy)
    return choices.astype(bool)


@final
class PsychometricFit(AbstractShown, eqx.Module):
    """P(evidence) = guess + (1 - guess - lapse) F(intercept + slope * evidence).

    F is the cumulative Gaussian or the logistic function.

    **Attributes** (scalars):

    - `intercept`, `slope`: of the argument of F. The slope is in 1 / evidence; it is
      negative if evidence for the choice makes it less frequent.
    - `guess`, `lapse`: distance of the asymptotes from 0 and from 1.
    - `log_likelihood`: of the choices, without the binomial coefficients.
    - `deviance`: twice the difference to the log likelihood of the curve through every
      proportion; small is good.
    - `degrees`: number of levels minus number of fitted parameters.
    - `p_value`: probability of a deviance at least as large if the curve is true, by
      the chi-squared distribution. `PsychometricBootstrap.p_value` is also valid for
      small counts.
    - `converged`: False if the best slope is infinite (the evidence separates the
      choices), a parameter is undetermined, or the search did not end.
    - `curve`: the fitted `PsychometricCurve`.
    - `max_lapse`, `link`, `free`, `tied`: the options (static): the upper bound of free
      asymptotes, the name of F, the names of the fitted parameters, whether guess
      equals lapse.
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

    def _table(self) -> Table:
        threshold = -np.asarray(self.intercept) / np.asarray(self.slope)
        about = f"{self.link}, threshold {number(threshold)}"
        omitted = ("link", "tied", "max_lapse")
        return quantities(self, about, omit=omitted, slope="1/evidence")

    @property
    def threshold(self) -> Array:
        """The evidence at which F = 1/2 (minus the bias), in the unit of evidence."""
        return -self.intercept / self.slope

    @property
    def spread(self) -> Array:
        """1 / slope: the standard deviation (gaussian) or scale (logistic) of F."""
        return 1 / self.slope

    def __call__(self, evidence: ArrayLike) -> Array:
        """Return the fitted proportion of the choice at the given evidence."""
        x = real_array("evidence", evidence).astype(self.slope.dtype)
        z = self.intercept + self.slope * x
        return jnp.exp(log_chances(z, self.guess, self.lapse, self.link)[0])


@checks_arguments
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
    - `guess`: the asymptote of P for negative evidence: a value, "free", or "lapse" for
        the same value as `lapse`. 0.5 if the curve is the fraction correct of two
        choices.
    - `lapse`: 1 - P for positive evidence: a value or "free".
    - `max_lapse`: upper bound of free asymptotes.

    **Returns:** a `PsychometricFit`; check its `converged`.

    **Raises:** `ValueError` for fewer than two levels, unknown words, and values
    outside of [0, 1).
    """
    check_choice("link", link, LOG_F)
    asymptotes = _asymptotes(guess, lapse)
    check_fraction("max_lapse", max_lapse)
    in_range = not asymptotes.free or SMALLEST_LAPSE < max_lapse < 0.5
    rule, got = "lie between 0 and 0.5", f"{max_lapse:g}"
    check(in_range, "max_lapse", rule, got, "Use 0.25, for example.")
    count = len(curve.evidence)
    got = f"{count} level"
    check(count >= 2, "curve", "have two levels or more", got, "Vary the evidence.")

    # maximum likelihood, from several starts
    levels = jnp.asarray(curve.evidence, float)
    trials = jnp.asarray(curve.trials, float)
    hits = jnp.asarray(curve.proportion, float) * trials
    ends = jnp.asarray([asymptotes.guess, asymptotes.lapse, max_lapse], float)
    fit = fit_counts(
        levels, hits, trials, ends, None, link=link, free=asymptotes.free,
        tied=asymptotes.tied,
    )  # fmt: skip

    # goodness of fit: chi-squared, if there are more levels than parameters
    names = ("intercept", "slope", *asymptotes.free)
    degrees = count - len(names)
    p_value = jnp.asarray(jnp.nan, float)
    if degrees > 0:
        # the deviance of a perfect fit may be below 0 by rounding
        half = jnp.maximum(fit.deviance, 0.0) / 2
        p_value = gammaincc(jnp.asarray(degrees / 2, half.dtype), half)
    return PsychometricFit(
        **fit._replace(converged=fit.converged & (degrees >= 0))._asdict(),
        degrees=jnp.asarray(degrees),
        p_value=p_value,
        curve=curve,
        max_lapse=float(max_lapse),
        link=link,
        free=names,
        tied=asymptotes.tied,
    )


class _Asymptotes(NamedTuple):
    """Names of the free asymptotes, whether both are one parameter, fixed values.

    The value of a free asymptote is 0 and is not used.
    """

    free: tuple[str, ...]
    tied: bool
    guess: float
    lapse: float


def _asymptotes(guess: float | int | str, lapse: float | int | str) -> _Asymptotes:
    """Validate both asymptotes, each a value or a word."""
    # guess="lapse" takes the value, or the word, of lapse
    asymptotes = {"guess": lapse if guess == "lapse" else guess, "lapse": lapse}
    free = tuple(name for name, x in asymptotes.items() if isinstance(x, str))
    words = {"guess": ("free", "lapse"), "lapse": ("free",)}
    for name in free:
        check_choice(name, asymptotes[name], words[name])
    values = [
        0.0 if name in free else check_fraction(name, x)
        for name, x in asymptotes.items()
    ]
    got = f"{values[0]:g} + {values[1]:g}"
    rule = "leave room below 1 - lapse"
    check(sum(values) < 1, "guess", rule, got, "Lower one of them.")
    tied = guess == "lapse" and len(free) > 0
    return _Asymptotes(("lapse",) if tied else free, tied, *values)
