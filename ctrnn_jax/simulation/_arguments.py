"""Validation and conversion of the arguments of `rollout`."""

from collections.abc import Callable, Mapping
import math

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import PyTree
import numpy as np

from .._checks import (
    check,
    check_choice,
    check_count,
    check_dtype,
    check_numeric,
    check_over_time,
    invalid,
    is_concrete,
)
from .._random import trial_keys, typed_key
from .._types import ArrayLike, KeyArray
from ..network import AbstractNetwork, check_network, State
from ..perturbations import Effects, Perturbed
from ._trajectory import Record


def network_and_effects(
    net: AbstractNetwork | Perturbed, record: Record
) -> tuple[AbstractNetwork, Effects]:
    """Return the network and its effects, of a network or a perturbed one.

    Raises `ValueError` for stacks, and a record of synapses for a network without
    short-term plasticity.
    """
    effects: Effects = ()
    if isinstance(net, Perturbed):
        net, effects = net.network, net.effects
    hint = "Map over it: jax.vmap(lambda n: cj.rollout(n, inputs))(nets)."
    network = check_network(net, hint)
    check(
        not record.synapses or network.synapses is not None,
        "record",
        "leave out synapses for a network without their plasticity",
        lambda: repr(record),
        "Build it with synapses=cj.dynamics.ShortTermPlasticity(...).",
    )
    return network, effects


def joined_inputs(
    net: AbstractNetwork, inputs: Mapping[str, ArrayLike], time_major: bool
) -> Array:
    """Return inputs that are arrays by name as one array, in the order of channels.

    Raises `ValueError` for a network whose inputs have no names, unknown names (with a
    suggestion), missing groups, and arrays that do not fit each other or the network.
    """
    groups = net.layout.inputs
    if groups is None or not groups.names:
        raise invalid(
            "inputs",
            f"be an array of shape (*batch, time, {net.n_in})",
            f"names {sorted(inputs)}",
            "This network's inputs have no names: build it with connectivity=.",
        )
    for name in inputs:
        check_choice("inputs", name, groups.names)
    missing = [name for name in groups.names if name not in inputs]
    got = f"none for {missing}"
    check(not missing, "inputs", "have every group", got, "Silence is zeros.")
    # groups in the order of the network's channels, whichever order the user has
    parts: list[Array] = []
    for name in groups.names:
        argument = f"inputs[{name!r}]"
        check_numeric(argument, inputs[name])
        part = jnp.asarray(inputs[name])
        channels = len(groups.indices(name))
        check_over_time(argument, part, channels, time_major=time_major)
        others = parts[0].shape[:-1] if parts else part.shape[:-1]
        rule, got = f"have the batch and time of the others, {others}", part.shape
        check(got[:-1] == others, argument, rule, f"shape {got}", "Broadcast it.")
        check_dtype(argument, part, net.dtype)
        parts.append(part)
    return jnp.concatenate(parts, axis=-1)


def inputs_and_batch(
    net: AbstractNetwork,
    inputs: ArrayLike | Mapping[str, ArrayLike] | None,
    steps: int | None,
    state: State | None,
    key: object,
    time_major: bool,
) -> tuple[Array | None, tuple[int, ...]]:
    """Return the inputs as an array, and the batch shape of the rollout.

    Without inputs, the batch is that of the state, else that of the keys.

    Raises `ValueError` for inputs of another shape or dtype, and unless exactly one of
    `inputs` and `steps` is given.
    """
    if inputs is None:
        check(
            net.n_in == 0 or steps is not None,
            "inputs",
            f"have shape (*batch, time, {net.n_in})",
            None,
            "For a run without input give `steps` instead.",
        )
        rule = "be given where `inputs` is not"
        check(steps is not None, "steps", rule, None, "Say how many.")
        check_count("steps", steps, at_least=0)
        # no inputs: the batch is that of the state, else one trial for each key
        batch = () if state is None else state.potentials.shape[:-1]
        if not batch and key is not None:
            batch = typed_key(key).shape
        return None, batch
    rule = "be left out where `inputs` is given"
    check(steps is None, "steps", rule, steps, "Its length decides.")
    is_named = isinstance(inputs, Mapping)
    if not is_named:
        check_numeric("inputs", inputs)
    u = joined_inputs(net, inputs, time_major) if is_named else jnp.asarray(inputs)
    check_dtype("inputs", u, net.dtype)
    check_over_time("inputs", u, net.n_in, time_major=time_major)
    return u, u.shape[1:-1] if time_major else u.shape[:-2]


