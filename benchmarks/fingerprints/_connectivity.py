"""Masks, areas and names of groups, and networks of each connectivity."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import ctrnn_jax as cj
from ctrnn_jax.connectivity import (
    AbstractConnectivity,
    block,
    distance_dependent,
    MultiArea,
    MultiAreaEI,
    MultiIO,
    no_autapses,
    random_sparse,
    RandomInput,
)

from ._digest import attributes, Cases
from ._networks import inputs, key, N_IN, N_OUT, trajectory, UNITS, weights


AREAS = {"sensory": 7, "motor": 5}
NAMED: dict[str, Any] = {
    "inputs": {"stimulus": 2, "context": 1},
    "outputs": {"choice": 1, "eye": 1},
    "output_areas": "motor",
}
CONNECTIVITY: dict[str, Callable[[], AbstractConnectivity]] = {
    "random_sparse": lambda: random_sparse(UNITS, 0.3, key=key(4)),
    "random_sparse_autapses": lambda: random_sparse(
        UNITS, 0.57, autapses=True, key=key(4)
    ),
    "no_autapses": lambda: no_autapses(UNITS),
    "block": lambda: block(
        {"E": 8, "PV": 2, "SST": 2},
        {("E", "E"): 0.4, ("E", "PV"): 1.0, ("PV", "E"): 0.5, ("E", "SST"): 0.7},
        excitatory=["E"], autapses=True, key=key(4),
    ),
    "distance_ring": lambda: distance_dependent(
        np.arange(UNITS), length=3.0, peak=0.8, period=UNITS, key=key(4)
    ),
    "distance_plane": lambda: distance_dependent(
        np.random.default_rng(0).uniform(size=(UNITS, 2)), length=0.4,
        kernel="gaussian", key=key(4),
    ),
    "multi_area": lambda: MultiArea(
        AREAS, forward=0.5, backward=0.3, within=0.8, **NAMED,
        input_areas={"stimulus": "sensory", "context": ["sensory", "motor"]},
        output_density=0.6, autapses=True, key=key(4),
    ),
    "multi_area_count": lambda: MultiArea(3, n_hidden=UNITS, autapses=True, key=key(4)),
    "multi_area_table": lambda: MultiArea(
        [5, 7], connections=np.array([[0.5, 0.0], [0.2, 1.0]]), autapses=False,
        key=key(4),
    ),
    "multi_area_ei": lambda: MultiAreaEI(
        AREAS, forward=0.5, backward=0.2, **NAMED, input_areas="sensory",
        frac_excitatory={"sensory": 0.7, "motor": 0.6}, autapses=False, key=key(4),
    ),
    "multi_io": lambda: MultiIO(
        {"a": 5, "b": 7}, inputs={"x": 2, "y": 1}, outputs={"z": 2},
        input_table={("a", "x"): 1.0, ("b", "y"): 0.5},
        hidden_table={("a", "a"): 0.5, ("b", "a"): 0.3, ("b", "b"): 1.0},
        output_table={("z", "b"): 1.0}, excitatory=["a"], autapses=True, key=key(4),
    ),
    "random_input": lambda: RandomInput(
        N_IN, UNITS, N_OUT, input_density=0.4, hidden_density=0.5, output_density=0.6,
        overlap=False, autapses=True, key=key(4),
    ),
}  # fmt: skip


def connected(name: str) -> Any:
    """Return a connectivity, and the weights of a network that has it."""
    wires = CONNECTIVITY[name]()
    kind = cj.CTRNN if wires.signs is None else cj.EIRNN
    sizes = [size or 2 for size in wires.sizes]
    net = kind(*sizes, connectivity=wires, dt=20.0, tau=100.0, key=key(5))
    return attributes(wires, "w_in w_hid w_out"), wires.signs, weights(net)


def by_name() -> Any:
    """Return inputs, rates, outputs, weights and units by the names of groups."""
    wires: Any = CONNECTIVITY["multi_area_ei"]()
    net = cj.EIRNN(*wires.sizes, connectivity=wires, dt=20.0, tau=100.0, key=key(5))
    u = {"context": inputs()[..., 2:], "stimulus": inputs()[..., :2]}
    traj = cj.rollout(net, u)
    return (
        trajectory(traj),
        traj.rates_of("motor", "inhibitory"),
        traj.potentials_of("sensory"),
        traj.outputs_of("eye"),
        cj.network.weights_of(
            net, "w_hid", post="motor", pre=("sensory", "excitatory")
        ),
        wires.units("motor", "excitatory"),
        wires.signs[wires.units("motor")],
    )


def connectivity_cases() -> Cases:
    for name in CONNECTIVITY:
        yield name, partial(connected, name)
    yield "by_name", by_name
