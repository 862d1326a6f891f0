"""The compiled part of a rollout: weights, noise and the scan, chunk by chunk."""

import functools
from typing import Any, NamedTuple

import jax
from jax import Array
import jax.numpy as jnp

from .._types import Activation, KeyArray
from ..dynamics import (
    AbstractForm,
    along_units,
    ctrnn_step,
    CurrentForm,
    has_slope,
    known_rates,
    ShortTermPlasticity,
    standard_normal,
    SynapticState,
    times_rows,
)
from ..network import AbstractNetwork, effective, State, Weights
from ._adjoint import AbstractAdjoint, Segment
from ._effects import Effects, Gated, gated, WeightChange, with_effects
from ._scan import Cell
from ._trajectory import Record, Trajectory


class _Inputs(NamedTuple):
    """What a step consumes, each `(time, *batch, ...)` or absent.

    `u` has a last channel of ones for the bias: its gradient is then a column of the
    same matrix product as that of the input weights.
    """

    u: Array | None
    eps: Array | None
    xi: Array | None
    effects: Gated


class _Theta(NamedTuple):
    """What all steps share: the weights as the dynamics see them."""

    w_hid: Array
    gain: Array
    w_drive: Array | None
    w_out: Array
    b_out: Array | None
    synapses: ShortTermPlasticity | None
    dt: Array
    extra: tuple[WeightChange, ...]


class _Carry(NamedTuple):
    """The state between steps; what a network lacks is `None` and costs nothing.

    `keep` and `add` make the rates that are sent and read: `keep * r + add`.
    """

    v: Array
    synapses: SynapticState | None
    keep: Array | None
    add: Array | None


@functools.partial(jax.jit, static_argnames=("length", "record", "adjoint", "mapped"))
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
    mapped: int = 1,
) -> Trajectory:
    """A rollout of checked arguments; constraints are applied here, once.

    `mapped` is over how many rollouts like this one `jax.vmap` maps.
    """
    weights, extra = with_effects(effective(net), effects)
    if u is None:
        extra = tuple(change for change in extra if change.weight != "w_in")
    batch = state.potentials.shape[:-1]
    drive, w_drive = _drive(weights, u, batch, length)
    theta = _Theta(
        weights.w_hid,
        net.method.gain(net.dt, weights.tau),
        w_drive,
        weights.w_out,
        weights.b_out,
        net.synapses,
        net.dt,
        extra,
    )
    kind = (net.activation, net.form)
    cell = Cell(
        step=functools.partial(_advance, *kind),
        known=functools.partial(_known, *kind),
        emit=functools.partial(_emit, record, *kind),
    )

    def chunk(carry: _Carry, xs: tuple[Array | None, Array], index: Any) -> Any:
        del index
        u, times = xs
        eps, xi, zeta = _noise(net, weights.tau, keys, times)
        inputs = _Inputs(u, eps, xi, gated(effects, extra, times, net.dt, zeta))
        carry, kept = adjoint.scan(
            theta, carry, inputs, cell=cell, stride=record.stride
        )
        return carry, _finish(theta, record, kept)

    def segment(carry: _Carry, xs: tuple[Array | None, Array], index: Any) -> Any:
        del index
        here = xs[1].shape[0]
        size = adjoint.chunk(here, per_step * mapped, record.stride)
        return _in_pieces(chunk, carry, xs, here, size)

    times = state.step + jnp.arange(length, dtype=jnp.int32)
    earlier = (state.step - 1)[None]
    noise = None if state.rate_noise is None else state.rate_noise[None]
    before = gated(effects, extra, earlier, net.dt, noise)
    first = lambda x: None if x is None else x[0]
    carry = _Carry(
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


def _known(
    f: Activation, form: AbstractForm, carry: _Carry, value: Array | None
) -> Array | None:
    """The rates f(v), where what the reverse pass needs of them follows from them."""
    if type(form) is not CurrentForm or not has_slope(f):
        return None
    return f(carry.v) if value is None else known_rates(f, carry.v, value)


def _rates(
    f: Activation, form: AbstractForm, carry: _Carry, known: Array | None
) -> Array:
    """The rates that are sent and read."""
    r = form.rates(carry.v, f) if known is None else known_rates(f, carry.v, known)
    spread = lambda x: x if x.ndim == r.ndim else along_units(x, r)
    if carry.keep is not None:
        r = spread(carry.keep) * r
    return r if carry.add is None else r + spread(carry.add)


def _advance(
    f: Activation,
    form: AbstractForm,
    theta: _Theta,
    carry: _Carry,
    known: Array | None,
    x: _Inputs,
) -> _Carry:
    sent = _rates(f, form, carry, known)
    synapses = carry.synapses
    if synapses is not None and theta.synapses is not None:
        synapses = theta.synapses.advance(synapses, sent, theta.dt)
        sent = synapses.u * synapses.x * sent
    drive = None
    if x.u is not None and theta.w_drive is not None:
        drive = times_rows(theta.w_drive, x.u)
    for change, gate in zip(theta.extra, x.effects.gates, strict=True):
        # w_in comes first among the columns of the drive
        u = sent if x.u is None or change.weight == "w_hid" else x.u
        source = u[..., : change.delta.shape[1]]
        push = gate * times_rows(change.delta, source)
        drive = push if drive is None else drive + push
    if x.effects.current is not None:
        current = jnp.broadcast_to(x.effects.current, carry.v.shape)
        drive = current if drive is None else drive + current
    v = ctrnn_step(
        carry.v,
        drive,
        w_hid=theta.w_hid,
        gain=theta.gain,
        activation=f,
        eps=x.eps,
        xi=x.xi,
        form=form,
        sent=sent,
    )
    if x.effects.alive is not None:
        v = v * along_units(x.effects.alive, v)
    return _Carry(v, synapses, x.effects.keep, x.effects.add)


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
    if not channels:
        return None, None
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


def _readout(w_out: Array, b_out: Array | None, rates: Any) -> Array:
    y = jnp.tensordot(rates, w_out, axes=(-1, 1))
    return y if b_out is None else y + along_units(b_out, y)


class _Kept(NamedTuple):
    """What is stored of a step; what is not asked for is `None`."""

    v: Array | None
    r: Array | None
    y: Array | None
    synapses: SynapticState | None


def _emit(
    record: Record,
    f: Activation,
    form: AbstractForm,
    theta: _Theta,
    carry: _Carry,
    known: Array | None,
) -> _Kept:
    """The least to store of a step: outputs follow from rates, if those are kept."""
    r, y = None, None
    if record.rates or record.outputs:
        r = _rates(f, form, carry, known)
    if record.outputs and not record.rates:
        y = _readout(theta.w_out, theta.b_out, r)
    return _Kept(
        carry.v if record.potentials else None,
        r if record.rates else None,
        y,
        carry.synapses if record.synapses else None,
    )


def _finish(theta: _Theta, record: Record, kept: _Kept) -> _Kept:
    """All that is asked for, with time as the last axis but one."""
    y = kept.y
    if record.outputs and y is None:
        y = _readout(theta.w_out, theta.b_out, kept.r)
    return jax.tree.map(lambda x: jnp.moveaxis(x, 0, -2), kept._replace(y=y))
