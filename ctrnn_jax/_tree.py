"""Helpers for pytrees and modules."""

from collections.abc import Mapping
import dataclasses
from typing import TypeVar

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from ._checks import check_choice


M = TypeVar("M", bound=eqx.Module)
T = TypeVar("T")


def assemble(cls: type[T], fields: Mapping[str, object]) -> T:
    """Return a module or dataclass with these fields, without calling `__init__`.

    Raises `ValueError` for a field that the class lacks (with a suggestion).
    """
    known = {f.name for f in dataclasses.fields(cls)}  # pyright: ignore[reportArgumentType]
    for name in fields.keys() - known:
        check_choice(f"field of {cls.__name__}", name, sorted(known))
    new = object.__new__(cls)
    for name, value in fields.items():
        object.__setattr__(new, name, value)
    return new


def with_fields(module: M, **changes: object) -> M:
    """Return a copy of a module with some fields replaced, static fields included.

    Raises `ValueError` for a field that the module lacks (with a suggestion).
    """
    fields = {f.name: getattr(module, f.name) for f in dataclasses.fields(module)}
    return assemble(type(module), fields | changes)


def strong(tree: T, dtype: jnp.dtype) -> T:
    """Convert every inexact leaf to a strongly typed array of this dtype."""

    def convert(leaf: Array) -> Array:
        if not eqx.is_inexact_array(leaf):
            return leaf
        return jax.lax.convert_element_type(leaf, dtype)

    return jax.tree.map(convert, tree)


def same_structure(first: object, second: object) -> bool:
    """Return whether two trees have the same structure, shapes and dtypes."""
    if jax.tree.structure(first) != jax.tree.structure(second):
        return False
    pairs = zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True)
    return all(a.shape == b.shape and a.dtype == b.dtype for a, b in pairs)
