"""Networks of several areas, with densities within and between the areas."""

from collections.abc import Mapping, Sequence
import dataclasses
import itertools
from typing import final, Literal, TypeAlias

import equinox as eqx
from jax import Array
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_choice, check_count, check_fraction
from .._types import KeyArray
from ._base import AbstractConnectivity
from ._cell_classes import excitatory_count
from ._layout import as_names, by_area, even_sizes, Layout
from ._tables import MultiIO, named_sizes, read_table, Table


Areas: TypeAlias = int | Sequence[int] | Mapping[str, int]
"""Sizes by name, a list of sizes, or a number of areas."""

Where: TypeAlias = str | Sequence[str] | Mapping[str, str | Sequence[str]] | None
"""Areas for all inputs or outputs, or for each by name; `None` is all areas."""

CROSSINGS = ("E->E", "E->I", "I->E", "I->I")
"""Classes of units that may be connected across areas, pre->post."""


@final
class MultiArea(AbstractConnectivity):
    """Several areas in a hierarchy, with densities within and between them.

    **Arguments:**

    - `areas`: `{"name": size}`, a list of sizes, or a number of areas that share
        `n_hidden` units. Without names, areas are "area_1", "area_2", ...
    - `n_hidden`: number of units; required if `areas` is a number.
    - `forward`, `backward`: density from each area to all later ones, and to all
        earlier ones (nn4n's default is 0.1 for both).
    - `within`: density within an area.
    - `connections`: a table of all densities, which replaces these three: an array
        `[post area, pre area]` or a mapping from `(post, pre)` to a density.
    - `inputs`, `outputs`: a number of channels, or named groups, `{"name": channels}`.
    - `input_areas`: areas that the inputs reach: names for all inputs, or `{"input":
        names}`; by default all areas.
    - `output_areas`: areas that the outputs read, in the same form.
    - `input_density`, `output_density`: fraction of those synapses that exist.
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

    @checks_arguments
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
        sizes = _area_sizes(areas, n_hidden)
        names = list(sizes)
        reached = _routes("input", inputs, input_areas, names, input_density)
        read = _routes("output", outputs, output_areas, names, output_density)
        whole = MultiIO(
            sizes,
            inputs=inputs,
            outputs=outputs,
            input_table=reached,
            hidden_table=_area_table(names, forward, backward, within, connections),
            output_table={
                (output, area): density for (area, output), density in read.items()
            },
            autapses=autapses,
            key=key,
        )
        self.w_in, self.w_hid, self.w_out = whole.w_in, whole.w_hid, whole.w_out
        self.signs, self.layout = None, whole.layout


@final
class MultiAreaEI(AbstractConnectivity):
    """Several areas, each with excitatory and inhibitory units.

    **Arguments:** those of `MultiArea`, and

    - `frac_excitatory`: fraction of excitatory units in every area, or `{"area":
        fraction}`; counts are rounded.
    - `across`: which of "E->E", "E->I", "I->E", "I->I" cross areas, written pre->post.
        The default is excitatory, as long-range projections of cortex are; nn4n allows
        all four.
    - `inhibitory_readout`: whether outputs also read inhibitory units.

    Units are named by area, "excitatory" and "inhibitory". Raises `ValueError` as
    `MultiArea` does, and for an area without units of one class.

    **Example:** inputs, outputs and units by name.

    >>> areas = cj.connectivity.MultiAreaEI(
    ...     {"sensory": 60, "motor": 40}, forward=0.5, backward=0.2,
    ...     inputs={"stimulus": 2, "context": 1},
    ...     input_areas={"stimulus": "sensory", "context": ["sensory", "motor"]},
    ...     outputs={"choice": 2}, output_areas="motor", key=jax.random.key(0),
    ... )
    >>> net = cj.EIRNN(
    ...     *areas.sizes, connectivity=areas, dt=20.0, tau=100.0, key=jax.random.key(1)
    ... )
    >>> u = {"stimulus": jnp.ones((16, 50, 2)), "context": jnp.zeros((16, 50, 1))}
    >>> cj.rollout(net, u).rates_of("motor", "inhibitory").shape
    (16, 50, 8)
    >>> clamp = cj.perturbations.Clamp(("motor", "inhibitory"), window=(200.0, 400.0))
    >>> cj.rollout(cj.perturb(net, clamp), u).outputs_of("choice").shape
    (16, 50, 2)
    """

    w_in: Array | None
    w_hid: Array | None
    w_out: Array | None
    signs: Array | None
    layout: Layout = eqx.field(static=True)

    @checks_arguments
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
        sizes = _area_sizes(areas, n_hidden)
        names = list(sizes)
        for pair in across:
            check_choice("across", pair, CROSSINGS)
        counts = _excitatory_counts(sizes, frac_excitatory)
        density = _area_table(names, forward, backward, within, connections)

        # one group of units for each area and class, named such as "motor E"
        units = {}
        for area, size in sizes.items():
            units[f"{area} E"], units[f"{area} I"] = counts[area], size - counts[area]
        # Within an area all classes are connected, across areas those of `across`.
        pairs = itertools.product(enumerate(names), repeat=2)
        hidden = {
            (f"{post} {post_kind}", f"{pre} {pre_kind}"): density[row, column]
            for (row, post), (column, pre) in pairs
            for post_kind, pre_kind in itertools.product("EI", repeat=2)
            if post == pre or f"{pre_kind}->{post_kind}" in across
        }
        reached = _routes("input", inputs, input_areas, names, input_density)
        read = _routes("output", outputs, output_areas, names, output_density)
        whole = MultiIO(
            units,
            inputs=inputs,
            outputs=outputs,
            input_table={
                (f"{area} {kind}", source): density
                for (area, source), density in reached.items()
                for kind in "EI"
            },
            hidden_table=hidden,
            output_table={
                (output, f"{area} {kind}"): density
                for (area, output), density in read.items()
                for kind in ("EI" if inhibitory_readout else "E")
            },
            excitatory=[f"{area} E" for area in names],
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
    """Return the number of excitatory units in each area."""
    if not isinstance(fraction, Mapping):
        fraction = dict.fromkeys(sizes, fraction)
    for area in fraction:
        check_choice("frac_excitatory", area, sizes)
    missing = [area for area in sizes if area not in fraction]
    rule, remedy = "name every area", "Give each area a fraction."
    check(not missing, "frac_excitatory", rule, f"none for {missing}", remedy)
    return {
        area: excitatory_count(size, fraction[area]) for area, size in sizes.items()
    }


def _area_sizes(areas: Areas, n_hidden: int | None) -> dict[str, int]:
    """Return the sizes of areas by name, from a mapping, a list, or their number."""
    if isinstance(areas, Mapping):
        sizes = named_sizes("areas", areas, "area")
    else:
        if not isinstance(areas, Sequence):
            count = check_count("areas", areas, at_least=1)
            rule = "be given with a number of areas"
            check(n_hidden is not None, "n_hidden", rule, None, "Or give sizes.")
            areas = even_sizes(check_count("n_hidden", n_hidden, at_least=count), count)
        sizes = {
            f"area_{i + 1}": check_count(f"areas[{i}]", size, at_least=1)
            for i, size in enumerate(areas)
        }
    check(sizes, "areas", "have at least one area", "none", "Give their sizes.")
    total = sum(sizes.values())
    check(
        n_hidden is None or total == n_hidden,
        "areas",
        f"add up to n_hidden = {n_hidden}",
        f"{total} = {' + '.join(map(str, sizes.values()))}",
        "Leave n_hidden out: it follows from the areas.",
    )
    return sizes


def _area_table(
    names: Sequence[str],
    forward: float,
    backward: float,
    within: float,
    connections: Table | None,
) -> np.ndarray:
    """Return densities between areas, `[post area, pre area]`.

    Forward is from earlier to later areas, below the diagonal.
    """
    if connections is not None:
        return read_table("connections", connections, names, names)
    is_forward = np.tril(np.ones((len(names), len(names))), -1)
    return (
        check_fraction("forward", forward) * is_forward
        + check_fraction("backward", backward) * is_forward.T
        + check_fraction("within", within) * np.eye(len(names))
    )


def _routes(
    kind: Literal["input", "output"],
    channels: Mapping[str, int] | int,
    targets: Where,
    areas: Sequence[str],
    density: float,
) -> dict[tuple[str, str], float]:
    """Return `{(area, group): density}` for the areas of each input or output group."""
    check_fraction(f"{kind}_density", density)
    name, groups = f"{kind}_areas", list(named_sizes(f"{kind}s", channels, kind))
    if isinstance(targets, Mapping):
        for group in targets:
            check_choice(name, group, groups)
    routes = {}
    for group in groups:
        # a group that the mapping leaves out is connected to no area
        group_areas = (
            targets.get(group, ()) if isinstance(targets, Mapping) else targets
        )
        for area in areas if group_areas is None else as_names(group_areas):
            check_choice(name, area, areas)
            routes[area, group] = density
    return routes
