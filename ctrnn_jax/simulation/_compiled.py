"""The compiled part of a rollout: weights, noise and the scan, chunk by chunk."""

import functools
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree
import numpy as np

from .._random import standard_normal, Stream
from .._types import KeyArray
from ..dynamics import along_units
from ..network import AbstractNetwork, effective, State, Weights
from ..perturbations import (
    apply_to_weights,
    Effects,
    step_effects,
    WeightChange,
    with_batch_axes,
)
from ._adjoint import AbstractAdjoint, Segment
from ._scan import Cell
from ._step import add_outputs, advance, cached_rates, Carry, emit, StepInputs, Theta
from ._trajectory import Record, Trajectory


@functools.partial(
    jax.jit, static_argnames=("length", "record", "adjoint", "weight_dtype", "mapped")
)
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
    weight_dtype: np.dtype | None,
    mapped: int,
) -> Trajectory:
    """Run a rollout whose arguments are validated; apply constraints once.

    The steps are divided twice. A segment is the unit of the adjoint's memory: see
    `AbstractAdjoint`. A chunk is the part of a segment that one scan runs: its noise is
    drawn and its weight gradients are taken at once, while they fit the cache.

    `mapped` is the number of rollouts like this one that `jax.vmap` maps over.
    """
    # Weights, with constraints and permanent perturbations.
    weights, changes = apply_to_weights(effective(net), effects)
    if u is None:
        changes = tuple(change for change in changes if change.weight != "w_in")
    batch = state.potentials.shape[:-1]
    effects = with_batch_axes(effects, batch)
    drive, w_drive = _drive(weights, u, batch, length)
    theta = _theta(net, weights, w_drive, changes, weight_dtype)
    strategies = (net.activation, net.form)
    cell = Cell(
        step=functools.partial(advance, *strategies),
        cache=functools.partial(cached_rates, *strategies),
        emit=functools.partial(emit, record, *strategies),
    )

    def run_chunk(
        carry: Carry, xs: tuple[Array | None, Array], index: PyTree
    ) -> tuple[Carry, PyTree]:
        """Draw the noise of a chunk and scan it."""
        del index
        u, times = xs
        noise = _noise(net, weights.tau, keys, times)
        at_steps = step_effects(effects, changes, times, net.dt, noise.zeta)
        inputs = StepInputs(u=u, eps=noise.eps, xi=noise.xi, effects=at_steps)
        carry, stored = adjoint.scan(
            theta, carry, inputs, cell=cell, stride=record.stride
        )
        return carry, add_outputs(theta, record, stored)

    def run_segment(
        carry: Carry, xs: tuple[Array | None, Array], index: PyTree
    ) -> tuple[Carry, PyTree]:
        """Run the chunks of a segment."""
        del index
        segment_length = xs[1].shape[0]
        size = adjoint.chunk(segment_length, step_bytes * mapped, record.stride)
        return _in_pieces(run_chunk, carry, xs, segment_length, size)

    # The start: perturbations and noise act on the rates of the step before, too.
    earlier = (state.step - 1)[None]
    noise_before = None if state.rate_noise is None else state.rate_noise[None]
    before = step_effects(effects, changes, earlier, net.dt, noise_before)
    carry = Carry(
        v=state.potentials,
        synapses=state.synapses,
        rate_factor=None if before.rate_factor is None else before.rate_factor[0],
        rate_addend=None if before.rate_addend is None else before.rate_addend[0],
    )
    step_arrays = jax.tree.leaves((carry.v, carry.synapses))
    step_bytes = sum(x.size * x.dtype.itemsize for x in step_arrays)

    # All steps, segment by segment.
    times = state.step + jnp.arange(length, dtype=jnp.int32)
    size = adjoint.segment(length, record.stride)
    carry, recorded = _in_pieces(
        adjoint.around(run_segment), carry, (drive, times), length, size
    )

    # The end: the state keeps the noise on the last rates, for a later rollout.
    rate_noise = state.rate_noise
    if rate_noise is not None and length > 0:
        zeta = _noise(net, weights.tau, keys, times[-1:]).zeta
        rate_noise = state.rate_noise if zeta is None else zeta[0]
    final_state = State(
        carry.v, state.step + length, synapses=carry.synapses, rate_noise=rate_noise
    )
    return Trajectory(
        potentials=recorded.v,
        rates=recorded.r,
        outputs=recorded.y,
        final_state=final_state,
        synapses=recorded.synapses,
        layout=net.layout,
    )


