"""Pieces that trials are made of: drawn factors, epochs, inputs and their noise."""

from collections.abc import Callable, Mapping, Sequence
import itertools

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._random import fusable_normal
from ..._types import ArrayLike, KeyArray
from ._options import count, number


PAIRS = ((18.0, 10.0), (22.0, 14.0), (26.0, 18.0), (30.0, 22.0), (34.0, 26.0))
"""Pairs of vibration frequencies in Hz, the higher one first (Romo et al. 1999)."""

VECTOR = 8
"""Number of channels that a CPU computes at once (32-bit floats in AVX registers)."""


def draw_factors(
    condition: Array | None, key: KeyArray, *levels: int
) -> tuple[Array, ...]:
    """Return the level of each factor of a trial; uniform if the condition is None.

    See `factors_of` for the order of the conditions. One random number is drawn for
    all factors: a uniform condition has uniform and independent factors, and each draw
    from a key is expensive next to a few divisions.
    """
    if condition is None:
        combinations = 1
        for level_count in levels:
            combinations *= level_count
        condition = jr.randint(key, (), 0, combinations)
    return factors_of(condition, *levels)


def factors_of(condition: ArrayLike, *levels: int) -> tuple[Array, ...]:
    """Return the level of each factor in a condition; the first factor varies fastest.

    With `levels = (3, 2)`, conditions 0 to 5 are (0, 0), (1, 0), (2, 0), (0, 1), (1,
    1), (2, 1).
    """
    rest = jnp.asarray(condition).astype(int)
    factors = []
    for level_count in levels:
        factors.append(rest % level_count)
        rest = rest // level_count
    return tuple(factors)


def draw_by_weight(u: Array, weights: Array) -> Array:
    """Return an index drawn in proportion to the weights, from a uniform u in [0, 1).

    The index is the number of cumulative sums that `u * sum(weights)` has reached.
    """
    cumulative = jnp.cumsum(weights)
    return jnp.sum(u.astype(cumulative.dtype) * cumulative[-1] >= cumulative)


def uniform_steps(key: KeyArray, bounds: tuple[float, float], dt: float) -> Array:
    """Draw the steps of a duration uniform over [low, high) ms, floored to dt."""
    return jr.randint(key, (), count(bounds[0], dt), count(bounds[1], dt))


def truncated_exponential_steps(
    key: KeyArray, mean: ArrayLike, bounds: tuple[float, float], dt: float
) -> Array:
    """Draw the steps of a truncated exponential duration in [low, high) ms.

    The duration is floored to dt. It is the inverse of the distribution function, `low
    - mean log(1 - u (1 - exp(-(high - low) / mean)))`, which has the distribution of
    drawing until the duration falls inside (Song, Yang & Wang 2016).
    """
    low, high = bounds
    span = -jnp.expm1(-(high - low) / number(mean))
    duration = low - number(mean) * jnp.log1p(-jr.uniform(key) * span)
    last = count(high, dt) - 1  # rounding must not reach the excluded bound
    return jnp.minimum(jnp.floor(duration / dt).astype(int), last)


def in_a_row(durations: Mapping[str, ArrayLike]) -> dict[str, Array]:
    """Return the epochs [start, stop) of parts in a row, from their steps."""
    epochs = {}
    start = jnp.zeros((), int)
    for name, steps in durations.items():
        stop = start + jnp.asarray(steps, int)
        epochs[name] = jnp.stack([start, stop])
        start = stop
    return epochs


def during(epoch: Array, steps: int) -> Array:
    """Return whether each of the steps lies in [start, stop), `(steps,)`."""
    step = jnp.arange(steps)
    return (step >= epoch[0]) & (step < epoch[1])


