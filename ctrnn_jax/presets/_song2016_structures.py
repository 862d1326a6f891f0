"""The structures of the networks of Song, Yang & Wang (2016), as densities by group.

Sources are the model files of pycog, `examples/models/<name>.py`.
"""

from collections.abc import Collection
import dataclasses

from .._types import KeyArray
from ..connectivity import by_area, Connectivity, even_sizes, MultiIO


Densities = dict[tuple[str, str], float]
"""The density of connections by `(post, pre)`; a pair that is left out has none."""


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Numbers of input channels, excitatory units, inhibitory units and outputs."""

    n_in: int
    n_excitatory: int
    n_inhibitory: int
    n_out: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Structure:
    """Groups of units and channels, and the densities of connections between them.

    **Attributes:**

    - `excitatory`, `inhibitory`: sizes of the groups of units, by name.
    - `inputs`, `outputs`: numbers of channels by group. A number is one unnamed group,
      which tables call "input" or "output".
    - `input_table`, `hidden_table`, `output_table`: densities; `None` is all-to-all.
    """

    excitatory: dict[str, int]
    inhibitory: dict[str, int]
    inputs: dict[str, int] | int
    outputs: dict[str, int] | int
    input_table: Densities | None = None
    hidden_table: Densities | None = None
    output_table: Densities | None = None


def _all_to_all(posts: Collection[str], pres: Collection[str]) -> Densities:
    return {(post, pre): 1.0 for post in posts for pre in pres}


def _split(kind: str, count: int, parts: tuple[str, ...]) -> dict[str, int]:
    """Divide a class of units into parts of equal size, up to rounding."""
    sizes = even_sizes(count, len(parts))
    return {f"{part} {kind}": n for part, n in zip(parts, sizes, strict=True)}


def dense(sizes: Sizes) -> Structure:
    """Connect all to all; the readout is from excitatory units."""
    return Structure(
        excitatory={"E": sizes.n_excitatory},
        inhibitory={"I": sizes.n_inhibitory},
        inputs=sizes.n_in,
        outputs=sizes.n_out,
        output_table={("output", "E"): 1.0},
    )


def lee(sizes: Sizes) -> Structure:
    """Connect all to all; the readout is from inhibitory units too (`lee.py`)."""
    table = _all_to_all(("output",), ("E", "I"))
    return dataclasses.replace(dense(sizes), output_table=table)


def romo(sizes: Sizes) -> Structure:
    """Connect sparsely (`romo.py`, `tasktools.py:100-123`)."""
    densities = {("E", "E"): 0.1, ("I", "E"): 0.1, ("E", "I"): 0.5, ("I", "I"): 0.5}
    return dataclasses.replace(dense(sizes), hidden_table=densities)


def rdm_fixed(sizes: Sizes) -> Structure:
    """Separate two groups, one per input and output (`rdm_fixed.py:36-79`)."""
    quarter = round(sizes.n_excitatory / 4)
    rest = sizes.n_excitatory - 2 * quarter
    cells = ("in", "out", "rest", "I")
    hidden_table = _all_to_all(cells, cells)
    hidden_table["in", "out"] = hidden_table["out", "in"] = 0.0
    return Structure(
        excitatory={"in": quarter, "out": quarter, "rest": rest},
        inhibitory={"I": sizes.n_inhibitory},
        inputs={"first": 1, "second": 1},
        outputs={"first": 1, "second": 1},
        input_table={("in", "first"): 1.0, ("out", "second"): 1.0},
        hidden_table=hidden_table,
        output_table={("first", "in"): 1.0, ("second", "out"): 1.0},
    )


def mante_areas(sizes: Sizes) -> Structure:
    """Connect a sensory to a motor area, with feedback (`mante_areas.py:26-74`)."""
    areas = ("sensory", "motor")
    inputs = {"context": 2, "motion": 2, "colour": 2}
    sensory, motor = (tuple(f"{area} {kind}" for kind in "EI") for area in areas)
    return Structure(
        excitatory=_split("E", sizes.n_excitatory, areas),
        inhibitory=_split("I", sizes.n_inhibitory, areas),
        inputs=inputs,
        outputs=sizes.n_out,
        input_table=_all_to_all(sensory, inputs),
        # local connections, dense feedforward ones and 20 % feedback
        hidden_table=_all_to_all(sensory, sensory)
        | _all_to_all(motor, motor)
        | {(post, "sensory E"): 1.0 for post in motor}
        | {(post, "motor E"): 0.2 for post in sensory},
        output_table={("output", "motor E"): 1.0},
    )


def multisensory(sizes: Sizes) -> Structure:
    """Send inputs of two senses to a third of the units each (`multisensory.py:30-52`).

    No unit receives the input "start", as in the published code.
    """
    thirds = ("visual", "auditory", "neither")
    excitatory = _split("E", sizes.n_excitatory, thirds)
    visual, auditory = (
        tuple(f"{third} {kind}" for kind in "EI") for third in ("visual", "auditory")
    )
    return Structure(
        excitatory=excitatory,
        inhibitory=_split("I", sizes.n_inhibitory, thirds),
        inputs={"v+": 1, "a+": 1, "v-": 1, "a-": 1, "start": 1},
        outputs=sizes.n_out,
        input_table=_all_to_all(visual, ("v+", "v-"))
        | _all_to_all(auditory, ("a+", "a-")),
        output_table=_all_to_all(("output",), excitatory),
    )


def with_start_cue(structure: Structure) -> Structure:
    """Return the structure with the input "start" connected to all units."""
    cells = (*structure.excitatory, *structure.inhibitory)
    table = (structure.input_table or {}) | _all_to_all(cells, ("start",))
    return dataclasses.replace(structure, input_table=table)


def draw_masks(structure: Structure, key: KeyArray) -> Connectivity:
    """Draw the masks of a structure, without autapses. Units have names by area."""
    drawn = MultiIO(
        {**structure.excitatory, **structure.inhibitory},
        inputs=structure.inputs,
        outputs=structure.outputs,
        input_table=structure.input_table,
        hidden_table=structure.hidden_table,
        output_table=structure.output_table,
        excitatory=list(structure.excitatory),
        autapses=False,
        key=key,
    )
    layout = dataclasses.replace(drawn.layout, units=by_area(drawn.layout.units))
    return Connectivity(
        w_in=drawn.w_in,
        w_hid=drawn.w_hid,
        w_out=drawn.w_out,
        signs=drawn.signs,
        layout=layout,
    )
