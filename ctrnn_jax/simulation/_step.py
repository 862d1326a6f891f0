"""One step of a rollout with all its options, and the values to record of it."""

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
from ..perturbations import StepEffects, WeightChange
from ._trajectory import Record


class StepInputs(NamedTuple):
    """The values that a step consumes, each `(time, *batch, ...)` or absent.

    - `u`: inputs with a last channel of ones for the bias. The gradient of the bias is
      then a column of the same matrix product as that of the input weights.
    - `eps`, `xi`: noise inside and outside gamma, `(time, *batch, n_hidden)`.
    - `effects`: those of perturbations, and noise on the rates.
    """

    u: Array | None
    eps: Array | None
    xi: Array | None
    effects: StepEffects


class Theta(NamedTuple):
    """The parameters that all steps share: effective weights and constants.

    - `w_hid`: `(n_hidden, n_hidden)`; `gain`: gamma, `()` or `(n_hidden,)`.
    - `w_drive`: weights of `u`, with the bias as last column; `None` without input and
      bias.
    - `w_both`: `w_hid` and `w_drive` side by side.
    - `w_out`, `b_out`: the readout.
    - `synapses`: short-term plasticity, or `None`; `dt`: in ms, for the plasticity.
    - `weight_changes`: those of windowed perturbations.
    """

    w_hid: Array
    gain: Array
    w_drive: Array | None
    w_both: Array | None
    w_out: Array
    b_out: Array | None
    synapses: ShortTermPlasticity | None
    dt: Array
    weight_changes: tuple[WeightChange, ...]


class Carry(NamedTuple):
    """The state between steps. Parts that a network lacks are `None` and cost nothing.

    The rates that are sent, recorded and read out are `rate_factor * f(v) +
    rate_addend`.
    """

    v: Array
    synapses: SynapticState | None
    rate_factor: Array | None
    rate_addend: Array | None


def cached_rates(
    f: Activation, form: AbstractForm, carry: Carry, value: Array | None
) -> Array | None:
    """Return the rates f(v) to store beside v, or `None` if storing them has no use.

    They are stored if the derivative of f follows from them. `value`, if it is not
    `None`, are the stored rates.
    """
    if type(form) is not CurrentForm or not has_slope(f):
        return None
    return f(carry.v) if value is None else known_rates(f, carry.v, value)


def rates_of(
    f: Activation, form: AbstractForm, carry: Carry, cached: Array | None
) -> Array:
    """Return the rates that are sent, recorded and read out, `(*batch, n_hidden)`."""
    r = form.rates(carry.v, f) if cached is None else known_rates(f, carry.v, cached)

    def spread(x: Array) -> Array:
        return x if x.ndim == r.ndim else along_units(x, r)

    if carry.rate_factor is not None:
        r = spread(carry.rate_factor) * r
    return r if carry.rate_addend is None else r + spread(carry.rate_addend)


def advance(
    f: Activation,
    form: AbstractForm,
    theta: Theta,
    carry: Carry,
    cached: Array | None,
    x: StepInputs,
    residual: Array | None,
) -> tuple[Carry, Array | None]:
    """Return the state after a step, and the current in it as the residual.

    The residual is `None` in `CurrentForm`. In the other forms f acts on the current,
    so its derivative needs the value, and storing the value saves the matrix product
    in the reverse pass. See `Cell` for `cached` and `residual`.
    """
    # The rates that units send, after teacher forcing and through plastic synapses.
    sent = rates_of(f, form, carry, cached)
    if x.effects.sent_factor is not None and x.effects.sent_addend is not None:
        sent = x.effects.sent_factor * sent + x.effects.sent_addend
    synapses = carry.synapses
    if synapses is not None and theta.synapses is not None:
        synapses = theta.synapses.advance(synapses, sent, theta.dt)
        sent = synapses.u * synapses.x * sent
    # The equation.
    v, current = ctrnn_step(
        carry.v,
        _perturbed_drive(theta, carry, x, sent),
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
        known=residual,
    )
    # lesioned units have a potential of 0
    if x.effects.potential_factor is not None:
        v = v * along_units(x.effects.potential_factor, v)
    carry = Carry(
        v=v,
        synapses=synapses,
        rate_factor=x.effects.rate_factor,
        rate_addend=x.effects.rate_addend,
    )
    return carry, None if type(form) is CurrentForm else current


def _perturbed_drive(
    theta: Theta, carry: Carry, x: StepInputs, sent: Array
) -> Array | None:
    """Return the current of perturbations, `(*batch, n_hidden)`; `None` without any.

    It is the product of windowed weight changes with their sources, plus injected
    currents.
    """
    drive = None
    # a gate of 0 outside the windows multiplies the product, at any step
    for change, gate in zip(theta.weight_changes, x.effects.weight_gates, strict=True):
        source = sent if x.u is None or change.weight == "w_hid" else x.u
        # inputs come before the bias in `u`, so leave out the last channel
        source = source[..., : change.delta.shape[1]]
        product = gate * times_rows(change.delta, source)
        drive = product if drive is None else drive + product
    if x.effects.current is not None:
        current = jnp.broadcast_to(x.effects.current, carry.v.shape)
        drive = current if drive is None else drive + current
    return drive


def _readout(w_out: Array, b_out: Array | None, rates: Array) -> Array:
    """Return W_out r + b_out."""
    y = times_rows(w_out, rates)
    return y if b_out is None else y + along_units(b_out, y)


class StepRecord(NamedTuple):
    """The recorded values of a step; `None` for those that are not recorded."""

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
    cached: Array | None,
    residual: Array | None,
) -> StepRecord:
    """Return the least to store of a step.

    If rates are recorded, outputs are not stored here: `add_outputs` computes them from
    the rates of all steps in one product.
    """
    del residual
    r, y = None, None
    if record.rates:
        r = rates_of(f, form, carry, cached)
    elif record.outputs:
        y = _readout(theta.w_out, theta.b_out, rates_of(f, form, carry, cached))
    return StepRecord(
        v=carry.v if record.potentials else None,
        r=r,
        y=y,
        synapses=carry.synapses if record.synapses else None,
    )


def add_outputs(theta: Theta, record: Record, stored: StepRecord) -> StepRecord:
    """Return all recorded values, with time as the last axis but one.

    The arrays of `stored` have time first: `(time, *batch, units)`.
    """
    if record.outputs and stored.r is not None:
        stored = stored._replace(y=_readout(theta.w_out, theta.b_out, stored.r))
    return jax.tree.map(lambda x: jnp.moveaxis(x, 0, -2), stored)
