"""The structures of the networks of Song, Yang & Wang (2016)."""

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._types import KeyArray
from ..constraints import Connectivity, Groups, groups, Layout, MultiIO


MODELS: dict[str, tuple[int, int, int]] = {
    "rdm_dense": (2, 100, 2),
    "rdm_fixed": (2, 100, 2),
    "rdm_nodale": (2, 100, 2),
    "rdm_varstim": (3, 100, 2),
    "rdm_rt": (3, 100, 2),
    "mante": (6, 150, 2),
    "mante_areas": (6, 150, 2),
    "multisensory": (5, 150, 2),
    "romo": (2, 500, 2),
}


def structure_masks(
    name: str, units: int, n_excitatory: int, connect_start: bool, key: KeyArray
) -> Connectivity:
    """Which synapses a network has (`examples/models/<name>.py`), without autapses."""
    n_in, _, n_out = MODELS[name]
    table = None
    excitatory, inhibitory = {"E": n_excitatory}, {"I": units - n_excitatory}
    inputs, into = n_in, None
    outputs, out_of = {"output": n_out}, {("output", "E"): 1.0}
    if name == "rdm_fixed":  # rdm_fixed.py:36-79
        quarter = round(n_excitatory / 4)
        excitatory = {"in": quarter, "out": quarter, "rest": n_excitatory - 2 * quarter}
        inputs = {"first": 1, "second": 1}
        into = {("in", "first"): 1.0, ("out", "second"): 1.0}
        outputs = {"first": 1, "second": 1}
        out_of = {("first", "in"): 1.0, ("second", "out"): 1.0}
        table = _all([*excitatory, "I"])
        table["in", "out"] = table["out", "in"] = 0.0
    elif name == "mante_areas":  # mante_areas.py:26-74
        excitatory = _split("E", n_excitatory, ("sensory", "motor"))
        inhibitory = _split("I", units - n_excitatory, ("sensory", "motor"))
        inputs = {"context": 2, "motion": 2, "colour": 2}
        into = {(f"sensory {c}", channel): 1.0 for c in "EI" for channel in inputs}
        out_of = {("output", "motor E"): 1.0}
        table = {
            (f"{area} {c}", f"{area} {d}"): 1.0
            for area in ("sensory", "motor")
            for c in "EI"
            for d in "EI"
        }
        for c in "EI":
            table[f"motor {c}", "sensory E"] = 1.0
            table[f"sensory {c}", "motor E"] = 0.2
    elif name == "multisensory":  # multisensory.py:30-52
        thirds = ("visual", "auditory", "neither")
        excitatory = _split("E", n_excitatory, thirds)
        inhibitory = _split("I", units - n_excitatory, thirds)
        inputs = {"v+": 1, "a+": 1, "v-": 1, "a-": 1, "start": 1}
        areas = {"v": "visual", "a": "auditory"}
        into = {
            (f"{areas[channel[0]]} {c}", channel): 1.0
            for c in "EI"
            for channel in ("v+", "a+", "v-", "a-")
        }
        if connect_start:
            cells = (*excitatory, *inhibitory)
            into.update({(cell, "start"): 1.0 for cell in cells})
        out_of = {("output", cell): 1.0 for cell in excitatory}
    elif name == "romo":  # romo.py, tasktools.py:100-123
        table = {(c, "E"): 0.1 for c in "EI"} | {(c, "I"): 0.5 for c in "EI"}
    whole = MultiIO(
        {**excitatory, **inhibitory},
        inputs=inputs,
        outputs=outputs,
        input_table=into,
        hidden_table=table,
        output_table=out_of,
        excitatory=list(excitatory),
        autapses=False,
        key=key,
    )
    return _named(whole, n_out, areas=name in ("mante_areas", "multisensory"))


def _all(names: list[str]) -> dict[tuple[str, str], float]:
    return {(post, pre): 1.0 for post in names for pre in names}


def _split(kind: str, count: int, parts: tuple[str, ...]) -> dict[str, int]:
    """A class of units cut into parts of equal size, up to rounding."""
    ends = [round(i * count / len(parts)) for i in range(len(parts) + 1)]
    return {f"{part} {kind}": ends[i + 1] - ends[i] for i, part in enumerate(parts)}


def _named(whole: MultiIO, n_out: int, *, areas: bool) -> Connectivity:
    """The connectivity with names of areas instead of an area's cell classes."""
    units = whole.layout.units
    members = {}
    if areas:
        for name in units.names:
            area, _, kind = name.rpartition(" ")
            if kind in ("E", "I"):
                had = members.get(area, np.zeros(0, int))
                members[area] = np.union1d(had, units.indices(name))
    else:
        members = {n: units.indices(n) for n in units.names if n not in ("E", "I")}
    for kind in ("excitatory", "inhibitory"):
        members[kind] = units.indices(kind)
    outputs = whole.layout.outputs
    if outputs is not None and outputs.names == ("output",):
        outputs = Groups(n_out)
    return Connectivity(
        w_in=whole.w_in,
        w_hid=whole.w_hid,
        w_out=whole.w_out,
        signs=whole.signs,
        layout=Layout(whole.layout.inputs, groups(units.size, members), outputs),
    )


def balanced_means(mask: Array | None, n_excitatory: int) -> Array:
    """Mean sizes before scaling: rows balanced in the mean, then of unit L2 norm."""
    means = jnp.asarray(mask, float)
    excitation = means[:, :n_excitatory].sum(1, keepdims=True)
    inhibition = means[:, n_excitatory:].sum(1, keepdims=True)
    factor = jnp.where(inhibition > 0, excitation / jnp.maximum(inhibition, 1), 1.0)
    means = means.at[:, n_excitatory:].multiply(factor)
    norm = jnp.sqrt((means**2).sum(1, keepdims=True))
    return means / jnp.where(norm > 0, norm, 1.0)
