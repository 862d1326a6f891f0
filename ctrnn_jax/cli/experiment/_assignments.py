"""Read the settings of `--set`: options of the task, and weights of penalties."""

import ast
from collections.abc import Sequence
import dataclasses
from typing import final

from ..._checks import check


_WORDS = {"true": True, "false": False, "none": None}


@final
@dataclasses.dataclass(frozen=True)
class Assignment:
    """A setting `kind.name=value`, where the kind is "task" or "loss"."""

    kind: str
    name: str
    value: object
    text: str


def assignments_in(texts: Sequence[str]) -> tuple[Assignment, ...]:
    """Return the settings in texts such as "task.delay=500".

    Raises `ValueError` for text of another form and for a name that comes twice.
    """
    settings: dict[tuple[str, str], Assignment] = {}
    for text in texts:
        setting = _read(text)
        key = setting.kind, setting.name
        name = f"{setting.kind}.{setting.name}"
        check(key not in settings, "set", f"name {name!r} once", text, "Drop one.")
        settings[key] = setting
    return tuple(settings.values())


def _read(text: str) -> Assignment:
    """Return the setting in a text."""
    name, _, value = text.partition("=")
    kind, _, part = name.strip().partition(".")
    is_setting = value.strip() and kind in ("loss", "task") and part
    rule = "be task.NAME=VALUE or loss.NAME=VALUE"
    remedy = "For example --set task.delay=500; a list is 1,2,3."
    check(is_setting, "set", rule, repr(text), remedy)
    return Assignment(kind, part, _value(value.strip()), text)


def _value(text: str) -> object:
    """Return the number, the list or the word that a text is."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return _as_tuples(ast.literal_eval(text))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        words = tuple(word.strip() for word in text.split(","))
        numbers = tuple(map(_number_or_word, words))
        return numbers[0] if len(numbers) == 1 else numbers


def _number_or_word(text: str) -> object:
    """Return a number, which may be infinite, or the word."""
    try:
        return float(text)
    except ValueError:
        return text


def _as_tuples(value: object) -> object:
    """Return tuples for lists, so that an option can be hashed."""
    if isinstance(value, (list, tuple)):
        return tuple(map(_as_tuples, value))
    return value
