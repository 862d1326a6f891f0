"""Read the settings of `--set`: options of the task, and weights of penalties."""

import ast
from collections.abc import Sequence
import dataclasses
import re
from typing import final

from ..._checks import check
from ..options import flag_names, Train


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
    check(is_setting, "set", rule, repr(text), lambda: _meant(text))
    _check_is_no_range(text, name.strip(), value.strip())
    return Assignment(kind, part, _value(value.strip()), text)


def _meant(text: str) -> str:
    """Return the remedy for a text that is not KIND.NAME=VALUE."""
    matched = re.fullmatch(r"([A-Za-z]\w*)\s*[=:]\s*(\S.*)", text.strip())
    if matched is None:
        return "For example --set task.delay=500; a list is 1,2,3."
    name, value = matched.groups()
    flag = flag_names(Train).get(name)
    meant = f"--set task.{name}={value}" if flag is None else f"{flag} {value}"
    return f"Did you mean {meant}?"


def _check_is_no_range(text: str, name: str, value: str) -> None:
    """Validate that a value is no range such as 500-1000, and has no unit."""
    number = r"([0-9]+(?:\.[0-9]+)?)"
    parts = re.fullmatch(rf"{number} *(?:-|:|\.\.+|to) *{number} *(?:ms)?", value)
    remedy = "" if parts is None else f"Write {name}={parts[1]},{parts[2]}"
    remedy += " if the option takes several numbers, as `ctrnn-jax tasks NAME` shows."
    check(parts is None, "set", "have a number or a list after =", repr(text), remedy)
    has_unit = re.fullmatch(rf"{number} *m?s", value)
    rule, remedy = "have a number without a unit", "Durations are in ms."
    check(has_unit is None, "set", rule, repr(text), remedy)


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
