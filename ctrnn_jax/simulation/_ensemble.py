"""Many networks in one program: side by side, in turn, or some at a time."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
from jax.sharding import Mesh, PartitionSpec

from .._checks import check_count, describe, invalid
from .._types import NETWORKS
from ..network import AbstractNetwork


_CACHE = 2**18
"""Bytes of weights that go side by side on a CPU: measured, `benchmarks/ensemble.py`"""


def map_networks(
    fn: Callable[..., Any],
    nets: Any,
    *args: Any,
    batch_size: int | None = None,
    mesh: Mesh | None = None,
) -> Any:
    """`fn(net, *args)` of each network of a stack, in one compiled program.

    `fn` may simulate, differentiate or train; what is in `args` is mapped as well, so
    that each network has its own tau, noise, learning rate or key. What all share,
    such as the inputs, `fn` closes over.

    `jax.vmap` is fastest for small networks, and on accelerators; on a CPU the weights
    of many larger ones do not fit the cache, and `jax.lax.map` over some or one at a
    time is faster. This chooses. `fn` is called under `jax.jit`: the same function
    object is not compiled again.

    **Arguments:**

    - `fn`: of one network and one entry of each of `args`; returns any pytree.
    - `nets`: a stack of networks, from `cj.stack` or `eqx.filter_vmap` of a builder.
    - `args`: pytrees of arrays with the same leading axis.
    - `batch_size`: how many networks go side by side on a device (a shorter last batch
        is compiled once more); 1: one after the other. By default all on an
        accelerator, and on a CPU as many as have 256 KiB of numbers together.
    - `mesh`: of `cj.sharding.mesh`, to divide the networks over its axis `networks`:
        each device maps over its own, without communication. Two virtual CPU devices
        on two cores serve networks in turn better than two threads serve each.

    **Returns:** what `fn` returns, stacked. The numbers do not depend on `batch_size`
    nor `mesh`.

    **Raises:** `ValueError` if `nets` is no stack, one of `args` is not as long, or the
    mesh has no axis `networks`, or one that does not divide their number.
    """
    if not isinstance(nets, AbstractNetwork) or nets.dt.ndim != 1:
        raise invalid(
            "nets", "be a stack of networks", describe(nets), "Make one: cj.stack(...)."
        )
    count = nets.dt.shape[0]
    for i, arg in enumerate(args):
        for leaf in jax.tree.leaves(arg):
            if not eqx.is_array(leaf) or leaf.ndim < 1 or leaf.shape[0] != count:
                raise invalid(
                    f"args[{i}]",
                    f"have arrays with a leading axis of {count}, one entry a network",
                    describe(leaf),
                    "Let `fn` close over what all share.",
                )
    devices = _devices(mesh, count)
    if batch_size is None:
        each = sum(x.nbytes for x in jax.tree.leaves(nets)) // count
        on_cpu = jax.default_backend() == "cpu"
        batch_size = max(1, _CACHE // each) if on_cpu else count
    check_count("batch_size", batch_size, at_least=1)
    return _mapped(fn, nets, args, min(batch_size, count // devices), mesh)


def _devices(mesh: Mesh | None, count: int) -> int:
    """How many devices share the networks."""
    if mesh is None:
        return 1
    if NETWORKS not in mesh.shape:
        raise invalid(
            "mesh",
            f"have an axis {NETWORKS!r}",
            mesh.axis_names,
            "Make it with cj.sharding.mesh(...).",
        )
    if count % mesh.shape[NETWORKS]:
        raise invalid(
            "nets",
            f"be a stack that {mesh.shape[NETWORKS]} devices along {NETWORKS!r} divide",
            f"{count} networks",
            "Change their number, or the mesh.",
        )
    return mesh.shape[NETWORKS]


@eqx.filter_jit
def _mapped(
    fn: Callable, nets: Any, args: tuple, batch_size: int, mesh: Mesh | None
) -> Any:
    def of_device(nets: Any, args: tuple) -> Any:
        both = lambda pair: fn(pair[0], *pair[1])
        if batch_size == nets.dt.shape[0]:
            return jax.vmap(both)((nets, args))
        size = None if batch_size == 1 else batch_size
        return jax.lax.map(both, (nets, args), batch_size=size)

    if mesh is None:
        return of_device(nets, args)
    along = PartitionSpec(NETWORKS)
    # what `fn` computes with is none of the mesh's business: no check of replication
    divided = jax.shard_map(
        of_device,
        mesh=mesh,
        in_specs=along,
        out_specs=along,
        axis_names={NETWORKS},
        check_vma=False,
    )
    return divided(nets, args)
