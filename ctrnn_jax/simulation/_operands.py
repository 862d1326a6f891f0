"""The operands of the scan: parameters that steps share, inputs and noise of steps."""

import functools
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._random import standard_normal, Stream
from .._types import KeyArray
from ..dynamics import along_units
from ..network import AbstractNetwork, Weights
from ..perturbations import AbstractEffect, effect_at, StepEffect, WeightChange
from ._scan import Disturbance, Theta


def theta_of(
    net: AbstractNetwork,
    weights: Weights,
    w_drive: Array,
    changes: tuple[WeightChange, ...],
    weight_dtype: np.dtype | None,
) -> Theta:
    """Return the parameters that all steps share.

    Weights are cast to `weight_dtype` unless it is `None`; `b_out` is not.
    """

    def cast(w: Array) -> Array:
        return w if weight_dtype is None else w.astype(weight_dtype)

    return Theta(
        w_hid=cast(weights.w_hid),
        gain=net.method.gain(net.dt, weights.tau),
        w_drive=cast(w_drive),
        # concatenated once, outside the loop
        w_both=cast(jnp.concatenate([weights.w_hid, w_drive], axis=1)),
        w_out=cast(weights.w_out),
        b_out=weights.b_out,
        synapses=net.synapses,
        dt=net.dt,
        form=net.form,
        weight_changes=changes,
    )


def drive_of(
    weights: Weights, u: Array | None, batch: tuple[int, ...], length: int
) -> tuple[Array, Array]:
    """Return inputs `(time, *batch, channels)` and weights `(n_hidden, channels)`.

    `u` has time first, too. The product of the two is W_in u + b_hid: the bias is the
    weight of a last channel of ones. Without input and bias, there are 0 channels.
    """
    channels, columns = [], []
    if u is not None and u.shape[-1] > 0:
        channels.append(u)
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


class Shared(NamedTuple):
    """What the disturbances of all steps have in common.

    - `stds`: the standard deviation of eps, xi and zeta in a step, each `()` or
      `(n_hidden,)`; `None` for absent noise.
    - `keys`: one for each trial.
    - `effects`, `changes`: perturbations; `dt` in ms.
    """

    stds: dict[Stream, Array]
    keys: KeyArray | None
    effects: tuple[AbstractEffect, ...]
    changes: tuple[WeightChange, ...]
    dt: Array


def noise_stds(net: AbstractNetwork, tau: Array) -> dict[Stream, Array]:
    """Return the standard deviation of each noise term of a network."""
    if net.noise is None:
        return {}
    dynamics = (net.method, net.dt, tau)
    stds: dict[Stream, Array | None] = {
        "eps": net.noise.pre_std(*dynamics),
        "xi": net.noise.post_std(*dynamics),
        "zeta": net.noise.rate_std(),
    }
    return {stream: std for stream, std in stds.items() if std is not None}


def noise_at(
    shared: Shared, times: Array, stream: Stream, units: int, dtype: np.dtype
) -> Array | None:
    """Return the noise of some steps, `(time, *batch, n_hidden)`, or `None`."""
    std = shared.stds.get(stream)
    if std is None or shared.keys is None:
        return None
    draws = standard_normal(shared.keys, times, units, stream, dtype)
    return along_units(std, draws) * draws


def disturb(
    units: int, dtype: np.dtype, ndim: int, times: Array, shared: Shared
) -> Disturbance:
    """Return the noise and the perturbations of some steps.

    `ndim` counts the axes of a state, with batch axes. Arrays of the result have one
    more, so that some steps at once are computed as one step is.
    """
    eps, xi, zeta = (
        noise_at(shared, times, stream, units, dtype)
        for stream in ("eps", "xi", "zeta")
    )
    gates = tuple(change.gate(times, shared.dt)[:, None] for change in shared.changes)
    return Disturbance(
        eps=eps,
        xi=xi,
        effect=aligned_effect(shared, times, zeta, ndim),
        weight_gates=jax.tree.map(functools.partial(_aligned, ndim), gates),
    )


def aligned_effect(
    shared: Shared, times: Array, zeta: Array | None, ndim: int
) -> StepEffect:
    """Return the effect of perturbations and of the noise on the rates at some steps.

    `ndim` as in `disturb`.
    """
    effect = effect_at(shared.effects, times, shared.dt, zeta)
    return jax.tree.map(functools.partial(_aligned, ndim), effect)


def _aligned(ndim: int, x: Array) -> Array:
    """Insert batch axes of size 1 after the time axis, for states of `ndim` axes."""
    return jnp.expand_dims(x, tuple(range(1, ndim + 2 - x.ndim)))
