"""The number of rollouts that `jax.vmap` runs side by side."""

import math

import jax
from jax import Array
from jax.core import Tracer
import jax.numpy as jnp
from jaxtyping import PyTree


def mapped_over(tree: PyTree) -> int:
    """Return the product of the axes that `jax.vmap` hides from the arrays of a tree.

    A mapped function receives the arrays of one rollout, but those of all rollouts
    together fill the cache. A `vmap` over a `jit` that contains the rollout, or over a
    rollout that was traced earlier, is not counted.
    """
    traced = [x for x in jax.tree.leaves(tree) if isinstance(x, Tracer) and x.size]
    if not traced:
        return 1
    sizes: list[int] = []

    # The batching rule of `probe` runs once for each `vmap`, at trace time, and records
    # the size of its axis.
    @jax.custom_batching.custom_vmap
    def probe(x: Array) -> Array:
        return x

    @probe.def_vmap
    def _(axis_size: int, in_batched: list, x: Array) -> tuple[Array, bool]:
        sizes.append(axis_size)
        return probe(x), in_batched[0]

    # One integer that depends on all leaves: it has no derivative, and each `vmap` over
    # any of the leaves batches it exactly once.
    total = jnp.zeros((), jnp.int32)
    for leaf in traced:
        if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            leaf = jax.random.key_data(leaf)
        entry = jnp.ravel(leaf)[0]
        total = total + (entry == entry).astype(jnp.int32)
    probe(total)
    return math.prod(sizes)
