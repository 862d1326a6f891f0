"""Selection of units by names of groups, indices or a mask; values for each unit."""

from collections.abc import Sequence
from typing import TypeAlias, TypeGuard

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, describe, invalid, is_concrete
from .._types import ArrayLike, Numbers
from ..connectivity import as_names, Groups
from ._abstract import AbstractNetwork


Units: TypeAlias = ArrayLike | str | Sequence
"""Names of groups (the units in all of them), indices, or a boolean mask."""


def are_names(units: Units) -> TypeGuard[str | Sequence[str]]:
    """Return whether units are selected by names of groups (one, or a sequence)."""
    if isinstance(units, Sequence) and not isinstance(units, str):
        return len(units) > 0 and all(isinstance(unit, str) for unit in units)
    return isinstance(units, str)


def _selection(
    units: Units, names: Groups | None, size: int, argument: str = "units"
) -> Numbers:
    """Return the validated indices of a selection, in its order.

    Errors name the argument.

    The result is a NumPy array if the selection is concrete, else a JAX array; of a
    traced mask it is the mask.
    """
    if isinstance(units, Sequence) and not len(units):
        return np.zeros(0, int)
    if names is not None and are_names(units):
        return names.indices(*as_names(units), argument=argument)
    rule, remedy = "be names, indices or a mask", "See cj.perturbations.Lesion."
    try:
        selection = np.asarray(units) if is_concrete(units) else jnp.asarray(units)
    except ValueError as error:
        raise invalid(argument, rule, describe(units), remedy) from error
    if selection.dtype == bool:
        is_complete, got = selection.shape == (size,), f"shape {selection.shape}"
        mask_rule = f"have shape {(size,)} as a mask"
        check(is_complete, argument, mask_rule, got, "One entry for each unit.")
        is_known = isinstance(selection, np.ndarray)
        return np.flatnonzero(selection) if is_known else selection
    is_index = jnp.issubdtype(selection.dtype, jnp.integer)
    check(is_index, argument, rule, lambda: describe(units), remedy)
    if isinstance(selection, np.ndarray):
        in_range = np.all((selection >= 0) & (selection < size))
        rule, remedy = f"be indices below {size}", "They start at 0."
        if np.any(selection < 0):
            remedy = "They start at 0; a negative index does not count from the end."
        check(in_range, argument, rule, selection, remedy)
    return selection.reshape(-1)


def unit_mask(
    units: Units,
    net: AbstractNetwork,
    *,
    inputs: bool = False,
    argument: str = "units",
) -> Array:
    """Return 1 for the selected units (or input channels), 0 for all others.

    Errors name the argument.

    The mask has the network's dtype. An empty sequence selects no unit.

    Raises `ValueError` for unknown names (with a suggestion), masks of another shape,
    indices out of range, and values of another kind.
    """
    names = net.layout.inputs if inputs else net.layout.units
    size = net.n_in if inputs else net.n_hidden
    index = _selection(units, names, size, argument)
    if isinstance(index, np.ndarray):
        return jnp.asarray(np.isin(np.arange(size), index), net.dtype)
    if index.dtype == bool:
        return index.astype(net.dtype)
    # A comparison instead of a scatter: the indices are traced.
    is_selected = jnp.arange(size)[:, None] == index.reshape(1, -1)
    return jnp.any(is_selected, axis=1).astype(net.dtype)


def per_unit(name: str, value: ArrayLike, net: AbstractNetwork) -> Array:
    """Return a value as an array of the network's dtype, one number or one per unit.

    Raises `ValueError` for other shapes.
    """
    array = jnp.asarray(value, net.dtype)
    rule = "be one number or one per unit of the network"
    got, remedy = f"shape {array.shape}", f"It has {net.n_hidden} units."
    check(array.shape in [(), (net.n_hidden,)], name, rule, got, remedy)
    return array


def chosen_units(units: Units, net: AbstractNetwork) -> Numbers:
    """Return the indices of the selected units, in the order of the argument.

    The result is a NumPy array if the indices are concrete, else a JAX array.

    Raises `ValueError` as `unit_mask` does, and for repeated units, no unit at all and
    a traced mask.
    """
    index = _selection(units, net.layout.units, net.n_hidden)
    if isinstance(index, np.ndarray):
        are_different = index.size and len(np.unique(index)) == len(index)
        rule, remedy = "be different units, at least one", "Give each of them once."
        check(are_different, "units", rule, repr(units), remedy)
    else:
        rule, remedy = "be known outside of jit", "It decides a shape."
        check(index.dtype != bool, "units", rule, "a mask", remedy)
    return index
