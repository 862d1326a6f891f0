"""Networks, trials and units spread over devices, by JAX's own partitioner.

A mesh names three ways to divide work. What is placed on it runs through the same
`rollout`, `train_step` and `fit` as on one device: the compiler divides the program and
adds the communication that is needed. Along `networks` there is none.
"""

from typing import Any, TypeVar

import jax
from jax import Array
import jax.numpy as jnp
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec
import numpy as np

from ._checks import check_count, describe, invalid
from ._types import NETWORKS, TRIALS, UNITS
from .network import AbstractNetwork


__all__ = [
    "connect",
    "mesh",
    "place_networks",
    "place_trials",
    "replicate",
]

T = TypeVar("T")


def connect(
    address: str | None = None,
    *,
    processes: int | None = None,
    index: int | None = None,
) -> None:
    """Join this process with others into one machine, before anything else of JAX.

    Afterwards `jax.devices()` lists the devices of all of them; each process runs the
    same program. CPUs talk through gloo. Without arguments, the cluster says who is who
    (Slurm, Kubernetes, a TPU pod, Open MPI; see `jax.distributed.initialize`).

    **Arguments**, all of them or none:

    - `address`: "host:port" of process 0.
    - `processes`: how many there are.
    - `index`: which of them this is, from 0.

    **Raises:** `ValueError` for some of the arguments without the others, for an index
    that is not below `processes`, where no cluster is found, and if the number that
    joined is another.
    """
    given = {"address": address, "processes": processes, "index": index}
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == len(given):
        _connect_as_told()
        return
    if missing:
        raise invalid(
            "address, processes and index",
            "be given together, or none of them",
            f"no {' and no '.join(missing)}",
            "Complete them, or let the cluster say.",
        )
    processes = check_count("processes", processes, at_least=1)
    index = check_count("index", index, at_least=0)
    if index >= processes:
        raise invalid("index", f"be below {processes}", index, "It counts from 0.")
    jax.distributed.initialize(address, num_processes=processes, process_id=index)
    if jax.process_count() != processes:
        raise invalid(
            "processes",
            f"be the number that joined, {jax.process_count()}",
            processes,
            "Call `connect` before any array is made.",
        )


def _connect_as_told() -> None:
    """Join as the cluster says; a process that no cluster started is refused."""
    try:
        jax.distributed.initialize()
    except ValueError as error:
        raise invalid(
            "address",
            "be given where no cluster says it",
            f"None ({error})",
            'Pass address="host:port", processes and index.',
        ) from error


def mesh(*, networks: int = 1, trials: int = 1, units: int = 1) -> Mesh:
    """All devices of all processes as a mesh with axes `networks, trials, units`.

    **Arguments:** how many devices share each axis. Networks are divided without
    communication, trials need one sum of gradients an update, units (for networks too
    large for one device) one gathering of rates a step.

    **Raises:** `ValueError` if their product is not the number of devices.
    """
    sizes = {NETWORKS: networks, TRIALS: trials, UNITS: units}
    for name, size in sizes.items():
        check_count(name, size, at_least=1)
    devices = jax.devices()
    if networks * trials * units != len(devices):
        raise invalid(
            "networks * trials * units",
            f"be the number of devices, {len(devices)}",
            f"{networks} * {trials} * {units}",
            "Use every device; `jax.devices()` lists them.",
        )
    auto = (AxisType.Auto,) * 3
    return jax.make_mesh(tuple(sizes.values()), tuple(sizes), axis_types=auto)


def _put(x: Any, on: Mesh, spec: PartitionSpec) -> Any:
    """An array spread over the mesh; every process has all of it before."""
    if jnp.issubdtype(x.dtype, jax.dtypes.prng_key):
        data = _put(jax.random.key_data(x), on, spec)
        return jax.random.wrap_key_data(data, impl=jax.random.key_impl(x))
    sharding = NamedSharding(on, spec)
    if jax.process_count() == 1:
        return jax.device_put(x, sharding)
    host = np.asarray(x)
    return jax.make_array_from_callback(x.shape, sharding, lambda at: host[at])


def _check_axis(name: str, tree: Any, axis: str, on: Mesh) -> None:
    """Refuse arrays whose leading axis the devices along this one do not divide."""
    _check_mesh(on)
    devices = on.shape[axis]
    for leaf in jax.tree.leaves(tree):
        shape = np.shape(leaf)
        if not shape or shape[0] % devices:
            raise invalid(
                name,
                f"have a leading axis that {devices} devices along {axis!r} divide",
                describe(leaf),
                "Change its length, or the mesh.",
            )


def _check_mesh(on: Any) -> None:
    """Refuse a mesh without the three axes."""
    if not isinstance(on, Mesh) or set(on.axis_names) != {NETWORKS, TRIALS, UNITS}:
        raise invalid(
            "mesh",
            "have the axes networks, trials and units",
            repr(on),
            "Make it with cj.sharding.mesh(...).",
        )


def place_networks(tree: T, on: Mesh) -> T:
    """Stacked networks, or what belongs to each, spread along `networks`.

    Optimiser states, keys and hyperparameters of the ensemble go the same way. Raises
    `ValueError` if the axis does not divide the leading one of an array.
    """
    return _place("nets", tree, NETWORKS, on)


def place_trials(tree: T, on: Mesh) -> T:
    """Inputs, keys or a batch of trials spread along `trials`; raises likewise."""
    return _place("trials", tree, TRIALS, on)


def _place(name: str, tree: Any, axis: str, on: Mesh) -> Any:
    _check_axis(name, tree, axis, on)
    return jax.tree.map(lambda x: _put(x, on, PartitionSpec(axis)), tree)


def place_units(net: AbstractNetwork, on: Mesh) -> AbstractNetwork:
    """One network whose units are spread along `units`: rows of W_hid and W_in.

    What has an entry for each unit (rows of weights and masks, biases, tau, v0) is
    divided, the readout by its columns, the rest is everywhere. Raises `ValueError` if
    the axis does not divide the number of units.
    """
    _check_mesh(on)
    if net.n_hidden % on.shape[UNITS]:
        raise invalid(
            "net",
            f"have units that {on.shape[UNITS]} devices along 'units' divide",
            f"{net.n_hidden} units",
            "Change the number of units, or the mesh.",
        )

    def spec(x: Array) -> PartitionSpec:
        if x.ndim and x.shape[0] == net.n_hidden:
            return PartitionSpec(UNITS)
        if x.ndim == 2 and x.shape[1] == net.n_hidden:
            return PartitionSpec(None, UNITS)
        return PartitionSpec()

    return jax.tree.map(lambda x: _put(x, on, spec(x)), net)


def replicate(tree: T, on: Mesh) -> T:
    """All of it on every device."""
    _check_mesh(on)
    return jax.tree.map(lambda x: _put(x, on, PartitionSpec()), tree)


def divide_trials(tree: T, on: Mesh) -> T:
    """As `place_trials`, for trials that are drawn inside a compiled program."""
    _check_axis("batch_size", tree, TRIALS, on)
    where = NamedSharding(on, PartitionSpec(TRIALS))
    return jax.lax.with_sharding_constraint(tree, where)
