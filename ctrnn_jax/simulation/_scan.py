"""The step of a rollout with all its options, and the scan of it over time."""

from collections.abc import Callable
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from .._types import Activation
from ..dynamics import (
    AbstractForm,
    along_units,
    ctrnn_step,
    known_rates,
    ShortTermPlasticity,
    SynapticState,
    times_rows,
)
from ..perturbations import Affine, StepEffect, WeightChange
from ._fused_current import fused_current, with_derivative_of
from ._trajectory import Record


class StepInputs(NamedTuple):
    """The values that a step consumes, each `(time, *batch, ...)` or absent.

    - `u`: inputs `(time, *batch, channels)`, with a last channel of ones for the bias.
      The gradient of the bias is then a column of the same matrix product as that of
      the input weights.
    - `eps`, `xi`: noise inside and outside gamma, `(time, *batch, n_hidden)`.
    - `effect`: that of all perturbations and of the noise on the rates.
    - `weight_gates`: `(time,)` for each weight change: 1 while it lasts, or 0.
    """

    u: Array
    eps: Array | None
    xi: Array | None
    effect: StepEffect
    weight_gates: tuple[Array, ...]


class Theta(NamedTuple):
    """The parameters that all steps share: effective weights and constants.

    - `w_hid`: `(n_hidden, n_hidden)`; `gain`: gamma, `()` or `(n_hidden,)`.
    - `w_drive`: weights of `u`, with the bias as last column.
    - `w_both`: `w_hid` and `w_drive` side by side.
    - `w_out`, `b_out`: the readout.
    - `synapses`: short-term plasticity, or `None`; `dt`: in ms, for the plasticity.
    - `form`: where f and the leak act; its numbers are parameters, too.
    - `weight_changes`: those of windowed perturbations.
    """

    w_hid: Array
    gain: Array
    w_drive: Array
    w_both: Array
    w_out: Array
    b_out: Array | None
    synapses: ShortTermPlasticity | None
    dt: Array
    form: AbstractForm
    weight_changes: tuple[WeightChange, ...]


class Carry(NamedTuple):
    """The state between steps. Parts that a network lacks are `None` and cost nothing.

    `rates` is the map of f(v) to the rates that are sent, recorded and read out.
    """

    v: Array
    synapses: SynapticState | None
    rates: Affine


def cached_rates(f: Activation, carry: Carry, value: Array | None) -> Array:
    """Return the rates f(v) to store beside v; `value`, if it is not `None`, are these.

    They are stored if the rates are f(v) and the derivative of f follows from them.
    """
    return f(carry.v) if value is None else known_rates(f, carry.v, value)


def rates_of(
    f: Activation, form: AbstractForm, carry: Carry, cached: Array | None
) -> Array:
    """Return the rates that are sent, recorded and read out, `(*batch, n_hidden)`."""
    r = form.rates(carry.v, f) if cached is None else known_rates(f, carry.v, cached)
    return carry.rates(r)


def advance(
    f: Activation,
    theta: Theta,
    carry: Carry,
    cached: Array | None,
    x: StepInputs,
    residual: Array | None,
) -> tuple[Carry, Array | None]:
    """Return the state after a step, and the current in it as the residual.

    The residual is `None` if the step is affine in the current. In other forms f acts
    on the current, so its derivative needs the value, and storing the value saves the
    matrix product in the reverse pass. See `Cell` for `cached` and `residual`.
    """
    # 1. The rates that units receive, after teacher forcing and plastic synapses.
    sent = x.effect.sent(rates_of(f, theta.form, carry, cached))
    synapses = carry.synapses
    if synapses is not None and theta.synapses is not None:
        synapses = theta.synapses.advance(synapses, sent, theta.dt)
        sent = synapses.u * synapses.x * sent
    # 2. The equation: I = W_hid r + W_in u + b_hid + eps, v += gamma (-v + I) + xi.
    current = fused_current(
        sent,
        x.u,
        w_hid=theta.w_hid,
        w_drive=theta.w_drive,
        w_both=theta.w_both,
        added=_added_current(theta, carry, x, sent),
        eps=x.eps,
    )
    if residual is not None:
        current = with_derivative_of(residual, current)
    v = ctrnn_step(
        carry.v, current, gain=theta.gain, activation=f, form=theta.form, xi=x.xi
    )
    # 3. Perturbations of the new potentials, and of the rates that follow from them.
    carry = Carry(x.effect.potentials(v), synapses, x.effect.rates)
    return carry, None if theta.form.rates_are_activation else current


