"""Connectivity from tables of densities between named groups."""

from collections.abc import Mapping, Sequence
from typing import final, TypeAlias

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import (
    check,
    check_choice,
    check_count,
    check_instance,
    check_number,
    check_numeric,
    check_values,
    describe,
)
from .._random import split_keys
from .._types import KeyArray
from ._base import AbstractConnectivity, Connectivity
from ._cell_classes import classes
from ._layout import as_names, consecutive, groups, Layout
from ._random_masks import choose, possible


Table: TypeAlias = Array | np.ndarray | Sequence | Mapping
"""Densities: an array `[post, pre]`, or a mapping from `(post, pre)` to a density."""


def read_table(
    name: str, table: Table | None, rows: Sequence[str], columns: Sequence[str]
) -> np.ndarray:
    """Return densities `[post, pre]` from an array or `{(post, pre): density}`.

    Pairs that are left out have density 0. `None` stands for all ones.
    """
    shape = (len(rows), len(columns))
    if table is None:
        return np.ones(shape)
    if isinstance(table, Mapping):
        densities = np.zeros(shape)
        for pair, density in table.items():
            is_pair = isinstance(pair, tuple) and len(pair) == 2
            check(is_pair, name, "have keys (post, pre)", repr(pair), "Give names.")
            post, pre = pair
            check_choice(f"{name} (post)", post, rows)
            check_choice(f"{name} (pre)", pre, columns)
            density = check_number(f"{name}[{pair}]", density)
            densities[rows.index(post), columns.index(pre)] = density
    else:
        check_numeric(name, table)
        densities = np.asarray(table, float)
    check(
        densities.shape == shape,
        name,
        f"have shape {shape}: {list(rows)} by {list(columns)}",
        f"shape {densities.shape}",
        "Rows are post (targets), columns are pre (sources).",
    )
    rule, remedy = "hold densities in [0, 1]", "1 is all-to-all."
    check_values(name, densities, lambda x: (x >= 0) & (x <= 1), rule, remedy)
    return densities


def named_sizes(
    name: str, sizes: Mapping[str, int] | int, single: str
) -> dict[str, int]:
    """Return the sizes of groups by name; one number is one group named `single`."""
    if not isinstance(sizes, Mapping):
        return {single: check_count(name, sizes, at_least=0)}
    check(
        sizes, name, "map names to sizes", describe(sizes), "Name at least one group."
    )
    for group in sizes:
        remedy = "Give text as names."
        check_instance(f"name of {name}", group, str, "be text", remedy)
    return {
        group: check_count(f"{name}[{group!r}]", size, at_least=1)
        for group, size in sizes.items()
    }


def _draw_blocks(
    key: KeyArray,
    name: str,
    table: Table | None,
    rows: Mapping[str, np.ndarray],
    columns: Mapping[str, np.ndarray],
    *,
    autapses: bool = True,
) -> Array:
    """Return a mask with `round(density * possible)` random synapses in each block.

    `rows` and `columns` map the names of groups to indices, and `name` is that of the
    table. Block (i, j) uses the key `fold_in(key, i * len(columns) + j)`, so that its
    synapses do not depend on the densities of other blocks.
    """
    densities = read_table(name, table, list(rows), list(columns))
    shape = tuple(sum(map(len, members.values())) for members in (rows, columns))
    allowed = np.ones(shape, bool) if autapses else possible(shape[0], autapses=False)
    # Full blocks are set in NumPy: in JAX each block would be compiled separately.
    full = np.zeros(allowed.shape, bool)
    sparse_blocks = {}
    for i, row in enumerate(rows.values()):
        for j, column in enumerate(columns.values()):
            place = np.ix_(row, column)
            if densities[i, j] == 1:
                full[place] = allowed[place]
            elif densities[i, j] > 0:
                sparse_blocks[i * len(columns) + j] = place, densities[i, j]
    mask = jnp.asarray(full)
    for index, (place, density) in sparse_blocks.items():
        block_key = jax.random.fold_in(key, index)
        mask = _put(mask, place, choose(block_key, allowed[place], density))
    return mask