def initial_state(
    net: AbstractNetwork, state: State | None, batch: tuple[int, ...]
) -> State:
    """Return the state to start from, with the batch axes of the rollout.

    Parts that the user's state leaves out are at rest.

    Raises `ValueError` for potentials of another shape or dtype, and for parts that
    the network has not.
    """
    if state is None:
        return net.initial_state(batch)
    v = state.potentials
    check(
        v.shape in [(net.n_hidden,), (*batch, net.n_hidden)],
        "state.potentials",
        f"have shape {(*batch, net.n_hidden)}",
        f"shape {v.shape}",
        "One potential for each unit, in each trial of the batch.",
    )
    check_dtype("state.potentials", v, net.dtype)

    def broadcast(x: Array) -> Array:
        return jnp.broadcast_to(x, (*batch, net.n_hidden))

    # the parts that the user's state leaves out come from a state at rest
    at_rest = net.state_at(broadcast(v), state.step)
    return State(
        at_rest.potentials,
        state.step,
        synapses=_part_or_rest("synapses", state.synapses, at_rest.synapses, broadcast),
        rate_noise=_part_or_rest(
            "rate_noise", state.rate_noise, at_rest.rate_noise, broadcast
        ),
    )


def _part_or_rest(
    name: str, part: PyTree, at_rest: PyTree, broadcast: Callable[[Array], Array]
) -> PyTree:
    """Return a part of the state with batch axes; if it is `None`, the part at rest."""
    if part is None:
        return at_rest
    remedy = "This network has no such state."
    check(at_rest is not None, f"state.{name}", "be None", "a value", remedy)
    return jax.tree.map(broadcast, part)


def keys_of(
    net: AbstractNetwork, key: object, batch: tuple[int, ...]
) -> KeyArray | None:
    """Return one key per trial, or `None` for a network without noise.

    Raises `ValueError` if a network with noise has no key, and for keys that are
    neither one key nor one for each trial.
    """
    if net.noise is None:
        return None
    check(
        key is not None,
        "key",
        "be given to a network with noise",
        None,
        "Pass key=jax.random.key(...), or cj.noiseless(net).",
    )
    keys = typed_key(key)
    rule = f"be one key, or one for each trial of the batch {batch}"
    remedy = "Split or fold_in a key per trial."
    got = f"keys of shape {keys.shape}"
    check(keys.shape in [(), batch], "key", rule, got, remedy)
    return trial_keys(keys, batch)


def weight_dtype_of(net: AbstractNetwork, dtype: DTypeLike | None) -> np.dtype | None:
    """Return the dtype for products with weights, `None` for the network's dtype.

    Raises `ValueError` for a type that is no float, and for a float of more bits than
    the network's.
    """
    if dtype is None:
        return None
    # a name that is no dtype is the same error as a dtype that is no float
    try:
        weight_dtype = jnp.dtype(dtype)
    except TypeError:
        weight_dtype = None
    if (
        weight_dtype is None
        or not jnp.issubdtype(weight_dtype, jnp.floating)
        or weight_dtype.itemsize > net.dtype.itemsize
    ):
        raise invalid(
            "weight_dtype",
            f"be a float of at most the precision of the network's {net.dtype}",
            repr(dtype),
            "Use jnp.bfloat16, or leave it out.",
        )
    return None if weight_dtype == net.dtype else weight_dtype


def finite(u: Array) -> Array:
    """Return the inputs; raise an error if an entry is NaN or infinite.

    Concrete inputs raise `ValueError` at the call. For traced inputs the result carries
    a check that runs with the program: use the result, or the check is compiled away.
    """
    rule, remedy = "be finite", "Look for NaN in how they were made."
    is_bad = ~jnp.isfinite(u)
    if not is_concrete(u):
        message = f"`inputs` must {rule}. {remedy}"
        return eqx.error_if(u, jnp.any(is_bad), message)
    n_bad = int(np.sum(np.asarray(is_bad)))
    got = f"{n_bad} of {math.prod(u.shape)} entries that are not"
    check(n_bad == 0, "inputs", rule, got, remedy)
    return u
