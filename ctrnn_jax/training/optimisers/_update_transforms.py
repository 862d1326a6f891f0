"""Optax transformations that follow an optimiser: scales of updates, projections."""

from collections.abc import Callable, Mapping

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree
import numpy as np
import optax

from ..._arguments import checks_arguments
from ..._checks import check, check_choice, check_instance, check_values
from ..._tree import with_fields
from ..._types import ArrayLike
from ...constraints import AbstractConstraint, Place, Softplus
from ...network import AbstractNetwork, NAMES, Weights


@checks_arguments
def scale_updates(
    scales: Mapping[str, ArrayLike] | Weights,
) -> optax.GradientTransformation:
    """Multiply the update of each synapse by a scale, its plasticity.

        optax.chain(optax.adamw(1e-3), cj.training.scale_updates({"w_hid": scales}))

    It must be the last transformation of a chain. It acts on the update, so it holds
    for Adam (which would cancel a scaled gradient) and for weight decay: a synapse of
    scale 0 keeps its value to the bit. Scales are never normalised. They apply to raw
    parameters, which correspond to single synapses unless the constraint is
    `RowBalanced`, `Symmetric` or `SpectralRadiusBelow`, which couple synapses.

    **Arguments:**

    - `scales`: by the name of the weight, a number or an array of its shape, not
        negative; weights without a scale keep their updates.

    Raises `ValueError` for unknown names (with a suggestion), negative scales, and, at
    the first update, scales of another shape or for weights that do not train.

    **Example:**

    >>> optimiser = optax.chain(
    ...     optax.adam(1e-3), cj.training.scale_updates({"w_in": 0.0})
    ... )  # w_in does not train
    """
    if isinstance(scales, Weights):
        scales = {n: s for n, s in vars(scales).items() if s is not None}
    rule, remedy = "have a scale", 'Give {"w_hid": 0.1}, for example.'
    check(scales, "scales", rule, "none", remedy)

    def is_scale(x: np.ndarray) -> np.ndarray:
        return np.asarray(np.isfinite(x) & (x >= 0))

    arrays = {}
    for name, scale in scales.items():
        check_choice("scales", name, NAMES)
        remedy = "0 freezes a synapse, 1 leaves its update unchanged."
        check_values(f"scales[{name!r}]", scale, is_scale, "not be negative", remedy)
        arrays[name] = jnp.asarray(scale)

    def check_scales(weights: Weights) -> None:
        for name, scale in arrays.items():
            value = getattr(weights, name)
            rule = "be for weights that train"
            check(value is not None, "scales", rule, repr(name), "Leave it out.")
            check(
                scale.shape in [(), value.shape],
                f"scales[{name!r}]",
                f"be a number or have the shape {value.shape} of the weights",
                f"shape {scale.shape}",
                "Axis 0 is post (targets), axis 1 is pre (sources).",
            )

    def scaled(updates: Weights, params: PyTree) -> dict[str, PyTree]:
        del params
        return {
            # a constraint may store several arrays for one weight
            name: jax.tree.map(lambda x, s=scale: _scaled(x, s), getattr(updates, name))
            for name, scale in arrays.items()
        }

    return _transformation(check_scales, scaled)


@checks_arguments
def project_onto(constraints: Weights) -> optax.GradientTransformation:
    """Project the parameters onto the constraints after each update.

        optax.chain(optax.sgd(0.1), cj.training.project_onto(net.constraints))

    It must be the last transformation of a chain; the optimiser is then projected
    gradient descent. A network satisfies its constraints without it, since they are
    transforms of its parameters. With a projection, a weight that reaches a bound stays
    there until its gradient changes sign; the map `Abs` alone would reflect it.

    **Arguments:**

    - `constraints`: `net.constraints`.

    Raises `ValueError` for a `Softplus` map, which has no projection, and `TypeError`
    in an update without parameters.
    """
    by_name = {n: c for n, c in vars(constraints).items() if c is not None}
    are_constraints = all(isinstance(c, AbstractConstraint) for c in by_name.values())
    rule, remedy = "hold constraints", "Pass net.constraints."
    check(are_constraints, "constraints", rule, "other weights", remedy)

    def is_softplus(x: object) -> bool:
        return isinstance(x, Softplus)

    leaves = jax.tree.leaves(constraints, is_leaf=is_softplus)
    has_softplus = any(map(is_softplus, leaves))
    got = "Softplus, which is open"
    check(not has_softplus, "constraints", "be closed sets", got, "Use Abs().")

    def projected(updates: Weights, params: PyTree) -> dict[str, PyTree]:
        if params is None:
            raise TypeError(
                "project_onto needs the parameters: call "
                "optimiser.update(grads, opt_state, params)."
            )
        values = _raw_weights(params)
        return {
            name: _projected(constraint, getattr(updates, name), getattr(values, name))
            for name, constraint in by_name.items()
            if getattr(updates, name) is not None
        }

    return _transformation(lambda weights: None, projected)


def _transformation(
    check_weights: Callable[[Weights], None],
    change: Callable[[Weights, PyTree], dict[str, PyTree]],
) -> optax.GradientTransformation:
    """Return a transformation that replaces updates of weights by name.

    It has no state. `change` gets the updates of the weights, and the parameters.
    """

    def init(params: PyTree) -> optax.EmptyState:
        check_weights(_raw_weights(params))
        return optax.EmptyState()

    def update(
        updates: PyTree, state: optax.OptState, params: PyTree = None
    ) -> tuple[PyTree, optax.OptState]:
        weights = _raw_weights(updates)
        changed = with_fields(weights, **change(weights, params))
        is_network = isinstance(updates, AbstractNetwork)
        return (with_fields(updates, raw=changed) if is_network else changed), state

    return optax.GradientTransformation(init, update)


def _scaled(update: Array, scale: Array) -> Array:
    """Return a scaled update; scale 0 gives 0 also for an update that is not finite."""
    scaled = update * scale.astype(update.dtype)
    return jnp.where(scale == 0, jnp.zeros_like(update), scaled)


def _projected(constraint: AbstractConstraint, update: PyTree, value: PyTree) -> PyTree:
    """Return the update that ends at the projection of `value + update`."""
    if constraint.place is Place.FACTORS:  # all values of factors are feasible
        return update
    return constraint.project(value + update) - value


def _raw_weights(tree: PyTree) -> Weights:
    """Return the raw parameters of a network, or of weights alone, in an optimiser."""
    weights = tree.raw if isinstance(tree, AbstractNetwork) else tree
    rule = "be a network filtered by cj.trainable"
    remedy = "Use eqx.filter(net, cj.trainable(net))."
    return check_instance("params", weights, Weights, rule, remedy)
