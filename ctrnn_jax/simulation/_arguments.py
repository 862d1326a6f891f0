"""What `rollout` refuses, and how it reads what it accepts."""

from collections.abc import Callable, Mapping
import math
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_choice, check_count, describe, invalid, is_concrete
from .._random import trial_keys
from .._types import KeyArray
from ..network import AbstractNetwork, State
from ..perturbations import Effects, Perturbed
from ._adjoint import AbstractAdjoint
from ._trajectory import Record


def check_kinds(
    net: Any, state: Any, record: Any, adjoint: Any
) -> tuple[AbstractNetwork, Effects]:
    """Refuse what is no network, a stack of them, and options of other classes.

    Returns the network, and what is done to it.
    """
    effects: Effects = ()
    if isinstance(net, Perturbed):
        net, effects = net.network, net.effects
    if not isinstance(net, AbstractNetwork):
        raise invalid("net", "be a network", describe(net), "Pass a CTRNN or EIRNN.")
    if net.dt.ndim != 0:
        raise invalid(
            "net",
            "be one network",
            f"a stack of shape {net.dt.shape}",
            "Map over it: jax.vmap(lambda n: cj.rollout(n, inputs))(nets).",
        )
    if state is not None and not isinstance(state, State):
        raise invalid(
            "state", "be a State", describe(state), "Use cj.State(potentials)."
        )
    if not isinstance(record, Record):
        raise invalid(
            "record", "be a Record", repr(record), "Use cj.Record(rates=True, ...)."
        )
    if not isinstance(adjoint, AbstractAdjoint):
        raise invalid(
            "adjoint", "be an adjoint", repr(adjoint), "Use cj.HoistedAdjoint()."
        )
    if record.synapses and net.synapses is None:
        raise invalid(
            "record",
            "leave out synapses for a network without their plasticity",
            repr(record),
            "Build it with synapses=cj.dynamics.ShortTermPlasticity(...).",
        )
    return net, effects


def by_name(net: AbstractNetwork, inputs: Mapping[str, Any]) -> Array:
    """Inputs that are given by name as one array, in the order of their channels."""
    named = net.layout.inputs
    if named is None or not named.names:
        raise invalid(
            "inputs",
            f"be an array of shape (*batch, time, {net.n_in})",
            f"names {sorted(inputs)}",
            "This network's inputs have no names: build it with connectivity=.",
        )
    for name in inputs:
        check_choice("inputs", name, named.names)
    missing = [name for name in named.names if name not in inputs]
    if missing:
        raise invalid(
            "inputs", "have every group", f"none for {missing}", "Silence is zeros."
        )
    parts = []
    for name in named.names:
        part, size = jnp.asarray(inputs[name]), len(named.indices(name))
        if part.ndim < 2 or part.shape[-1] != size:
            raise invalid(
                f"inputs[{name!r}]",
                f"have shape (*batch, time, {size})",
                f"shape {part.shape}",
                "The last axis is channels, the one before it time.",
            )
        if parts and part.shape[:-1] != parts[0].shape[:-1]:
            raise invalid(
                f"inputs[{name!r}]",
                f"have the batch and time of the others, {parts[0].shape[:-1]}",
                f"shape {part.shape}",
                "Broadcast it.",
            )
        if part.dtype != net.dtype:
            raise invalid(
                f"inputs[{name!r}]",
                f"have the network's dtype {net.dtype}",
                describe(part),
                f"Cast it with .astype({net.dtype}).",
            )
        parts.append(part)
    return jnp.concatenate(parts, axis=-1)


def batch_of(
    net: AbstractNetwork, inputs: Any, steps: Any, state: State | None, key: Any
) -> tuple[Array | None, tuple[int, ...]]:
    """The inputs as an array, and the batch shape of the rollout."""
    if inputs is None:
        if net.n_in > 0 and steps is None:
            raise invalid(
                "inputs",
                f"have shape (*batch, time, {net.n_in})",
                None,
                "For a run without input give `steps` instead.",
            )
        if steps is None:
            raise invalid(
                "steps", "be given where `inputs` is not", None, "Say how many."
            )
        check_count("steps", steps, at_least=0)
        batch = () if state is None else state.potentials.shape[:-1]
        if not batch and key is not None:
            batch = _as_key(key).shape
        return None, batch
    if steps is not None:
        raise invalid(
            "steps", "be left out where `inputs` is given", steps, "Its length decides."
        )
    u = by_name(net, inputs) if isinstance(inputs, Mapping) else jnp.asarray(inputs)
    if u.dtype != net.dtype:
        raise invalid(
            "inputs",
            f"have the network's dtype {net.dtype}",
            describe(u),
            f"Cast them with .astype({net.dtype}), or the network with cj.astype.",
        )
    if u.ndim < 2 or u.shape[-1] != net.n_in:
        raise invalid(
            "inputs",
            f"have shape (*batch, time, {net.n_in})",
            f"shape {u.shape}",
            "The last axis is channels, the one before it time.",
        )
    return u, u.shape[:-2]


