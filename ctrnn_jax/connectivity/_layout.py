"""Names for inputs, units and outputs: which indices belong to which group."""

from collections.abc import Mapping, Sequence
import dataclasses
import itertools

import numpy as np

from .._checks import check_choice, invalid


Ranges = tuple[tuple[int, int], ...]


@dataclasses.dataclass(frozen=True)
class Groups:
    """Named groups of the indices `0 ... size - 1`; an index may be in several.

    **Attributes:**

    - `size`: how many indices there are.
    - `names`: the groups' names, in order.
    - `ranges`: for each group its half-open ranges of indices.
    """

    size: int
    names: tuple[str, ...] = ()
    ranges: tuple[Ranges, ...] = ()

    def indices(self, *names: str) -> np.ndarray:
        """The indices that belong to all of these groups, in order; none: all.

        Raises `ValueError` for an unknown name (with a suggestion).
        """
        chosen = np.ones(self.size, bool)
        for name in names:
            if not self.names:
                raise invalid(
                    "name",
                    "be a known name",
                    repr(name),
                    "Nothing has a name here: build the network with connectivity=.",
                )
            check_choice("name", name, self.names)
            member = np.zeros(self.size, bool)
            for start, stop in self.ranges[self.names.index(name)]:
                member[start:stop] = True
            chosen &= member
        return np.flatnonzero(chosen)

    def counts(self) -> dict[str, int]:
        """How many indices each group has."""
        return {name: len(self.indices(name)) for name in self.names}


def groups(size: int, members: Mapping[str, np.ndarray]) -> Groups:
    """Groups from the indices of each, as ranges."""
    ranges = []
    for indices in members.values():
        inside = np.zeros(size + 2, bool)
        inside[np.asarray(indices, int) + 1] = True
        edges = np.flatnonzero(inside[1:] != inside[:-1])
        ranges.append(
            tuple(
                (int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)
            )
        )
    return Groups(size, tuple(members), tuple(ranges))


def consecutive(sizes: Mapping[str, int]) -> dict[str, np.ndarray]:
    """The indices of groups that follow each other."""
    ends = np.cumsum([0, *sizes.values()])
    return {
        name: np.arange(start, stop)
        for name, start, stop in zip(sizes, ends[:-1], ends[1:], strict=True)
    }


def even_sizes(size: int, parts: int) -> list[int]:
    """The sizes of consecutive parts that are equal up to rounding."""
    ends = [round(i * size / parts) for i in range(parts + 1)]
    return [stop - start for start, stop in itertools.pairwise(ends)]


def classes(signs: np.ndarray) -> dict[str, np.ndarray]:
    """The indices of excitatory and inhibitory units, from their signs."""
    return {
        "excitatory": np.flatnonzero(signs > 0),
        "inhibitory": np.flatnonzero(signs < 0),
    }


def by_area(units: Groups) -> Groups:
    """Groups named `"<area> E"` and `"<area> I"` put together as areas.

    Groups named only "E" or "I" are left out: "excitatory" and "inhibitory" are these.
    """
    members: dict[str, np.ndarray] = {}
    for name in units.names:
        area, _, kind = name.rpartition(" ")
        if kind not in ("E", "I"):
            members[name] = units.indices(name)
        elif area:
            found = members.get(area, np.zeros(0, int))
            members[area] = np.union1d(found, units.indices(name))
    return groups(units.size, members)


@dataclasses.dataclass(frozen=True)
class Layout:
    """The names of a network's inputs, units and outputs.

    **Attributes:** `inputs`, `units` and `outputs`, each `Groups`. Inputs or outputs
    are `None` in a connectivity that leaves their number open.
    """

    inputs: Groups | None
    units: Groups
    outputs: Groups | None

    def complete(self, n_in: int, n_out: int) -> "Layout":
        """The layout with groups for inputs and outputs, unnamed if it had none."""
        inputs = Groups(n_in) if self.inputs is None else self.inputs
        outputs = Groups(n_out) if self.outputs is None else self.outputs
        return Layout(inputs, self.units, outputs)


def unnamed(n_in: int, n_hidden: int, n_out: int) -> Layout:
    """A layout without any names."""
    return Layout(Groups(n_in), Groups(n_hidden), Groups(n_out))


def as_names(names: str | Sequence[str]) -> tuple[str, ...]:
    """One name or several as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)
