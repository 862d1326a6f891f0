"""The likelihood of choices under a psychometric function, and its maximum."""

from collections.abc import Callable
import functools
import math
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
from jax.scipy.special import log_ndtr, xlogy

from ..._progress import compiling
from ._minimise import minimise, Point


def _log_normal_density(z: Array) -> Array:
    return -(z**2) / 2 - math.log(2 * math.pi) / 2


def _log_logistic_density(z: Array) -> Array:
    return jax.nn.log_sigmoid(z) + jax.nn.log_sigmoid(-z)


LOG_F: dict[str, Callable[[Array], Array]] = {
    "gaussian": log_ndtr,
    "logistic": jax.nn.log_sigmoid,
}
_LOG_DENSITY: dict[str, Callable[[Array], Array]] = {
    "gaussian": _log_normal_density,
    "logistic": _log_logistic_density,
}

SMALLEST_LAPSE = 1e-6
"""Lower bound of a free lapse: the likelihood has no derivative at 0."""

_SMALLEST_LOG = -60.0  # of a probability that divides a derivative that is 0 there


class CountsFit(NamedTuple):
    """A fit to counts: the parameters in the unit of the evidence, and its quality."""

    intercept: Array
    slope: Array
    guess: Array
    lapse: Array
    log_likelihood: Array
    deviance: Array
    converged: Array


@functools.partial(jax.jit, static_argnames=("link", "free", "tied"))
def fit_counts(
    levels: Array,
    hits: Array,
    trials: Array,
    ends: Array,
    start: Array | None,
    *,
    link: str,
    free: tuple[str, ...],
    tied: bool,
) -> CountsFit:
    """Fit the number of choices, `hits` of `trials` at each level, all `(levels,)`.

    `ends` is `(guess, lapse, upper bound)`: the values of the asymptotes that are not
    free, and the bound of those that are. `start` is `(intercept, slope, guess,
    lapse)`; `None` for several starts.
    """
    compiling("the fit")
    # standardise the evidence, so that all parameters are of the order of 1
    total = jnp.sum(trials)
    centre = jnp.sum(trials * levels) / total
    scale = jnp.sqrt(jnp.sum(trials * (levels - centre) ** 2) / total)
    x = (levels - centre) / scale

    def loss(point: Array) -> Point:
        """Return minus the log likelihood of a trial, and its Fisher information.

        With P the probability of the choice and `dP` its derivatives by the four
        parameters, the expected information of a trial is `dP dP^T / (P (1 - P))`.
        """
        intercept, slope, guess, lapse = point
        guess = lapse if tied else guess
        z = intercept + slope * x
        log_p, log_q = log_chances(z, guess, lapse, link)  # q = 1 - P
        # dP/dz over P and over q, as logarithms: none of them underflows first
        log_dp = jnp.log1p(-guess - lapse) + _LOG_DENSITY[link](z)
        dp_over_p, dp_over_q = jnp.exp(log_dp - log_p), jnp.exp(log_dp - log_q)
        # dP/dguess = 1 - F, dP/dlapse = -F; the sum of both if they are tied
        f, one_minus_f = jnp.exp(LOG_F[link](z)), jnp.exp(LOG_F[link](-z))
        by_guess = jnp.zeros_like(x) if tied else one_minus_f
        by_lapse = one_minus_f - f if tied else -f

        def derivatives(by_z: Array, log_probability: Array) -> Array:
            """Stack dP / probability by the four parameters, `(4, levels)`."""
            inverse = jnp.exp(-jnp.maximum(log_probability, _SMALLEST_LOG))
            return jnp.stack([by_z, by_z * x, by_guess * inverse, by_lapse * inverse])

        of_hits, of_misses = (
            derivatives(dp_over_p, log_p),
            derivatives(dp_over_q, log_q),
        )
        misses = trials - hits
        value = -jnp.sum(hits * log_p + misses * log_q)
        gradient = -(of_hits @ hits - of_misses @ misses)
        information = (of_hits * trials[None]) @ of_misses.T
        return Point(point, value / total, gradient / total, information / total)

    # equal bounds fix a parameter
    is_free = jnp.asarray(["guess" in free, "lapse" in free])
    infinite = jnp.full(2, jnp.inf, x.dtype)
    smallest = jnp.where(is_free, SMALLEST_LAPSE, ends[:2])
    largest = jnp.where(is_free, ends[2], ends[:2])
    lower = jnp.concatenate([-infinite, smallest])
    upper = jnp.concatenate([infinite, largest])
    if start is None:
        # the likelihood may have several maxima: slopes of both signs
        starts = jnp.asarray(
            [
                (0.0, slope, end, end)
                for slope in (-2.0, 0.5, 2.0, 8.0)
                for end in ((0.02, 0.15) if free else (0.0,))
            ],
            x.dtype,
        )
    else:
        intercept, slope = start[0] + start[1] * centre, start[1] * scale
        starts = jnp.concatenate([jnp.stack([intercept, slope]), start[2:]])[None]
    best = minimise(loss, starts, lower, upper)

    # back to the unit of the evidence; the deviance is from the saturated model
    intercept, slope, guess, lapse = best.point
    log_likelihood = -best.value * total
    proportion = hits / trials
    saturated = jnp.sum(xlogy(hits, proportion) + xlogy(trials - hits, 1 - proportion))
    return CountsFit(
        intercept=intercept - slope * centre / scale,
        slope=slope / scale,
        guess=lapse if tied else guess,
        lapse=lapse,
        log_likelihood=log_likelihood,
        deviance=2 * (saturated - log_likelihood),
        converged=best.converged & _overlap(x, hits, trials),
    )


def _overlap(x: Array, hits: Array, trials: Array) -> Array:
    """Return whether the choices overlap along the evidence.

    If a threshold separates them, the slope of largest likelihood is infinite (Albert &
    Anderson 1984, Biometrika 71, 1).
    """
    has_hits, has_misses = hits > 0, hits < trials

    def lowest(levels: Array) -> Array:
        return jnp.min(jnp.where(levels, x, jnp.inf))

    def highest(levels: Array) -> Array:
        return jnp.max(jnp.where(levels, x, -jnp.inf))

    hits_begin_first = lowest(has_hits) < highest(has_misses)
    return hits_begin_first & (lowest(has_misses) < highest(has_hits))


@functools.partial(jax.jit, static_argnames="link")
def log_chances(z: Array, guess: Array, lapse: Array, link: str) -> tuple[Array, Array]:
    """Return log P and log (1 - P), accurate in the tails if guess or lapse is 0."""

    def log_mixture(log_f: Array, floor: Array, other: Array) -> Array:
        """Return log(floor + (1 - floor - other) f), by `log_f` if `floor` is 0."""
        lifted = jnp.where(floor > 0, floor + (1 - floor - other) * jnp.exp(log_f), 1.0)
        return jnp.where(floor > 0, jnp.log(lifted), jnp.log1p(-other) + log_f)

    log_f = LOG_F[link]
    log_p = log_mixture(log_f(z), guess, lapse)
    return log_p, log_mixture(log_f(-z), lapse, guess)
