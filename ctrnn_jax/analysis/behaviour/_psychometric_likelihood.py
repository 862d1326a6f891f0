"""The likelihood of choices under a psychometric function, and where it is largest."""

import functools
import math

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.scipy.special import log_ndtr, xlogy

from ._minimise import minimise, Point


LOG_F = {"gaussian": log_ndtr, "logistic": jax.nn.log_sigmoid}
_LOG_DENSITY = {
    "gaussian": lambda z: -(z**2) / 2 - math.log(2 * math.pi) / 2,
    "logistic": lambda z: jax.nn.log_sigmoid(z) + jax.nn.log_sigmoid(-z),
}
LEAST = 1e-6  # a free lapse stays above 0, where the likelihood has no derivative
_FLOOR = -60.0  # of log chances, in divisions of what is itself 0 there


class Raw(eqx.Module):
    """A fit to counts: its parameters in the unit of the evidence."""

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
) -> Raw:
    """The fit to how often a choice was made, `hits` of `trials` at each level.

    `ends` are the guess and lapse that are not free, and the largest that are. `start`
    is `(intercept, slope, guess, lapse)`, `None` for several.
    """
    total = jnp.sum(trials)
    centre = jnp.sum(trials * levels) / total
    scale = jnp.sqrt(jnp.sum(trials * (levels - centre) ** 2) / total)
    x = (levels - centre) / scale

    def loss(point: Array) -> Point:
        """Minus the log likelihood of a trial, and its expected curvature."""
        a, b, guess, lapse = point
        guess = lapse if tied else guess
        z = a + b * x
        up, down = log_chances(z, guess, lapse, link)
        # derivatives of P over P and over 1 - P, as logarithms: neither vanishes first
        density = jnp.log1p(-guess - lapse) + _LOG_DENSITY[link](z)
        rise, fall = jnp.exp(density - up), jnp.exp(density - down)
        made, left = jnp.exp(LOG_F[link](z)), jnp.exp(LOG_F[link](-z))
        zero = jnp.zeros_like(x)
        by_guess = zero if tied else left
        by_lapse = left - made if tied else -made
        over = lambda log_p: jnp.exp(-jnp.maximum(log_p, _FLOOR))
        up_ends = [part * over(up) for part in (by_guess, by_lapse)]
        down_ends = [part * over(down) for part in (by_guess, by_lapse)]
        along = lambda side, ends: jnp.stack([side, side * x, *ends])
        ups, downs = along(rise, up_ends), along(fall, down_ends)
        missed = trials - hits
        value = -jnp.sum(hits * up + missed * down)
        gradient = -(ups @ hits - downs @ missed)
        curvature = (ups * trials[None]) @ downs.T
        return Point(point, value / total, gradient / total, curvature / total)

    loose = jnp.asarray(["guess" in free, "lapse" in free])
    infinite = jnp.full(2, jnp.inf, x.dtype)
    lower = jnp.concatenate([-infinite, jnp.where(loose, LEAST, ends[:2])])
    upper = jnp.concatenate([infinite, jnp.where(loose, ends[2], ends[:2])])
    if start is None:
        starts = jnp.asarray(
            [
                (0.0, slope, end, end)
                for slope in (-2.0, 0.5, 2.0, 8.0)
                for end in ((0.02, 0.15) if free else (0.0,))
            ],
            x.dtype,
        )
    else:
        a, b = start[0] + start[1] * centre, start[1] * scale
        starts = jnp.concatenate([jnp.stack([a, b]), start[2:]])[None]
    best = minimise(loss, starts, lower, upper)
    a, b, guess, lapse = best.point
    value = -best.value * total
    q = hits / trials
    full = jnp.sum(xlogy(hits, q) + xlogy(trials - hits, 1 - q))
    return Raw(
        a - b * centre / scale,
        b / scale,
        lapse if tied else guess,
        lapse,
        value,
        2 * (full - value),
        best.converged & _overlap(x, hits, trials),
    )


def _overlap(x: Array, hits: Array, trials: Array) -> Array:
    """Whether no step at one level parts the choices, else the best slope is infinite.

    Albert & Anderson 1984, Biometrika 71, 1.
    """
    made, left = hits > 0, hits < trials
    low = lambda which: jnp.min(jnp.where(which, x, jnp.inf))
    high = lambda which: jnp.max(jnp.where(which, x, -jnp.inf))
    return (low(made) < high(left)) & (low(left) < high(made))


def log_chances(z: Array, guess: Array, lapse: Array, link: str) -> tuple[Array, Array]:
    """Logarithms of P and of 1 - P, exact in the tails where guess or lapse is 0."""

    def mixed(log_f: Array, floor: Array, other: Array) -> Array:
        lifted = jnp.where(floor > 0, floor + (1 - floor - other) * jnp.exp(log_f), 1.0)
        return jnp.where(floor > 0, jnp.log(lifted), jnp.log1p(-other) + log_f)

    log_f = LOG_F[link]
    return mixed(log_f(z), guess, lapse), mixed(log_f(-z), lapse, guess)
