"""The operands of the scan: parameters that steps share, inputs and noise of steps."""

from typing import NamedTuple

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._random import standard_normal, Stream
from .._types import KeyArray
from ..dynamics import along_units
from ..network import AbstractNetwork, Weights
from ..perturbations import WeightChange
from ._scan import Theta


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


class Noise(NamedTuple):
    """Noise of some steps, `(time, *batch, n_hidden)`; `None` for an absent term."""

    eps: Array | None = None
    xi: Array | None = None
    zeta: Array | None = None


def noise_at(
    net: AbstractNetwork, tau: Array, keys: KeyArray | None, times: Array
) -> Noise:
    """Draw eps (inside gamma), xi (outside) and zeta (on the rates) of some steps."""
    if net.noise is None or keys is None:
        return Noise()

    def draw(std: Array | None, stream: Stream) -> Array | None:
        if std is None:
            return None
        draws = standard_normal(keys, times, net.n_hidden, stream, net.dtype)
        return along_units(std, draws) * draws

    dynamics = (net.method, net.dt, tau)
    return Noise(
        eps=draw(net.noise.pre_std(*dynamics), "eps"),
        xi=draw(net.noise.post_std(*dynamics), "xi"),
        zeta=draw(net.noise.rate_std(), "zeta"),
    )
