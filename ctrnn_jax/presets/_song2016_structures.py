"""The structures of the networks of Song, Yang & Wang (2016), as densities by group.

Sources are the model files of pycog, `examples/models/<name>.py`.
"""

from collections.abc import Collection
import dataclasses
from typing import TypedDict

from .._types import KeyArray
from ..connectivity import by_area, Connectivity, even_sizes, MultiIO


Densities = dict[tuple[str, str], float]
"""The density of connections by `(post, pre)`; a pair that is left out has none."""


class Structure(TypedDict, total=False):
    """Groups of units and channels, and the densities of connections between them.

    These are arguments of `MultiIO`. A table that is left out is all-to-all. Inputs and
    outputs that are left out are one unnamed group of the model's size, which tables
    call "input" or "output".
    """

    units: dict[str, int]
    excitatory: list[str]
    inputs: dict[str, int] | int
    outputs: dict[str, int] | int
    input_table: Densities
    hidden_table: Densities
    output_table: Densities


def _all_to_all(posts: Collection[str], pres: Collection[str]) -> Densities:
    return {(post, pre): 1.0 for post in posts for pre in pres}


def _split(kind: str, count: int, parts: tuple[str, ...]) -> dict[str, int]:
    """Divide a class of units into parts of equal size, up to rounding."""
    sizes = even_sizes(count, len(parts))
    return {f"{part} {kind}": n for part, n in zip(parts, sizes, strict=True)}


def dense(excitatory: int, inhibitory: int) -> Structure:
    """Connect all to all; the readout is from excitatory units."""
    return {
        "units": {"E": excitatory, "I": inhibitory},
        "excitatory": ["E"],
        "output_table": {("output", "E"): 1.0},
    }


def lee(excitatory: int, inhibitory: int) -> Structure:
    """Connect all to all; the readout is from inhibitory units too (`lee.py`)."""
    table = _all_to_all(("output",), ("E", "I"))
    return {**dense(excitatory, inhibitory), "output_table": table}


def romo(excitatory: int, inhibitory: int) -> Structure:
    """Connect sparsely (`romo.py`, `tasktools.py:100-123`)."""
    densities = {("E", "E"): 0.1, ("I", "E"): 0.1, ("E", "I"): 0.5, ("I", "I"): 0.5}
    return {**dense(excitatory, inhibitory), "hidden_table": densities}


def rdm_fixed(excitatory: int, inhibitory: int) -> Structure:
    """Separate two groups, one per input and output (`rdm_fixed.py:36-79`)."""
    quarter = round(excitatory / 4)
    rest = excitatory - 2 * quarter
    cells = {"in": quarter, "out": quarter, "rest": rest, "I": inhibitory}
    hidden_table = _all_to_all(cells, cells)
    hidden_table["in", "out"] = hidden_table["out", "in"] = 0.0
    return {
        "units": cells,
        "excitatory": ["in", "out", "rest"],
        "inputs": {"first": 1, "second": 1},
        "outputs": {"first": 1, "second": 1},
        "input_table": {("in", "first"): 1.0, ("out", "second"): 1.0},
        "hidden_table": hidden_table,
        "output_table": {("first", "in"): 1.0, ("second", "out"): 1.0},
    }


def mante_areas(excitatory: int, inhibitory: int) -> Structure:
    """Connect a sensory to a motor area, with feedback (`mante_areas.py:26-74`)."""
    areas = ("sensory", "motor")
    inputs = {"context": 2, "motion": 2, "colour": 2}
    sensory, motor = (tuple(f"{area} {kind}" for kind in "EI") for area in areas)
    cells = _split("E", excitatory, areas)
    return {
        "units": cells | _split("I", inhibitory, areas),
        "excitatory": [*cells],
        "inputs": inputs,
        "input_table": _all_to_all(sensory, inputs),
        # local connections, dense feedforward ones and 20 % feedback
        "hidden_table": _all_to_all(sensory, sensory)
        | _all_to_all(motor, motor)
        | {(post, "sensory E"): 1.0 for post in motor}
        | {(post, "motor E"): 0.2 for post in sensory},
        "output_table": {("output", "motor E"): 1.0},
    }


def multisensory(excitatory: int, inhibitory: int) -> Structure:
    """Send inputs of two senses to a third of the units each (`multisensory.py:30-52`).

    No unit receives the input "start", as in the published code.
    """
    thirds = ("visual", "auditory", "neither")
    cells = _split("E", excitatory, thirds)
    visual, auditory = (
        tuple(f"{third} {kind}" for kind in "EI") for third in ("visual", "auditory")
    )
    return {
        "units": cells | _split("I", inhibitory, thirds),
        "excitatory": [*cells],
        "inputs": {"v+": 1, "a+": 1, "v-": 1, "a-": 1, "start": 1},
        "input_table": _all_to_all(visual, ("v+", "v-"))
        | _all_to_all(auditory, ("a+", "a-")),
        "output_table": _all_to_all(("output",), cells),
    }


def with_start_cue(structure: Structure) -> Structure:
    """Return the structure with the input "start" connected to all units."""
    table = structure.get("input_table", {})
    table = table | _all_to_all(structure.get("units", {}), ("start",))
    return {**structure, "input_table": table}


def draw_masks(structure: Structure, key: KeyArray) -> Connectivity:
    """Draw the masks of a structure, without autapses. Units have names by area."""
    drawn = MultiIO(**structure, autapses=False, key=key)
    layout = dataclasses.replace(drawn.layout, units=by_area(drawn.layout.units))
    return Connectivity(
        w_in=drawn.w_in,
        w_hid=drawn.w_hid,
        w_out=drawn.w_out,
        signs=drawn.signs,
        layout=layout,
    )
