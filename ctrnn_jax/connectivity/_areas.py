"""Networks of several areas, and networks with random inputs and readouts."""

from collections.abc import Mapping, Sequence
import dataclasses

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_choice, check_count, check_fraction, invalid
from .._types import KeyArray
from ._excitatory_counts import excitatory_count
from ._layout import by_area, Groups, Layout
from ._masks import AbstractConnectivity, choose, possible
from ._tables import area_sizes, area_table, MultiIO, routes, Table


Areas = int | Sequence[int] | Mapping[str, int]
Where = str | Sequence[str] | Mapping[str, str | Sequence[str]] | None
CROSSINGS = ("E->E", "E->I", "I->E", "I->I")


class MultiArea(AbstractConnectivity):
    """Several areas in a hierarchy, with densities within and between them.

    **Arguments:**

    - `areas`: `{"name": size}`, a list of sizes, or a number of areas that share
        `n_hidden` units (then named "area_1", "area_2", ...).
    - `n_hidden`: number of units; needed for a number of areas.
    - `forward`, `backward`: density from each area to all later ones, and to all
        earlier ones (nn4n's default is 0.1 for both).
    - `within`: density within an area.
    - `connections`: all densities instead, an array `[post area, pre area]` or a
        mapping from `(post, pre)` to a density.
    - `inputs`, `outputs`: a number of channels, or named groups, `{"name": channels}`.
    - `input_areas`: which areas an input reaches: names for all inputs, or `{"input":
        names}`; by default all areas.
    - `output_areas`: which areas an output reads, likewise.
    - `input_density`, `output_density`: how many of those synapses exist.
    - `autapses`: whether units may connect to themselves.
    - `key`: for the choice of synapses: exactly `round(density * possible)` in each
        block.

    Units are named by area. Raises `ValueError` for areas that do not add up, unknown
    names (with a suggestion), tables of another shape, densities outside [0, 1].
    """

    w_in: Array | None
    w_hid: Array | None
    w_out: Array | None
    signs: Array | None
    layout: Layout = eqx.field(static=True)

    def __init__(
        self,
        areas: Areas,
        *,
        n_hidden: int | None = None,
        forward: float = 0.1,
        backward: float = 0.1,
        within: float = 1.0,
        connections: Table | None = None,
        inputs: Mapping[str, int] | int = 1,
        outputs: Mapping[str, int] | int = 1,
        input_areas: Where = None,
        output_areas: Where = None,
        input_density: float = 1.0,
        output_density: float = 1.0,
        autapses: bool = False,
        key: KeyArray,
    ) -> None:
        sizes = area_sizes(areas, n_hidden)
        names = list(sizes)
        reach = routes("input", inputs, input_areas, names, input_density)
        reads = routes("output", outputs, output_areas, names, output_density)
        whole = MultiIO(
            sizes,
            inputs=inputs,
            outputs=outputs,
            input_table=reach,
            hidden_table=area_table(names, forward, backward, within, connections),
            output_table={(out, area): d for (area, out), d in reads.items()},
            autapses=autapses,
            key=key,
        )
        self.w_in, self.w_hid, self.w_out = whole.w_in, whole.w_hid, whole.w_out
        self.signs, self.layout = None, whole.layout


