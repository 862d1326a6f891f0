"""One time step of a network as a map of its state, and its derivative."""

from collections.abc import Callable
from typing import TypeVar

import jax
from jax import Array
import jax.numpy as jnp

from .._tree import with_fields
from .._types import KeyArray
from ..dynamics import SynapticState
from ..network import AbstractNetwork, State, unconstrained
from ..perturbations import Perturbed
from ..simulation import DirectAdjoint, Record, rollout


N = TypeVar("N", bound=AbstractNetwork | Perturbed)

Moving = tuple[Array, SynapticState | None]
"""The part of a state that later states depend on: v, and u and x of the synapses."""

_NOTHING = Record(potentials=False, rates=False, outputs=False)


def frozen(net: N) -> N:
    """Return the same dynamics with the effective weights as parameters.

    The constraints are then applied once, not in every step of a loop.
    """
    if isinstance(net, Perturbed):
        return with_fields(net, network=unconstrained(net.network))
    return unconstrained(net)


def advance(
    net: AbstractNetwork | Perturbed,
    state: State,
    u: Array | None,
    key: KeyArray | None,
) -> State:
    """Return the state after one step with inputs `(*batch, n_in)`."""
    inputs = None if u is None else jnp.expand_dims(u, -2)
    steps = 1 if inputs is None else None
    traj = rollout(
        net,
        inputs,
        steps=steps,
        state=state,
        key=key,
        record=_NOTHING,
        adjoint=DirectAdjoint(),
    )
    return traj.final_state


def linearised(
    net: AbstractNetwork | Perturbed,
    state: State,
    u: Array | None,
    key: KeyArray | None,
) -> tuple[State, Callable[[Moving], Moving]]:
    """Return the state after one step, and the derivative of the step at `state`.

    The derivative is a linear function of a change of (v, u, x), or of v alone if the
    synapses are not plastic. The noise is held.
    """

    def step(moving: Moving) -> tuple[Moving, State]:
        v, synapses = moving
        new = advance(net, with_fields(state, potentials=v, synapses=synapses), u, key)
        return (new.potentials, new.synapses), new

    start = (state.potentials, state.synapses)
    _, push, new = jax.linearize(step, start, has_aux=True)
    return new, push
