"""Effective weights of a network, and inspection of them."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree
import numpy as np

from .._arguments import checks_arguments
from .._checks import check_choice, check_real, check_shape
from .._tree import with_fields
from ..connectivity import as_names
from ..constraints import AbstractConstraint
from ._abstract import AbstractNetwork
from ._validation import check_network, compiled
from ._weights import NAMES, Weights


N = TypeVar("N", bound=AbstractNetwork)


def _map_constraints(
    net: AbstractNetwork,
    fn: Callable[[AbstractConstraint, PyTree], Array],
    values: Weights,
) -> Weights:
    """Return `fn(constraint, value)` for each weight that the network has."""
    return Weights(
        **{
            name: fn(constraint, getattr(values, name))
            for name in NAMES
            if (constraint := getattr(net.constraints, name)) is not None
        }
    )


def _total(counts: Weights) -> Array:
    """Return the sum of all entries of all arrays."""
    return sum((jnp.sum(x) for x in jax.tree.leaves(counts)), jnp.zeros((), int))


@checks_arguments
@compiled
def effective(net: AbstractNetwork) -> Weights:
    """Return the weights in the equation, with every constraint applied.

    The result is a `Weights` with arrays `w_in (n_hidden, n_in)`, `w_hid (n_hidden,
    n_hidden)`, `w_out (n_out, n_hidden)`, `b_hid (n_hidden,)`, `b_out (n_out,)`,
    `v0 (n_hidden,)` and `tau ()` or `(n_hidden,)`. Matrices are `[post, pre]`. A bias
    that the network lacks is `None`.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.effective(net).w_in.shape
    (8, 2)
    """
    weights = _map_constraints(net, lambda c, raw: c.effective(raw), net.raw)
    return with_fields(weights, tau=net.tau)


@checks_arguments
def violations(net: AbstractNetwork, weights: Weights | None = None) -> Array:
    """Return how many entries of the weights break their constraint.

    By default the weights are those of the network; the result is then 0 unless they
    are NaN. `weights` are other weights to compare with the network's constraints.

    **Example:**

    >>> net = cj.EIRNN(2, 10, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> int(cj.violations(net))
    0
    >>> edited = eqx.tree_at(lambda w: w.w_hid, cj.effective(net), -jnp.ones((10, 10)))
    >>> int(cj.violations(net, edited)) > 0
    True

    Raises `ValueError` for weights of other shapes.
    """
    check_network(net, allow_stack=True)
    if weights is not None:
        own = {name: getattr(net.raw, name) for name in NAMES}
        for name, raw in own.items():
            if raw is None:
                continue
            value, place = getattr(weights, name), f"weights.{name}"
            check_shape(place, value, raw.shape, "Use cj.effective(net), edited.")
            check_real(place, jnp.asarray(value))
    return _violations(net, weights)


@compiled
def _violations(net: AbstractNetwork, weights: Weights | None) -> Array:
    weights = effective(net) if weights is None else weights
    count = _total(_map_constraints(net, lambda c, w: c.violations(w), weights))
    if "tau" in net.fixed:
        return count
    return count + jnp.sum(~(weights.tau >= net.dt))


@checks_arguments
@compiled
def dead_synapses(net: AbstractNetwork) -> Array:
    """Return how many existing synapses have a gradient of exactly zero.

    Such synapses do not train any more. This happens with `Relu` maps once a raw
    parameter is at or below zero; the result is always 0 for `Abs`.
    """
    return _total(_map_constraints(net, lambda c, raw: c.dead(raw), net.raw))


@checks_arguments
def weights_of(
    net: AbstractNetwork,
    name: str,
    *,
    post: str | Sequence[str] = (),
    pre: str | Sequence[str] = (),
) -> Array:
    """Return the effective weights from some groups of units to others, `[post, pre]`.

        cj.network.weights_of(net, "w_hid", post="motor", pre=("sensory", "excitatory"))

    **Arguments:**

    - `net`: the network.
    - `name`: "w_in", "w_hid" or "w_out".
    - `post`, `pre`: names of groups (the indices in all of them); by default all.

    Raises `ValueError` for unknown names (with a suggestion).

    **Example:**

    >>> net = cj.EIRNN(2, 10, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.network.weights_of(net, "w_hid", post="excitatory", pre="inhibitory").shape
    (8, 2)
    """
    layout = check_network(net).layout
    check_choice("name", name, ("w_in", "w_hid", "w_out"))
    axes = {
        "w_in": (layout.units, layout.inputs),
        "w_hid": (layout.units, layout.units),
        "w_out": (layout.outputs, layout.units),
    }
    rows, columns = axes[name]
    block = np.ix_(
        rows.indices(*as_names(post), argument="post"),
        columns.indices(*as_names(pre), argument="pre"),
    )
    return getattr(effective(net), name)[block]


@checks_arguments
def trainable(net: N) -> N:
    """Return which leaves train: a filter spec, the network's structure with booleans.

    True for the raw parameters of weights and biases (of v0 with `train_v0` and of
    tau with `train_tau`); False for dt, noise, signs and masks. Use it as
    `eqx.partition(net, cj.trainable(net))` and give only the first result to an
    optimiser. An optimiser that receives every float also changes dt and tau; adamw
    does so by its weight decay alone. Weight decay also pulls biases, v0 and learned
    tau: see `cj.training.decay_mask`.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> params, static = eqx.partition(net, cj.trainable(net))
    >>> params.raw.w_hid.shape, params.dt
    ((8, 8), None)
    """
    spec = jax.tree.map(lambda _: False, check_network(net, allow_stack=True))
    trains = {
        name: jax.tree.map(lambda _, trains=name not in net.fixed: trains, raw)
        for name, raw in vars(net.raw).items()
        if raw is not None
    }
    return eqx.tree_at(lambda n: n.raw, spec, Weights(**trains))