def _theta(
    net: AbstractNetwork,
    weights: Weights,
    w_drive: Array | None,
    changes: tuple[WeightChange, ...],
    weight_dtype: np.dtype | None,
) -> Theta:
    """Return the parameters that all steps share.

    Weights are cast to `weight_dtype` unless it is `None`; `b_out` is not.
    """

    def cast(w: Array) -> Array:
        return w if weight_dtype is None else w.astype(weight_dtype)

    w_both = None
    if w_drive is not None:
        # concatenated once, outside the loop
        w_both = cast(jnp.concatenate([weights.w_hid, w_drive], axis=1))
    return Theta(
        w_hid=cast(weights.w_hid),
        gain=net.method.gain(net.dt, weights.tau),
        w_drive=None if w_drive is None else cast(w_drive),
        w_both=w_both,
        w_out=cast(weights.w_out),
        b_out=weights.b_out,
        synapses=net.synapses,
        dt=net.dt,
        weight_changes=changes,
    )


def _in_pieces(
    run: Segment, carry: Carry, xs: PyTree, length: int, size: int
) -> tuple[Carry, PyTree]:
    """Call `run(carry, xs, index)` for `size` steps at a time; join the records.

    Time is the first axis of `xs`, and the last but one of each record. Each piece is
    written to its place in the result, so the result is not transposed at the end. The
    last piece may be shorter.
    """
    if size >= length:
        return run(carry, xs, 0)
    count, n_rest = divmod(length, size)

    def split(x: Array) -> Array:
        """(time, ...) -> (count, size, ...), without the last shorter piece."""
        return x[: count * size].reshape(count, size, *x.shape[1:])

    # Allocate the result, from the shapes that one piece records.
    pieces = jax.tree.map(split, xs)
    first_piece = jax.tree.map(lambda x: x[0], pieces)
    piece_shapes = jax.eval_shape(run, carry, first_piece, 0)[1]

    def allocate(x: jax.ShapeDtypeStruct) -> Array:
        *batch, n_recorded, units = x.shape
        return jnp.zeros((*batch, count * n_recorded, units), x.dtype)

    def write(result: Array, part: Array, index: Array) -> Array:
        return jax.lax.dynamic_update_slice_in_dim(
            result, part, index * part.shape[-2], axis=result.ndim - 2
        )

    def run_and_write(
        loop: tuple[Carry, PyTree, Array], piece: PyTree
    ) -> tuple[tuple[Carry, PyTree, Array], None]:
        carry, result, index = loop
        carry, record = run(carry, piece, index)
        write_at = functools.partial(write, index=index)
        return (carry, jax.tree.map(write_at, result, record), index + 1), None

    start = (carry, jax.tree.map(allocate, piece_shapes), jnp.zeros((), jnp.int32))
    (carry, result, index), _ = jax.lax.scan(run_and_write, start, pieces)
    # The shorter last piece is compiled separately.
    if n_rest:
        rest = jax.tree.map(lambda x: x[count * size :], xs)
        carry, record = run(carry, rest, index)
        result = jax.tree.map(
            lambda x, part: jnp.concatenate([x, part], axis=-2), result, record
        )
    return carry, result


def _drive(
    weights: Weights, u: Array | None, batch: tuple[int, ...], length: int
) -> tuple[Array, Array]:
    """Return inputs `(time, *batch, channels)` and weights `(n_hidden, channels)`.

    The product of the two is W_in u + b_hid: the bias is the weight of a last channel
    of ones. Without input and bias, there are 0 channels.
    """
    channels, columns = [], []
    if u is not None and u.shape[-1] > 0:
        channels.append(jnp.moveaxis(u, -2, 0))
        columns.append(weights.w_in)
    if weights.b_hid is not None:
        channels.append(jnp.ones((length, *batch, 1), weights.w_hid.dtype))
        columns.append(weights.b_hid[:, None])
    if not channels:
        # an empty array still has the length of the scan
        w_hid = weights.w_hid
        no_channels = jnp.zeros((length, *batch, 0), w_hid.dtype)
        return no_channels, jnp.zeros((w_hid.shape[0], 0), w_hid.dtype)
    return jnp.concatenate(channels, axis=-1), jnp.concatenate(columns, axis=-1)


class _Noise(NamedTuple):
    """Noise of some steps, `(time, *batch, n_hidden)`; `None` for an absent term."""

    eps: Array | None = None
    xi: Array | None = None
    zeta: Array | None = None


def _noise(
    net: AbstractNetwork, tau: Array, keys: KeyArray | None, times: Array
) -> _Noise:
    """Draw eps (inside gamma), xi (outside) and zeta (on the rates) of some steps."""
    if net.noise is None or keys is None:
        return _Noise()

    def draw(std: Array | None, stream: Stream) -> Array | None:
        if std is None:
            return None
        draws = standard_normal(keys, times, net.n_hidden, stream, net.dtype)
        return along_units(std, draws) * draws

    dynamics = (net.method, net.dt, tau)
    return _Noise(
        eps=draw(net.noise.pre_std(*dynamics), "eps"),
        xi=draw(net.noise.post_std(*dynamics), "xi"),
        zeta=draw(net.noise.rate_std(), "zeta"),
    )
