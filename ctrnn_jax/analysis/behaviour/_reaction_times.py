"""Reaction times: when outputs cross a threshold, and how evidence hastens it."""

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float, Int
import numpy as np

from ..._checks import check_choice, check_finite, describe, invalid
from ..._types import ArrayLike, Numbers
from ...tasks import AbstractTask, Trial
from ._minimise import minimise, Point


class ReactionTimes(eqx.Module):
    """When each trial was decided, and how.

    **Attributes:** `time (*batch,)` in ms, NaN where no output crossed; `choice
    (*batch,)`: which output did, -1 where none.
    """

    time: Float[Array, "*batch"]
    choice: Int[Array, "*batch"]


def reaction_times(
    task: AbstractTask,
    outputs: Array,
    trials: Trial,
    *,
    threshold: ArrayLike,
    onset: str = "stimulus",
) -> ReactionTimes:
    """The time from an epoch's onset to the first step at which an output crosses.

    Looked for from the onset to the end of the trial, in the outputs after the task's
    link. Outputs of step t are those at its end: a crossing is `(t + 1 - onset) * dt`
    after the onset, dt if it is in the first step. Where several cross at the same step
    the largest is the choice. Catch trials, and trials without the epoch, have none.

    **Arguments:**

    - `task`: whose trials they are.
    - `outputs`: of the readout, `(*batch, time, n_out)`.
    - `trials`: with epochs `(*batch, 2)`.
    - `threshold`: one number, or one for each output; to cross is to exceed.
    - `onset`: name of the epoch whose start counts as 0 ms.

    Raises `ValueError` for an unknown epoch and thresholds of another shape.
    """
    check_choice("onset", onset, trials.epochs)
    values = task.link(outputs)
    limit = jnp.asarray(threshold, values.dtype)
    if limit.shape not in [(), (values.shape[-1],)]:
        raise invalid(
            "threshold",
            f"be one number or {values.shape[-1]}, one for each output",
            describe(limit),
            "It is compared with outputs after the task's link.",
        )
    first, last = trials.epochs[onset][..., 0], trials.conditions["t_end"]
    lacking = trials.epochs[onset][..., 1] <= first
    step = jnp.broadcast_to(jnp.arange(values.shape[-2]), values.shape[:-1])
    inside = (step >= first[..., None]) & (step < last[..., None])
    shape = (1,) * (values.ndim - limit.ndim) + limit.shape
    crossed = (values > jnp.reshape(limit, shape)) & inside[..., None]
    reached = jnp.any(crossed, axis=-1)
    found = jnp.any(reached, axis=-1) & ~trials.conditions["is_catch"] & ~lacking
    when = jnp.argmax(reached, axis=-1)
    where = when[..., None, None]
    beyond = jnp.where(crossed, values, -jnp.inf)
    choice = jnp.argmax(jnp.take_along_axis(beyond, where, -2)[..., 0, :], axis=-1)
    time = (when + 1 - first).astype(values.dtype) * task.dt
    return ReactionTimes(jnp.where(found, time, jnp.nan), jnp.where(found, choice, -1))


class ChronometricCurve(eqx.Module):
    """Mean reaction time at each strength of the evidence.

    **Attributes** (NumPy arrays, `(levels,)`):

    - `evidence`: the distinct strengths, ascending.
    - `time`: mean of the times, in ms; NaN where no trial was decided.
    - `deviation`: their standard deviation, in ms; NaN below two decided trials.
    - `standard_error`: of the mean, in ms.
    - `trials`: how many were decided.
    - `undecided`: how many were not; they are left out of the others.
    """

    evidence: np.ndarray
    time: np.ndarray
    deviation: np.ndarray
    standard_error: np.ndarray
    trials: np.ndarray
    undecided: np.ndarray


def chronometric_curve(evidence: Numbers, times: Numbers) -> ChronometricCurve:
    """Mean reaction times by evidence.

    **Arguments:** the strength of each trial, signed or not, `(trials,)`, and the times
    in ms, `(trials,)`, NaN where undecided. Give those of correct trials alone for a
    fit. Raises `ValueError` if the two differ in shape or hold no trial.
    """
    evidence, times = np.asarray(evidence, float), np.asarray(times, float)
    if evidence.shape != times.shape or evidence.ndim != 1 or not len(evidence):
        raise invalid(
            "times",
            "be one number for each trial of `evidence`",
            f"shapes {times.shape} and {evidence.shape}",
            "NaN where there was no decision.",
        )
    check_finite("evidence", evidence)
    levels, which = np.unique(evidence, return_inverse=True)
    decided = np.isfinite(times)
    counts = lambda x: np.bincount(which, weights=x, minlength=len(levels))
    trials = counts(decided)
    known = np.where(decided, times, 0.0)
    blank = lambda x, least: np.where(trials >= least, x, np.nan)
    mean = counts(known) / np.maximum(trials, 1)
    squares = counts(decided * (known - mean[which]) ** 2)
    deviation = blank(np.sqrt(squares / np.maximum(trials - 1, 1)), 2)
    error = deviation / np.sqrt(np.maximum(trials, 1))
    whole = trials.astype(int)
    missing = np.bincount(which, minlength=len(levels)) - whole
    return ChronometricCurve(levels, blank(mean, 1), deviation, error, whole, missing)