@jax.jit
def _put(mask: Array, place: tuple[Array, Array], block: Array) -> Array:
    """Return the mask with a block in place of its entries, as one program."""
    return mask.at[place].set(block)


@checks_arguments
def block(
    sizes: Mapping[str, int],
    table: Table | None = None,
    *,
    excitatory: Sequence[str] | None = None,
    autapses: bool = False,
    key: KeyArray,
) -> Connectivity:
    """Return recurrent synapses from a table of densities between groups of units.

    For cell classes, with a class-by-class table (after Pfeffer et al. 2013):

        cj.connectivity.block({"E": 80, "PV": 8, "SST": 6, "VIP": 6},
                 {("E", "E"): 0.1, ("E", "PV"): 1.0, ("PV", "E"): 0.5, ...},
                 excitatory=["E"], key=key)

    **Arguments:**

    - `sizes`: units in each group; the groups follow each other.
    - `table`: densities `[post, pre]` in the order of `sizes`, or a mapping from
        `(post, pre)` to the density, 0 for pairs left out; by default all ones. In each
        block exactly `round(density * possible)` synapses exist.
    - `excitatory`: names of the excitatory groups; the others are inhibitory. By
        default units have no class.
    - `autapses`: whether units may connect to themselves.
    - `key`: for the choice of synapses.

    Raises `ValueError` for unknown names (with a suggestion), tables of another shape
    and densities outside [0, 1].
    """
    names = list(named_sizes("sizes", sizes, "units"))
    table = read_table("table", table, names, names)
    whole = MultiIO(
        sizes, hidden_table=table, excitatory=excitatory, autapses=autapses, key=key
    )
    return Connectivity(
        w_hid=whole.w_hid,
        signs=whole.signs,
        layout=Layout(None, whole.layout.units, None),
    )


@final
class MultiIO(AbstractConnectivity):
    """Named groups of inputs, units and outputs, connected by tables of densities.

    **Arguments:**

    - `units`: units in each group, `{"name": size}`; the groups follow each other.
    - `inputs`: channels in each group of inputs, `{"name": size}`, or a number.
    - `outputs`: outputs in each group, `{"name": size}`, or a number.
    - `input_table`: densities `[group of units, group of inputs]`.
    - `hidden_table`: densities `[post, pre]` between the groups of units.
    - `output_table`: densities `[group of outputs, group of units]`.
    - `excitatory`: names of the excitatory groups of units; the others are inhibitory.
        By default units have no class.
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

    @checks_arguments
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
        # the indices of each group
        unit_members = consecutive(named_sizes("units", units, "units"))
        input_members = consecutive(named_sizes("inputs", inputs, "input"))
        output_members = consecutive(named_sizes("outputs", outputs, "output"))
        n_hidden = sum(map(len, unit_members.values()))

        # the masks, [post, pre]
        in_key, hid_key, out_key = split_keys(key, 3)
        self.w_in = _draw_blocks(
            in_key, "input_table", input_table, unit_members, input_members
        )
        self.w_hid = _draw_blocks(
            hid_key,
            "hidden_table",
            hidden_table,
            unit_members,
            unit_members,
            autapses=autapses,
        )
        self.w_out = _draw_blocks(
            out_key, "output_table", output_table, output_members, unit_members
        )

        # the classes of units are groups too
        unit_groups = dict(unit_members)
        self.signs = None
        if excitatory is not None:
            signs = np.full(n_hidden, -1, np.int8)
            for name in as_names(excitatory):
                check_choice("excitatory", name, unit_members)
                signs[unit_members[name]] = 1
            self.signs = jnp.asarray(signs)
            unit_groups |= classes(signs)
        # a plain number of inputs or outputs has no name
        input_groups = input_members if isinstance(inputs, Mapping) else {}
        output_groups = output_members if isinstance(outputs, Mapping) else {}
        self.layout = Layout(
            inputs=groups(self.w_in.shape[1], input_groups),
            units=groups(n_hidden, unit_groups),
            outputs=groups(self.w_out.shape[0], output_groups),
        )
