"""What drives each unit: excitation, inhibition, input and bias apart."""

from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._checks import describe, invalid
from ..dynamics import along_units, times_rows
from ..network import AbstractNetwork, effective, State
from ..simulation import Trajectory


class Currents(eqx.Module):
    """The parts of the current of each unit in each step, `(*batch, time, n_hidden)`.

    Entry t is the current that leads from the state before to v[t]: of the rates before
    that step, and of input t.

    **Attributes:** `excitatory` (through positive weights), `inhibitory` (through
    negative ones), `inputs` (`W_in u`), `bias`; `total` is their sum, without noise.
    """

    excitatory: Array
    inhibitory: Array
    inputs: Array
    bias: Array

    @property
    def total(self) -> Array:
        """The current of the equation, `W_hid r + W_in u + b_hid`."""
        return self.excitatory + self.inhibitory + self.inputs + self.bias


def currents(
    net: Any, trajectory: Trajectory, inputs: Any = None, *, state: State | None = None
) -> Currents:
    """Excitatory, inhibitory, input and bias currents of each unit along a trajectory.

    Without noise `v[t] - v[t-1] = gamma (total[t] - v[t-1])`.

    **Arguments:**

    - `net`: the network that made the trajectory (its noise is left out).
    - `trajectory`: with rates recorded at every step, and synapses if it has them.
    - `inputs`: the inputs of that rollout, `(*batch, time, n_in)`; left out: none.
    - `state`: the state that rollout started from; by default v0.

    **Raises:** `ValueError` for rates or synapses that were not recorded, wrong
    shapes, and networks with noise on their rates, which the record does not show
    apart.
    """
    if not isinstance(net, AbstractNetwork):
        raise invalid("net", "be a network", describe(net), "Pass a CTRNN or EIRNN.")
    rates = trajectory.rates
    synapses = trajectory.synapses
    if rates is None or (net.synapses is not None and synapses is None):
        raise invalid(
            "trajectory",
            "hold rates" + (" and synapses" if net.synapses is not None else ""),
            None,
            "Pass record=cj.Record(synapses=True), or leave `record` out.",
        )
    if rates.ndim < 2 or rates.shape[-1] != net.n_hidden:
        raise invalid(
            "trajectory",
            f"have rates of shape (*batch, time, {net.n_hidden})",
            f"shape {rates.shape}",
            "Pass what cj.rollout returned for this network.",
        )
    if net.noise is not None and net.noise.rate_std() is not None:
        raise invalid(
            "net", "have no noise on its rates", "some", "Use cj.noiseless(net)."
        )
    silent = jnp.zeros((*rates.shape[:-1], net.n_in), net.dtype)
    u = silent if inputs is None else jnp.asarray(inputs).astype(net.dtype)
    if u.shape != (*rates.shape[:-1], net.n_in):
        raise invalid(
            "inputs",
            f"have shape {(*rates.shape[:-1], net.n_in)}",
            f"shape {u.shape}",
            "Pass the inputs of that rollout.",
        )
    start = net.initial_state() if state is None else state
    v = jnp.broadcast_to(start.potentials, (*rates.shape[:-2], net.n_hidden))
    efficacy = None if synapses is None else synapses.u * synapses.x
    return _currents(net, rates, u, v, efficacy)


@jax.jit
def _currents(
    net: AbstractNetwork, rates: Array, u: Array, v: Array, efficacy: Array | None
) -> Currents:
    weights = effective(net)
    first = net.form.rates(v, net.activation)[..., None, :]
    sent = jnp.concatenate([first, rates[..., :-1, :]], axis=-2)
    if efficacy is not None:
        sent = efficacy * sent
    silent = jnp.zeros_like(rates)
    bias = (
        silent if weights.b_hid is None else silent + along_units(weights.b_hid, rates)
    )
    return Currents(
        excitatory=times_rows(jnp.maximum(weights.w_hid, 0), sent),
        inhibitory=times_rows(jnp.minimum(weights.w_hid, 0), sent),
        inputs=times_rows(weights.w_in, u),
        bias=bias,
    )