class ChronometricFit(eqx.Module):
    """time(x) = residual + decision * tanh(rate |x|) / (rate |x|), for evidence x.

    The mean of a diffusion of drift proportional to x to two symmetric bounds, and a
    time that is no decision (Palmer, Huk & Shadlen 2005, J. Vision 5, 376, their
    equation for mean response times: `rate = A' k`, `decision = A'^2`).

    **Attributes** (scalars):

    - `residual`, `decision`: in ms; the time without decision, and the time a decision
      takes without evidence.
    - `rate`: how evidence hastens it, in 1 / evidence.
    - `standard_error`: of residual, decision and the logarithm of rate, `(3,)`, from
      the curvature of the sum of squares; NaN unless converged.
    - `r_squared`: fraction of the variance of the mean times explained, weighted by
      trials.
    - `converged`: False where times do not fall with evidence, so that nothing
      determines `rate`.
    """

    residual: Float[Array, ""]
    decision: Float[Array, ""]
    rate: Float[Array, ""]
    standard_error: Float[Array, "3"]
    r_squared: Float[Array, ""]
    converged: Bool[Array, ""]

    def __call__(self, evidence: ArrayLike) -> Array:
        """Mean reaction time in ms at some evidence."""
        x = jnp.asarray(evidence, self.rate.dtype)
        return mean_time(x, self.residual, self.decision, self.rate)


def fit_chronometric(curve: ChronometricCurve) -> ChronometricFit:
    """Fit the mean times of a proportional-rate diffusion by least squares over trials.

    Every decided trial counts once. Give correct trials (in the model correct and wrong
    ones have the same mean). Raises `ValueError` for fewer than three sizes of the
    evidence with decided trials.
    """
    use = curve.trials > 0
    sizes = len(np.unique(np.abs(curve.evidence[use])))
    if sizes < 3:
        got = f"{sizes} sizes of evidence"
        raise invalid("curve", "have three sizes or more", got, "There are 3 numbers.")
    x = jnp.asarray(np.abs(curve.evidence[use]), float)
    times, trials = (
        jnp.asarray(values[use], float) for values in (curve.time, curve.trials)
    )
    spread = jnp.asarray(np.nan_to_num(curve.deviation[use]), float)
    return refit(x, times, trials, spread)


@jax.jit
def refit(x: Array, times: Array, trials: Array, deviation: Array) -> ChronometricFit:
    """The fit to means, numbers and deviations of times at sizes x of the evidence."""
    unit, total = jnp.max(x), jnp.sum(trials)
    mean = jnp.sum(trials * times) / total
    variance = jnp.sum(trials * (times - mean) ** 2) / total
    # times in units of how much they vary, so that the sum of squares is of order 1
    scale = jnp.sqrt(jnp.maximum(variance, 1e-12 * mean**2 + 1e-12))
    scaled = times / scale

    def model(point: Array) -> Array:
        return point[0] + point[1] * _tanh_ratio(jnp.exp(point[2]) * x / unit)

    def loss(point: Array) -> Point:
        """Half the mean square of a trial, and its Gauss-Newton curvature."""
        error, slopes = scaled - model(point), jax.jacfwd(model)(point)
        weighted = slopes.T * (trials / total)[None]
        value = jnp.sum(trials * error**2) / (2 * total)
        return Point(point, value, -weighted @ error, weighted @ slopes)

    low, high = jnp.min(scaled), jnp.max(scaled)
    begin = lambda rate: jnp.stack(
        [low, high - low, jnp.log(jnp.asarray(rate, x.dtype))]
    )
    starts = jnp.stack([begin(rate) for rate in (0.5, 2.0, 8.0, 32.0)])
    lower = jnp.asarray([0.0, 0.0, -jnp.inf], x.dtype)
    best = minimise(loss, starts, lower, jnp.full(3, jnp.inf, x.dtype))
    residual, decision, rate = best.point
    within = jnp.sum((trials - 1) * (deviation / scale) ** 2)
    per_trial = (2 * total * best.value + within) / jnp.maximum(total - 3, 1.0)
    covariance = jnp.linalg.inv(best.curvature) * per_trial / total
    units = jnp.stack([scale, scale, jnp.ones_like(scale)])
    error = jnp.sqrt(jnp.diagonal(covariance)) * units
    return ChronometricFit(
        residual * scale,
        decision * scale,
        jnp.exp(rate) / unit,
        jnp.where(best.converged & best.free, error, jnp.nan),
        1 - 2 * best.value * scale**2 / jnp.maximum(variance, 1e-30),
        best.converged,
    )


def mean_time(x: Array, residual: Array, decision: Array, rate: Array) -> Array:
    """That of a decision with evidence x; see `ChronometricFit`."""
    return residual + decision * _tanh_ratio(rate * x)


def _tanh_ratio(y: Array) -> Array:
    """tanh(y) / y, 1 at 0."""
    safe = jnp.where(y == 0, 1.0, y)
    return jnp.where(y == 0, 1.0, jnp.tanh(safe) / safe)
