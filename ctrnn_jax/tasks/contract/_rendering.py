"""Pieces that trials are made of: durations, epochs, noise."""

from collections.abc import Callable
import itertools
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import (
    check_finite,
    check_list,
    check_number,
    check_positive,
    check_values,
    describe,
    invalid,
    is_concrete,
    steps_in,
)
from ..._random import fusable_normal
from ..._types import ArrayLike, KeyArray


def number(value: ArrayLike) -> Array:
    """A strongly typed float array (a weak one would trace again after an update)."""
    array = jnp.asarray(value, float)
    return jax.lax.convert_element_type(array, array.dtype)


def check_numbers(name: str, values: Any, remedy: str) -> Array:
    """Refuse what is not a list of at least one number; return a float array."""
    try:
        array = jnp.atleast_1d(number(jnp.asarray(values, float)))
    except (TypeError, ValueError) as error:
        rule = "be a list of numbers"
        raise invalid(name, rule, describe(values), remedy) from error
    if array.ndim != 1 or not array.size:
        raise invalid(name, "be a list of numbers", describe(values), remedy)
    check_finite(name, array)
    return array


def check_targets(low: ArrayLike, high: ArrayLike) -> tuple[Array, Array]:
    """Refuse targets of the other and the chosen output that are not low < high."""
    check_finite("low", low)
    check_finite("high", high)
    if is_concrete((low, high)):
        above = lambda x: x > np.asarray(low)
        check_values("high", high, above, "be above `low`", "It is the chosen output.")
    return number(low), number(high)


def check_unused(name: str, value: Any, used_by: str) -> None:
    """Refuse an option that would have no effect; None is no value."""
    if value is not None:
        raise invalid(
            name,
            f"be left out unless {used_by}",
            describe(value),
            "It has no effect here.",
        )


def check_dt(dt: float) -> float:
    """Refuse a step that is not positive."""
    step = check_number("dt", dt)
    check_positive("dt", step, "It is the step in ms.")
    return step


def check_duration(name: str, duration: float, dt: float) -> float:
    """Refuse a duration that is not a positive multiple of dt; both in ms."""
    duration = check_spare(name, duration, dt)
    if steps_in(name, duration, dt) == 0:
        raise invalid(
            name, "last at least one step", f"{duration:g} ms", f"dt is {dt:g} ms."
        )
    return duration


def check_spare(name: str, duration: float, dt: float) -> float:
    """Refuse a duration that is no multiple of dt; both in ms. It may be 0."""
    steps_in(name, duration, dt)
    return float(duration)


def check_range(name: str, bounds: Any, dt: float) -> tuple[float, float]:
    """Refuse bounds of a duration that are not two multiples of dt, low < high."""
    ends = check_list(name, bounds, of="two durations")
    ends = tuple(check_number(name, end) for end in ends)
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise invalid(name, "be two durations in ms, low < high", repr(ends), "In ms.")
    return check_duration(name, ends[0], dt), check_duration(name, ends[1], dt)


def count(duration: float, dt: float) -> int:
    """Steps of a duration that was checked."""
    return steps_in("duration", duration, dt)


def uniform_steps(key: KeyArray, bounds: tuple[float, float], dt: float) -> Array:
    """Steps of a duration that is uniform over [low, high) ms, floored to dt."""
    return jr.randint(key, (), count(bounds[0], dt), count(bounds[1], dt))


def truncated_exponential_steps(
    key: KeyArray, mean: ArrayLike, bounds: tuple[float, float], dt: float
) -> Array:
    """Steps of a duration that is exponential but in [low, high) ms, floored to dt.

    The inverse of the distribution function, `low - mean log(1 - u (1 - exp(-(high -
    low) / mean)))`: the law of drawing until it falls inside (Song, Yang & Wang 2016).
    """
    low, high = bounds
    span = -jnp.expm1(-(high - low) / number(mean))
    drawn = low - number(mean) * jnp.log1p(-jr.uniform(key) * span)
    last = count(high, dt) - 1  # rounding must not reach the excluded bound
    return jnp.minimum(jnp.floor(drawn / dt).astype(int), last)


def in_a_row(durations: dict[str, ArrayLike]) -> dict[str, Array]:
    """Epochs [start, stop) of parts that follow each other, from their steps."""
    epochs, start = {}, jnp.zeros((), int)
    for name, steps in durations.items():
        stop = start + jnp.asarray(steps, int)
        epochs[name] = jnp.stack([start, stop])
        start = stop
    return epochs


