"""Which units are meant, by names of groups, indices or a mask; values for each."""

from collections.abc import Sequence
from typing import Any

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import describe, invalid, is_concrete
from .._types import ArrayLike, Numbers
from ..connectivity import as_names
from ._abstract import AbstractNetwork


def are_names(units: Any) -> bool:
    """Whether units are given by the names of groups (one, or a sequence)."""
    if isinstance(units, str):
        return True
    several = isinstance(units, Sequence) and len(units) > 0
    return several and all(isinstance(unit, str) for unit in units)


def unit_mask(units: Any, net: AbstractNetwork, *, inputs: bool = False) -> Array:
    """1 for the units (or input channels) that are meant, 0 for the others.

    An empty sequence means none.
    """
    named = net.layout.inputs if inputs else net.layout.units
    size = net.n_in if inputs else net.n_hidden
    if isinstance(units, Sequence) and not len(units):
        return jnp.zeros((size,), net.dtype)
    if are_names(units) and named is not None:
        chosen = np.zeros(size)
        chosen[named.indices(*as_names(units))] = 1
        return jnp.asarray(chosen, net.dtype)
    given = jnp.asarray(units)
    if given.dtype == bool:
        if given.shape != (size,):
            raise invalid(
                "units",
                f"have shape {(size,)} as a mask",
                f"shape {given.shape}",
                "One entry for each unit.",
            )
        return given.astype(net.dtype)
    if not jnp.issubdtype(given.dtype, jnp.integer):
        raise invalid(
            "units",
            "be names, indices or a mask",
            describe(units),
            "See cj.perturbations.Lesion.",
        )
    if is_concrete(given) and np.any(
        (np.asarray(given) < 0) | (np.asarray(given) >= size)
    ):
        raise invalid(
            "units", f"be indices below {size}", np.asarray(given), "They start at 0."
        )
    hits = jnp.arange(size)[:, None] == given.reshape(1, -1)
    return jnp.any(hits, axis=1).astype(net.dtype)


def per_unit(name: str, value: ArrayLike, net: AbstractNetwork) -> Array:
    """A value as an array of the network's dtype, one or one per unit."""
    array = jnp.asarray(value, net.dtype)
    if array.shape not in [(), (net.n_hidden,)]:
        raise invalid(
            name,
            "be one number or one per unit of the network",
            f"shape {array.shape}",
            f"It has {net.n_hidden} units.",
        )
    return array


def chosen_units(units: Any, net: AbstractNetwork) -> Numbers:
    """The indices of the units that are meant, in the order in which they are given.

    A NumPy array if they are known.
    """
    unit_mask(units, net)  # refuses what is none
    if are_names(units):
        index = net.layout.units.indices(*as_names(units))
    elif is_concrete(units):
        given = np.asarray(units)
        index = np.flatnonzero(given) if given.dtype == bool else given.reshape(-1)
    else:
        index = jnp.asarray(units).reshape(-1)
        if index.dtype == bool:
            raise invalid(
                "units", "be known outside of jit", "a mask", "It decides a shape."
            )
        return index
    if not index.size or len(np.unique(index)) < len(index):
        raise invalid(
            "units",
            "be different units, at least one",
            repr(units),
            "Give each of them once.",
        )
    return index
