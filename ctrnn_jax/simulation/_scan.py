"""The step of a rollout with all its options, and the scan of it over time."""

from collections.abc import Callable
import functools
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from .._arguments import checks_arguments
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
from ._products import scaled_products, with_derivative_of
from ._trajectory import Record


class Disturbance(NamedTuple):
    """What noise and perturbations do in some steps; time is the first axis of each.

    - `eps`, `xi`: noise inside and outside gamma, `(time, *batch, n_hidden)`.
    - `effect`: that of all perturbations and of the noise on the rates.
    - `weight_gates`: for each weight change, 1 while it lasts, or 0.

    Batch axes may be of size 1. An absent part is `None` and costs nothing.
    """

    eps: Array | None
    xi: Array | None
    effect: StepEffect
    weight_gates: tuple[Array, ...]


class StepInputs(NamedTuple):
    """The values that a step consumes, or some steps with time as the first axis.

    - `u`: inputs `(time, *batch, channels)`, with a last channel of ones for the bias.
      The gradient of the bias is then a column of the same matrix product as that of
      the input weights.
    - `disturbance`: of the step.
    """

    u: Array
    disturbance: Disturbance


class Steps(NamedTuple):
    """The arrays of a run from which `Cell.disturb` makes the values of each step.

    - `u`: as in `StepInputs`.
    - `times`: the step counters t, `(time,)`.
    - `shared`: strengths of noise, keys and perturbations, the same for all steps.
    """

    u: Array
    times: Array
    shared: PyTree


