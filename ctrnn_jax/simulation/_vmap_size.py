"""How many rollouts `jax.vmap` runs side by side."""

import math
from typing import Any

import jax
from jax import Array
from jax.core import Tracer
import jax.numpy as jnp


def mapped_over(tree: Any) -> int:
    """The product of the axes that `jax.vmap` hides from the arrays of this tree.

    A mapped function sees one rollout, but its arrays fill the cache as many do. What
    maps over a `jit` that the rollout is in, or over one traced earlier, is not seen.
    """
    traced = [x for x in jax.tree.leaves(tree) if isinstance(x, Tracer) and x.size]
    if not traced:
        return 1
    sizes: list[int] = []

    @jax.custom_batching.custom_vmap
    def look(x: Array) -> Array:
        return x

    @look.def_vmap
    def _(axis_size: int, in_batched: list, x: Array) -> tuple[Array, bool]:
        sizes.append(axis_size)
        return look(x), in_batched[0]

    # an integer has no derivative, and one of all leaves meets every map once
    probe = jnp.zeros((), jnp.int32)
    for leaf in traced:
        if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            leaf = jax.random.key_data(leaf)
        first = jnp.ravel(leaf)[0]
        probe = probe + (first == first).astype(jnp.int32)
    look(probe)
    return math.prod(sizes)
