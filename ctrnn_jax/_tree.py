"""Small helpers on pytrees and modules."""

from collections.abc import Mapping
import dataclasses
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp


M = TypeVar("M", bound=eqx.Module)
T = TypeVar("T")


def assemble(cls: type[T], fields: Mapping[str, Any]) -> T:
    """A module or dataclass of this class with these fields, `__init__` not called."""
    new = object.__new__(cls)
    for name, value in fields.items():
        object.__setattr__(new, name, value)
    return new


def with_fields(module: M, **changes: Any) -> M:
    """A copy of a module with other values in some fields, static ones included."""
    kept = {f.name: getattr(module, f.name) for f in dataclasses.fields(module)}
    return assemble(type(module), kept | changes)


def strong(tree: Any, dtype: jnp.dtype) -> Any:
    """Every inexact leaf as a strongly typed array of this dtype."""
    return jax.tree.map(
        lambda leaf: (
            jax.lax.convert_element_type(leaf, dtype)
            if eqx.is_inexact_array(leaf)
            else leaf
        ),
        tree,
    )


def same_structure(first: Any, second: Any) -> bool:
    """Whether two trees have the same structure, shapes and dtypes."""
    if jax.tree.structure(first) != jax.tree.structure(second):
        return False
    pairs = zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True)
    return all(a.shape == b.shape and a.dtype == b.dtype for a, b in pairs)
