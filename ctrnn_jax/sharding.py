"""Networks and trials distributed over devices, by JAX's partitioner.

A mesh has two axes along which work is divided. The same `rollout`, `train_step` and
`fit` run on arrays that are placed on a mesh: the compiler divides the program and adds
communication. Along the axis `networks` no communication is needed.

Which devices are there?

    mesh     Return a mesh of devices with axes for networks and trials.
    connect  Connect this process with others to one program.

What goes to which device?

    place_networks  Place a stack of networks on the devices of a mesh.
    place_trials    Place trials on the devices of a mesh.
    replicate       Copy arrays to every device of a mesh.
"""

from typing import TypeVar

import jax
from jax import Array
import jax.numpy as jnp
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec
from jaxtyping import PyTree
import numpy as np

from ._arguments import checks_arguments
from ._checks import check, check_count, describe, invalid
from ._namespaces import set_up_namespace
from ._types import NETWORKS, TRIALS


__all__ = [
    "connect",
    "mesh",
    "place_networks",
    "place_trials",
    "replicate",
]

set_up_namespace(__name__)

T = TypeVar("T")


@checks_arguments
def connect(
    address: str | None = None,
    *,
    processes: int | None = None,
    index: int | None = None,
) -> None:
    """Connect this process to the other processes of one distributed program.

    Call it before any other use of JAX. Afterwards `jax.devices()` lists the devices of
    all processes; each process runs the same program. CPUs communicate through gloo.
    Without arguments, the cluster environment defines the processes (Slurm, Kubernetes,
    a TPU pod, Open MPI; see `jax.distributed.initialize`).

    **Arguments**, all of them or none:

    - `address`: "host:port" of process 0.
    - `processes`: the number of processes.
    - `index`: the index of this process, from 0.

    **Raises:** `ValueError` for some of the arguments without the others, for an index
    that is not below `processes`, if there is no cluster environment, and if another
    number of processes connected.
    """
    arguments = {"address": address, "processes": processes, "index": index}
    missing = [name for name, value in arguments.items() if value is None]
    if len(missing) == len(arguments):
        _connect_in_cluster()
        return
    check(
        not missing,
        "address, processes and index",
        "be given together, or none of them",
        f"no {' and no '.join(missing)}",
        "Complete them, or leave all out in a cluster.",
    )
    is_address = isinstance(address, str) and ":" in address
    remedy = 'Give "localhost:1234", for example.'
    check(is_address, "address", 'be text "host:port"', describe(address), remedy)
    processes = check_count("processes", processes, at_least=1)
    index = check_count("index", index, at_least=0)
    rule = f"be below {processes}"
    check(index < processes, "index", rule, index, "It counts from 0.")
    jax.distributed.initialize(address, num_processes=processes, process_id=index)
    connected = jax.process_count()
    check(
        connected == processes,
        "processes",
        f"be the number that connected, {connected}",
        processes,
        "Call `connect` before any array is made.",
    )


def _connect_in_cluster() -> None:
    """Connect as the cluster environment defines; without a cluster, raise an error."""
    try:
        jax.distributed.initialize()
    except ValueError as error:
        raise invalid(
            "address",
            "be given unless a cluster environment is detected",
            f"None ({error})",
            'Pass address="host:port", processes and index.',
        ) from error


@checks_arguments
def mesh(*, networks: int = 1, trials: int = 1) -> Mesh:
    """Return all devices of all processes as a mesh with the axes `networks, trials`.

    **Arguments:** how many devices share each axis. Networks need no communication.
    Trials need one sum of gradients for each update.

    **Raises:** `ValueError` if their product is not the number of devices.

    **Example:**

    >>> dict(cj.sharding.mesh(trials=jax.device_count()).shape)["networks"]
    1
    """
    sizes = {NETWORKS: networks, TRIALS: trials}
    for name, size in sizes.items():
        check_count(name, size, at_least=1)
    devices = jax.devices()
    check(
        networks * trials == len(devices),
        "networks * trials",
        f"be the number of devices, {len(devices)}",
        f"{networks} * {trials}",
        "Use every device; `jax.devices()` lists them.",
    )
    auto = (AxisType.Auto,) * 2
    return jax.make_mesh(tuple(sizes.values()), tuple(sizes), axis_types=auto)


def _put(x: Array, mesh: Mesh, spec: PartitionSpec) -> Array:
    """Distribute an array over the mesh; every process must hold the whole array."""
    if jnp.issubdtype(x.dtype, jax.dtypes.prng_key):
        data = _put(jax.random.key_data(x), mesh, spec)
        return jax.random.wrap_key_data(data, impl=jax.random.key_impl(x))
    sharding = NamedSharding(mesh, spec)
    if jax.process_count() == 1:
        return jax.device_put(x, sharding)
    host = np.asarray(x)
    return jax.make_array_from_callback(x.shape, sharding, lambda index: host[index])


def _check_axis(name: str, tree: PyTree, axis: str, mesh: Mesh) -> None:
    """Validate that the devices along an axis divide every leading axis of a tree."""
    devices = mesh.shape[axis]
    for leaf in jax.tree.leaves(tree):
        shape = np.shape(leaf)
        check(
            shape and shape[0] % devices == 0,
            name,
            f"have a leading axis of {axis} that the number of devices, {devices}, "
            "divides",
            lambda leaf=leaf: describe(leaf),
            "Change its length, or the mesh.",
        )


def check_mesh(name: str, mesh: Mesh) -> None:
    """Validate that a mesh has the two axes."""
    axes = {NETWORKS, TRIALS}
    check(
        set(mesh.axis_names) == axes,
        name,
        "have the axes networks and trials",
        mesh.axis_names,
        "Make it with cj.sharding.mesh(...).",
    )


@checks_arguments
def place_networks(tree: T, on: Mesh) -> T:
    """Distribute stacked networks, or arrays with an entry for each, over `networks`.

    Optimiser states, keys and hyperparameters of the ensemble are placed likewise.
    Raises `ValueError` if the devices do not divide the leading axis of an array.
    """
    return _place(tree, NETWORKS, on)


@checks_arguments
def place_trials(tree: T, on: Mesh) -> T:
    """Distribute inputs, keys or a batch of trials over `trials`.

    Raises `ValueError` as `place_networks`.
    """
    return _place(tree, TRIALS, on)


def _place(tree: T, axis: str, mesh: Mesh) -> T:
    check_mesh("on", mesh)
    _check_axis("tree", tree, axis, mesh)
    return jax.tree.map(lambda x: _put(x, mesh, PartitionSpec(axis)), tree)


@checks_arguments
def replicate(tree: T, on: Mesh) -> T:
    """Place all arrays of a tree on every device."""
    check_mesh("on", on)
    for leaf in jax.tree.leaves(tree):
        rule, remedy = "hold arrays only", "Convert numbers with jnp.asarray."
        check(
            isinstance(leaf, (Array, np.ndarray)), "tree", rule, describe(leaf), remedy
        )
    return jax.tree.map(lambda x: _put(x, on, PartitionSpec()), tree)


def divide_trials(tree: T, on: Mesh) -> T:
    """Distribute trials that are drawn inside a compiled program over `trials`.

    Raises `ValueError` as `place_trials`.
    """
    _check_axis("batch_size", tree, TRIALS, on)
    sharding = NamedSharding(on, PartitionSpec(TRIALS))
    return jax.lax.with_sharding_constraint(tree, sharding)
