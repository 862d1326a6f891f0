"""One step of a rollout with all its options, and what is kept of it."""

from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp

from .._types import Activation
from ..dynamics import (
    AbstractForm,
    along_units,
    ctrnn_step,
    CurrentForm,
    has_slope,
    known_rates,
    ShortTermPlasticity,
    SynapticState,
    times_rows,
)
from ..perturbations import Gated, WeightChange
from ._trajectory import Record


class Inputs(NamedTuple):
    """What a step consumes, each `(time, *batch, ...)` or absent.

    `u` has a last channel of ones for the bias: its gradient is then a column of the
    same matrix product as that of the input weights.
    """

    u: Array | None
    eps: Array | None
    xi: Array | None
    effects: Gated


class Theta(NamedTuple):
    """What all steps share: the weights as the dynamics see them."""

    w_hid: Array
    gain: Array
    w_drive: Array | None
    w_both: Array | None
    w_out: Array
    b_out: Array | None
    synapses: ShortTermPlasticity | None
    dt: Array
    extra: tuple[WeightChange, ...]


class Carry(NamedTuple):
    """The state between steps; what a network lacks is `None` and costs nothing.

    `keep` and `add` make the rates that are sent and read: `keep * r + add`.
    """

    v: Array
    synapses: SynapticState | None
    keep: Array | None
    add: Array | None


def known_of(
    f: Activation, form: AbstractForm, carry: Carry, value: Array | None
) -> Array | None:
    """The rates f(v), where what the reverse pass needs of them follows from them."""
    if type(form) is not CurrentForm or not has_slope(f):
        return None
    return f(carry.v) if value is None else known_rates(f, carry.v, value)


def rates_of(
    f: Activation, form: AbstractForm, carry: Carry, known: Array | None
) -> Array:
    """The rates that are sent and read."""
    r = form.rates(carry.v, f) if known is None else known_rates(f, carry.v, known)
    spread = lambda x: x if x.ndim == r.ndim else along_units(x, r)
    if carry.keep is not None:
        r = spread(carry.keep) * r
    return r if carry.add is None else r + spread(carry.add)


def advance(
    f: Activation,
    form: AbstractForm,
    theta: Theta,
    carry: Carry,
    known: Array | None,
    x: Inputs,
    inner: Array | None,
) -> tuple[Carry, Array | None]:
    """The state after a step, and the current in it, where derivatives need its value.

    They do where f acts on it: then it is kept, instead of multiplied again.
    """
    sent = rates_of(f, form, carry, known)
    if x.effects.hold is not None and x.effects.push is not None:
        sent = x.effects.hold * sent + x.effects.push
    synapses = carry.synapses
    if synapses is not None and theta.synapses is not None:
        synapses = theta.synapses.advance(synapses, sent, theta.dt)
        sent = synapses.u * synapses.x * sent
    drive = None
    for change, gate in zip(theta.extra, x.effects.gates, strict=True):
        # w_in comes first among the columns of the drive
        u = sent if x.u is None or change.weight == "w_hid" else x.u
        source = u[..., : change.delta.shape[1]]
        push = gate * times_rows(change.delta, source)
        drive = push if drive is None else drive + push
    if x.effects.current is not None:
        current = jnp.broadcast_to(x.effects.current, carry.v.shape)
        drive = current if drive is None else drive + current
    v, current = ctrnn_step(
        carry.v,
        drive,
        w_hid=theta.w_hid,
        gain=theta.gain,
        activation=f,
        eps=x.eps,
        xi=x.xi,
        form=form,
        sent=sent,
        w_in=theta.w_drive,
        u=x.u,
        w_both=theta.w_both,
        known=inner,
    )
    if x.effects.alive is not None:
        v = v * along_units(x.effects.alive, v)
    kept = None if type(form) is CurrentForm else current
    return Carry(v, synapses, x.effects.keep, x.effects.add), kept


def _readout(w_out: Array, b_out: Array | None, rates: Array) -> Array:
    y = times_rows(w_out, rates)
    return y if b_out is None else y + along_units(b_out, y)


class Kept(NamedTuple):
    """What is stored of a step; what is not asked for is `None`."""

    v: Array | None
    r: Array | None
    y: Array | None
    synapses: SynapticState | None


def emit(
    record: Record,
    f: Activation,
    form: AbstractForm,
    theta: Theta,
    carry: Carry,
    known: Array | None,
    inner: Array | None,
) -> Kept:
    """The least to store of a step: outputs follow from rates, if those are kept."""
    del inner
    r, y = None, None
    if record.rates:
        r = rates_of(f, form, carry, known)
    elif record.outputs:
        y = _readout(theta.w_out, theta.b_out, rates_of(f, form, carry, known))
    return Kept(
        carry.v if record.potentials else None,
        r,
        y,
        carry.synapses if record.synapses else None,
    )


def finish(theta: Theta, record: Record, kept: Kept) -> Kept:
    """All that is asked for, with time as the last axis but one."""
    if record.outputs and kept.r is not None:
        kept = kept._replace(y=_readout(theta.w_out, theta.b_out, kept.r))
    return jax.tree.map(lambda x: jnp.moveaxis(x, 0, -2), kept)
