"""What may come after an optimiser: projections, and a rate for each synapse."""

from collections.abc import Mapping
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from .._checks import check_choice, check_values, describe, invalid
from .._tree import with_fields
from ..constraints import AbstractConstraint, LowRank, Softplus
from ..network import AbstractNetwork, NAMES, Weights


def scale_updates(
    scales: Mapping[str, Any] | Weights,
) -> optax.GradientTransformation:
    """Plasticity of each synapse: its updates are multiplied by a scale.

        optax.chain(optax.adamw(1e-3), cj.training.scale_updates({"w_hid": scales}))

    The last transformation of a chain. It acts on the update, so it holds for Adam
    (which would cancel a scaled gradient) and for weight decay: a synapse of scale 0
    keeps its value to the bit. Scales are taken as they are, never normalised. They
    belong to raw parameters, which are the weights where the constraint works synapse
    by synapse; `RowBalanced`, `Symmetric` and `SpectralRadiusBelow` couple synapses.

    **Arguments:**

    - `scales`: by the name of the weight, a number or an array of its shape, not
        negative; a weight left out keeps its updates.

    Raises `ValueError` for unknown names (with a suggestion), negative scales, and, at
    the first update, scales of another shape or for weights that do not train.
    """
    if isinstance(scales, Weights):
        scales = {n: s for n, s in vars(scales).items() if s is not None}
    if not isinstance(scales, Mapping):
        raise invalid(
            "scales", "map names of weights to scales", describe(scales), "By name."
        )
    own = {}
    for name, scale in scales.items():
        check_choice("scales", name, NAMES)
        check_values(
            f"scales[{name!r}]",
            scale,
            lambda x: np.isfinite(x) & (x >= 0),
            "not be negative",
            "0 freezes a synapse, 1 leaves it as it is.",
        )
        own[name] = jnp.asarray(scale)

    def init(params: Any) -> optax.EmptyState:
        weights = _weights(params)
        for name, scale in own.items():
            value = getattr(weights, name)
            if value is None:
                raise invalid(
                    "scales", "be for weights that train", repr(name), "Leave it out."
                )
            if scale.shape not in [(), value.shape]:
                raise invalid(
                    f"scales[{name!r}]",
                    f"be a number or have the shape {value.shape} of the weights",
                    f"shape {scale.shape}",
                    "Axis 0 is post (targets), axis 1 is pre (sources).",
                )
        return optax.EmptyState()

    def update(updates: Any, state: Any, params: Any = None) -> tuple[Any, Any]:
        del params
        weights = _weights(updates)
        scaled = {}
        for name, scale in own.items():
            scaled[name] = jax.tree.map(
                functools.partial(_times, scale), getattr(weights, name)
            )
        return _with_weights(updates, with_fields(weights, **scaled)), state

    return optax.GradientTransformation(init, update)


def project_onto(constraints: Weights) -> optax.GradientTransformation:
    """Projected gradient descent: after each update, the nearest feasible parameters.

        optax.chain(optax.sgd(0.1), cj.training.project_onto(net.constraints))

    The last transformation of a chain. A network needs none to satisfy its constraints,
    since they are transforms of its parameters; with it, a weight that reaches a bound
    stays there until its gradient turns, where the map `Abs` alone would reflect it.

    **Arguments:**

    - `constraints`: `net.constraints`.

    Raises `ValueError` for a `Softplus` map, which has no projection, and `TypeError`
    in an update without parameters.
    """
    if not isinstance(constraints, Weights):
        raise invalid(
            "constraints", "be net.constraints", describe(constraints), "Pass them."
        )
    is_softplus = lambda x: isinstance(x, Softplus)
    if any(map(is_softplus, jax.tree.leaves(constraints, is_leaf=is_softplus))):
        raise invalid(
            "constraints", "be closed sets", "Softplus, which is open", "Use Abs()."
        )
    owned = {n: c for n, c in vars(constraints).items() if c is not None}

    def update(updates: Any, state: Any, params: Any = None) -> tuple[Any, Any]:
        if params is None:
            raise TypeError(
                "project_onto needs the parameters: call "
                "optimiser.update(grads, opt_state, params)."
            )
        moves, values = _weights(updates), _weights(params)
        projected = {
            name: _moved(owned[name], getattr(moves, name), getattr(values, name))
            for name in owned
            if getattr(moves, name) is not None
        }
        return _with_weights(updates, with_fields(moves, **projected)), state

    def init(params: Any) -> optax.EmptyState:
        _weights(params)
        return optax.EmptyState()

    return optax.GradientTransformation(init, update)


def _times(scale: Any, update: Any) -> Any:
    # not 0 * update: that would be NaN where an update is not finite
    scaled = update * scale.astype(update.dtype)
    return jnp.where(scale == 0, jnp.zeros_like(update), scaled)


def _moved(constraint: AbstractConstraint, move: Any, value: Any) -> Any:
    """The update that ends at the projection of where this one ends."""
    if isinstance(constraint, LowRank):  # all its factors are feasible
        return move
    return constraint.project(value + move) - value


def _weights(tree: Any) -> Weights:
    """The raw parameters in what an optimiser is given: a network, or its weights."""
    weights = tree.raw if isinstance(tree, AbstractNetwork) else tree
    if not isinstance(weights, Weights):
        raise invalid(
            "params",
            "be a network filtered by cj.trainable",
            describe(tree),
            "Use eqx.filter(net, cj.trainable(net)).",
        )
    return weights


def _with_weights(tree: Any, weights: Weights) -> Any:
    if isinstance(tree, AbstractNetwork):
        return with_fields(tree, raw=weights)
    return weights
