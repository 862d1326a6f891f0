"""The compiled part of a rollout: weights, noise and the scan, chunk by chunk."""

import functools
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._random import standard_normal
from .._types import KeyArray
from ..dynamics import along_units
from ..network import AbstractNetwork, effective, State, Weights
from ..perturbations import Effects, for_batch, gated, with_effects
from ._adjoint import AbstractAdjoint, Segment
from ._scan import Cell
from ._step import advance, Carry, emit, finish, Inputs, known_of, Theta
from ._trajectory import Record, Trajectory


@functools.partial(
    jax.jit, static_argnames=("length", "record", "adjoint", "weight_dtype", "mapped")
)
@jax.named_scope("ctrnn_jax.rollout")
def run(
    net: AbstractNetwork,
    effects: Effects,
    u: Array | None,
    state: State,
    keys: KeyArray | None,
    *,
    length: int,
    record: Record,
    adjoint: AbstractAdjoint,
    weight_dtype: np.dtype | None,
    mapped: int,
) -> Trajectory:
    """A rollout of checked arguments; constraints are applied here, once.

    `mapped` is over how many rollouts like this one `jax.vmap` maps.
    """
    weights, extra = with_effects(effective(net), effects)
    if u is None:
        extra = tuple(change for change in extra if change.weight != "w_in")
    batch = state.potentials.shape[:-1]
    effects = for_batch(effects, batch)
    drive, w_drive = _drive(weights, u, batch, length)
    cast = lambda w: w if weight_dtype is None else w.astype(weight_dtype)
    theta = Theta(
        cast(weights.w_hid),
        net.method.gain(net.dt, weights.tau),
        None if w_drive is None else cast(w_drive),
        # side by side once, outside the loop
        None
        if w_drive is None
        else cast(jnp.concatenate([weights.w_hid, w_drive], axis=1)),
        cast(weights.w_out),
        weights.b_out,
        net.synapses,
        net.dt,
        extra,
    )
    kind = (net.activation, net.form)
    cell = Cell(
        step=functools.partial(advance, *kind),
        known=functools.partial(known_of, *kind),
        emit=functools.partial(emit, record, *kind),
    )

    def chunk(carry: Carry, xs: tuple[Array | None, Array], index: Any) -> Any:
        del index
        u, times = xs
        eps, xi, zeta = _noise(net, weights.tau, keys, times)
        inputs = Inputs(u, eps, xi, gated(effects, extra, times, net.dt, zeta))
        carry, kept = adjoint.scan(
            theta, carry, inputs, cell=cell, stride=record.stride
        )
        return carry, finish(theta, record, kept)

    def segment(carry: Carry, xs: tuple[Array | None, Array], index: Any) -> Any:
        del index
        here = xs[1].shape[0]
        size = adjoint.chunk(here, per_step * mapped, record.stride)
        return _in_pieces(chunk, carry, xs, here, size)

    times = state.step + jnp.arange(length, dtype=jnp.int32)
    earlier = (state.step - 1)[None]
    noise = None if state.rate_noise is None else state.rate_noise[None]
    before = gated(effects, extra, earlier, net.dt, noise)
    first = lambda x: None if x is None else x[0]
    carry = Carry(
        state.potentials, state.synapses, first(before.keep), first(before.add)
    )
    per_step = sum(x.size * x.dtype.itemsize for x in jax.tree.leaves(carry[:2]))
    size = adjoint.segment(length, record.stride)
    run_segment = adjoint.around(segment)
    carry, kept = _in_pieces(run_segment, carry, (drive, times), length, size)
    noise = state.rate_noise
    if noise is not None and length > 0:
        noise = _noise(net, weights.tau, keys, times[-1:])[2]
        noise = state.rate_noise if noise is None else noise[0]
    final = State(carry.v, state.step + length, carry.synapses, noise)
    return Trajectory(kept.v, kept.r, kept.y, final, kept.synapses, net.layout)


def _in_pieces(run: Segment, carry: Any, xs: Any, length: int, size: int) -> Any:
    """`run(carry, xs, index)` for `size` steps at a time; what each keeps put together.

    Time is the first axis of `xs`, and the last but one of what is kept: each piece is
    written where it belongs, instead of all being transposed in the end.
    """
    if size >= length:
        return run(carry, xs, 0)
    count, rest = divmod(length, size)
    split = lambda x: x[: count * size].reshape(count, size, *x.shape[1:])
    pieces = jax.tree.map(split, xs)
    first = jax.tree.map(lambda x: x[0], pieces)
    kept = jax.eval_shape(run, carry, first, 0)[1]

    def room(x: Any) -> Array:
        return jnp.zeros((*x.shape[:-2], count * x.shape[-2], x.shape[-1]), x.dtype)

    def put(state: tuple[Any, Any, Array], piece: Any) -> tuple[Any, None]:
        carry, kept, index = state
        carry, new = run(carry, piece, index)
        write = lambda x, part: jax.lax.dynamic_update_slice_in_dim(
            x, part, index * part.shape[-2], axis=x.ndim - 2
        )
        return (carry, jax.tree.map(write, kept, new), index + 1), None

    start = (carry, jax.tree.map(room, kept), jnp.zeros((), jnp.int32))
    (carry, kept, index), _ = jax.lax.scan(put, start, pieces)
    if rest:
        carry, last = run(carry, jax.tree.map(lambda x: x[count * size :], xs), index)
        join = lambda x, part: jnp.concatenate([x, part], axis=-2)
        kept = jax.tree.map(join, kept, last)
    return carry, kept


def _drive(
    weights: Weights, u: Array | None, batch: tuple[int, ...], length: int
) -> tuple[Array | None, Array | None]:
    """Inputs, time first, and their weights, such that `w @ u` is W_in u + b_hid."""
    channels, columns = [], []
    if u is not None and u.shape[-1] > 0:
        channels.append(jnp.moveaxis(u, -2, 0))
        columns.append(weights.w_in)
    if weights.b_hid is not None:
        channels.append(jnp.ones((length, *batch, 1), weights.w_hid.dtype))
        columns.append(weights.b_hid[:, None])
    if not channels:  # nothing drives it: no channel, for so many steps
        w_hid = weights.w_hid
        nothing = jnp.zeros((length, *batch, 0), w_hid.dtype)
        return nothing, jnp.zeros((w_hid.shape[0], 0), w_hid.dtype)
    return jnp.concatenate(channels, axis=-1), jnp.concatenate(columns, axis=-1)


def _noise(
    net: AbstractNetwork, tau: Array, keys: KeyArray | None, times: Array
) -> tuple[Array | None, Array | None, Array | None]:
    """Eps, xi and zeta of some steps, time first; `None` for a term that is absent."""
    if net.noise is None or keys is None:
        return None, None, None

    def term(std: Array | None, stream: Any) -> Array | None:
        if std is None:
            return None
        draws = standard_normal(keys, times, net.n_hidden, stream, net.dtype)
        return along_units(std, draws) * draws

    dynamics = (net.method, net.dt, tau)
    return (
        term(net.noise.pre_std(*dynamics), "eps"),
        term(net.noise.post_std(*dynamics), "xi"),
        term(net.noise.rate_std(), "zeta"),
    )
