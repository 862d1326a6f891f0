"""What a network holds of its past: linear capacity, active and silent memory."""

import functools
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_flag, invalid, is_concrete
from ..._types import KeyArray, Numbers, Scalar
from ...network import State
from ._condition_levels import as_levels
from ._decoding import AbstractDecoder, decode, Decoding
from ._dimension import alike, as_data


class MemoryCapacity(eqx.Module):
    """How well the best linear readout recalls the input of so many steps ago.

    **Attributes:**

    - `capacities`: squared correlation of readout and input at each lag, `(lags,)`;
      lag 0 is the input that the step which made the state consumed.
    - `total`: their sum, at most the number of units for white input.
    """

    capacities: Array
    total: Scalar


def memory_capacity(
    activity: Numbers,
    inputs: Numbers,
    *,
    lags: int,
    washout: int = 0,
    corrected: bool = False,
) -> MemoryCapacity:
    """Linear memory capacity of a network driven by white noise (Jaeger 2001).

    `MC_k` is the fraction of the variance of `u[t - k]` that an affine readout of the
    state after step t explains (Jaeger 2001, "Short term memory in echo state
    networks", GMD report 152, definition 1). A linear network whose states span all
    its units has `sum_k MC_k = units`.

    **Arguments:**

    - `activity`: `(time, units)`, the potentials or rates of one long run.
    - `inputs`: `(time,)`, independent from step to step; entry t gave `activity[t]`.
    - `lags`: how many lags, 0 to `lags - 1`.
    - `washout`: steps at the start to leave out.
    - `corrected`: subtract what a readout explains by chance (adjusted R^2); else each
      lag is too large by about units / time.

    Raises `ValueError` if the two differ in length, if fewer samples than units + 2 are
    left, and for input that does not vary.
    """
    states = as_data("activity", activity, "time units")
    drive = as_data("inputs", inputs, "time")
    lags = check_count("lags", lags, at_least=1)
    washout = check_count("washout", washout, at_least=0)
    check_flag("corrected", corrected)
    if states.shape[0] != drive.shape[0]:
        shapes = f"{drive.shape[0]} and {states.shape[0]}"
        rule = "have one entry for each step of `activity`"
        raise invalid("inputs", rule, shapes, "Give one run, one input channel.")
    first = max(washout, lags - 1)
    left = states.shape[0] - first
    if left < states.shape[1] + 2:
        rule = "leave more steps than units + 1 after washout and lags"
        raise invalid("activity", rule, f"{max(left, 0)} steps", "Run for longer.")
    states, drive = alike(states, drive)
    result = _capacities(states, drive, lags, first, corrected)
    if is_concrete(result) and jnp.isnan(result.total):
        raise invalid("inputs", "vary", "the same at all steps", "Use white noise.")
    return result


@functools.partial(jax.jit, static_argnames=("lags", "first", "corrected"))
def _capacities(
    states: Array, drive: Array, lags: int, first: int, corrected: bool
) -> MemoryCapacity:
    centred = states[first:] - jnp.mean(states[first:], axis=0)[None]
    # R^2 is the share of the target within the span of the states, for which an
    # orthonormal basis is enough: no normal equations, whose condition is squared
    basis, singular, _ = jnp.linalg.svd(centred, full_matrices=False)
    floor = jnp.finfo(states.dtype).eps * max(centred.shape) * singular[0]
    basis = jnp.where((singular > floor)[None], basis, 0)
    count = centred.shape[0]

    def recalled(lag: Array) -> Array:
        past = jax.lax.dynamic_slice(drive, (first - lag,), (count,))
        past = past - past[0]  # input that never varies is 0 then, and not rounding
        past = past - jnp.mean(past)
        return jnp.sum((past @ basis) ** 2) / jnp.sum(past**2)

    capacities = jax.lax.map(recalled, jnp.arange(lags))
    if corrected:
        rank = jnp.sum(singular > floor).astype(states.dtype)
        capacities = 1 - (1 - capacities) * (count - 1) / (count - 1 - rank)
    return MemoryCapacity(capacities, jnp.sum(capacities))


class MemoryDecoding(eqx.Module):
    """Active and silent memory.

    **Attributes:**

    - `rates`: decoding from activity: active memory.
    - `synapses`: decoding from synaptic efficacies: with the former at chance, silent
      memory.
    """

    rates: Decoding
    synapses: Decoding


def decode_memory(
    rates: Numbers,
    u: Numbers,
    x: Numbers,
    labels: Any,
    *,
    decoder: AbstractDecoder | None = None,
    folds: int = 5,
    shuffles: int = 100,
    key: KeyArray,
) -> MemoryDecoding:
    """What activity and what synapses hold, step by step (Masse et al. 2019, Fig. 2).

    **Arguments:**

    - `rates`: `(trials, time, units)`.
    - `u`, `x`: utilisation and resources of short-term plasticity, of the same shape:
      `traj.synapses` of `Record(synapses=True)`; their product is the efficacy.
    - `labels`, `decoder`, `folds`, `shuffles`: as `decode`.
    - `key`: both use the same folds and shuffles.

    Raises `ValueError` as `decode`, and for shapes that differ.
    """
    data = as_data("rates", rates, "trials time units")
    u, x = (as_data(n, v, "trials time units") for n, v in (("u", u), ("x", x)))
    for name, value in (("u", u), ("x", x)):
        if value.shape != data.shape:
            rule = f"have the shape of the rates, {data.shape}"
            raise invalid(name, rule, value.shape, "Record both at the same steps.")
    u, x = alike(u, x)
    read = lambda what: decode(
        what, labels, decoder=decoder, folds=folds, shuffles=shuffles, key=key
    )
    return MemoryDecoding(read(data), read(u * x))


def shuffle_memory(
    state: State,
    *,
    key: KeyArray,
    activity: bool = False,
    synapses: bool = False,
    within: Any = None,
) -> State:
    """A state whose activity or synapses are exchanged among trials.

    Roll out to the end of a delay, shuffle one of the two, and roll on: performance
    falls if the network relies on it (Masse et al. 2019, Fig. 4).

    **Arguments:**

    - `state`: `traj.final_state` of a batch with one axis.
    - `key`: for the permutation.
    - `activity`, `synapses`: which to shuffle; both go together, in one permutation.
    - `within`: a label for each trial, `(trials,)`: shuffle among trials of the same
      label only, the upcoming test, say.

    Raises `ValueError` if neither is asked for, for states that are not of a batch with
    one axis, and for synapses that are not there.
    """
    if state.potentials.ndim != 2:
        got = f"shape {state.potentials.shape}"
        raise invalid("state", "be of a batch with one axis", got, "Add or merge axes.")
    if not (activity or synapses):
        raise invalid("activity", "be True, or synapses", "neither", "Shuffle one.")
    if synapses and state.synapses is None:
        remedy = "Give the network ShortTermPlasticity."
        raise invalid("state", "have synapses", None, remedy)
    trials = state.potentials.shape[0]
    _, codes = as_levels(
        "within", np.zeros(trials) if within is None else within, trials
    )
    order = jax.random.permutation(key, trials)
    sort = lambda labels: jnp.argsort(labels, stable=True)
    codes = jnp.asarray(codes)
    source = order.at[sort(codes)].set(order[sort(codes[order])])
    moved = lambda tree: jax.tree.map(lambda leaf: leaf[source], tree)
    return State(
        moved(state.potentials) if activity else state.potentials,
        state.step,
        moved(state.synapses) if synapses else state.synapses,
        state.rate_noise,
    )
