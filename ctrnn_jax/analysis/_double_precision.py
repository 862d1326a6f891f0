"""Run an analysis in double precision, for any precision that JAX is set to."""

from collections.abc import Callable
from typing import TypeVar

import jax
import jax.numpy as jnp
from jaxtyping import PyTree
import numpy as np

from .._checks import is_concrete


T = TypeVar("T")


def in_double(
    function: Callable[..., T], *args: object, dtype: jnp.dtype, **options: object
) -> T:
    """Return `function(*args, **options)`, in double precision, cast to `dtype`.

    Quantities that grow or cancel over thousands of steps need the digits, also where
    JAX is set to single precision. The exception are tracers: a `jit` or `vmap` of the
    caller has one precision, so with x64 off the function then runs in `dtype`.
    """
    has_x64 = jax.dtypes.canonicalize_dtype(jnp.float64) == jnp.float64
    if not (has_x64 or is_concrete(args)):
        return _cast(function(*_cast(args, dtype), **options), dtype)
    with jax.enable_x64(True):
        doubles = _cast(args, jnp.dtype(jnp.float64))
        return _cast(function(*doubles, **options), dtype)


def _cast(tree: PyTree, dtype: jnp.dtype) -> PyTree:
    """Cast real leaves to `dtype`, complex leaves to the complex dtype beside it."""

    def cast_leaf(leaf: object) -> object:
        if not isinstance(leaf, (jax.Array, np.ndarray, np.floating)):
            return leaf
        if jnp.issubdtype(leaf.dtype, jnp.complexfloating):
            is_double = dtype == jnp.float64
            complex_dtype = jnp.complex128 if is_double else jnp.complex64
            return jax.lax.convert_element_type(leaf, complex_dtype)
        if jnp.issubdtype(leaf.dtype, jnp.floating):
            return jax.lax.convert_element_type(leaf, dtype)
        return leaf

    return jax.tree.map(cast_leaf, tree)
