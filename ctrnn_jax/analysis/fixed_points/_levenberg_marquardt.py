"""Levenberg-Marquardt search for zeros and minima of the speed.

The steps are those of Marquardt (1963); see Nocedal & Wright (2006), ch. 10.3.
Candidates run in a fixed number of lanes. A lane takes the next candidate as soon as
its candidate ends, so that no lane waits for the slowest candidate.
"""

from collections.abc import Callable
import functools
import time
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._progress import compiling
from .._vector_field import VectorField
from ._damped_step import damped_step, gram_of
from ._speed import ADAM_RATE, descend, root_mean_square


RUNNING = 0
"""Outcome of a candidate: the search has not ended."""
CONVERGED = 1
"""Outcome of a candidate: the speed is at most the tolerance."""
SLOW = 2
"""Outcome of a candidate: a local minimum of the speed, above the tolerance."""
SPENT = 3
"""Outcome of a candidate: the iterations ran out, or no step reduces the speed."""
FAILED = 4
"""Outcome of a candidate: the state is not finite."""

_NUM_LANES = 32

_START_DAMPING = 1e-2
_MIN_DAMPING = 1e-13
"""The damping that a singular matrix needs for its Cholesky factor."""
_MAX_DAMPING = 1e6
"""The damping from which on no step is expected to reduce the speed."""

_FAR_BELOW = 1e-4
"""A speed below the tolerance times this ends the search: numbers that underflow make
arithmetic slow."""

_NO_LIMIT = 2**31 - 1
_FIRST_BUDGET = 16
"""Iterations until the outcomes are shown for the first time."""
_SHOW_SECONDS = 0.5
"""About the time between two times that the outcomes are shown."""

_FLAT = 1e-6
"""A state is a local minimum of the speed if |J'F| is at most this times |F|."""


class _Lanes(NamedTuple):
    """The state of all lanes, and the results for candidates that have ended.

    L lanes, C candidates: `v` and `force` `(L, units)`; `damping`, `num_steps` and
    `candidate` (its index, C for an idle lane) `(L,)`; `next_candidate`, the first that
    has not started; `ends` `(C, units)` and `outcome` `(C,)`.
    """

    v: Array
    force: Array
    damping: Array
    num_steps: Array
    candidate: Array
    next_candidate: Array
    ends: Array
    outcome: Array


def _adapted_damping(damping: Array, gain_ratio: Array) -> Array:
    """Return the next damping from the ratio of actual to predicted fall of |F|^2 / 2.

    The cubic rule of Nielsen (1999), limited to factors between 0.1 and 10. On random
    networks it needs half the steps of a rule with factors 0.1 and 10 alone.
    """
    cubic = jnp.clip(1 - (2 * gain_ratio - 1) ** 3, 0.1, 10.0)
    factor = jnp.where(gain_ratio > 0, cubic, 4.0)
    # a damping near zero would take many failed steps to grow
    base = jnp.where(factor > 1, jnp.maximum(damping, 1e-8), damping)
    return jnp.maximum(base * factor, _MIN_DAMPING)


@functools.partial(jax.jit, static_argnames="leave")
def _advance(
    field: VectorField,
    starts: Array,
    lane: _Lanes,
    count: Array,
    tolerance: Array,
    max_iterations: Array,
    budget: Array,
    *,
    leave: int,
) -> tuple[_Lanes, Array]:
    """Make at most `budget` iterations; return the lanes, and whether any is left.

    See `search` for the other arguments. A step is accepted if it reduces |F|. Below
    the tolerance, a candidate continues while each step at least halves |F|.
    """
    compiling("the search for fixed points")
    total = len(starts)
    gram = gram_of(field)
    force_of = jax.vmap(field.force)

    def propose(v: Array, force: Array, damping: Array) -> tuple[Array, Array]:
        return damped_step(field, gram, v, force, damping)

    def refill(lane: _Lanes, has_ended: Array) -> _Lanes:
        """Give the next candidates to the lanes whose candidate has ended."""
        order = lane.next_candidate + jnp.cumsum(has_ended) - 1
        following = jnp.where(order < count, order, total)
        candidate = jnp.where(has_ended, following, lane.candidate)
        is_new = has_ended & (candidate < total)
        start = starts[jnp.minimum(candidate, total - 1)]
        v = jnp.where(is_new[:, None], start, lane.v)
        # forces of the other lanes are recomputed too, so skip it if no lane is new
        force = jax.lax.cond(jnp.any(is_new), force_of, lambda _: lane.force, v)
        num_started = jnp.minimum(lane.next_candidate + jnp.sum(has_ended), count)
        return lane._replace(
            v=v,
            force=force,
            damping=jnp.where(is_new, _START_DAMPING, lane.damping),
            num_steps=jnp.where(is_new, 0, lane.num_steps),
            candidate=candidate,
            next_candidate=num_started,
        )

    def iterate(lane: _Lanes) -> _Lanes:
        # 1. one damped step in every lane, and the speed after it
        move, gradient = jax.vmap(propose)(lane.v, lane.force, lane.damping)
        new_v = lane.v + move
        new_force = force_of(new_v)
        speed = root_mean_square(lane.force)
        new_speed = root_mean_square(new_force)
        is_better = new_speed < speed
        is_flat = root_mean_square(gradient) <= _FLAT * speed

        # 2. the damping follows how well the linear model predicted the fall of |F|^2
        predicted_fall = jnp.sum(move * (lane.damping[:, None] * move - gradient), -1)
        gain_ratio = len(move[0]) * (speed**2 - new_speed**2) / predicted_fall
        damping = _adapted_damping(lane.damping, gain_ratio)

        # 3. what becomes of each candidate at its state before the step
        is_small = speed <= tolerance
        stops_halving = ~(new_speed < speed / 2)
        is_final = is_small & (stops_halving | (speed <= _FAR_BELOW * tolerance))
        is_spent = (lane.num_steps >= max_iterations) | (damping > _MAX_DAMPING)
        outcome = jnp.select(
            [~jnp.isfinite(speed), is_final, ~is_small & is_flat, is_spent],
            [FAILED, CONVERGED, SLOW, SPENT],
            RUNNING,
        )
        outcome = jnp.where((outcome == SPENT) & is_small, CONVERGED, outcome)

        # 4. accept the step; one that ends far below the tolerance is the last
        is_accepted = is_better & (outcome == RUNNING)
        has_arrived = is_accepted & (new_speed <= _FAR_BELOW * tolerance)
        outcome = jnp.where(has_arrived, CONVERGED, outcome)
        v = jnp.where(is_accepted[:, None], new_v, lane.v)
        force = jnp.where(is_accepted[:, None], new_force, lane.force)

        # 5. write the results of candidates that end, and refill their lanes; index
        # `total` is out of range, so that running lanes write nothing
        has_ended = (outcome != RUNNING) & (lane.candidate < total)
        target = jnp.where(has_ended, lane.candidate, total)
        lane = lane._replace(
            v=v,
            force=force,
            damping=damping,
            num_steps=lane.num_steps + 1,
            ends=lane.ends.at[target].set(v, mode="drop"),
            outcome=lane.outcome.at[target].set(outcome, mode="drop"),
        )
        return refill(lane, has_ended)

    def is_unfinished(lane: _Lanes) -> Array:
        num_running = jnp.sum(lane.candidate < total)
        return (lane.next_candidate < count) | (num_running > leave)

    def should_continue(carry: tuple[Array, _Lanes]) -> Array:
        num_done, lane = carry
        return is_unfinished(lane) & (num_done < budget)

    def body(carry: tuple[Array, _Lanes]) -> tuple[Array, _Lanes]:
        num_done, lane = carry
        return num_done + 1, iterate(lane)

    # idle lanes take the first candidates; in later calls there are none for them
    lane = refill(lane, lane.candidate == total)
    start = (jnp.zeros_like(budget), lane)
    _, lane = jax.lax.while_loop(should_continue, body, start)
    # candidates that are still running have their present state
    ends = lane.ends.at[lane.candidate].set(lane.v, mode="drop")
    return lane._replace(ends=ends), is_unfinished(lane)