def _added_current(
    theta: Theta, carry: Carry, x: StepInputs, sent: Array
) -> Array | None:
    """Return the current of perturbations, `(*batch, n_hidden)`; `None` without any.

    It is the product of windowed weight changes with their sources, plus injected
    currents.
    """
    added = None
    # a gate of 0 outside the windows multiplies the product, at any step
    for change, gate in zip(theta.weight_changes, x.weight_gates, strict=True):
        source = sent if change.weight == "w_hid" else x.u
        # inputs come before the bias in `u`, so leave out the last channel
        source = source[..., : change.delta.shape[1]]
        product = gate * times_rows(change.delta, source)
        added = product if added is None else added + product
    if x.effect.current is not None:
        current = jnp.broadcast_to(x.effect.current, carry.v.shape)
        added = current if added is None else added + current
    return added


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
        r = rates_of(f, theta.form, carry, cached)
    elif record.outputs:
        y = _readout(theta.w_out, theta.b_out, rates_of(f, theta.form, carry, cached))
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


def no_cache(state: PyTree, value: PyTree) -> None:
    """Store nothing beside the state: the `cache` of a cell that recomputes rates."""
    del state, value


class Cell(NamedTuple):
    """The pure functions that a scan runs. They are static and close over no array.

    - `step(theta, state, cached, x, residual) -> (state, residual)` advances one step.
        `residual` holds values that the derivative of the step needs and that are
        expensive to recompute; `None` if there are none. If the argument `residual` is
        not `None`, its value is used, and only its derivative is computed.
    - `cache(state, value) -> cached` returns values that follow from the state alone
        and that are stored beside it (its rates), or `None`. If the argument `value` is
        not `None`, it is returned with the derivative that recomputing it would have.
    - `emit(theta, state, cached, residual) -> emitted` returns the values to record
        after a step.
    """

    step: Callable[[PyTree, PyTree, PyTree, PyTree, PyTree], tuple[PyTree, PyTree]]
    cache: Callable[[PyTree, PyTree], PyTree]
    emit: Callable[[PyTree, PyTree, PyTree, PyTree], PyTree]


def plain_scan(
    theta: PyTree, state: PyTree, xs: PyTree, *, cell: Cell, stride: int
) -> tuple[PyTree, PyTree]:
    """Run `cell.step` over the leading axis of `xs`.

    Returns the last state, and `cell.emit` after every `stride` steps, stacked on a
    leading axis. Steps after the last whole stride are run and not emitted.
    """
    length = jax.tree.leaves(xs)[0].shape[0]
    n_strides = length // stride

    def advance(carry: PyTree, x: PyTree) -> tuple[PyTree, PyTree]:
        """Advance one step; the carry is (state, cached)."""
        state, cached = carry
        state, residual = cell.step(theta, state, cached, x, None)
        return (state, cell.cache(state, None)), residual

    def advance_only(carry: PyTree, x: PyTree) -> tuple[PyTree, None]:
        return advance(carry, x)[0], None

    def advance_and_emit(carry: PyTree, x: PyTree) -> tuple[PyTree, PyTree]:
        """Advance by one stride; x has a leading axis of steps if the stride is > 1."""
        if stride == 1:
            carry, residual = advance(carry, x)
        else:
            carry, residual = jax.lax.scan(advance_only, carry, x)
        state, cached = carry
        return carry, cell.emit(theta, state, cached, residual)

    # Whole strides: an outer scan that emits, over (n_strides, stride, ...).
    n_whole = n_strides * stride
    whole = jax.tree.map(lambda x: x[:n_whole], xs) if n_whole < length else xs
    if stride > 1:
        whole = jax.tree.map(
            lambda x: x.reshape(n_strides, stride, *x.shape[1:]), whole
        )
    start = (state, cell.cache(state, None))
    carry, emitted = jax.lax.scan(advance_and_emit, start, whole)
    # The remaining steps only advance the state.
    if n_whole < length:
        rest = jax.tree.map(lambda x: x[n_whole:], xs)
        carry, _ = jax.lax.scan(advance_only, carry, rest)
    return carry[0], emitted
