"""Names for inputs, units and outputs: which indices belong to which group."""

from collections.abc import Mapping, Sequence
import dataclasses
import itertools

import numpy as np

from .._arguments import check_fields
from .._checks import check, check_choice, check_count, check_list, describe
from .._show import AbstractShown, counted, quantities, Table, titled


Ranges = tuple[tuple[int, int], ...]
"""Half-open ranges of indices, `(start, stop)`."""


@dataclasses.dataclass(frozen=True, repr=False)
class Groups(AbstractShown):
    """Named groups of the indices `0 ... size - 1`; an index may be in several groups.

    **Attributes:**

    - `size`: number of indices.
    - `names`: the names of the groups, in order.
    - `ranges`: for each group its half-open ranges of indices.
    """

    size: int
    names: tuple[str, ...] = ()
    ranges: tuple[Ranges, ...] = ()

    def _table(self) -> Table:
        counts = (f"{name} ({count})" for name, count in self.counts().items())
        return Table(
            titled(self, ", ".join((counted(self.size, "index", "indices"), *counts)))
        )

    def __post_init__(self) -> None:
        """Validate the size, and that each group has ranges within it."""
        check_count("size", self.size, at_least=0)
        names, ranges = (
            check_list("names", self.names),
            check_list("ranges", self.ranges),
        )
        are_names = all(isinstance(name, str) for name in names)
        is_valid = are_names and len(set(names)) == len(names)
        check(is_valid, "names", "be different texts", names, "Give a tuple of names.")
        got = f"{len(ranges)} for {len(names)} names"
        remedy = "A group may have several ranges: (((0, 2), (4, 5)), ...)."
        check(len(ranges) == len(names), "ranges", "be one for each name", got, remedy)
        parts = [check_list("ranges", group, of="pairs") for group in ranges]
        fit = all(
            isinstance(pair, tuple)
            and len(pair) == 2
            and 0 <= pair[0] <= pair[1] <= self.size
            for part in parts
            for pair in part
        )
        rule = f"have pairs (start, stop) within 0 and {self.size}"
        check(fit, "ranges", rule, lambda: describe(ranges), remedy)

    def indices(self, *names: str, argument: str = "name") -> np.ndarray:
        """Return the sorted indices that belong to all these groups; no names: all.

        Errors name the argument.

        Raises `ValueError` for an unknown name (with a suggestion).
        """
        is_member = np.ones(self.size, bool)
        for name in names:
            check(
                self.names,
                argument,
                "be a known name",
                repr(name),
                "Nothing has a name here: build the network with connectivity=.",
            )
            check_choice(argument, name, self.names)
            in_group = np.zeros(self.size, bool)
            for start, stop in self.ranges[self.names.index(name)]:
                in_group[start:stop] = True
            is_member &= in_group
        return np.flatnonzero(is_member)

    def counts(self) -> dict[str, int]:
        """Return the number of indices in each group."""
        return {name: len(self.indices(name)) for name in self.names}


def groups(size: int, members: Mapping[str, np.ndarray]) -> Groups:
    """Return `Groups` of the indices `0 ... size - 1`, from those of each group."""
    ranges = tuple(_ranges(size, indices) for indices in members.values())
    return Groups(size, tuple(members), ranges)


def _ranges(size: int, indices: np.ndarray) -> Ranges:
    """Return the ranges of consecutive indices.

    Ranges are hashable and small, as the static part of a network should be.
    """
    # a False at both ends, so that membership changes at each start and each stop
    is_member = np.zeros(size + 2, bool)
    is_member[np.asarray(indices, int) + 1] = True
    edges = np.flatnonzero(is_member[1:] != is_member[:-1])
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((int(start), int(stop)) for start, stop in pairs)


def consecutive(sizes: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Return the indices of groups that follow each other."""
    ends = np.cumsum([0, *sizes.values()])
    return {
        name: np.arange(start, stop)
        for name, start, stop in zip(sizes, ends[:-1], ends[1:], strict=True)
    }


def even_sizes(size: int, parts: int) -> list[int]:
    """Return the sizes of consecutive parts that are equal up to rounding."""
    ends = [round(i * size / parts) for i in range(parts + 1)]
    return [stop - start for start, stop in itertools.pairwise(ends)]


def by_area(units: Groups) -> Groups:
    """Join the groups `"<area> E"` and `"<area> I"` into one group per area.

    Groups named "E" or "I" alone are removed, since the groups "excitatory" and
    "inhibitory" have the same units. All other groups are unchanged.
    """
    members: dict[str, np.ndarray] = {}
    for name in units.names:
        area, _, kind = name.rpartition(" ")
        if kind not in ("E", "I"):
            members[name] = units.indices(name)
        elif area:
            other_kind = members.get(area, np.zeros(0, int))
            members[area] = np.union1d(other_kind, units.indices(name))
    return groups(units.size, members)


@dataclasses.dataclass(frozen=True, repr=False)
class Layout(AbstractShown):
    """The names of a network's inputs, units and outputs.

    A layout is static: it is saved with the network and decides no number.

    **Attributes:** `inputs`, `units` and `outputs`, each `Groups`. Inputs or outputs
    are `None` in a connectivity that fits any number of them.
    """

    inputs: Groups | None
    units: Groups
    outputs: Groups | None

    def _table(self) -> Table:
        sizes = (
            f"any {name}"
            if groups is None
            else counted(groups.size, name.removesuffix("s"))
            for name, groups in vars(self).items()
        )
        return quantities(self, ", ".join(sizes))

    def __post_init__(self) -> None:
        """Validate the classes."""
        check_fields(self)

    def complete(self, n_in: int, n_out: int) -> "Layout":
        """Return the layout with inputs and outputs, unnamed if they were `None`."""
        inputs = Groups(n_in) if self.inputs is None else self.inputs
        outputs = Groups(n_out) if self.outputs is None else self.outputs
        return Layout(inputs, self.units, outputs)


def unnamed(n_in: int, n_hidden: int, n_out: int) -> Layout:
    """Return a layout without names."""
    return Layout(Groups(n_in), Groups(n_hidden), Groups(n_out))


def as_names(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return one name or several names as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)
