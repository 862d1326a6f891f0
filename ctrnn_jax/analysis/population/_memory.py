"""Memory of the past: linear capacity, active and silent memory."""

import functools
from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import (
    check,
    check_count,
    check_shape,
    is_concrete,
)
from ..._progress import compiling, reporting
from ..._show import AbstractShown, counted, quantities, Table, text, titled, with_rank
from ..._tree import with_fields
from ..._types import KeyArray, Numbers, Scalar
from ...network import State
from ._condition_levels import as_levels, Labels
from ._data import as_data, common_dtype
from ._decoding import AbstractDecoder, decode, Decoding


@final
class MemoryCapacity(AbstractShown, eqx.Module):
    """How well the best linear readout recalls the input of each lag.

    **Attributes:**

    - `capacities`: squared correlation of readout and input at each lag, `(lags,)`;
      lag 0 is the input of the step that produced the state.
    - `total`: their sum, at most the number of units for white input.
    """

    capacities: Array
    total: Scalar

    def _table(self) -> Table:
        about = f"of {counted(len(with_rank(self.capacities, 1)), 'lag')}"
        return quantities(self, about)


@checks_arguments
def memory_capacity(
    activity: Numbers,
    inputs: Numbers,
    *,
    lags: int,
    washout: int = 0,
    corrected: bool = False,
    progress: bool | None = None,
) -> MemoryCapacity:
    """Compute the linear memory capacity of a network driven by white noise.

    `MC_k` is the fraction of the variance of `u[t - k]` that an affine readout of the
    state after step t explains (Jaeger 2001, "Short term memory in echo state
    networks", GMD report 152, definition 1). A linear network whose states span all
    its units has `sum_k MC_k = units`.

    **Arguments:**

    - `activity`: `(time, units)`, the potentials or rates of one long run.
    - `inputs`: `(time,)`, independent from step to step; entry t led to `activity[t]`.
    - `lags`: number of lags, 0 to `lags - 1`.
    - `washout`: steps at the start to leave out.
    - `corrected`: subtract what a readout explains by chance (adjusted R^2); without
        it each lag is too large by about units / time.
    - `progress`: whether to report the progress; see `fit`.

    Raises `ValueError` if the two differ in length, if fewer than units + 2 samples
    remain, and for input that does not vary.
    """
    states = as_data("activity", activity, "time units")
    drive = as_data("inputs", inputs, "time")
    lags = check_count("lags", lags, at_least=1)
    washout = check_count("washout", washout, at_least=0)
    steps, units = states.shape
    check_shape("inputs", drive, (steps,), "Give one run, one input channel.")

    # the first step that has an input at every lag
    start = max(washout, lags - 1)
    num_samples = steps - start
    rule = "leave more steps than units + 1 after washout and lags"
    got = f"{max(num_samples, 0)} steps"
    check(num_samples >= units + 2, "activity", rule, got, "Run for longer.")
    states, drive = common_dtype(states, drive)
    with reporting(
        progress, "memory_capacity", "lags", lags, arguments=(states, drive)
    ) as display:
        result = display.finished(_capacities(states, drive, lags, start, corrected))
        display.close(f"{counted(lags, 'lag')} in {display.seconds}")
    varies = not is_concrete(result) or not jnp.isnan(result.total)
    check(varies, "inputs", "vary", "the same at all steps", "Use white noise.")
    return result


@functools.partial(jax.jit, static_argnames=("lags", "start", "corrected"))
def _capacities(
    states: Array, drive: Array, lags: int, start: int, corrected: bool
) -> MemoryCapacity:
    compiling("the readout")
    # R^2 is the fraction of the target within the span of the states, so an orthonormal
    # basis (samples, units) is enough; normal equations would square the condition
    centred = states[start:] - jnp.mean(states[start:], axis=0)[None]
    basis, singular, _ = jnp.linalg.svd(centred, full_matrices=False)
    floor = jnp.finfo(states.dtype).eps * max(centred.shape) * singular[0]
    basis = jnp.where((singular > floor)[None], basis, 0)
    count = centred.shape[0]

    def capacity(lag: Array) -> Array:
        past = jax.lax.dynamic_slice(drive, (start - lag,), (count,))
        past = past - past[0]  # input that never varies is then 0 exactly
        past = past - jnp.mean(past)
        return jnp.sum((past @ basis) ** 2) / jnp.sum(past**2)

    capacities = jax.lax.map(capacity, jnp.arange(lags))
    if corrected:
        rank = jnp.sum(singular > floor).astype(states.dtype)
        capacities = 1 - (1 - capacities) * (count - 1) / (count - 1 - rank)
    return MemoryCapacity(capacities, jnp.sum(capacities))


