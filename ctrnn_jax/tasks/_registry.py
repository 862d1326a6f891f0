"""Tasks by name."""

import inspect
from typing import Any

from .._checks import check_choice
from ._abstract import AbstractTask
from ._perceptual_decision import PerceptualDecision


_TASKS: dict[str, type[AbstractTask]] = {"perceptual_decision": PerceptualDecision}


def names() -> tuple[str, ...]:
    """The names that `make` knows."""
    return tuple(_TASKS)


def make(name: str, **options: Any) -> AbstractTask:
    """The task of this name.

    **Arguments:** its name, and its options (those of its class).

    Raises `ValueError` for an unknown name or option, suggesting the closest.
    """
    task = _TASKS[check_choice("task", name, _TASKS)]
    known = inspect.signature(task.__init__).parameters.keys() - {"self"}
    for option in options:
        check_choice("option", option, sorted(known))
    return task(**options)
