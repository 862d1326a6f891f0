"""Zeros and minima of the speed by Levenberg-Marquardt, many candidates at a time."""

import functools
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ...dynamics import CurrentForm
from .._vector_field import VectorField


RUNNING, CONVERGED, SLOW, SPENT, FAILED = range(5)
"""What became of a candidate: not done; speed below the tolerance; a local minimum of
the speed above it; no more steps, or no step that helps; NaN."""

_LANES = 32
"""Candidates at work at a time."""

_LEAST, _MOST = 1e-13, 1e6
"""Damping: what a singular matrix needs to factorise; where no step helps any more."""

_FAR = 1e-4
"""How far below the tolerance is enough: numbers that underflow are slow."""

_FLAT = 1e-6
"""A local minimum: |J' F| below this times |F|."""


def gram_of(field: VectorField) -> Array:
    """The product of weights that makes J'J (or JJ') of every state N^2 work.

    `J = W D - 1`: J'J = 1 - W D - D W' + D (W'W) D, with D diagonal; J J' likewise
    where the slopes are on the left.
    """
    if type(field.form) is CurrentForm:
        return field.w_hid.T @ field.w_hid
    mixing = field.mixing()
    return field.w_hid if mixing is None else mixing[0] @ mixing[0].T


def _solve(matrix: Array, damping: Array, rhs: Array) -> Array:
    matrix = matrix + damping * jnp.eye(len(rhs), dtype=rhs.dtype)
    factor = jax.lax.linalg.cholesky(matrix, symmetrize_input=False)
    return jax.scipy.linalg.cho_solve((factor, True), rhs)


def damped_step(
    field: VectorField, gram: Array, v: Array, force: Array, damping: Array
) -> tuple[Array, Array]:
    """`-(J'J + damping)^-1 J'F`, and the gradient J'F.

    Where the slopes are on the left of the weights it is the equal
    `-J'(JJ' + damping)^-1 F`, whose matrix costs as little.
    """
    eye = jnp.eye(len(v), dtype=v.dtype)
    if type(field.form) is CurrentForm:
        slopes = field.slopes(v)
        wd = field.w_hid * slopes[None, :]
        matrix = eye - wd - wd.T + slopes[:, None] * gram * slopes[None, :]
        gradient = wd.T @ force - force
        return -_solve(matrix, damping, gradient), gradient
    mixing = field.mixing()
    if mixing is None:
        jacobian = field.force_jacobian(v)
        gradient = jacobian.T @ force
        return -_solve(jacobian.T @ jacobian, damping, gradient), gradient
    slopes, scale = field.slopes(v), jnp.broadcast_to(mixing[1], v.shape)
    dp = slopes[:, None] * mixing[0]
    matrix = eye - dp - dp.T + slopes[:, None] * gram * slopes[None, :]
    matrix = matrix / (scale[:, None] * scale[None, :])
    back = lambda y: dp.T @ (y / scale) - y / scale
    return -back(_solve(matrix, damping, force)), back(force)


class _Lanes(NamedTuple):
    """Candidates at work, one in each lane, and what is written when one is done."""

    v: Array
    force: Array
    damping: Array
    age: Array
    who: Array
    waiting: Array
    found: Array
    code: Array


def root_mean_square(x: Array) -> Array:
    return jnp.sqrt(jnp.mean(x**2, axis=-1))


def _adapted(damping: Array, kept: Array) -> Array:
    """The next damping, by how much of the promised fall of |F|^2 / 2 was kept.

    Nielsen's cubic rule, between a tenth and tenfold; on random networks half the steps
    of tenfold either way.
    """
    factor = jnp.where(kept > 0, jnp.clip(1 - (2 * kept - 1) ** 3, 0.1, 10.0), 4.0)
    low = jnp.where(factor > 1, jnp.maximum(damping, 1e-8), damping)
    return jnp.maximum(low * factor, _LEAST)


