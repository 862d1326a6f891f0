"""Count the operations that a compiled program runs in its loops, from its HLO text.

On a GPU each of them is a kernel, a copy or a call of a library. Operations inside a
fusion are part of one kernel and are not counted.
"""

from collections import Counter
import re
from typing import NamedTuple


NOT_RUN = {
    "parameter",
    "constant",
    "tuple",
    "get-tuple-element",
    "bitcast",
    "after-all",
    "opt-barrier",
    "while",
    "call",
}
"""Operations that name, group or start others, and do not run by themselves."""

_HEADER = re.compile(r"^(ENTRY )?%?([\w.\-]+) .*\{$")
_OPERATION = re.compile(r"^ +(?:ROOT )?%?[\w.\-]+ = ")
_TRIPS = re.compile(r'"known_trip_count":\{"n":"(\d+)"')


class Loop(NamedTuple):
    """A `while` of a compiled program.

    - `is_backward`: whether it belongs to the transpose of a derivative.
    - `trips`: its iterations; `None` if the text does not contain them.
    - `runs`: how often it is run, which is the product of the iterations of the loops
      around it; `None` likewise.
    - `operations`: how often each operation is in its body, without inner loops.
    """

    is_backward: bool
    trips: int | None
    runs: int | None
    operations: Counter[str]


def loops(text: str) -> list[Loop]:
    """Return all loops of a compiled program, outer loops before inner loops."""
    computations: dict[str, list[str]] = {}
    entry, lines = "", []
    for line in text.splitlines():
        if header := _HEADER.match(line):
            lines = computations.setdefault(header[2], [])
            entry = header[2] if header[1] else entry
        elif _OPERATION.match(line):
            lines.append(line)

    def operations_of(name: str, runs: int | None) -> tuple[Counter[str], list[Loop]]:
        """Return the operations of a computation, and the loops in it."""
        operations: Counter[str] = Counter()
        inner: list[Loop] = []
        for line in computations[name]:
            operation = _operation(line)
            if operation == "while":
                inner += loop_of(line, runs)
            elif operation == "call":
                # a part of this computation: the operations of a command buffer, or
                # of a function that a CPU runs on several threads
                called, loops_of_call = operations_of(_name(line, "to_apply"), runs)
                operations += called
                inner += loops_of_call
            elif operation not in NOT_RUN and not operation.endswith("-done"):
                operations[operation] += 1
        return operations, inner

    def loop_of(line: str, runs: int | None) -> list[Loop]:
        match = _TRIPS.search(line)
        trips = int(match[1]) if match else None
        runs_of_body = None if trips is None or runs is None else trips * runs
        operations, inner = operations_of(_name(line, "body"), runs_of_body)
        return [Loop("transpose(" in line, trips, runs, operations), *inner]

    return operations_of(entry, 1)[1]


def operations_a_step(loops_: list[Loop], steps: int) -> dict[str, float | None]:
    """Return how many operations each pass runs in loops, divided by the steps."""
    counts: dict[str, float | None] = {"forward": 0.0, "backward": 0.0}
    for loop in loops_:
        name = "backward" if loop.is_backward else "forward"
        count = counts[name]
        if count is None or loop.trips is None or loop.runs is None:
            counts[name] = None
        else:
            in_all = loop.operations.total() * loop.trips * loop.runs
            counts[name] = count + in_all / steps
    return counts


def _operation(line: str) -> str:
    """Return the operation of a line `name = type operation(operands), ...`."""
    rest = line.split(" = ", 1)[1]
    if rest.startswith("("):  # a tuple of types: skip to its closing parenthesis
        depth = 0
        for i, character in enumerate(rest):
            depth += (character == "(") - (character == ")")
            if depth == 0:
                rest = rest[i + 1 :]
                break
    else:  # a type has no space
        rest = rest.split(" ", 1)[1]
    return rest.split("(", 1)[0].strip()


def _name(line: str, attribute: str) -> str:
    match = re.search(rf"{attribute}=%?([\w.\-]+)", line)
    if match is None:
        raise ValueError(f"no {attribute} in: {line.strip()}")
    return match[1]
