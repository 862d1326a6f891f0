"""The options of a task with their defaults, kinds and rules."""

from collections.abc import Sequence
import dataclasses
import math
import re
from typing import final

import equinox as eqx
import jax
import numpy as np

from ...tasks import AbstractTask
from ._meanings import meanings_of
from ._source import Source


_PROBES: tuple[object, ...] = ("a word", math.nan, -1.0, 0.0, 2.5, 101.0)
"""Values that break most rules: the errors of a task say what is valid."""


_KINDS = (
    "be a number",
    "be numbers",
    "be a list",
    "be a list of numbers",
    "be text or a list",
    "be a duration in ms",
)
"""Rules that say no more than the kind of the option."""

_WEAKER = {"be finite": ("be ", "lie "), "not be negative": ("last at least one step",)}
"""Rules, and the beginnings of rules that include them."""


@final
@dataclasses.dataclass(frozen=True)
class Option:
    """An option of a task, with its default, its kind and its rules as text.

    `meaning` is from the docstring of the task; empty if it has none. `is_swept` is
    whether networks with different numbers train in one program.
    """

    name: str
    meaning: str
    default: str
    kind: str
    rules: tuple[str, ...]
    is_swept: bool


def options_of(task: AbstractTask, source: Source) -> tuple[Option, ...]:
    """Return the options of a task.

    The rules of a task of the package are those in its errors for invalid values. A
    custom task is not called with such values, and has no rules here.
    """
    is_ours = type(task).__module__.startswith(__name__.partition(".")[0])
    meanings = meanings_of((source.documented, type(task)), source.options)
    options = []
    for name in source.options:
        value = getattr(task, name, None)
        rules = _rules(source, name, value, task.dt) if is_ours else ()
        is_swept = is_number(value)
        texts = meanings.get(name, ""), _text(value), _kind(value)
        options.append(Option(name, *texts, rules, is_swept))
    return tuple(options)


def is_number(value: object) -> bool:
    """Return whether an option is a number that can differ between networks."""
    if not isinstance(value, jax.Array):
        return False
    return eqx.is_inexact_array(value) and value.ndim == 0


def _text(value: object) -> str:
    """Return a value as `--set` takes it."""
    if eqx.is_array(value):
        value = np.asarray(value).tolist()
    if isinstance(value, (tuple, list)):
        nested = any(isinstance(part, (tuple, list)) for part in value)
        texts = [f"[{_text(part)}]" if nested else _text(part) for part in value]
        return ",".join(texts)
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _kind(value: object) -> str:
    """Describe the kind of a value."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int):
        return "whole number"
    if isinstance(value, str):
        return "word"
    if value is None:
        return ""
    return "number" if np.ndim(np.asarray(value)) == 0 else "list"


def _rules(source: Source, name: str, value: object, dt: float) -> tuple[str, ...]:
    """Return the rules that a task names in its errors for invalid values."""
    if isinstance(value, bool):
        return ()
    rules: list[str] = []
    for probe in (*_PROBES, 1.5 * dt):
        try:
            source.make(**{name: probe})
        except (ValueError, TypeError) as error:
            matched = re.match(rf"`{name}` must (.*?); got ", str(error), re.DOTALL)
            rule = "" if matched is None else matched[1]
            if rule == "be a known name":  # which the remedy lists
                known = str(error).rpartition("options are ")[2].strip(".")
                rule = f"be one of {known}"
            if rule and rule not in (*rules, *_KINDS):
                rules.append(rule)
    return tuple(rule for rule in rules if not _is_included(rule, rules))


def _is_included(rule: str, rules: Sequence[str]) -> bool:
    """Return whether another rule includes a rule."""
    stronger = _WEAKER.get(rule)
    return stronger is not None and any(
        other != rule and other.startswith(stronger) for other in rules
    )
