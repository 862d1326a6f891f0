"""The current into each unit, split by source: excitation, inhibition, input, bias."""

from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import check, check_shape, invalid
from .._show import AbstractShown, quantities, Table
from .._types import Numbers
from ..dynamics import along_units, SynapticState, times_rows
from ..network import AbstractNetwork, check_network, effective, State
from ..simulation import Trajectory
from ._arguments import check_last_axis, real_array


@final
class Currents(AbstractShown, eqx.Module):
    """The parts of the current into each unit at each step, `(*batch, time, n_hidden)`.

    Entry t leads from the state before step t to v[t]: it is computed from the rates
    before that step and from input t.

    **Attributes:** `excitatory` (through positive weights), `inhibitory` (through
    negative weights), `inputs` (`W_in u`), `bias`; `total` is their sum, without noise.
    """

    excitatory: Array
    inhibitory: Array
    inputs: Array
    bias: Array

    def _table(self) -> Table:
        return quantities(self)

    @property
    def total(self) -> Array:
        """The current of the equation, `W_hid r + W_in u + b_hid`."""
        return self.excitatory + self.inhibitory + self.inputs + self.bias


@checks_arguments
def currents(
    net: AbstractNetwork,
    trajectory: Trajectory,
    inputs: Numbers | None = None,
    *,
    state: State | None = None,
) -> Currents:
    """Compute excitatory, inhibitory, input and bias currents along a trajectory.

    Without noise `v[t] - v[t-1] = gamma (total[t] - v[t-1])`.

    **Arguments:**

    - `net`: the network of the trajectory. Its noise is left out.
    - `trajectory`: with rates recorded at every step, and with the synapses recorded
      if the network has short-term plasticity.
    - `inputs`: the inputs of that rollout, `(*batch, time, n_in)`; zeros by default.
    - `state`: the state that the rollout started from; v0 by default.

    **Raises:** `ValueError` for rates or synapses that were not recorded, for wrong
    shapes, and for a network with noise on its rates, which a record does not separate
    from the rates.
    """
    net = check_network(net, allow_stack=True)
    rates, synapses = trajectory.rates, trajectory.synapses
    is_plastic = net.synapses is not None
    if rates is None or (is_plastic and synapses is None):
        rule = "hold rates and synapses" if is_plastic else "hold rates"
        options = "rates=True, synapses=True" if is_plastic else "rates=True"
        remedy = f"Roll out with record=cj.Record({options})."
        raise invalid("trajectory", rule, "a record without them", remedy)
    remedy = "Pass the trajectory that cj.rollout returned for this network."
    check_last_axis("trajectory.rates", rates, net.n_hidden, remedy, before=("time",))
    has_rate_noise = net.noise is not None and net.noise.rate_std() is not None
    remedy = "Use cj.noiseless(net)."
    check(not has_rate_noise, "net", "have no noise on its rates", "some", remedy)

    input_shape = (*rates.shape[:-1], net.n_in)
    u = jnp.zeros(input_shape) if inputs is None else real_array("inputs", inputs)
    remedy = "Pass the inputs of that rollout, which recorded every step."
    check_shape("inputs", u, input_shape, remedy)
    start = (net.initial_state() if state is None else state).potentials
    shape = (*rates.shape[:-2], net.n_hidden)
    fits = start.shape in (shape, shape[-1:])
    rule, got = f"have shape {shape}", f"shape {start.shape}"
    remedy = "Pass the state that the rollout started from."
    check(fits, "state.potentials", rule, got, remedy)
    return _currents(net, rates, synapses, u.astype(net.dtype), start)


@jax.jit
def _currents(
    net: AbstractNetwork,
    rates: Array,
    synapses: SynapticState | None,
    u: Array,
    start: Array,
) -> Currents:
    v = jnp.broadcast_to(start, (*rates.shape[:-2], net.n_hidden))
    weights = effective(net)
    # what the units send at step t is their rate before the step, times u x of the
    # synapses of step t
    start_rates = net.form.rates(v, net.activation)[..., None, :]
    sent = jnp.concatenate([start_rates, rates[..., :-1, :]], axis=-2)
    if synapses is not None:
        sent = synapses.u * synapses.x * sent
    bias = jnp.zeros_like(rates)
    if weights.b_hid is not None:
        bias = bias + along_units(weights.b_hid, rates)
    return Currents(
        excitatory=times_rows(jnp.maximum(weights.w_hid, 0), sent),
        inhibitory=times_rows(jnp.minimum(weights.w_hid, 0), sent),
        inputs=times_rows(weights.w_in, u),
        bias=bias,
    )
