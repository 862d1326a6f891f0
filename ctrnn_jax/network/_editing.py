"""Edited copies of networks: other weights or constants, stacks, other readouts."""

from collections.abc import Sequence
import dataclasses
import inspect
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
from jax.typing import DTypeLike
import numpy as np

from .._arguments import checks_arguments, unknown_keyword
from .._checks import (
    check,
    check_instance,
    describe,
    is_concrete,
)
from .._tree import same_structure, strong, with_fields
from ..connectivity import groups
from ..constraints import Fixed, Free
from ..dynamics import as_activation
from ._abstract import AbstractNetwork
from ._construction import build_constants, build_dynamics, float_dtype
from ._effective import effective
from ._from_effective import to_raw
from ._unit_selection import chosen_units, Units
from ._unknown_attributes import REPLACEABLE
from ._validation import check_network
from ._weights import NAMES, shapes, Weights


N = TypeVar("N", bound=AbstractNetwork)


@checks_arguments
def noiseless(net: N) -> N:
    """Return the network without its noise; it then needs no key.

    **Example:**

    >>> noise = cj.DiffusionNoise(0.1)
    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, noise=noise, key=jax.random.key(0))
    >>> cj.rollout(cj.noiseless(net), jnp.ones((20, 2))).rates.shape  # no key
    (20, 8)
    """
    check_network(net, allow_stack=True)
    return with_fields(net, noise=None)


@checks_arguments
def astype(net: N, dtype: DTypeLike) -> N:
    """Return the network with weights, constants and states of another float dtype.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.astype(net, jnp.float16).dtype
    dtype('float16')
    """
    check_network(net, allow_stack=True)
    return strong(net, float_dtype(dtype))


@checks_arguments
def replace(net: N, **changes: Any) -> N:
    """Return a copy with other weights or constants.

    **Arguments:** any of `w_in, w_hid, w_out, b_hid, b_out, v0` (arrays of effective
    weights, set through the constraint's inverse), `dt`, `tau`, `noise`, `method`,
    `form`, `synapses`, `activation`.

    Raises `TypeError` for an unknown name (with a suggestion), and `ValueError` for
    weights that the network lacks and values that its constructor rejects.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> float(cj.replace(net, dt=5.0).dt)
    5.0
    """
    check_network(net)
    for name in changes.keys() - set(REPLACEABLE):
        if name in inspect.signature(type(net)).parameters:
            raise TypeError(f"replace() cannot change `{name}`. Build another network.")
        raise unknown_keyword("replace", name, REPLACEABLE)
    # validate the constants together: the method limits dt by tau
    method, form = changes.get("method", net.method), changes.get("form", net.form)
    dt, tau, noise = build_constants(
        net.n_hidden,
        changes.get("dt", net.dt),
        changes.get("tau", net.tau),
        changes.get("noise", net.noise),
        method,
        net.dtype,
    )
    if "tau" in changes:
        changes["tau"] = tau
    elif "dt" in changes and "tau" not in net.fixed:
        # A trained tau is a raw parameter reflected at dt: with another dt, the same
        # parameter would be another tau. Set the parameter anew from the value.
        if is_concrete((dt, tau)):
            rule = f"not exceed the learned tau, {float(jnp.min(tau)):g} ms"
            check(bool(jnp.all(tau >= dt)), "dt", rule, dt, "Halve it.")
        changes["tau"] = tau
    synapses = changes.get("synapses", net.synapses)
    return with_fields(
        net,
        raw=_replaced_raw(net, changes, tau.shape),
        dt=dt,
        noise=noise,
        method=method,
        form=form,
        synapses=build_dynamics(net.n_hidden, form, synapses, net.dtype),
        activation=as_activation(changes.get("activation", net.activation)),
    )


def _replaced_raw(
    net: AbstractNetwork, changes: dict[str, Any], tau_shape: tuple[int, ...]
) -> Weights:
    """Return the raw parameters with those of the changed effective weights."""
    shape_of = shapes(net.n_in, net.n_hidden, net.n_out, tau_shape)
    raw = {name: getattr(net.raw, name) for name in NAMES}
    for name in raw.keys() & changes.keys():
        constraint = getattr(net.constraints, name)
        value, exists = changes[name], constraint is not None
        remedy = f"Build the network with use_bias_{name[2:]}=True."
        check(exists, name, "be a weight of the network", describe(value), remedy)
        shape = shape_of[name]
        raw[name] = to_raw(name, value, constraint, net.dtype, shape, net.switches)
    return Weights(**raw)