Show = Callable[[np.ndarray], None]
"""A function of the outcomes so far, `(C,)`."""


def search(
    field: VectorField,
    starts: Array,
    count: int,
    tolerance: Array,
    max_iterations: Array,
    *,
    lanes: int,
    leave: int,
    show: Show | None = None,
) -> tuple[Array, Array]:
    """Return where each of the first `count` candidates ends, and its outcome.

    `starts` is `(C, units)`; returns `(C, units)` and `(C,)`. The search ends when at
    most `leave` candidates are running: these have the outcome `RUNNING`. With `show`,
    it pauses about twice a second to show the outcomes; the results have the same bits.
    """
    total, units = starts.shape
    v = jnp.asarray(np.zeros((lanes, units), starts.dtype))
    idle = jnp.asarray(np.full(lanes, total))
    lane = _Lanes(
        v=v,
        force=v,
        damping=jnp.asarray(np.ones(lanes, starts.dtype)),
        num_steps=idle,
        candidate=idle,
        next_candidate=jnp.asarray(np.asarray(0)),
        ends=starts,
        outcome=jnp.asarray(np.full(total, RUNNING)),
    )
    # the budget is a value, so that one program serves both cases
    budget = _NO_LIMIT if show is None else _FIRST_BUDGET
    is_unfinished = True
    while is_unfinished:
        before = time.perf_counter()
        lane, unfinished = _advance(
            field,
            starts,
            lane,
            jnp.asarray(np.asarray(count)),
            tolerance,
            max_iterations,
            jnp.asarray(np.asarray(budget)),
            leave=leave,
        )
        if show is None:
            break
        is_unfinished = bool(unfinished)
        show(np.asarray(lane.outcome))
        # at most twice as many the next time, as this time may include compiling
        seconds = time.perf_counter() - before
        budget = max(1, int(budget * min(2.0, _SHOW_SECONDS / seconds)))
    return lane.ends, lane.outcome


def search_all(
    field: VectorField,
    starts: np.ndarray,
    tolerance: float,
    warm_up: int,
    max_iterations: int,
    show: Show | None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return where each candidate ends, `(C, units)`, and its outcome, `(C,)`.

    `warm_up` is the number of Adam steps before the search; `show` as in `search`.
    """
    v = jnp.asarray(starts)
    if warm_up:
        rate = jnp.asarray(ADAM_RATE, v.dtype)
        v = descend(field, v, jnp.asarray(warm_up), rate)
    limits = jnp.asarray(tolerance, v.dtype), jnp.asarray(max_iterations)
    lanes = min(_NUM_LANES, len(starts))
    few = max(1, lanes // 4)
    ends, outcome = search(field, v, len(v), *limits, lanes=lanes, leave=few, show=show)

    # The last candidates continue in fewer lanes, as idle lanes cost as much as others.
    # The search is called even if none is left, so that nothing is compiled later.
    ends, outcome = np.array(ends), np.array(outcome)
    late = np.flatnonzero(outcome == RUNNING)
    remaining = ends[late] if len(late) else ends[:1]
    remaining = jnp.asarray(np.resize(remaining, (few, ends.shape[1])))
    late_ends, late_outcome = search(
        field, remaining, len(late), *limits, lanes=few, leave=0
    )
    ends[late] = np.asarray(late_ends)[: len(late)]
    outcome[late] = np.asarray(late_outcome)[: len(late)]
    return ends, outcome
