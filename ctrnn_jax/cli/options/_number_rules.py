"""The rules for the numbers of every command, by the name of their flag."""

import dataclasses
from typing import Any

from ..._checks import (
    check,
    check_count,
    check_finite,
    check_fraction,
    check_not_negative,
    check_positive,
)


_LEAST = {
    **dict.fromkeys(
        ("steps", "batch_size", "validate_every", "validation_size", "patience",
         "checkpoint_every", "at_once", "job_script", "processes", "candidates",
         "trials"),
        1,
    ),
    **dict.fromkeys(("seed", "seeds", "process_index", "member"), 0),
    "hidden": 2,
}  # fmt: skip
"""The smallest value of whole numbers."""

_MOST = {"seed": 2**32 - 1, "seeds": 2**32 - 1}
"""The largest value of whole numbers: JAX counts with 32 bits, by default with a sign.

A key of a larger seed would equal that of a smaller one.
"""

_POSITIVE = {
    "checkpoint_seconds": "For example 600.",
    "learning_rate": "0.005 is usual.",
    "tau": "It is in ms.",
    "dt": "It is in ms.",
}
"""Numbers that must be positive, with the remedy of the error."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Checked:
    """Options whose numbers are validated before anything is created."""

    def __post_init__(self) -> None:
        """Validate each number, and each one of a list; `None` stands for a default."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            for one in value if isinstance(value, tuple) else (value,):
                if one is not None:
                    _check(field.name, one)


def _check(name: str, number: Any) -> None:
    if name in _LEAST:
        check_count(name, number, at_least=_LEAST[name])
        most = _MOST.get(name, 2**31 - 1)
        remedy = "Give a smaller number."
        check(number <= most, name, f"be at most {most}", number, remedy)
    elif name in _POSITIVE:
        check_positive(name, number, _POSITIVE[name])
    elif name == "noise":
        check_not_negative(name, number, "It is a standard deviation.")
    elif name in ("level", "inputs"):
        check_finite(name, number)
    elif name == "criterion":
        check_fraction(name, number)
