"""Many networks in one program: side by side, in turn, or some at a time."""

from collections.abc import Callable
from typing import TypeVar

import equinox as eqx
import jax
from jax.sharding import AbstractMesh, Mesh, PartitionSpec
from jaxtyping import PyTree

from .._arguments import checks_arguments
from .._checks import check, check_count, describe
from .._types import NETWORKS
from ..network import AbstractNetwork


T = TypeVar("T")

_CACHE_BYTES = 2**18
"""Bytes of weights that run side by side on a CPU (from `benchmarks/ensemble.py`)."""


@checks_arguments
def map_networks(
    fn: Callable[..., T],
    nets: AbstractNetwork,
    *args: PyTree,
    batch_size: int | None = None,
    mesh: Mesh | AbstractMesh | None = None,
) -> T:
    """Return `fn(net, *args)` of each network of a stack, in one compiled program.

    `fn` may simulate, differentiate or train. The entries of `args` are mapped as well,
    so each network may have a different tau, noise, learning rate or key. `fn` closes
    over the values that all networks share, such as the inputs.

    `jax.vmap` is fastest for small networks, and on accelerators. On a CPU the weights
    of many larger networks do not fit the cache, and `jax.lax.map` over some or one at
    a time is faster. This function chooses between them. `fn` is called under
    `jax.jit`: the same function object is not compiled again.

    **Arguments:**

    - `fn`: of one network and one entry of each of `args`; returns any pytree.
    - `nets`: a stack of networks, from `cj.stack` or `eqx.filter_vmap` of a builder.
    - `args`: pytrees of arrays with the same leading axis.
    - `batch_size`: how many networks run side by side on a device (a shorter last batch
        is compiled once more); 1: one after the other. By default all on an
        accelerator, and on a CPU as many as have 256 KiB of numbers together.
    - `mesh`: of `cj.sharding.mesh`, to divide the networks over its axis `networks`:
        each device maps over its share, without communication. Two virtual CPU devices
        on two cores, each running networks in turn, are faster than two threads for
        each network.

    **Returns:** the results of `fn`, stacked. The numbers do not depend on
    `batch_size` nor `mesh`.

    **Raises:** `ValueError` if `nets` is no stack, one of `args` is not as long, or the
    mesh has no axis `networks`, or has one that does not divide the number of networks.

    **Example:**

    >>> def make(seed):
    ...     return cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(seed))
    >>> nets = cj.stack([make(0), make(1), make(2)])
    >>> def outputs(net):
    ...     return cj.rollout(net, jnp.ones((20, 2))).outputs
    >>> cj.map_networks(outputs, nets).shape
    (3, 20, 1)
    """
    check(
        isinstance(nets, AbstractNetwork) and nets.dt.ndim == 1,
        "nets",
        "be a stack of networks",
        lambda: describe(nets),
        "Make one: cj.stack(...).",
    )
    count = nets.dt.shape[0]
    for i, arg in enumerate(args):
        for leaf in jax.tree.leaves(arg):
            is_array = eqx.is_array(leaf) and leaf.ndim >= 1
            check(
                is_array and leaf.shape[0] == count,
                f"args[{i}]",
                f"have arrays with a leading axis of {count}, one entry a network",
                lambda leaf=leaf: describe(leaf),
                "Let `fn` close over what all share.",
            )
    devices = _device_count(mesh, count)
    # on a CPU, as many networks side by side as fit the cache
    if batch_size is None:
        network_bytes = sum(x.nbytes for x in jax.tree.leaves(nets)) // count
        on_cpu = jax.default_backend() == "cpu"
        batch_size = max(1, _CACHE_BYTES // network_bytes) if on_cpu else count
    check_count("batch_size", batch_size, at_least=1)
    return _mapped(fn, nets, args, min(batch_size, count // devices), mesh)


def _device_count(mesh: Mesh | AbstractMesh | None, count: int) -> int:
    """Return how many devices share the networks.

    Raises `ValueError` if the mesh has no axis `networks`, or if the networks cannot be
    divided evenly along it.
    """
    if mesh is None:
        return 1
    check(
        NETWORKS in mesh.shape,
        "mesh",
        f"have an axis {NETWORKS!r}",
        mesh.axis_names,
        "Make it with cj.sharding.mesh(...).",
    )
    devices = mesh.shape[NETWORKS]
    check(
        count % devices == 0,
        "nets",
        f"be a stack that {devices} devices along {NETWORKS!r} divide",
        f"{count} networks",
        "Change their number, or the mesh.",
    )
    return devices


@eqx.filter_jit
def _mapped(
    fn: Callable[..., T],
    nets: AbstractNetwork,
    args: tuple[PyTree, ...],
    batch_size: int,
    mesh: Mesh | AbstractMesh | None,
) -> T:
    def map_on_device(nets: AbstractNetwork, args: tuple[PyTree, ...]) -> T:
        def of_pair(pair: tuple[AbstractNetwork, tuple[PyTree, ...]]) -> T:
            return fn(pair[0], *pair[1])

        # a batch of all networks is `vmap`; `lax.map` would add a loop of one step
        if batch_size == nets.dt.shape[0]:
            return jax.vmap(of_pair)((nets, args))
        size = None if batch_size == 1 else batch_size
        return jax.lax.map(of_pair, (nets, args), batch_size=size)

    if mesh is None:
        return map_on_device(nets, args)
    along_networks = PartitionSpec(NETWORKS)
    divided = jax.shard_map(
        map_on_device,
        mesh=mesh,
        in_specs=along_networks,
        out_specs=along_networks,
        axis_names={NETWORKS},
        # `fn` may use arrays in ways that the check of replication does not allow
        check_vma=False,
    )
    return divided(nets, args)
