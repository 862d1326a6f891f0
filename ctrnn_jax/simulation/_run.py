"""The compiled part of a rollout: weights, noise and the scan, chunk by chunk."""

from collections.abc import Callable
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
    ShortTermPlasticity,
    standard_normal,
    SynapticState,
    times_rows,
)
from ..network import AbstractNetwork, effective, RateEffect, State, Weights
from ._adjoint import AbstractAdjoint
from ._effects import Effects, Gated, gated, WeightChange, with_effects
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


@functools.partial(jax.jit, static_argnames=("length", "record", "adjoint"))
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
) -> Trajectory:
    """A rollout of checked arguments; constraints are applied here, once."""
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
    advance = functools.partial(_advance, f=net.activation, form=net.form)
    rates_of = functools.partial(_rates, f=net.activation, form=net.form)
    affected = any(isinstance(e, RateEffect) for e in effects)
    affected = affected or state.rate_noise is not None
    emit = _emitter(record, rates_of, affected)

    def scan(carry: _Carry, chunk: tuple[Array | None, Array]) -> tuple[_Carry, Any]:
        u, times = chunk
        eps, xi, zeta = _noise(net, weights.tau, keys, times)
        xs = _Inputs(u, eps, xi, gated(effects, extra, times, net.dt, zeta))
        return adjoint.scan(
            theta, carry, xs, step=advance, emit=emit, stride=record.stride
        )

    times = state.step + jnp.arange(length, dtype=jnp.int32)
    earlier = (state.step - 1)[None]
    noise = None if state.rate_noise is None else state.rate_noise[None]
    before = gated(effects, extra, earlier, net.dt, noise)
    first = lambda x: None if x is None else x[0]
    carry = _Carry(
        state.potentials, state.synapses, first(before.keep), first(before.add)
    )
    per_step = sum(x.size * x.dtype.itemsize for x in jax.tree.leaves(carry[:2]))
    size = adjoint.chunk(length, per_step, record.stride)
    carry, kept = _in_chunks(scan, carry, (drive, times), length, size)
    noise = state.rate_noise
    if noise is not None and length > 0:
        noise = _noise(net, weights.tau, keys, times[-1:])[2]
        noise = state.rate_noise if noise is None else noise[0]
    final = State(carry.v, state.step + length, carry.synapses, noise)
    return _assemble(kept, weights, net, record, final)


def _in_chunks(scan: Callable, v: Any, xs: Any, length: int, size: int) -> Any:
    """`scan(v, xs)` for `size` steps at a time, and what each gives put together."""
    if size >= length:
        return scan(v, xs)
    count = length // size
    whole = count * size
    split = lambda x: x[:whole].reshape(count, size, *x.shape[1:])
    v, kept = jax.lax.scan(scan, v, jax.tree.map(split, xs))
    join = lambda x: x.reshape(x.shape[0] * x.shape[1], *x.shape[2:])
    kept = jax.tree.map(join, kept)
    if whole < length:
        v, rest = scan(v, jax.tree.map(lambda x: x[whole:], xs))
        kept = jax.tree.map(lambda a, b: jnp.concatenate([a, b]), kept, rest)
    return v, kept


def _rates(carry: _Carry, *, f: Activation, form: AbstractForm) -> Array:
    r = form.rates(carry.v, f)
    spread = lambda x: x if x.ndim == r.ndim else along_units(x, r)
    if carry.keep is not None:
        r = spread(carry.keep) * r
    return r if carry.add is None else r + spread(carry.add)


def _advance(
    theta: _Theta, carry: _Carry, x: _Inputs, *, f: Activation, form: AbstractForm
) -> _Carry:
    sent = _rates(carry, f=f, form=form)
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


def _readout(w_out: Array, b_out: Array | None, rates: Array) -> Array:
    y = jnp.tensordot(rates, w_out, axes=(-1, 1))
    return y if b_out is None else y + along_units(b_out, y)


class _Kept(NamedTuple):
    """What is stored of a step, from which all that is asked for follows."""

    v: Array | None
    r: Array | None
    y: Array | None
    synapses: SynapticState | None


def _emitter(record: Record, rates_of: Callable, affected: bool) -> Callable:
    """The least to store per step: rates follow from potentials, outputs from rates.

    Not so if rates are affected by noise or perturbations of that step.
    """
    from_v = record.potentials and not affected

    def emit(theta: _Theta, carry: _Carry) -> _Kept:
        r, y = None, None
        if not from_v and record.rates:
            r = rates_of(carry)
        elif not from_v and record.outputs:
            y = _readout(theta.w_out, theta.b_out, rates_of(carry))
        v = carry.v if record.potentials else None
        return _Kept(v, r, y, carry.synapses if record.synapses else None)

    return emit


def _assemble(
    kept: _Kept, weights: Any, net: AbstractNetwork, record: Record, final: State
) -> Trajectory:
    """A trajectory from what the scan kept, with time as the last axis but one."""
    r, y = kept.r, kept.y
    if r is None and y is None and kept.v is not None:
        r = net.form.rates(kept.v, net.activation)
    if record.outputs and y is None and r is not None:
        y = _readout(weights.w_out, weights.b_out, r)

    def back(x: Any, wanted: bool) -> Any:
        return jax.tree.map(lambda x: jnp.moveaxis(x, 0, -2), x) if wanted else None

    return Trajectory(
        back(kept.v, record.potentials),
        back(r, record.rates),
        back(y, record.outputs),
        final,
        back(kept.synapses, record.synapses),
        net.layout,
    )
