"""One step of a network as a map of its state, and double precision for it."""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import describe, invalid, is_concrete
from .._tree import with_fields
from .._types import KeyArray
from ..dynamics import SynapticState
from ..network import AbstractNetwork, State, unconstrained
from ..perturbations import Perturbed
from ..simulation import DirectAdjoint, Record, rollout


T = TypeVar("T")
N = TypeVar("N", AbstractNetwork, Perturbed)

Moving = tuple[Array, SynapticState | None]
"""The part of a state that later states depend on: v, and u and x of synapses."""

_NOTHING = Record(potentials=False, rates=False, outputs=False)


def _cast(tree: Any, dtype: jnp.dtype) -> Any:
    """Real leaves in a dtype, complex ones in the complex dtype of that precision."""

    def one(leaf: Any) -> Any:
        if not isinstance(leaf, (jax.Array, np.ndarray, np.floating)):
            return leaf
        if jnp.issubdtype(leaf.dtype, jnp.complexfloating):
            wide = jnp.complex128 if dtype == jnp.float64 else jnp.complex64
            return jax.lax.convert_element_type(leaf, wide)
        if jnp.issubdtype(leaf.dtype, jnp.floating):
            return jax.lax.convert_element_type(leaf, dtype)
        return leaf

    return jax.tree.map(one, tree)


def in_double(function: Callable[..., T], *args: Any, dtype: jnp.dtype) -> T:
    """`function(*args)` in double precision, with results of a dtype.

    Also where JAX is set to single precision: what grows or cancels over thousands of
    steps needs the digits, and whoever asked gets numbers of the network's dtype. Not
    under a `jit` or `vmap` of the caller then: a program has one precision.
    """
    wide = jax.dtypes.canonicalize_dtype(jnp.float64) == jnp.float64
    if not (wide or is_concrete(args)):
        return _cast(function(*_cast(args, dtype)), dtype)
    with jax.enable_x64(True):
        return _cast(function(*_cast(args, jnp.dtype(jnp.float64))), dtype)


def check_network(net: Any, *, perturbed: bool = False) -> AbstractNetwork:
    """Refuse what is not one network; return it, without its perturbations."""
    if isinstance(net, Perturbed) and perturbed:
        net = net.network
    if not isinstance(net, AbstractNetwork):
        got = "a perturbed one" if isinstance(net, Perturbed) else describe(net)
        raise invalid("net", "be a network", got, "Pass a CTRNN or EIRNN.")
    if net.dt.ndim != 0:
        raise invalid(
            "net",
            "be one network",
            f"a stack of shape {net.dt.shape}",
            "Map over it with jax.vmap.",
        )
    return net


def input_array(net: AbstractNetwork, inputs: Any) -> Array:
    """Inputs as an array with the network's channels last, in its dtype."""
    u = inputs if isinstance(inputs, jax.Array) else jnp.asarray(np.asarray(inputs))
    if not u.ndim or u.shape[-1] != net.n_in:
        raise invalid(
            "inputs",
            f"have the {net.n_in} channels of the network last",
            f"shape {u.shape}",
            "One vector is a constant input.",
        )
    if is_concrete(u) and not np.all(np.isfinite(np.asarray(u))):
        raise invalid("inputs", "be finite", "NaN or infinity", "Look for its source.")
    return u.astype(net.dtype)


def start_state(net: AbstractNetwork, state: State | None) -> State:
    """The state of one trial to start from, complete; by default v0."""
    if state is None:
        return net.initial_state()
    v = state.potentials
    if v.shape != (net.n_hidden,):
        raise invalid(
            "state.potentials",
            f"have shape {(net.n_hidden,)}",
            f"shape {v.shape}",
            "Map over many with jax.vmap.",
        )
    rest = net.state_at(v.astype(net.dtype), state.step)
    synapses = rest.synapses if state.synapses is None else state.synapses
    noise = rest.rate_noise if state.rate_noise is None else state.rate_noise
    return State(rest.potentials, state.step, synapses, noise)


def frozen(net: N) -> N:
    """The same dynamics with its effective weights as parameters.

    No step of a loop applies the constraints again then.
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
    """The state after one step with inputs `(*batch, n_in)`."""
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
    """The state after one step, and the derivative of that map at the state before.

    Of the joint state (v, u, x) where synapses are plastic; the noise is held.
    """

    def move(moving: Moving) -> tuple[Moving, State]:
        v, synapses = moving
        new = advance(net, with_fields(state, potentials=v, synapses=synapses), u, key)
        return (new.potentials, new.synapses), new

    start = (state.potentials, state.synapses)
    _, push, new = jax.linearize(move, start, has_aux=True)
    return new, push