def start_of(
    net: AbstractNetwork, state: State | None, batch: tuple[int, ...]
) -> State:
    """The state to start from, with the batch's shape."""
    if state is None:
        return net.initial_state(batch)
    v = state.potentials
    if v.shape not in [(net.n_hidden,), (*batch, net.n_hidden)]:
        raise invalid(
            "state.potentials",
            f"have shape {(*batch, net.n_hidden)}",
            f"shape {v.shape}",
            "One potential for each unit, in each trial of the batch.",
        )
    if v.dtype != net.dtype:
        raise invalid(
            "state.potentials",
            f"have the network's dtype {net.dtype}",
            describe(v),
            "Cast them with .astype.",
        )
    whole = lambda x: jnp.broadcast_to(x, (*batch, net.n_hidden))
    rest = net.state_at(whole(v), state.step)
    # what a hand-made state leaves out is at rest
    return State(
        rest.potentials,
        state.step,
        _kept("synapses", state.synapses, rest.synapses, whole),
        _kept("rate_noise", state.rate_noise, rest.rate_noise, whole),
    )


def _kept(name: str, given: Any, rest: Any, whole: Callable) -> Any:
    if given is None:
        return rest
    if rest is None:
        raise invalid(
            f"state.{name}", "be None", "a value", "This network has no such state."
        )
    return jax.tree.map(whole, given)


def _as_key(key: Any) -> KeyArray:
    """A typed key array; raw `uint32` keys of `jax.random.PRNGKey` are wrapped."""
    if isinstance(key, jax.Array) and jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        return key
    if isinstance(key, (jax.Array, np.ndarray)) and key.dtype == np.uint32:
        return jax.random.wrap_key_data(jnp.asarray(key))
    raise invalid("key", "be a JAX random key", describe(key), "Use jax.random.key(0).")


def keys_of(net: AbstractNetwork, key: Any, batch: tuple[int, ...]) -> KeyArray | None:
    """One key per trial, or `None` for a network without noise."""
    if net.noise is None:
        return None
    if key is None:
        raise invalid(
            "key",
            "be given to a network with noise",
            None,
            "Pass key=jax.random.key(...), or cj.noiseless(net).",
        )
    keys = _as_key(key)
    if keys.shape == batch:
        return keys
    if keys.shape == ():
        return trial_keys(keys, batch)
    raise invalid(
        "key",
        f"be one key, or one for each trial of the batch {batch}",
        f"keys of shape {keys.shape}",
        "Split or fold_in a key per trial.",
    )


def weight_dtype_of(net: AbstractNetwork, dtype: Any) -> np.dtype | None:
    """The dtype for products with weights, `None` for the network's own."""
    if dtype is None:
        return None
    try:
        found = jnp.dtype(dtype)
    except TypeError:
        found = None
    if (
        found is None
        or not jnp.issubdtype(found, jnp.floating)
        or found.itemsize > net.dtype.itemsize
    ):
        raise invalid(
            "weight_dtype",
            f"be a float of at most the precision of the network's {net.dtype}",
            repr(dtype),
            "Use jnp.bfloat16, or leave it out.",
        )
    return None if found == net.dtype else found


def finite(u: Array) -> Array:
    """The inputs, refused if an entry is NaN or infinite."""
    rule, remedy = "be finite", "Look for NaN in how they were made."
    bad = ~jnp.isfinite(u)
    if is_concrete(u):
        if np.any(np.asarray(bad)):
            count = int(np.sum(np.asarray(bad)))
            got = f"{count} of {math.prod(u.shape)} entries that are not"
            raise invalid("inputs", rule, got, remedy)
        return u
    return eqx.error_if(u, jnp.any(bad), f"`inputs` must {rule}. {remedy}")
