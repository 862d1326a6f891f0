"""Reaction times, chronometric curves, and the fit of a diffusion model to them."""

from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float, Int
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import (
    check,
    check_choice,
    check_finite,
    check_shape,
    check_values,
    describe,
    numeric_array,
)
from ..._show import AbstractShown, counted, grid, quantities, Table, titled
from ..._tables import AbstractTabular, Columns, columns_of
from ..._types import ArrayLike, Numbers
from ...tasks import AbstractTask, Trial
from .._arguments import real_array
from ._minimise import minimise, Point
from ._psychometric import evidence_levels


@final
class ReactionTimes(AbstractShown, AbstractTabular, eqx.Module):
    """The time and the choice of each decision.

    **Attributes:** `time (*batch,)` in ms, NaN if no output crossed the threshold;
    `choice (*batch,)`: the index of the output that crossed, -1 if none did.
    """

    time: Float[Array, "*batch"]
    choice: Int[Array, "*batch"]

    def table(self) -> Columns:
        """Return a table with a row for each trial: its index, "time" and "choice"."""
        return columns_of(self, "trial", "time", "choice")

    def _table(self) -> Table:
        choice = np.asarray(self.choice)
        about = f"{np.sum(choice >= 0)} of {choice.size} trials decided"
        return quantities(self, about, time="ms")


@checks_arguments
def reaction_times(
    task: AbstractTask,
    outputs: Array,
    trials: Trial,
    *,
    threshold: ArrayLike,
    onset: str = "stimulus",
) -> ReactionTimes:
    """Compute the time from the onset of an epoch to the first threshold crossing.

    Crossings are searched from the onset to the end of the trial, in the outputs after
    the task's link. Outputs of step t are the values at its end, so the time of a
    crossing is `(t + 1 - onset) * dt`: dt if it is in the first step. If several
    outputs cross at the same step, the largest is the choice. Catch trials and trials
    without the epoch have no reaction time.

    **Arguments:**

    - `task`: the task of the trials.
    - `outputs`: of the readout, `(*batch, time, n_out)`.
    - `trials`: with epochs `(*batch, 2)`.
    - `threshold`: one number, or one for each output; an output crosses if it is above.
    - `onset`: name of the epoch whose start counts as 0 ms.

    Raises `ValueError` for an unknown epoch, for outputs that are not those of the
    trials or not finite, and for thresholds of another shape or NaN.
    """
    check_choice("onset", onset, trials.epochs)
    shape = (*trials.inputs.shape[:-1], task.n_out)
    remedy = "Pass the outputs of cj.rollout(net, trials.inputs), for trials of `task`."
    check_shape("outputs", outputs, shape, remedy)
    check_finite("outputs", outputs)
    values = task.link(outputs)
    limit = real_array("threshold", threshold, finite=False).astype(values.dtype)
    n_out = values.shape[-1]
    rule = f"be one number or {n_out}, one for each output"
    remedy = "It is compared with outputs after the task's link."
    fits = limit.shape in [(), (n_out,)]
    check(fits, "threshold", rule, describe(limit), remedy)
    check_values("threshold", limit, lambda x: ~np.isnan(x), "not be NaN", remedy)

    return _first_crossings(
        values,
        limit,
        jnp.asarray(trials.epochs[onset]),
        jnp.asarray(trials.conditions["t_end"]),
        jnp.asarray(trials.conditions["is_catch"]),
        jnp.asarray(task.dt, values.dtype),
    )


@jax.jit
def _first_crossings(
    values: Array,
    limit: Array,
    epoch: Array,
    stop: Array,
    is_catch: Array,
    dt: Array,
) -> ReactionTimes:
    # steps from the onset to the end of each trial, (*batch, time)
    start = epoch[..., 0]
    has_epoch = epoch[..., 1] > start
    step = jnp.broadcast_to(jnp.arange(values.shape[-2]), values.shape[:-1])
    is_searched = (step >= start[..., None]) & (step < stop[..., None])

    # the first step with a crossing, (*batch,)
    shape = (1,) * (values.ndim - limit.ndim) + limit.shape
    crosses = (values > jnp.reshape(limit, shape)) & is_searched[..., None]
    any_crosses = jnp.any(crosses, axis=-1)
    is_decided = jnp.any(any_crosses, axis=-1) & ~is_catch
    is_decided = is_decided & has_epoch
    crossing = jnp.argmax(any_crosses, axis=-1)

    # the largest of the outputs that cross at this step
    above = jnp.where(crosses, values, -jnp.inf)
    at_crossing = jnp.take_along_axis(above, crossing[..., None, None], -2)[..., 0, :]
    choice = jnp.argmax(at_crossing, axis=-1)
    time = (crossing + 1 - start).astype(values.dtype) * dt
    return ReactionTimes(
        jnp.where(is_decided, time, jnp.nan), jnp.where(is_decided, choice, -1)
    )


