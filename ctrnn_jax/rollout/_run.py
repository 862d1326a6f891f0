"""The compiled part of a rollout: drive and noise of all steps, then the scan."""

from collections.abc import Callable
import functools
from typing import Any, NamedTuple

import jax
from jax import Array
import jax.numpy as jnp

from .._types import Activation, KeyArray
from ..dynamics import along_units, ctrnn_step, standard_normal
from ..network import AbstractNetwork, effective, State
from ._adjoint import AbstractAdjoint
from ._trajectory import Record, Trajectory


class _Inputs(NamedTuple):
    """What a step consumes, each `(time, *batch, units)` or absent."""

    drive: Array
    eps: Array | None
    xi: Array | None


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
    gain = net.method.gain(net.dt, net.tau)
    batch = state.potentials.shape[:-1]
    xs = _Inputs(_drive(weights, u, batch, length), *_noise(net, state, keys, length))
    potentials, kept = adjoint.scan(
        (weights.w_hid, gain, weights.w_out, weights.b_out),
        state.potentials,
        xs,
        step=functools.partial(_advance, activation=net.activation),
        emit=_emitter(record, net.activation),
        stride=record.stride,
    )
    final = State(potentials, state.step + length)
    return _assemble(kept, weights, net.activation, record, final)


def _advance(theta: Any, v: Array, x: _Inputs, *, activation: Activation) -> Array:
    w_hid, gain, _, _ = theta
    return ctrnn_step(
        v, x.drive, w_hid=w_hid, gain=gain, activation=activation, eps=x.eps, xi=x.xi
    )


def _drive(weights: Any, u: Array | None, batch: tuple, length: int) -> Array:
    """W_in u + b_hid of all steps, time first."""
    shape = (length, *batch, weights.w_hid.shape[0])
    if u is None or u.shape[-1] == 0:
        drive = jnp.zeros(shape, weights.w_hid.dtype)
    else:
        drive = jnp.tensordot(jnp.moveaxis(u, -2, 0), weights.w_in, axes=(-1, 1))
    if weights.b_hid is None:
        return drive
    return drive + along_units(weights.b_hid, drive)


def _noise(
    net: AbstractNetwork, state: State, keys: KeyArray | None, length: int
) -> tuple[Array | None, Array | None]:
    """Eps and xi of all steps, time first; `None` for a term that is absent."""
    if net.noise is None or keys is None:
        return None, None
    times = state.step + jnp.arange(length, dtype=jnp.int32)

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

    def outputs(theta: Any, v: Array) -> Array:
        _, _, w_out, b_out = theta
        return _readout(w_out, b_out, activation(v))

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