def tuned(frequency: Array, among: Array) -> tuple[Array, Array]:
    """Return the inputs, .4 to 1.2, that rise and that fall with the frequency.

    `0.4 + 0.8 (f - low) / (high - low)` over the range of `among`, and the same from
    its high end (Song, Yang & Wang 2016, `multisensory.py:71-90`, `romo.py:49-62`).
    """
    low, high = jnp.min(among), jnp.max(among)
    position = (frequency - low) / (high - low)
    return 0.4 + 0.8 * position, 0.4 + 0.8 * (1.0 - position)


def white_noise(key: KeyArray, steps: int, channels: int) -> Array:
    """Draw N(0, 1), `(steps, channels)`.

    The noise of a step does not depend on the number of steps.
    """
    return fusable_normal(key, jnp.arange(steps), channels, jnp.asarray(0.0).dtype)


def noise_deviation(sigma: ArrayLike, tau: ArrayLike, dt: float) -> Array:
    """Return the standard deviation per step of white noise, `sqrt(2 tau / dt) sigma`.

    A leaky unit of time constant tau (ms) that receives it has a standard deviation of
    about sigma, for any dt (Song, Yang & Wang 2016; Yang et al. 2019; Masse et al.
    2019).
    """
    return jnp.sqrt(2.0 * number(tau) / dt) * number(sigma)


def render_inputs(
    patterns: Sequence[tuple[Array, Array]],
    deviation: Array,
    key: KeyArray,
    *,
    steps: int,
    baseline: ArrayLike = 0.0,
    rectified: bool = False,
) -> Array:
    """Return `baseline + patterns + deviation * N(0, 1)`, `(steps, channels)`.

    **Arguments:**

    - `patterns`: pairs of an epoch [start, stop) in steps, `(2,)`, and the inputs that
        are added during it, `(channels,)`. At least one pair.
    - `deviation`: standard deviation of the noise per step, on every channel.
    - `key`: of the noise.
    - `baseline`: input when no pattern is shown.
    - `rectified`: whether negative inputs become 0, after the noise.
    """

    def add_patterns(noise: Array, channels: slice) -> Array:
        # The patterns are indexed, not a (steps, channels) array: the loop over the
        # channels then reads from contiguous vectors, which the compiler vectorises.
        total = number(baseline)
        for epoch, pattern in patterns:
            is_on = during(epoch, steps)[:, None]
            total = total + jnp.where(is_on, pattern[None, channels], 0.0)
        total = total + deviation * noise
        return jnp.maximum(total, 0.0) if rectified else total

    _, first_pattern = patterns[0]
    return _from_noise(add_patterns, key, steps, first_pattern.shape[0])


def map_noise(
    function: Callable[[Array], Array], key: KeyArray, steps: int, channels: int
) -> Array:
    """Return `function(N(0, 1))` for white noise of shape `(steps, channels)`.

    The function must treat all channels alike: it is called for groups of channels.
    """

    def of_group(noise: Array, channels: slice) -> Array:
        del channels
        return function(noise)

    return _from_noise(of_group, key, steps, channels)


def _from_noise(
    function: Callable[[Array, slice], Array],
    key: KeyArray,
    steps: int,
    channels: int,
) -> Array:
    """Apply a function of white noise to groups of channels; join the results.

    On a CPU the channels are the inner loop of the drawing, in vectors of eight.

    - With 16 or more channels, those beyond a multiple of eight would be computed one
      by one, each at the price of a whole vector. They are a second group, whose loop
      is compiled separately.
    - Fewer channels are one masked vector, except that three are faster as two and one.

    The noise of a channel is the same in any grouping. Groups pay only if `function`
    reads other values of its channels from vectors, not from `(steps, channels)`.
    """
    if channels >= 2 * VECTOR:
        first_group = channels - channels % VECTOR
    else:
        first_group = 2 if channels == 3 else channels
    bounds = sorted({0, first_group, channels})
    groups = []
    for start, stop in itertools.pairwise(bounds):
        noise = white_noise(key, steps, stop)[:, start:stop]  # (steps, stop - start)
        groups.append(function(noise, slice(start, stop)))
    return jnp.concatenate(groups, axis=-1)