def unconstrained(net: N) -> N:
    """Return a network with the same dynamics whose raw parameters are its weights.

    Use it in programs that call `step` in a loop or change weights at each step: no
    constraint is then applied again.
    """
    weights = effective(net)
    free = {name: None if getattr(weights, name) is None else Free() for name in NAMES}
    return with_fields(
        net, raw=weights, constraints=Weights(**free), fixed=("v0", "tau")
    )


@checks_arguments
def stack(nets: Sequence[N]) -> N:
    """Stack networks of one structure along a new leading axis, for `vmap`.

    Raises `ValueError` for an empty list, and for networks that differ in size or
    structure.

    **Example:**

    >>> def make(seed):
    ...     return cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(seed))
    >>> nets = cj.stack([make(0), make(1)])
    >>> jax.vmap(lambda net: cj.rollout(net, jnp.ones((20, 2))).outputs)(nets).shape
    (2, 20, 1)
    """
    check(nets, "nets", "hold at least one network", "none", "Give a list.")
    for index, net in enumerate(nets):
        check_network(net, name=f"nets[{index}]", allow_stack=True)
        rule = "agree in sizes, dtype, constraints, noise and activation"
        got = f"a different network at position {index}"
        remedy = "Only numbers may differ within a stack."
        check(same_structure(net, nets[0]), "nets", rule, got, remedy)
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *nets)


@checks_arguments
def observe(net: N, units: Units) -> N:
    """Return the network whose outputs are the rates of some units, to fit recordings.

        net = cj.network.observe(net, task.observed_units)
        cj.fit(net, task, optimiser, ...)  # a cj.tasks.RecordedActivity

    Output k is the rate of the k-th of the units: the readout has one-hot rows, is
    fixed, does not train and has no bias. All other parts of the network are unchanged.
    The new readout replaces constraints of the earlier one (of an `EIRNN`: excitatory
    units only). Outputs have the names of the groups that their units are in, and
    "observed" for all of them: `traj.outputs_of("observed")`.

    **Arguments:**

    - `net`: a `CTRNN` or `EIRNN`; not a stack of them.
    - `units`: names of groups (the units in all of them, in their order), indices, in
        the order of the outputs, or a boolean mask. Known outside `jit`.

    **Returns:** the network with `n_out` outputs, one for each unit.

    **Raises:** `ValueError` for unknown names (with a suggestion), indices that are out
    of range or repeated, no unit at all, and stacks.
    """
    hint = "eqx.filter_vmap(lambda net: cj.network.observe(net, units))(nets)."
    check_network(net, f"Map over it: {hint}")
    rule, remedy = "be known outside of jit", "They decide a shape."
    index = check_instance("units", chosen_units(units, net), np.ndarray, rule, remedy)
    # row k reads unit index[k]: one-hot weights, all of them fixed
    one_hot = jnp.asarray(np.arange(net.n_hidden) == index[:, None]).astype(net.dtype)
    readout = Fixed(one_hot, where=np.ones(one_hot.shape, bool))
    # Name the outputs after the groups of their units.
    unit_groups = net.layout.units
    output_groups = {"observed": np.arange(len(index))}
    for name in unit_groups.names:
        outputs = np.flatnonzero(np.isin(index, unit_groups.indices(name)))
        if outputs.size:
            output_groups[name] = outputs
    fixed_before = [name for name in net.fixed if name not in ("w_out", "b_out")]
    return with_fields(
        net,
        raw=with_fields(net.raw, w_out=readout.raw(one_hot), b_out=None),
        constraints=with_fields(net.constraints, w_out=readout, b_out=None),
        fixed=(*fixed_before, "w_out"),
        layout=dataclasses.replace(
            net.layout, outputs=groups(len(index), output_groups)
        ),
    )