class MultiAreaEI(AbstractConnectivity):
    """Several areas, each with excitatory and inhibitory units.

        cj.connectivity.MultiAreaEI(
            {"sensory": 80, "motor": 80}, forward=0.5, backward=0.2,
            inputs={"stimulus": 2}, input_areas="sensory",
            outputs={"choice": 2}, output_areas="motor", key=key)

    **Arguments:** those of `MultiArea`, and

    - `frac_excitatory`: fraction of excitatory units in every area, or `{"area":
        fraction}`; counts are rounded.
    - `across`: which of "E->E", "E->I", "I->E", "I->I" cross areas, written pre->post.
        Long-range projections of cortex are excitatory, and so is the default; nn4n
        lets all four.
    - `inhibitory_readout`: whether outputs read inhibitory units too.

    Units are named by area, "excitatory" and "inhibitory". Raises `ValueError` as
    `MultiArea`, and for an area without a unit of either class.
    """

    w_in: Array | None
    w_hid: Array | None
    w_out: Array | None
    signs: Array | None
    layout: Layout = eqx.field(static=True)

    def __init__(
        self,
        areas: Areas,
        *,
        n_hidden: int | None = None,
        forward: float = 0.1,
        backward: float = 0.1,
        within: float = 1.0,
        connections: Table | None = None,
        frac_excitatory: float | Mapping[str, float] = 0.8,
        across: Sequence[str] = ("E->E", "E->I"),
        inhibitory_readout: bool = False,
        inputs: Mapping[str, int] | int = 1,
        outputs: Mapping[str, int] | int = 1,
        input_areas: Where = None,
        output_areas: Where = None,
        input_density: float = 1.0,
        output_density: float = 1.0,
        autapses: bool = False,
        key: KeyArray,
    ) -> None:
        sizes = area_sizes(areas, n_hidden)
        names = list(sizes)
        for pair in across:
            check_choice("across", pair, CROSSINGS)
        counts = _excitatory_counts(sizes, frac_excitatory)
        density = area_table(names, forward, backward, within, connections)
        cells = [(area, kind) for area in names for kind in "EI"]
        label = {cell: f"{cell[0]} {cell[1]}" for cell in cells}
        hidden = {
            (label[post], label[pre]): density[
                names.index(post[0]), names.index(pre[0])
            ]
            for post in cells
            for pre in cells
            if post[0] == pre[0] or f"{pre[1]}->{post[1]}" in across
        }
        reach = routes("input", inputs, input_areas, names, input_density)
        reads = routes("output", outputs, output_areas, names, output_density)
        units = {}
        for area, size in sizes.items():
            units[label[area, "E"]] = counts[area]
            units[label[area, "I"]] = size - counts[area]
        whole = MultiIO(
            units,
            inputs=inputs,
            outputs=outputs,
            input_table={
                (label[area, kind], source): d
                for (area, source), d in reach.items()
                for kind in "EI"
            },
            hidden_table=hidden,
            output_table={
                (out, label[area, kind]): d
                for (area, out), d in reads.items()
                for kind in ("EI" if inhibitory_readout else "E")
            },
            excitatory=[label[area, "E"] for area in names],
            autapses=autapses,
            key=key,
        )
        self.w_in, self.w_hid, self.w_out = whole.w_in, whole.w_hid, whole.w_out
        self.signs = whole.signs
        self.layout = dataclasses.replace(
            whole.layout, units=by_area(whole.layout.units)
        )


def _excitatory_counts(
    sizes: Mapping[str, int], fraction: float | Mapping[str, float]
) -> dict[str, int]:
    if isinstance(fraction, Mapping):
        for area in fraction:
            check_choice("frac_excitatory", area, sizes)
        missing = [area for area in sizes if area not in fraction]
        if missing:
            raise invalid(
                "frac_excitatory", "name every area", f"none for {missing}", "Add it."
            )
    of = lambda area: fraction[area] if isinstance(fraction, Mapping) else fraction
    return {area: excitatory_count(size, of(area)) for area, size in sizes.items()}


class RandomInput(AbstractConnectivity):
    """Inputs reach a random part of the units, outputs read a random part.

    **Arguments:**

    - `n_in`, `n_hidden`, `n_out`: sizes.
    - `input_density`: which fraction of the units receives the inputs (all of them).
    - `output_density`: which fraction of the units is read (by all outputs).
    - `hidden_density`: which fraction of the recurrent synapses exists.
    - `overlap`: whether a unit may both receive and be read.
    - `autapses`: whether units may connect to themselves.
    - `key`: for the choices; all counts are rounded.

    Raises `ValueError` for densities outside [0, 1], or whose sum is above 1 without
    overlap.
    """

    w_in: Array | None
    w_hid: Array | None
    w_out: Array | None
    signs: Array | None
    layout: Layout = eqx.field(static=True)

    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        n_out: int,
        *,
        input_density: float = 1.0,
        hidden_density: float = 1.0,
        output_density: float = 1.0,
        overlap: bool = True,
        autapses: bool = False,
        key: KeyArray,
    ) -> None:
        n_in = check_count("n_in", n_in, at_least=0)
        n_hidden = check_count("n_hidden", n_hidden, at_least=1)
        n_out = check_count("n_out", n_out, at_least=0)
        density = {
            name: check_fraction(name, value)
            for name, value in (
                ("input_density", input_density),
                ("hidden_density", hidden_density),
                ("output_density", output_density),
            )
        }
        receive = round(density["input_density"] * n_hidden)
        read = round(density["output_density"] * n_hidden)
        if not overlap and receive + read > n_hidden:
            raise invalid(
                "output_density",
                "leave units for the inputs where they must not overlap",
                f"{receive} + {read} of {n_hidden} units",
                "Lower a density, or allow overlap.",
            )
        in_key, hid_key, out_key = jax.random.split(key, 3)
        order = jax.random.permutation(in_key, n_hidden)
        second = (
            order[::-1] if not overlap else jax.random.permutation(out_key, n_hidden)
        )
        received = jnp.zeros(n_hidden, bool).at[order[:receive]].set(True)
        is_read = jnp.zeros(n_hidden, bool).at[second[:read]].set(True)
        self.w_in = jnp.broadcast_to(received[:, None], (n_hidden, n_in))
        allowed = possible(n_hidden, autapses=autapses)
        self.w_hid = choose(hid_key, allowed, density["hidden_density"])
        self.w_out = jnp.broadcast_to(is_read[None, :], (n_out, n_hidden))
        self.signs = None
        self.layout = Layout(Groups(n_in), Groups(n_hidden), Groups(n_out))