@final
class ChronometricCurve(AbstractShown, AbstractTabular, eqx.Module):
    """The mean reaction time at each strength of the evidence.

    **Attributes** (NumPy arrays, `(levels,)`):

    - `evidence`: the distinct strengths, ascending.
    - `time`: mean of the times, in ms; NaN if no trial was decided.
    - `deviation`: their standard deviation, in ms; NaN for fewer than two decided
      trials.
    - `standard_error`: of the mean, in ms.
    - `trials`: number of decided trials.
    - `undecided`: number of undecided trials; the other attributes leave them out.
    """

    evidence: np.ndarray
    time: np.ndarray
    deviation: np.ndarray
    standard_error: np.ndarray
    trials: np.ndarray
    undecided: np.ndarray

    def table(self) -> Columns:
        """Return a table with a row for each level: its index, and the attributes."""
        return columns_of(self, "level", *vars(self))

    def _table(self) -> Table:
        about = counted(len(self.evidence), "level")
        columns = {
            "evidence": self.evidence,
            "time (ms)": self.time,
            "deviation (ms)": self.deviation,
            "standard error (ms)": self.standard_error,
            "trials": self.trials,
            "undecided": self.undecided,
        }
        return Table(titled(self, about), columns=grid(columns))


@checks_arguments
def chronometric_curve(evidence: Numbers, times: Numbers) -> ChronometricCurve:
    """Compute the mean reaction time at each strength of the evidence.

    **Arguments:**

    - `evidence`: the strength in each trial, signed or not, `(trials,)`.
    - `times`: in ms, `(trials,)`; NaN if undecided. Give correct trials only if the
        curve is to be fitted.

    Raises `ValueError` if the two differ in shape or hold no trial, and for a time that
    is negative or infinite.
    """
    times = numeric_array("times", times).astype(float)
    remedy = "Use NaN for trials without a decision."

    def is_time(x: np.ndarray) -> np.ndarray:
        return np.isnan(x) | ((x >= 0) & np.isfinite(x))

    check_values("times", times, is_time, "be finite and not negative", remedy)
    strength = numeric_array("evidence", evidence).astype(float)
    levels, level_of_trial = evidence_levels(strength, "times", times, remedy)
    is_decided = np.isfinite(times)

    def sum_by_level(x: np.ndarray) -> np.ndarray:
        return np.bincount(level_of_trial, weights=x, minlength=len(levels))

    # undecided trials have weight 0 in all sums
    trials = sum_by_level(is_decided)

    def nan_below(least: int, x: np.ndarray) -> np.ndarray:
        return np.where(trials >= least, x, np.nan)

    decided_times = np.where(is_decided, times, 0.0)
    mean = sum_by_level(decided_times) / np.maximum(trials, 1)
    squares = sum_by_level(is_decided * (decided_times - mean[level_of_trial]) ** 2)
    deviation = nan_below(2, np.sqrt(squares / np.maximum(trials - 1, 1)))
    error = deviation / np.sqrt(np.maximum(trials, 1))
    num_decided = trials.astype(int)
    return ChronometricCurve(
        evidence=levels,
        time=nan_below(1, mean),
        deviation=deviation,
        standard_error=error,
        trials=num_decided,
        undecided=np.bincount(level_of_trial, minlength=len(levels)) - num_decided,
    )


@final
class ChronometricFit(AbstractShown, eqx.Module):
    """time(x) = residual + decision * tanh(rate |x|) / (rate |x|), for evidence x.

    The mean decision time of a diffusion between two symmetric bounds with a drift
    proportional to x, plus a residual time (Palmer, Huk & Shadlen 2005, J. Vision 5,
    376, their equation for mean response times: `rate = A' k`, `decision = A'^2`).

    **Attributes** (scalars):

    - `residual`, `decision`: in ms; the time that does not depend on evidence, and the
      decision time without evidence.
    - `rate`: how much evidence shortens the decision, in 1 / evidence.
    - `standard_error`: of residual, decision and the logarithm of rate, `(3,)`, from
      the curvature of the sum of squares; NaN unless converged.
    - `r_squared`: fraction of the variance of the mean times explained, weighted by
      trials.
    - `converged`: False if times do not decrease with evidence, so that `rate` is
      undetermined.
    """

    residual: Float[Array, ""]
    decision: Float[Array, ""]
    rate: Float[Array, ""]
    standard_error: Float[Array, "3"]
    r_squared: Float[Array, ""]
    converged: Bool[Array, ""]

    def _table(self) -> Table:
        return quantities(self, residual="ms", decision="ms", rate="1/evidence")

    def __call__(self, evidence: ArrayLike) -> Array:
        """Return the mean reaction time in ms at the given evidence."""
        x = real_array("evidence", evidence).astype(self.rate.dtype)
        return mean_time(x, self.residual, self.decision, self.rate)


