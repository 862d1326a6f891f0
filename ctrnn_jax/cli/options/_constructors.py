"""How the words of the command line become values, with errors that name the rule."""

from collections.abc import Callable
import dataclasses
from pathlib import Path
import re
from typing import Any

from tyro.constructors import (
    ConstructorRegistry,
    PrimitiveConstructorSpec,
    PrimitiveTypeInfo,
)

from ._pictures import FORMATS, PictureFormat


_RULES: dict[type, tuple[str, str]] = {
    int: ("INT", "a whole number"),
    float: ("FLOAT", "a number"),
    str: ("TEXT", "text"),
    Path: ("PATH", "a path"),
}
"""What the help shows, and what the value must be."""

CONSTRUCTORS = ConstructorRegistry()
"""Numbers, text and paths: one, one or none, or a list of numbers.

The constructors of tyro name types of Python in their errors, and show `None` among the
values of an option that may be left out.
"""


def _one(kind: type) -> Callable[[list[str]], object]:
    """Return the function that reads one word."""

    def read(words: list[str]) -> object:
        try:
            return kind(words[0])
        except ValueError as error:
            rule = f"it must be {_RULES[kind][1]}; got {words[0]!r}."
            if "," in words[0]:
                rule += " Separate several by spaces."
            elif kind is int and re.fullmatch("[0-9]+(-|:|[.][.]+)[0-9]+", words[0]):
                rule += " A range is $(seq 0 23) in a shell."
            raise ValueError(rule) from error

    return read


def _spec(kind: type, *, is_list: bool) -> PrimitiveConstructorSpec[Any]:
    """Return how a value, or a list of values, is read and shown."""
    metavar, read = _RULES[kind][0], _one(kind)
    if not is_list:
        return PrimitiveConstructorSpec(
            nargs=1,
            metavar=metavar,
            instance_from_str=read,
            is_instance=lambda value: True,
            str_from_instance=lambda value: [str(value)],
        )
    return PrimitiveConstructorSpec(
        nargs="*",
        metavar=f"[{metavar} [{metavar} ...]]",
        instance_from_str=lambda words: tuple(read([word]) for word in words),
        is_instance=lambda value: True,
        str_from_instance=lambda value: [str(one) for one in value or ()],
    )


_SPECS: dict[object, PrimitiveConstructorSpec[object]] = {}
for _kind in _RULES:
    _SPECS |= dict.fromkeys((_kind, _kind | None), _spec(_kind, is_list=False))
for _kind in (int, float, Path):
    _list: object = tuple[_kind, ...]
    _SPECS |= dict.fromkeys((_list, _list | None), _spec(_kind, is_list=True))
_SPECS[PictureFormat | None] = dataclasses.replace(
    _spec(str, is_list=False), metavar=f"{{{','.join(FORMATS)}}}", choices=FORMATS
)


@CONSTRUCTORS.primitive_rule
def _rule(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[object] | None:
    """Return how tyro reads a type, if it is one of these."""
    try:
        return _SPECS.get(info.type)
    except TypeError:  # a type that cannot be hashed
        return None