def during(epoch: Array, steps: int) -> Array:
    """Whether each of the steps is in [start, stop), `(steps,)`."""
    step = jnp.arange(steps)
    return (step >= epoch[0]) & (step < epoch[1])


def white_noise(key: KeyArray, steps: int, channels: int) -> Array:
    """N(0, 1), `(steps, channels)`; a step does not depend on how many follow."""
    return fusable_normal(key, jnp.arange(steps), channels, jnp.asarray(0.0).dtype)


def noise_deviation(sigma: ArrayLike, tau: ArrayLike, dt: float) -> Array:
    """`sqrt(2 tau / dt) sigma`: of white noise that is seen through tau (ms).

    What is filtered with that time constant then has a spread of about sigma, whatever
    dt (Song, Yang & Wang 2016; Yang et al. 2019; Masse et al. 2019).
    """
    return jnp.sqrt(2.0 * number(tau) / dt) * number(sigma)


def by_channels(channels: int, make: Callable[[slice], Array]) -> Array:
    """`(steps, channels)` put together from what `make` gives for some channels.

    On a CPU the channels are the inner loop, in vectors of eight. Of 16 or more, those
    beyond a multiple of eight are done one by one, each at the price of a vector; fewer
    are one masked vector. Hence a part for the rest; three are best two and one. It
    pays only where `make` takes its channels from vectors, not from `(steps,
    channels)`.
    """
    whole = channels - channels % 8 if channels >= 16 else 2 if channels == 3 else 0
    cuts = [0, *([whole] if 0 < whole < channels else []), channels]
    made = [make(slice(*ends)) for ends in itertools.pairwise(cuts)]
    return jnp.concatenate(made, axis=-1)


def noisy(
    shown: Callable[[slice], Array],
    deviation: Array,
    key: KeyArray,
    *,
    size: tuple[int, int],
    rectified: bool = False,
) -> Array:
    """What is shown and white noise of that deviation, of size `(steps, channels)`.

    **Arguments:** `shown` gives the part of some channels; `rectified`: at least 0.
    """
    steps, channels = size

    def make(part: slice) -> Array:
        noise = white_noise(key, steps, part.stop)[:, part]
        total = shown(part) + deviation * noise
        return jnp.maximum(total, 0.0) if rectified else total

    return by_channels(channels, make)


def first_fastest(which: ArrayLike, *sizes: int) -> tuple[Array, ...]:
    """The index of each factor of a kind of trial, the first one fastest."""
    rest, parts = jnp.asarray(which).astype(int), []
    for size in sizes:
        parts.append(rest % size)
        rest = rest // size
    return tuple(parts)


def at_step(values: Array, step: Array) -> Array:
    """What `(*batch, time, channels)` are at one step of each trial."""
    where = step[..., None, None].astype(int)
    return jnp.take_along_axis(values, where, axis=-2)[..., 0, :]


def circular_distance(a: Array, b: Array) -> Array:
    """The angle between two angles, in [0, pi]."""
    return jnp.abs(jnp.mod(a - b + np.pi, 2 * np.pi) - np.pi)


def time_to(reached: Array, start: Array, stop: Array, dt: float, dtype: Any) -> Array:
    """From step `start` to the first one before `stop` where it is reached, in ms.

    **Arguments:** `reached`, `(*batch, time)`; steps, `(*batch,)`.

    **Returns:** `(*batch,)`; NaN where there is none.
    """
    step = jnp.broadcast_to(jnp.arange(reached.shape[-1]), reached.shape)
    reached = reached & (step >= start[..., None]) & (step < stop[..., None])
    elapsed = (jnp.argmax(reached, axis=-1) - start).astype(dtype) * dt
    return jnp.where(jnp.any(reached, axis=-1), elapsed, jnp.nan)


def worst_mean(score: Array, group: Array, groups: int, counted: Array) -> Array:
    """The mean score of the group that has the lowest one, a scalar.

    Trials that are not counted, and groups without trials, are left out; NaN if all
    are. All arrays are `(*batch,)`, groups are counted from 0.
    """
    member = group.reshape(-1, 1) == jnp.arange(groups)[None, :]
    member = member & counted.reshape(-1, 1)
    trials = jnp.sum(member, axis=0).astype(score.dtype)
    total = jnp.sum(jnp.where(member, score.reshape(-1, 1), 0.0), axis=0)
    mean = total / jnp.maximum(trials, 1.0)
    worst = jnp.min(jnp.where(trials > 0, mean, jnp.inf))
    return jnp.where(jnp.any(trials > 0), worst, jnp.nan)