@checks_arguments
def fit_chronometric(curve: ChronometricCurve) -> ChronometricFit:
    """Fit the mean times of a proportional-rate diffusion by least squares over trials.

    Every decided trial has the same weight. Give correct trials (in the model, correct
    and wrong trials have the same mean). Raises `ValueError` for fewer than three
    absolute strengths of the evidence with decided trials.
    """
    check_strengths("curve", curve)
    has_trials = curve.trials > 0
    strength = np.abs(curve.evidence[has_trials])
    return fit_mean_times(
        jnp.asarray(strength, float),
        jnp.asarray(curve.time[has_trials], float),
        jnp.asarray(curve.trials[has_trials], float),
        jnp.asarray(np.nan_to_num(curve.deviation[has_trials]), float),
    )


def check_strengths(name: str, curve: ChronometricCurve) -> None:
    """Validate that a curve has three absolute strengths with decided trials."""
    count = len(np.unique(np.abs(curve.evidence[curve.trials > 0])))
    rule = "have decided trials at three absolute strengths of evidence or more"
    remedy = "The fit has three parameters."
    check(count >= 3, name, rule, f"{count} of them", remedy)


@jax.jit
def fit_mean_times(
    x: Array, times: Array, trials: Array, deviation: Array
) -> ChronometricFit:
    """Fit mean times at evidence x >= 0; all arguments are `(levels,)`.

    `trials` is the number of trials of each mean, `deviation` the standard deviation of
    their times in ms.
    """
    # scale evidence and times, so that the parameters and the loss are of order 1
    unit, total = jnp.max(x), jnp.sum(trials)
    mean = jnp.sum(trials * times) / total
    variance = jnp.sum(trials * (times - mean) ** 2) / total
    scale = jnp.sqrt(jnp.maximum(variance, 1e-12 * mean**2 + 1e-12))
    scaled = times / scale

    def model(point: Array) -> Array:
        residual, decision, log_rate = point[0], point[1], point[2]
        return residual + decision * _tanh_ratio(jnp.exp(log_rate) * x / unit)

    def loss(point: Array) -> Point:
        """Return half the mean square of a trial, and its Gauss-Newton curvature."""
        error, slopes = scaled - model(point), jax.jacfwd(model)(point)
        weighted = slopes.T * (trials / total)[None]  # (3, levels)
        value = jnp.sum(trials * error**2) / (2 * total)
        return Point(point, value, -weighted @ error, weighted @ slopes)

    # several rates, as the loss may have several minima; times are not negative
    low, high = jnp.min(scaled), jnp.max(scaled)

    def start_at(rate: float) -> Array:
        return jnp.stack([low, high - low, jnp.log(jnp.asarray(rate, x.dtype))])

    starts = jnp.stack([start_at(rate) for rate in (0.5, 2.0, 8.0, 32.0)])
    lower = jnp.asarray([0.0, 0.0, -jnp.inf], x.dtype)
    best = minimise(loss, starts, lower, jnp.full(3, jnp.inf, x.dtype))
    residual, decision, log_rate = best.point

    # standard errors: the variance of a single trial is that between the levels that
    # the model leaves, plus that within the levels
    within = jnp.sum((trials - 1) * (deviation / scale) ** 2)
    per_trial = (2 * total * best.value + within) / jnp.maximum(total - 3, 1.0)
    covariance = jnp.linalg.inv(best.curvature) * per_trial / total
    units = jnp.stack([scale, scale, jnp.ones_like(scale)])
    error = jnp.sqrt(jnp.diagonal(covariance)) * units
    return ChronometricFit(
        residual=residual * scale,
        decision=decision * scale,
        rate=jnp.exp(log_rate) / unit,
        standard_error=jnp.where(best.converged & best.free, error, jnp.nan),
        r_squared=1 - 2 * best.value * scale**2 / jnp.maximum(variance, 1e-30),
        converged=best.converged,
    )


def mean_time(x: Array, residual: Array, decision: Array, rate: Array) -> Array:
    """Return the mean time at evidence x; see `ChronometricFit`."""
    return residual + decision * _tanh_ratio(rate * x)


def _tanh_ratio(y: Array) -> Array:
    """Return tanh(y) / y, and 1 at 0."""
    safe = jnp.where(y == 0, 1.0, y)
    return jnp.where(y == 0, 1.0, jnp.tanh(safe) / safe)
