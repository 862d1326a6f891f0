"""The compiled part of a rollout: weights, noise and the scan, chunk by chunk."""

from collections.abc import Callable
import functools
from typing import Any, NamedTuple

import jax
from jax import Array
import jax.numpy as jnp

from .._types import Activation, KeyArray
from ..dynamics import along_units, ctrnn_step, standard_normal, times_rows
from ..network import AbstractNetwork, effective, State, Weights
from ._adjoint import AbstractAdjoint
from ._trajectory import Record, Trajectory


class _Inputs(NamedTuple):
    """What a step consumes, each `(time, *batch, ...)` or absent.

    `u` has a last channel of ones for the bias: its gradient is then a column of the
    same matrix product as that of the input weights.
    """

    u: Array | None
    eps: Array | None
    xi: Array | None


class _Theta(NamedTuple):
    """What all steps share: the weights as the dynamics see them."""

    w_hid: Array
    gain: Array
    w_drive: Array | None
    w_out: Array
    b_out: Array | None


@functools.partial(jax.jit, static_argnames=("length", "record", "adjoint"))
@jax.named_scope("ctrnn_jax.rollout")
def run(
    net: AbstractNetwork,
    u: Array | None,
    state: State,
    keys: KeyArray | None,
    *,
    length: int,
    record: Record,
    adjoint: AbstractAdjoint,
) -> Trajectory:
    """A rollout of checked arguments; constraints are applied here, once."""
    weights = effective(net)
    drive, w_drive = _drive(weights, u, state.potentials.shape[:-1], length)
    theta = _Theta(
        weights.w_hid,
        net.method.gain(net.dt, net.tau),
        w_drive,
        weights.w_out,
        weights.b_out,
    )
    advance = functools.partial(_advance, activation=net.activation)
    emit = _emitter(record, net.activation)

    def scan(v: Array, chunk: tuple[Array | None, Array]) -> tuple[Array, Any]:
        u, times = chunk
        xs = _Inputs(u, *_noise(net, keys, times))
        return adjoint.scan(theta, v, xs, step=advance, emit=emit, stride=record.stride)

    times = state.step + jnp.arange(length, dtype=jnp.int32)
    v = state.potentials
    size = adjoint.chunk(length, v.size * v.dtype.itemsize, record.stride)
    v, kept = _in_chunks(scan, v, (drive, times), length, size)
    final = State(v, state.step + length)
    return _assemble(kept, weights, net.activation, record, final)


def _in_chunks(scan: Callable, v: Array, xs: Any, length: int, size: int) -> Any:
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


def _advance(theta: _Theta, v: Array, x: _Inputs, *, activation: Activation) -> Array:
    if x.u is None or theta.w_drive is None:
        drive = None
    else:
        drive = times_rows(theta.w_drive, x.u)
    return ctrnn_step(
        v,
        drive,
        w_hid=theta.w_hid,
        gain=theta.gain,
        activation=activation,
        eps=x.eps,
        xi=x.xi,
    )


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
    net: AbstractNetwork, keys: KeyArray | None, times: Array
) -> tuple[Array | None, Array | None]:
    """Eps and xi of some steps, time first; `None` for a term that is absent."""
    if net.noise is None or keys is None:
        return None, None

    def term(std: Array | None, stream: Any) -> Array | None:
        if std is None:
            return None
        draws = standard_normal(keys, times, net.n_hidden, stream, net.dtype)
        return along_units(std, draws) * draws

    dynamics = (net.method, net.dt, net.tau)
    return (
        term(net.noise.pre_std(*dynamics), "eps"),
        term(net.noise.post_std(*dynamics), "xi"),
    )


def _readout(w_out: Array, b_out: Array | None, rates: Array) -> Array:
    y = jnp.tensordot(rates, w_out, axes=(-1, 1))
    return y if b_out is None else y + along_units(b_out, y)


def _emitter(record: Record, activation: Activation) -> Callable:
    """The one thing to store per step from which all that is asked for follows."""

    def potentials(theta: Any, v: Array) -> Array:
        del theta
        return v

    def rates(theta: Any, v: Array) -> Array:
        del theta
        return activation(v)

    def outputs(theta: _Theta, v: Array) -> Array:
        return _readout(theta.w_out, theta.b_out, activation(v))

    def nothing(theta: Any, v: Array) -> None:
        del theta, v

    if record.potentials:
        return potentials
    if record.rates:
        return rates
    return outputs if record.outputs else nothing


def _assemble(
    kept: Any, weights: Any, activation: Activation, record: Record, final: State
) -> Trajectory:
    """A trajectory from what the scan kept, with time as the last axis but one."""
    v, r, y = None, None, None
    if record.potentials:
        v = kept
        r = activation(v) if record.rates or record.outputs else None
    elif record.rates:
        r = kept
    if record.outputs:
        y = kept if r is None else _readout(weights.w_out, weights.b_out, r)

    def back(x: Any, wanted: bool) -> Any:
        return jnp.moveaxis(x, 0, -2) if wanted else None

    return Trajectory(
        back(v, record.potentials),
        back(r, record.rates),
        back(y, record.outputs),
        final,
    )
