"""The states from which the search for fixed points starts."""

import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import (
    check,
    check_not_negative,
    check_number,
    invalid,
    numeric_array,
)
from ..._types import KeyArray
from ...network import AbstractNetwork, astype, State
from ...simulation import Record, rollout, Trajectory
from .._arguments import check_last_axis


_NUM_RUNS = 64
"""Number of runs whose states are the default starts."""
_RUN_STEPS = 200
_START_SPREAD = 2.0
"""Standard deviation around v0 of the first states of these runs."""
_NUM_TIMES = 24
"""Number of states (at most) that are taken from each run."""


def check_starts(
    net: AbstractNetwork, starts: object, name: str = "starts"
) -> np.ndarray:
    """Validate states to start from; return them as `(starts, n_hidden)` in float64."""
    if isinstance(starts, Trajectory):
        remedy = "Pass cj.Record(potentials=True)."
        has_states = starts.potentials is not None
        check(has_states, name, "hold potentials", "a record without them", remedy)
        starts = starts.potentials
    v = numeric_array(name, starts).astype(np.float64)
    remedy = "Give potentials, one number for each unit."
    check_last_axis(name, v, net.n_hidden, remedy)
    check(v.size > 0, name, "hold one state or more", "none", "Leave it out.")
    return v.reshape(-1, net.n_hidden)


def _visited_states(net: AbstractNetwork, u: np.ndarray, key: KeyArray) -> np.ndarray:
    """Simulate from states far around v0 with the frozen input; return the states.

    Returns `(states, n_hidden)` in float64; x64 must be on.
    """
    net = astype(net, jnp.float64)
    start = net.initial_state((_NUM_RUNS,)).potentials
    noise = jax.random.normal(key, start.shape, start.dtype)
    start = start + _START_SPREAD * noise
    held = jnp.broadcast_to(jnp.asarray(u), (_NUM_RUNS, _RUN_STEPS, len(u)))
    record = Record(rates=False, outputs=False)
    trajectory = rollout(net, held, state=State(start), record=record)
    # logarithmic times: states change less and less along a run
    times = np.unique(np.geomspace(1, _RUN_STEPS, _NUM_TIMES).astype(int)) - 1
    visited = np.asarray(trajectory.potentials)[:, times].reshape(-1, net.n_hidden)
    return np.concatenate([np.asarray(start), visited])


def draw_candidates(
    net: AbstractNetwork,
    u: np.ndarray,
    starts: np.ndarray | None,
    key: KeyArray | None,
    count: int,
    jitter: float | None,
) -> np.ndarray:
    """Draw candidates `(count, n_hidden)`; x64 must be on.

    The first (at most half) are starts. Each of the others lies between two starts
    drawn at random, plus noise, because saddles lie between visited states. Without a
    key all candidates are starts.
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
        # repeat the starts if there are fewer of them than candidates
        evenly = _evenly_spaced(len(starts), count)
        return starts[evenly[np.arange(count) % len(starts)]]

    run_key, pair_key, noise_key = jax.random.split(key, 3)
    if starts is None:
        starts = _visited_states(net, u, run_key)
        # runs of unbounded networks may overflow, and so may squares of their states
        with np.errstate(over="ignore"):
            starts = starts[np.isfinite(np.sum(starts**2, -1))]
    # half of the candidates (rounded up) are starts, if there are that many
    num_plain = min(len(starts), -(-count // 2))
    plain = starts[_evenly_spaced(len(starts), num_plain)]
    if num_plain == count:
        return plain

    # the shapes of the random numbers depend on `count` alone, so that another number
    # of starts compiles nothing
    pairs = jax.random.randint(pair_key, (2, count), 0, len(starts))
    one, other = starts[np.asarray(pairs)[:, num_plain:]]
    shape = (count, net.n_hidden + 1)
    normal = np.asarray(jax.random.normal(noise_key, shape, jnp.float64))[num_plain:]
    # the first number gives the weight of `one`, in (0, 1); the others are the noise
    weight = 1 / (1 + np.exp(-2 * normal[:, :1]))
    if jitter is None:
        jitter = _default_jitter(starts)
    between = weight * one + (1 - weight) * other + jitter * normal[:, 1:]
    return np.concatenate([plain, between])


def _default_jitter(starts: np.ndarray) -> float:
    """Return a quarter of the spread of finite starts, at least 0.1."""
    finite = starts[np.all(np.isfinite(starts), -1)]
    spread = np.sqrt(np.mean(np.var(finite, 0))) if len(finite) else 0.0
    return max(0.25 * float(spread), 0.1)


def _evenly_spaced(length: int, count: int) -> np.ndarray:
    """Return at most `count` indices below `length`, evenly spaced."""
    if length <= count:
        return np.arange(length)
    return np.linspace(0, length - 1, count).round().astype(int)


def is_outlier(candidates: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return which points are far from the candidates' starts, `(points,)`.

    Far means at more than twice the distance of the farthest start from their mean.
    """
    finite = candidates[np.all(np.isfinite(candidates), -1)]
    if not len(finite):
        return np.ones(len(points), bool)

    def distance(v: np.ndarray) -> np.ndarray:
        return np.sqrt(np.mean((v - finite.mean(0)) ** 2, -1))

    return distance(points) > 2 * distance(finite).max()