class Theta(NamedTuple):
    """The parameters that all steps share: effective weights and constants.

    - `w_hid`: `(n_hidden, n_hidden)`; `gain`: gamma, `()` or `(n_hidden,)`.
    - `w_drive`: weights of `u`, with the bias as last column.
    - `w_both`: `w_hid` and `w_drive` side by side, whose gradient is one product.
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


def cached_rates(f: Activation, carry: Carry) -> Array:
    """Return the rates f(v) that the loop carries beside v.

    It does so if the rates are f(v) and the derivative of f follows from them.
    """
    return f(carry.v)


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
    effect = x.disturbance.effect
    # 1. The rates that units receive, after teacher forcing and plastic synapses.
    sent = effect.sent(rates_of(f, theta.form, carry, cached))
    synapses = carry.synapses
    if synapses is not None and theta.synapses is not None:
        synapses = theta.synapses.advance(synapses, sent, theta.dt)
        sent = synapses.u * synapses.x * sent
    # 2. The equation: I = W_hid r + W_in u + b_hid + eps, v += gamma (-v + I) + xi.
    weights = (theta.w_both, theta.w_hid, theta.w_drive)
    rest = _other_currents(theta, carry, x, sent)
    move = functools.partial(
        ctrnn_step,
        carry.v,
        gain=theta.gain,
        activation=f,
        form=theta.form,
        xi=x.disturbance.xi,
    )
    current = None
    if theta.form.rates_are_activation:
        # affine in the current: gamma times the products is added
        without = jnp.zeros_like(carry.v) if rest is None else rest
        v = move(without) + scaled_products(theta.gain, *weights, sent, x.u)
    else:
        current = scaled_products(None, *weights, sent, x.u)
        current = current if rest is None else current + rest
        if residual is not None:
            current = with_derivative_of(residual, current)
        v = move(current)
    # 3. Perturbations of the new potentials, and of the rates that follow from them.
    return Carry(effect.potentials(v), synapses, effect.rates), current


def _other_currents(
    theta: Theta, carry: Carry, x: StepInputs, sent: Array
) -> Array | None:
    """Return the current beside W_hid r + W_in u + b_hid; `None` without any.

    It is the product of windowed weight changes with their sources, plus injected
    currents and eps.
    """
    gates, effect = x.disturbance.weight_gates, x.disturbance.effect
    terms = []
    # a gate of 0 outside the windows multiplies the product, at any step
    for change, gate in zip(theta.weight_changes, gates, strict=True):
        source = sent if change.weight == "w_hid" else x.u
        # inputs come before the bias in `u`, so leave out the last channel
        source = source[..., : change.delta.shape[1]]
        terms.append(gate * times_rows(change.delta, source))
    if effect.current is not None:
        terms.append(jnp.broadcast_to(effect.current, carry.v.shape))
    if x.disturbance.eps is not None:
        terms.append(x.disturbance.eps)
    return sum(terms[1:], terms[0]) if terms else None


def _readout(w_out: Array, b_out: Array | None, rates: Array) -> Array:
    """Return W_out r + b_out."""
    y = times_rows(w_out, rates)
    return y if b_out is None else y + along_units(b_out, y)


def recorded_state(
    record: Record, carry: Carry
) -> tuple[Array | None, SynapticState | None]:
    """Return the parts of a state that are recorded."""
    return (
        carry.v if record.potentials else None,
        carry.synapses if record.synapses else None,
    )


def emit(
    record: Record, f: Activation, theta: Theta, carry: Carry, cached: Array | None
) -> tuple[Array | None, Array | None]:
    """Return the least to store of a step beside its state: rates or outputs.

    If rates are recorded, outputs are not stored here: `add_outputs` computes them from
    the rates of all steps in one product.
    """
    if record.rates:
        return rates_of(f, theta.form, carry, cached), None
    if record.outputs:
        rates = rates_of(f, theta.form, carry, cached)
        return None, _readout(theta.w_out, theta.b_out, rates)
    return None, None


def add_outputs(
    record: Record, theta: Theta, emitted: tuple[Array | None, Array | None]
) -> tuple[Array | None, Array | None]:
    """Return the recorded rates and outputs of some steps."""
    r, y = emitted
    if record.outputs and r is not None:
        y = _readout(theta.w_out, theta.b_out, r)
    return r, y


def no_cache(state: PyTree) -> None:
    """Store nothing beside the state: the `cache` of a cell that recomputes rates."""
    del state


class Cell(NamedTuple):
    """The pure functions that a scan runs. They are static and close over no array.

    All but `disturb` also accept some steps at once, as a first axis of the state and
    of the values of a step.

    - `disturb(times, shared) -> disturbance` returns what noise and perturbations do in
        some steps: see `Steps`.
    - `step(theta, state, cached, x, residual) -> (state, residual)` advances one step,
        with x the `StepInputs`. `residual` holds values that the derivative of the step
        needs and that are expensive to recompute; `None` if there are none. If the
        argument `residual` is not `None`, its value is used, and only its derivative is
        computed.
    - `cache(state) -> cached` returns values that follow from the state alone and that
        are carried beside it (its rates), or `None`.
    - `select(state) -> selected` returns the parts of a state that are recorded.
    - `emit(theta, state, cached) -> emitted` returns the least to store of a step
        beside these, in order to record it.
    - `finish(theta, emitted) -> finished` returns the values to record of some steps.
    - `activation` is f, for adjoints that do not run `step`.
    - `time_axis` is that of the recorded values: first (0) or last but one (-2).
    - `mapped` is the number of rollouts that `jax.vmap` maps over together.
    - `unroll` is how many steps an iteration of the loop over steps takes.
    """

    disturb: Callable[[Array, PyTree], PyTree]
    step: Callable[[PyTree, PyTree, PyTree, PyTree, PyTree], tuple[PyTree, PyTree]]
    cache: Callable[[PyTree], PyTree]
    select: Callable[[PyTree], PyTree]
    emit: Callable[[PyTree, PyTree, PyTree], PyTree]
    finish: Callable[[PyTree, PyTree], PyTree]
    activation: Activation
    time_axis: int
    mapped: int
    unroll: int = 1


@checks_arguments
def plain_scan(
    theta: PyTree, state: PyTree, xs: Steps, *, cell: Cell, stride: int
) -> tuple[PyTree, PyTree]:
    """Run `cell.step` over the steps.

    Returns the last state, and the values recorded after every `stride` steps: those of
    `cell.select` and of `cell.finish`. Steps after the last whole stride are run and
    not recorded.
    """
    state, recorded, _ = keeping_scan(
        theta, state, xs, cell=cell, stride=stride, keeps=False
    )
    return state, recorded


def keeping_scan(
    theta: PyTree, state: PyTree, xs: Steps, *, cell: Cell, stride: int, keeps: bool
) -> tuple[PyTree, PyTree, PyTree]:
    """Return as `plain_scan`, and the state and residual of each step, time first.

    They are kept for a derivative; without `keeps` they are `None`.
    """
    length = xs.times.shape[0]
    n_strides = length // stride
    n_whole = n_strides * stride
    inputs = StepInputs(xs.u, cell.disturb(xs.times, xs.shared))

    def advance(carry: PyTree, x: PyTree) -> tuple[PyTree, PyTree]:
        """Advance one step; the carry is (state, cached)."""
        state, cached = carry
        state, residual = cell.step(theta, state, cached, x, None)
        return (state, cell.cache(state)), (state, residual) if keeps else None

    def scan_steps(carry: PyTree, x: PyTree) -> tuple[PyTree, PyTree]:
        return jax.lax.scan(advance, carry, x, unroll=cell.unroll)

    def advance_and_emit(carry: PyTree, x: PyTree) -> tuple[PyTree, PyTree]:
        """Advance by one stride; x has a leading axis of steps if the stride is > 1."""
        carry, kept = (advance if stride == 1 else scan_steps)(carry, x)
        selected = None if keeps else cell.select(carry[0])
        return carry, (selected, cell.emit(theta, *carry), kept)

    # Whole strides: an outer scan that emits, over (n_strides, stride, ...).
    whole = inputs
    if n_whole < length:
        whole = jax.tree.map(lambda x: x[:n_whole], inputs)
    if stride > 1:
        whole = jax.tree.map(
            lambda x: x.reshape(n_strides, stride, *x.shape[1:]), whole
        )
    start = (state, cell.cache(state))
    carry, (selected, emitted, kept) = jax.lax.scan(
        advance_and_emit, start, whole, unroll=cell.unroll if stride == 1 else 1
    )
    if keeps:
        if stride > 1:
            kept = jax.tree.map(lambda x: x.reshape(n_whole, *x.shape[2:]), kept)
        # states are stored once, for the derivative and for the record
        selected = cell.select(at_strides(kept[0], stride))
    # The remaining steps only advance the state.
    if n_whole < length:
        rest = jax.tree.map(lambda x: x[n_whole:], inputs)
        carry, kept_of_rest = scan_steps(carry, rest)
        kept = jax.tree.map(lambda *x: jnp.concatenate(x), kept, kept_of_rest)
    recorded = with_time_axis((selected, cell.finish(theta, emitted)), cell.time_axis)
    return carry[0], recorded, kept


def at_strides(tree: PyTree, stride: int) -> PyTree:
    """Return the values after each stride; time is the first axis."""
    if stride == 1:
        return tree
    return jax.tree.map(lambda x: x[stride - 1 :: stride], tree)


def with_time_axis(tree: PyTree, axis: int) -> PyTree:
    """Move time from the first axis to this one."""
    return jax.tree.map(lambda x: jnp.moveaxis(x, 0, axis), tree)
