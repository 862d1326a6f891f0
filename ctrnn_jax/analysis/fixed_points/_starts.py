"""Where the search for fixed points starts."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import check_not_negative, check_number, describe, invalid
from ..._types import KeyArray
from ...network import AbstractNetwork, astype, State
from ...simulation import Record, rollout, Trajectory


_RUNS, _STEPS, _SPREAD = 64, 200, 2.0
"""The runs that give starts, where none are given: how many, how long, from how far."""


def flat_starts(net: AbstractNetwork, starts: Any) -> np.ndarray:
    """Given starts as `(n, n_hidden)`, float64."""
    if isinstance(starts, Trajectory):
        starts = starts.potentials
    try:
        v = np.asarray(starts, np.float64)
    except (TypeError, ValueError) as error:
        raise invalid(
            "starts", "be numbers", describe(starts), "Record potentials."
        ) from error
    if v.ndim < 1 or v.shape[-1] != net.n_hidden or not v.size:
        raise invalid(
            "starts",
            f"have shape (..., {net.n_hidden}), at least one of them",
            f"shape {v.shape}",
            "Give potentials, one number for each unit.",
        )
    return v.reshape(-1, net.n_hidden)


def _visited(net: AbstractNetwork, u: np.ndarray, key: KeyArray) -> np.ndarray:
    """States of runs from far around v0 with the frozen input (x64 is on)."""
    net = astype(net, jnp.float64)
    start = net.initial_state((_RUNS,)).potentials
    start = start + _SPREAD * jax.random.normal(key, start.shape, start.dtype)
    held = jnp.broadcast_to(jnp.asarray(u), (_RUNS, _STEPS, len(u)))
    record = Record(rates=False, outputs=False)
    ran = rollout(net, held, state=State(start), record=record)
    # the farther along, the less new: early states are as many as late ones
    times = np.unique(np.geomspace(1, _STEPS, 24).astype(int)) - 1
    visited = np.asarray(ran.potentials)[:, times].reshape(-1, net.n_hidden)
    return np.concatenate([np.asarray(start), visited])


def draw_candidates(
    net: AbstractNetwork,
    u: np.ndarray,
    starts: np.ndarray | None,
    key: KeyArray | None,
    count: int,
    jitter: float | None,
) -> np.ndarray:
    """States `(count, n_hidden)`: starts, then between two of them, with noise.

    Saddles lie between what is visited. Shapes of what is drawn do not depend on how
    many starts there are. For use where x64 is on.
    """
    if jitter is not None:
        jitter = check_number("jitter", jitter)
        check_not_negative("jitter", jitter, "It is a standard deviation.")
    if key is None:
        if starts is None or jitter != 0:
            raise invalid(
                "key",
                "be given, unless `starts` is given with jitter=0",
                None,
                "Pass key=jax.random.key(...).",
            )
        return starts[_thinned(len(starts), count)[np.arange(count) % len(starts)]]
    run_key, which_key, noise_key = jax.random.split(key, 3)
    if starts is None:
        starts = _visited(net, u, run_key)
        starts = starts[np.all(np.isfinite(starts), -1)]
    plain = min(len(starts), -(-count // 2))
    mixed = starts[_thinned(len(starts), plain)]
    if plain < count:
        pairs = jax.random.randint(which_key, (2, count), 0, len(starts))
        one, two = starts[np.asarray(pairs)[:, plain:]]
        shape = (count, net.n_hidden + 1)
        drawn = np.asarray(jax.random.normal(noise_key, shape, jnp.float64))[plain:]
        # a share between 0 and 1 from a normal number, noise from the others
        share = 1 / (1 + np.exp(-2 * drawn[:, :1]))
        if jitter is None:
            good = starts[np.all(np.isfinite(starts), -1)]
            spread = np.sqrt(np.mean(np.var(good, 0))) if len(good) else 0.0
            jitter = max(0.25 * float(spread), 0.1)
        between = share * one + (1 - share) * two + jitter * drawn[:, 1:]
        mixed = np.concatenate([mixed, between])
    return mixed


def _thinned(length: int, count: int) -> np.ndarray:
    """At most `count` of the numbers below a length, evenly spaced."""
    if length <= count:
        return np.arange(length)
    return np.linspace(0, length - 1, count).round().astype(int)


def beyond(starts: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which points are farther from the middle than twice the farthest start."""
    good = starts[np.all(np.isfinite(starts), -1)]
    if not len(good):
        return np.ones(len(points), bool)
    away = lambda x: np.sqrt(np.mean((x - good.mean(0)) ** 2, -1))
    return away(points) > 2 * away(good).max()