@final
class MemoryDecoding(AbstractShown, eqx.Module):
    """Active and silent memory.

    **Attributes:**

    - `rates`: decoding from activity: active memory.
    - `synapses`: decoding from synaptic efficacies: silent memory if decoding from
      activity is at chance.
    """

    rates: Decoding
    synapses: Decoding

    def _table(self) -> Table:
        rows = tuple(
            (f"{name}.accuracy", text(decoding.accuracy))
            for name, decoding in vars(self).items()
        )
        return Table(titled(self), (*rows, ("chance", text(self.rates.chance))))


@checks_arguments
def decode_memory(
    rates: Numbers,
    u: Numbers,
    x: Numbers,
    labels: Labels,
    *,
    decoder: AbstractDecoder | None = None,
    folds: int = 5,
    shuffles: int = 100,
    key: KeyArray,
    progress: bool | None = None,
) -> MemoryDecoding:
    """Decode labels from activity and from synapses (Masse et al. 2019, Fig. 2).

    **Arguments:**

    - `rates`: `(trials, time, units)`.
    - `u`, `x`: utilisation and resources of short-term plasticity, of the same shape:
        `traj.synapses` of `Record(synapses=True)`; their product is the efficacy.
    - `labels`, `decoder`, `folds`, `shuffles`, `progress`: as for `decode`.
    - `key`: both decodings use the same folds and shuffles.

    Raises `ValueError` as `decode`, and for shapes that differ.
    """
    data = as_data("rates", rates, "trials time units")
    u = as_data("u", u, "trials time units")
    x = as_data("x", x, "trials time units")
    for name, value in (("u", u), ("x", x)):
        check_shape(name, value, data.shape, "Record it at the steps of the rates.")
    u, x = common_dtype(u, x)

    def decode_from(activity: Array) -> Decoding:
        return decode(
            activity,
            labels,
            decoder=decoder,
            folds=folds,
            shuffles=shuffles,
            key=key,
            progress=progress,
        )

    return MemoryDecoding(decode_from(data), decode_from(u * x))


@checks_arguments
def shuffle_memory(
    state: State,
    *,
    key: KeyArray,
    activity: bool = False,
    synapses: bool = False,
    within: Labels | None = None,
) -> State:
    """Return a state whose activity or synapses are permuted among trials.

    Roll out to the end of a delay, shuffle activity or synapses, and continue the
    rollout: performance falls if the network relies on them (Masse et al. 2019, Fig.
    4).

    **Arguments:**

    - `state`: `traj.final_state` of a batch with one axis.
    - `key`: for the permutation.
    - `activity`, `synapses`: which to shuffle; both use the same permutation.
    - `within`: a label for each trial, `(trials,)`, such as the upcoming test: permute
        only among trials of the same label.

    Raises `ValueError` if neither is True, for states that are not of a batch with one
    axis, and for synapses if the network has none.
    """
    got = f"shape {state.potentials.shape}"
    rule, remedy = "be of a batch with one axis", "Add or merge axes."
    check(state.potentials.ndim == 2, "state", rule, got, remedy)
    is_any = activity or synapses
    check(is_any, "activity", "be True, or synapses", "neither", "Shuffle one.")
    has_synapses = state.synapses is not None or not synapses
    remedy = "Give the network ShortTermPlasticity."
    check(has_synapses, "state", "have synapses", None, remedy)

    # the j-th trial of a label in the order of the batch takes the values of its j-th
    # trial in a random order
    trials = state.potentials.shape[0]
    labels = np.zeros(trials) if within is None else within
    codes = jnp.asarray(as_levels("within", labels, trials)[1])
    order = jax.random.permutation(key, trials)
    by_label = jnp.argsort(codes, stable=True)
    by_label_shuffled = order[jnp.argsort(codes[order], stable=True)]
    source = order.at[by_label].set(by_label_shuffled)
    names = ["potentials"] * activity + ["synapses"] * synapses
    changed = {name: getattr(state, name) for name in names}
    return with_fields(state, **jax.tree.map(lambda leaf: leaf[source], changed))
