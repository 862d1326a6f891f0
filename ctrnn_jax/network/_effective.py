"""Questions to a network, and copies of it with something changed."""

from collections.abc import Sequence
from typing import Any, TypeVar

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_choice, describe, invalid, is_concrete
from .._tree import same_structure, strong, with_fields
from ..connectivity import as_names
from ..constraints import Free
from ..dynamics import as_activation
from ._abstract import AbstractNetwork
from ._construction import build_constants, build_dynamics, float_dtype
from ._from_effective import to_raw
from ._weights import NAMES, shapes, Weights


N = TypeVar("N", bound=AbstractNetwork)


def _each(net: AbstractNetwork, fn: Any, values: Weights) -> Weights:
    """`fn(constraint, value)` for each weight that the network has."""
    return Weights(
        **{
            name: fn(constraint, getattr(values, name))
            for name in NAMES
            if (constraint := getattr(net.constraints, name)) is not None
        }
    )


def _count(where: Weights) -> Array:
    """How many entries are True in all weights together."""
    return sum((jnp.sum(w) for w in jax.tree.leaves(where)), jnp.zeros((), int))


@jax.jit
def effective(net: AbstractNetwork) -> Weights:
    """The weights as the dynamics see them, every constraint applied.

    Returns a `Weights` with arrays `w_in (n_hidden, n_in)`, `w_hid (n_hidden,
    n_hidden)`, `w_out (n_out, n_hidden)`, `b_hid (n_hidden,)`, `b_out (n_out,)` and
    `v0 (n_hidden,)` and `tau ()` or `(n_hidden,)`, matrices `[post, pre]`; a bias that
    the network lacks is `None`.
    """
    weights = _each(net, lambda constraint, raw: constraint.effective(raw), net.raw)
    return with_fields(weights, tau=net.tau)


@jax.jit
def violations(net: AbstractNetwork, weights: Weights | None = None) -> Array:
    """How many entries of the weights break their constraint.

    Always 0 for the network's own weights, unless they are NaN. With `weights`, some
    other weights (edited by hand, or from elsewhere) are held against the network's
    constraints.
    """
    weights = effective(net) if weights is None else weights
    broken = _count(_each(net, lambda constraint, w: constraint.violations(w), weights))
    if "tau" in net.fixed:
        return broken
    return broken + jnp.sum(~(weights.tau >= net.dt))


@jax.jit
def dead_synapses(net: AbstractNetwork) -> Array:
    """How many existing synapses have a gradient of exactly zero through their map.

    They cannot move any more. Happens with `Relu` maps once a raw parameter is at or
    below zero; 0 for `Abs`.
    """
    return _count(_each(net, lambda constraint, raw: constraint.dead(raw), net.raw))


def weights_of(
    net: AbstractNetwork,
    name: str,
    *,
    post: str | Sequence[str] = (),
    pre: str | Sequence[str] = (),
) -> Array:
    """The effective weights from some groups onto others, `[post, pre]`.

        cj.network.weights_of(net, "w_hid", post="motor", pre=("sensory", "excitatory"))

    **Arguments:**

    - `net`: the network.
    - `name`: "w_in", "w_hid" or "w_out".
    - `post`, `pre`: names of groups (the indices in all of them); by default all.

    Raises `ValueError` for unknown names (with a suggestion).
    """
    check_choice("name", name, ("w_in", "w_hid", "w_out"))
    layout = net.layout
    kinds = {
        "w_in": (layout.units, layout.inputs),
        "w_hid": (layout.units, layout.units),
        "w_out": (layout.outputs, layout.units),
    }
    rows, columns = kinds[name]
    part = np.ix_(rows.indices(*as_names(post)), columns.indices(*as_names(pre)))
    return getattr(effective(net), name)[part]


def trainable(net: N) -> N:
    """Which leaves train: a filter spec, the network's structure with booleans.

    True for the raw parameters of weights and biases (of v0 under `train_v0` and of
    tau under `train_tau`); False for dt, noise, signs and masks. For
    `eqx.partition(net, cj.trainable(net))`: give only the first part to an optimiser.
    One that is given every float moves dt and tau as well, adamw by its decay alone.
    """
    spec = jax.tree.map(lambda _: False, net)
    moves = Weights(
        **{
            name: jax.tree.map(lambda _: name not in net.fixed, getattr(net.raw, name))  # noqa: B023
            for name in NAMES
            if getattr(net.raw, name) is not None
        }
    )
    return eqx.tree_at(lambda n: n.raw, spec, moves)


def noiseless(net: N) -> N:
    """The network without its noise; it then needs no key."""
    return with_fields(net, noise=None)


def astype(net: N, dtype: Any) -> N:
    """The network with weights, constants and states of another float dtype."""
    return strong(net, float_dtype(dtype))


def replace(net: N, **changes: Any) -> N:
    """A copy with other weights or constants.

    **Arguments:** any of `w_in, w_hid, w_out, b_hid, b_out, v0` (arrays of effective
    weights, set through the constraint's inverse), `dt`, `tau`, `noise`, `method`,
    `form`, `synapses`, `activation`.

    Raises `ValueError` for an unknown name (with a suggestion), weights that the
    network lacks, and whatever its constructor would refuse.
    """
    constants = ("dt", "noise", "method", "form", "synapses", "activation")
    for name in changes:
        check_choice("changes", name, (*NAMES, *constants))
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
        # a learned tau is reflected at dt: the parameter, not the value, would stay
        if is_concrete((dt, tau)) and bool(jnp.any(tau < dt)):
            least = f"{float(jnp.min(tau)):g} ms"
            raise invalid("dt", f"not exceed the learned tau, {least}", dt, "Halve it.")
        changes["tau"] = tau
    shape_of = shapes(net.n_in, net.n_hidden, net.n_out, tau.shape)
    raw = {name: getattr(net.raw, name) for name in NAMES}
    for name in raw.keys() & changes.keys():
        constraint = getattr(net.constraints, name)
        if constraint is None:
            raise invalid(
                name,
                "be a weight of the network",
                describe(changes[name]),
                f"Build the network with use_bias_{name[2:]}=True.",
            )
        raw[name] = to_raw(name, changes[name], constraint, net.dtype, shape_of[name])
    synapses = changes.get("synapses", net.synapses)
    return with_fields(
        net,
        raw=Weights(**raw),
        dt=dt,
        noise=noise,
        method=method,
        form=form,
        synapses=build_dynamics(net.n_hidden, form, synapses, net.dtype),
        activation=as_activation(changes.get("activation", net.activation)),
    )


def unconstrained(net: N) -> N:
    """The same dynamics with the effective weights themselves as parameters.

    For programs that step through time or change weights at each step: no constraint
    is applied again there.
    """
    weights = effective(net)
    free = {name: None if getattr(weights, name) is None else Free() for name in NAMES}
    return with_fields(
        net, raw=weights, constraints=Weights(**free), fixed=("v0", "tau")
    )


def stack(nets: Sequence[N]) -> N:
    """Networks of one structure as a single pytree with a leading axis, for `vmap`.

    Raises `ValueError` for no networks, or ones that differ in size or structure.
    """
    if not nets:
        raise invalid("nets", "hold at least one network", "none", "Give a list.")
    for index, net in enumerate(nets):
        if not same_structure(net, nets[0]):
            raise invalid(
                "nets",
                "agree in sizes, dtype, constraints, noise and activation",
                f"a different network at position {index}",
                "Only numbers may differ within a stack.",
            )
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *nets)
