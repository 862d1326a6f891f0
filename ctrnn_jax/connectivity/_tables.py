"""Connectivity from tables of densities between named groups: blocks, areas, inputs."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_choice, check_count, check_fraction, describe, invalid
from .._types import KeyArray
from ._layout import as_names, classes, consecutive, even_sizes, Groups, groups, Layout
from ._masks import AbstractConnectivity, choose, Connectivity, possible


Table = Any
"""Densities: an array `[post, pre]`, or a mapping from `(post, pre)` to a density."""


def read_table(
    name: str, table: Any, rows: Sequence[str], columns: Sequence[str]
) -> np.ndarray:
    """A table of densities [post, pre], from an array or `{(post, pre): density}`.

    Pairs that are left out have density 0. `None` is all ones.
    """
    if table is None:
        return np.ones((len(rows), len(columns)))
    if isinstance(table, Mapping):
        read = np.zeros((len(rows), len(columns)))
        for pair, density in table.items():
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise invalid(name, "have keys (post, pre)", repr(pair), "Two names.")
            check_choice(f"{name} (post)", pair[0], rows)
            check_choice(f"{name} (pre)", pair[1], columns)
            read[rows.index(pair[0]), columns.index(pair[1])] = density
    else:
        read = np.asarray(table, float)
    if read.shape != (len(rows), len(columns)):
        raise invalid(
            name,
            f"have shape {(len(rows), len(columns))}: {list(rows)} by {list(columns)}",
            f"shape {read.shape}",
            "Rows are post (targets), columns are pre (sources).",
        )
    if not np.all((read >= 0) & (read <= 1)):
        bad = read[~((read >= 0) & (read <= 1))].flat[0]
        raise invalid(name, "hold densities in [0, 1]", bad, "1 is all-to-all.")
    return read


def named_sizes(name: str, sizes: Any, single: str) -> dict[str, int]:
    """Sizes of groups by name; one number is one group of that name."""
    if not isinstance(sizes, Mapping):
        return {single: check_count(name, sizes, at_least=0)}
    return {
        group: check_count(f"{name}[{group!r}]", size, at_least=1)
        for group, size in sizes.items()
    }


def blocks(
    key: KeyArray,
    rows: Sequence[np.ndarray],
    columns: Sequence[np.ndarray],
    table: np.ndarray,
    allowed: np.ndarray,
) -> Array:
    """A mask with, in each block, `round(density * possible)` synapses at random."""
    whole, drawn = np.zeros(allowed.shape, bool), {}
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            place = np.ix_(row, column)
            if table[i, j] == 1:
                whole[place] = allowed[place]
            elif table[i, j] > 0:
                drawn[i * len(columns) + j] = place, table[i, j]
    # NumPy so far: a program per block would be compiled otherwise
    mask = jnp.asarray(whole)
    for index, (place, density) in drawn.items():
        own = jax.random.fold_in(key, index)
        mask = mask.at[place].set(choose(own, allowed[place], density))
    return mask


def block(
    sizes: Mapping[str, int],
    table: Table | None = None,
    *,
    excitatory: Sequence[str] | None = None,
    autapses: bool = False,
    key: KeyArray,
) -> Connectivity:
    """Recurrent synapses from a table of densities between named groups of units.

    For cell classes, with a class-by-class table (after Pfeffer et al. 2013):

        cj.connectivity.block({"E": 80, "PV": 8, "SST": 6, "VIP": 6},
                 {("E", "E"): 0.1, ("E", "PV"): 1.0, ("PV", "E"): 0.5, ...},
                 excitatory=["E"], key=key)

    **Arguments:**

    - `sizes`: units in each group, which follow each other.
    - `table`: densities `[post, pre]` in the order of `sizes`, or a mapping from
        `(post, pre)` to the density, 0 for pairs left out; by default all ones. In each
        block exactly `round(density * possible)` synapses exist.
    - `excitatory`: which groups are excitatory; the others are inhibitory. By default
        classes do not matter.
    - `autapses`: whether units may connect to themselves.
    - `key`: for the choice.

    Raises `ValueError` for unknown names (with a suggestion), tables of another shape
    and densities outside [0, 1].
    """
    whole = MultiIO(
        sizes, hidden_table=table, excitatory=excitatory, autapses=autapses, key=key
    )
    return Connectivity(
        w_hid=whole.w_hid,
        signs=whole.signs,
        layout=Layout(None, whole.layout.units, None),
    )


class MultiIO(AbstractConnectivity):
    """Named groups of inputs, units and outputs, connected by tables of densities.

    **Arguments:**

    - `units`: units in each group, `{"name": size}`; they follow each other.
    - `inputs`: channels in each group of inputs, `{"name": size}`, or a number.
    - `outputs`: outputs in each group, `{"name": size}`, or a number.
    - `input_table`: densities `[group of units, group of inputs]`.
    - `hidden_table`: densities `[post, pre]` between the groups of units.
    - `output_table`: densities `[group of outputs, group of units]`.
    - `excitatory`: which groups of units are excitatory, the others being inhibitory.
        By default classes do not matter.
    - `autapses`: whether units may connect to themselves.
    - `key`: for the choice of synapses where a density is below 1.

    A table is an array, or a mapping from `(post, pre)` to a density, 0 for pairs left
    out; by default all ones. In each block exactly `round(density * possible)`
    synapses exist. Raises `ValueError` for unknown names (with a suggestion), tables of
    another shape and densities outside [0, 1].
    """

    w_in: Array | None
    w_hid: Array | None
    w_out: Array | None
    signs: Array | None
    layout: Layout = eqx.field(static=True)

    def __init__(
        self,
        units: Mapping[str, int],
        *,
        inputs: Mapping[str, int] | int = 0,
        outputs: Mapping[str, int] | int = 0,
        input_table: Table | None = None,
        hidden_table: Table | None = None,
        output_table: Table | None = None,
        excitatory: Sequence[str] | None = None,
        autapses: bool = False,
        key: KeyArray,
    ) -> None:
        if not isinstance(units, Mapping) or not units:
            raise invalid(
                "units", "map names to sizes", describe(units), "One group or more."
            )
        sizes = named_sizes("units", units, "units")
        members = consecutive(sizes)
        n_hidden = sum(sizes.values())
        ins = named_sizes("inputs", inputs, "input")
        outs = named_sizes("outputs", outputs, "output")
        in_members, out_members = consecutive(ins), consecutive(outs)
        names = list(sizes)
        tables = (
            read_table("input_table", input_table, names, list(ins)),
            read_table("hidden_table", hidden_table, names, names),
            read_table("output_table", output_table, list(outs), names),
        )
        in_key, hid_key, out_key = jax.random.split(key, 3)
        of = lambda groups: list(groups.values())
        n_in, n_out = sum(ins.values()), sum(outs.values())
        self.w_in = blocks(
            in_key,
            of(members),
            of(in_members),
            tables[0],
            np.ones((n_hidden, n_in), bool),
        )
        self.w_hid = blocks(
            hid_key,
            of(members),
            of(members),
            tables[1],
            possible(n_hidden, autapses=autapses),
        )
        self.w_out = blocks(
            out_key,
            of(out_members),
            of(members),
            tables[2],
            np.ones((n_out, n_hidden), bool),
        )
        self.signs = None
        if excitatory is not None:
            signs = np.full(n_hidden, -1, np.int8)
            for name in as_names(excitatory):
                check_choice("excitatory", name, names)
                signs[members[name]] = 1
            self.signs = jnp.asarray(signs)
            members = {**members, **classes(signs)}
        named = lambda given, size, found: (
            groups(size, found) if isinstance(given, Mapping) else Groups(size)
        )
        self.layout = Layout(
            named(inputs, n_in, in_members),
            groups(n_hidden, members),
            named(outputs, n_out, out_members),
        )


def area_sizes(areas: Any, n_hidden: int | None) -> dict[str, int]:
    """The sizes of areas by name, from a mapping, a list, or how many there are."""
    if isinstance(areas, Mapping):
        sizes = named_sizes("areas", areas, "area")
    elif isinstance(areas, Sequence):
        sizes = {
            f"area_{i + 1}": check_count(f"areas[{i}]", size, at_least=1)
            for i, size in enumerate(areas)
        }
    else:
        count = check_count("areas", areas, at_least=1)
        if n_hidden is None:
            raise invalid(
                "n_hidden", "be given with a number of areas", None, "Or give sizes."
            )
        n_hidden = check_count("n_hidden", n_hidden, at_least=count)
        parts = even_sizes(n_hidden, count)
        sizes = {f"area_{i + 1}": size for i, size in enumerate(parts)}
    if n_hidden is not None and sum(sizes.values()) != n_hidden:
        raise invalid(
            "areas",
            f"add up to n_hidden = {n_hidden}",
            f"{sum(sizes.values())} = {' + '.join(map(str, sizes.values()))}",
            "Leave n_hidden out: the areas decide.",
        )
    return sizes


def area_table(
    names: Sequence[str],
    forward: float,
    backward: float,
    within: float,
    connections: Table | None,
) -> np.ndarray:
    """Densities between areas `[post, pre]`: forward is from earlier to later ones."""
    if connections is not None:
        return read_table("connections", connections, names, names)
    later = np.tril(np.ones((len(names), len(names))), -1)
    return (
        check_fraction("forward", forward) * later
        + check_fraction("backward", backward) * later.T
        + check_fraction("within", within) * np.eye(len(names))
    )


def routes(
    kind: Literal["input", "output"],
    channels: Mapping[str, int] | int,
    wanted: Any,
    areas: Sequence[str],
    density: float,
) -> dict[tuple[str, str], float]:
    """`{(area, group): density}` for the areas that each input or output group has."""
    check_fraction(f"{kind}_density", density)
    name, sources = f"{kind}_areas", list(named_sizes(f"{kind}s", channels, kind))
    chosen = {}
    if isinstance(wanted, Mapping):
        for source in wanted:
            check_choice(name, source, sources)
    for source in sources:
        own = wanted.get(source, ()) if isinstance(wanted, Mapping) else wanted
        for area in areas if own is None else as_names(own):
            check_choice(name, area, areas)
            chosen[area, source] = density
    return chosen
