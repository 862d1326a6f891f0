"""Selection of units by names of groups, indices or a mask; values for each unit."""

from collections.abc import Sequence
from typing import TypeAlias, TypeGuard

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, describe, invalid, is_concrete
from .._types import ArrayLike, Numbers
from ..connectivity import as_names
from ._abstract import AbstractNetwork


Units: TypeAlias = ArrayLike | str | Sequence
"""Names of groups (the units in all of them), indices, or a boolean mask."""


def are_names(units: Units) -> TypeGuard[str | Sequence[str]]:
    """Return whether units are selected by names of groups (one, or a sequence)."""
    if isinstance(units, Sequence) and not isinstance(units, str):
        return len(units) > 0 and all(isinstance(unit, str) for unit in units)
    return isinstance(units, str)


def unit_mask(units: Units, net: AbstractNetwork, *, inputs: bool = False) -> Array:
    """Return 1 for the selected units (or input channels), 0 for all others.

    The mask has the network's dtype. An empty sequence selects no unit.

    Raises `ValueError` for unknown names (with a suggestion), masks of another shape,
    indices out of range, and values of another kind.
    """
    groups = net.layout.inputs if inputs else net.layout.units
    size = net.n_in if inputs else net.n_hidden
    if isinstance(units, Sequence) and not len(units):
        return jnp.zeros((size,), net.dtype)
    if are_names(units) and groups is not None:
        mask = np.zeros(size)
        mask[groups.indices(*as_names(units))] = 1
        return jnp.asarray(mask, net.dtype)
    selection = jnp.asarray(units)
    if selection.dtype == bool:
        check(
            selection.shape == (size,),
            "units",
            f"have shape {(size,)} as a mask",
            f"shape {selection.shape}",
            "One entry for each unit.",
        )
        return selection.astype(net.dtype)
    check(
        jnp.issubdtype(selection.dtype, jnp.integer),
        "units",
        "be names, indices or a mask",
        lambda: describe(units),
        "See cj.perturbations.Lesion.",
    )
    if is_concrete(selection):
        index = np.asarray(selection)
        in_range = np.all((index >= 0) & (index < size))
        rule = f"be indices below {size}"
        check(in_range, "units", rule, index, "They start at 0.")
    # A comparison instead of a scatter: the indices may be traced.
    is_selected = jnp.arange(size)[:, None] == selection.reshape(1, -1)
    return jnp.any(is_selected, axis=1).astype(net.dtype)


def per_unit(name: str, value: ArrayLike, net: AbstractNetwork) -> Array:
    """Return a value as an array of the network's dtype, one number or one per unit."""
    array = jnp.asarray(value, net.dtype)
    check(
        array.shape in [(), (net.n_hidden,)],
        name,
        "be one number or one per unit of the network",
        f"shape {array.shape}",
        f"It has {net.n_hidden} units.",
    )
    return array


def chosen_units(units: Units, net: AbstractNetwork) -> Numbers:
    """Return the indices of the selected units, in the order of the argument.

    The result is a NumPy array if the indices are concrete, else a JAX array.

    Raises `ValueError` as `unit_mask` does, and for repeated units, no unit at all and
    a traced mask.
    """
    unit_mask(units, net)  # validates `units`
    if are_names(units):
        index = net.layout.units.indices(*as_names(units))
    elif is_concrete(units):
        selection = np.asarray(units)
        is_mask = selection.dtype == bool
        index = np.flatnonzero(selection) if is_mask else selection.reshape(-1)
    else:
        index = jnp.asarray(units).reshape(-1)
        if index.dtype == bool:
            raise invalid(
                "units", "be known outside of jit", "a mask", "It decides a shape."
            )
        return index
    check(
        index.size and len(np.unique(index)) == len(index),
        "units",
        "be different units, at least one",
        repr(units),
        "Give each of them once.",
    )
    return index