@functools.partial(jax.jit, static_argnames=("lanes", "leave"))
def search(
    field: VectorField,
    starts: Array,
    count: Array,
    tolerance: Array,
    steps: Array,
    *,
    lanes: int,
    leave: int,
) -> tuple[Array, Array]:
    """Where each of the first `count` candidates ends, and its code.

    A lane takes the next candidate as soon as its own is done, so that none waits for
    the slowest. Ends when at most `leave` are at work: those come back `RUNNING`.

    A step is taken if it lowers |F|. Beyond
    the tolerance a candidate goes on while a step halves |F| at least.
    """
    total = len(starts)
    gram = gram_of(field)
    force_of = jax.vmap(field.force)

    def refilled(state: _Lanes, done: Array) -> _Lanes:
        order = state.waiting + jnp.cumsum(done) - 1
        who = jnp.where(done, jnp.where(order < count, order, total), state.who)
        fresh = done & (who < total)
        v = jnp.where(fresh[:, None], starts[jnp.minimum(who, total - 1)], state.v)
        force = jax.lax.cond(jnp.any(fresh), force_of, lambda _: state.force, v)
        return state._replace(
            v=v,
            force=force,
            damping=jnp.where(fresh, 1e-2, state.damping),
            age=jnp.where(fresh, 0, state.age),
            who=who,
            waiting=jnp.minimum(state.waiting + jnp.sum(done), count),
        )

    def advanced(state: _Lanes) -> _Lanes:
        move, gradient = jax.vmap(
            lambda v, force, damping: damped_step(field, gram, v, force, damping)
        )(state.v, state.force, state.damping)
        after = state.v + move
        new = force_of(after)
        before, speed = root_mean_square(state.force), root_mean_square(new)
        better = speed < before
        flat = root_mean_square(gradient) <= _FLAT * before
        promised = jnp.sum(move * (state.damping[:, None] * move - gradient), -1)
        kept = len(move[0]) * (before**2 - speed**2) / promised
        damping = _adapted(state.damping, kept)
        small = before <= tolerance
        code = jnp.select(
            [
                ~jnp.isfinite(before),
                small & (~(speed < before / 2) | (before <= _FAR * tolerance)),
                ~small & flat,
                (state.age >= steps) | (damping > _MOST),
            ],
            [FAILED, CONVERGED, SLOW, SPENT],
            RUNNING,
        )
        # what has run out of steps may have arrived all the same
        code = jnp.where((code == SPENT) & small, CONVERGED, code)
        # a step that ends far below the tolerance is the last, without another to tell
        take = (better & (code == RUNNING))[:, None]
        arrived = take[:, 0] & (speed <= _FAR * tolerance)
        code = jnp.where(arrived, CONVERGED, code)
        done = (code != RUNNING) & (state.who < total)
        to = jnp.where(done, state.who, total)
        v = jnp.where(take, after, state.v)
        state = state._replace(
            v=v,
            force=jnp.where(take, new, state.force),
            damping=damping,
            age=state.age + 1,
            found=state.found.at[to].set(v, mode="drop"),
            code=state.code.at[to].set(code, mode="drop"),
        )
        return refilled(state, done)

    def going(state: _Lanes) -> Array:
        return (state.waiting < count) | (jnp.sum(state.who < total) > leave)

    empty = jnp.full((lanes,), total)
    v = jnp.zeros((lanes, starts.shape[1]), starts.dtype)
    state = _Lanes(
        v=v,
        force=jnp.zeros_like(v),
        damping=jnp.ones((lanes,), v.dtype),
        age=jnp.zeros_like(empty),
        who=empty,
        waiting=jnp.zeros_like(count),
        found=starts,
        code=jnp.full((total,), RUNNING),
    )
    state = refilled(state, jnp.ones((lanes,), bool))
    state = jax.lax.while_loop(going, advanced, state)
    return state.found.at[state.who].set(state.v, mode="drop"), state.code


@jax.jit
def descend(field: VectorField, starts: Array, steps: Array, rate: Array) -> Array:
    """Adam on `|F|^2 / 2` of each candidate by itself, the rate falling to 1 %.

    Work N^2 a step: for large networks, or to start from calmer places.
    """
    gradient = jax.vmap(jax.grad(lambda v: 0.5 * jnp.sum(field.force(v) ** 2)))

    def update(i: Array, state: tuple[Array, Array, Array]) -> tuple:
        v, mean, square = state
        g = gradient(v)
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
        done = (i + 1).astype(v.dtype)
        unbiased = mean / (1 - 0.9**done)
        root = jnp.sqrt(square / (1 - 0.999**done))
        now = rate * 0.01 ** (done / steps.astype(v.dtype))
        return v - now * unbiased / (root + 1e-12), mean, square

    zeros = jnp.zeros_like(starts)
    return jax.lax.fori_loop(0, steps, update, (starts, zeros, zeros))[0]


@jax.jit
def _speeds(field: VectorField, v: Array) -> Array:
    return root_mean_square(jax.vmap(field.force)(v))


def speeds(field: VectorField, v: np.ndarray) -> np.ndarray:
    """Root mean square of tau dv/dt at each state."""
    return np.asarray(_speeds(field, jnp.asarray(v)))


def search_all(
    field: VectorField, starts: np.ndarray, tolerance: float, warm_up: int, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Where each candidate ends, and its code."""
    v, lanes = jnp.asarray(starts), min(_LANES, len(starts))
    if warm_up:
        v = descend(field, v, jnp.asarray(warm_up), jnp.asarray(0.05, v.dtype))
    limits = jnp.asarray(tolerance, v.dtype), jnp.asarray(steps)
    few = max(1, lanes // 4)
    found, code = search(field, v, jnp.asarray(len(v)), *limits, lanes=lanes, leave=few)
    # the last few go on in fewer lanes; always called, so that nothing compiles later
    found, code = np.array(found), np.array(code)
    late = np.flatnonzero(code == RUNNING)
    rest = np.resize(found[late] if len(late) else found[:1], (few, found.shape[1]))
    then, what = search(
        field, jnp.asarray(rest), jnp.asarray(len(late)), *limits, lanes=few, leave=0
    )
    found[late], code[late] = (
        np.asarray(then)[: len(late)],
        np.asarray(what)[: len(late)],
    )
    return found, code
