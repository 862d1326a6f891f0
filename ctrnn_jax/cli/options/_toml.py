"""Read the settings of a command from a TOML file."""

from collections.abc import Mapping, Sequence
import dataclasses
import itertools
from pathlib import Path
import reprlib
import sys
import tomllib
import types
from typing import Any, get_args, get_origin, get_type_hints, Literal

import tyro

from ..._checks import check, invalid, suggestion
from ..._tree import assemble
from ..user_code import is_file


_LARGEST = sys.float_info.max

_PLAIN = {
    bool: "true or false",
    int: "a whole number",
    float: "a finite number",
    str: "text in quotes",
    Path: "a path in quotes",
}


def file_in(arguments: Sequence[str]) -> Path | None:
    """Return the path that `--config` gives among the arguments of a command."""
    for argument, following in itertools.pairwise([*arguments, ""]):
        name, _, value = argument.partition("=")
        if name == "--config" and (value or following):
            return Path(value or following)
    return None


def defaults_from(path: Path, command: type) -> Any:
    """Return the command with the settings of the file.

    Required flags that the file lacks are marked as missing, for tyro. Raises
    `ValueError`, with the name of the file, if it is not TOML, and for unknown names
    (with a suggestion) and values of a wrong type or out of range; also for a file that
    cannot be read.
    """
    try:
        content = tomllib.loads(path.read_text())
    except OSError as error:
        got, rule = f"{path} ({error.strerror})", "be a file that can be read"
        raise invalid("config", rule, got, "Name a TOML file.") from error
    # deeply nested lists are a RecursionError
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} must be a TOML file: {error}.") from error
    hints, fields = get_type_hints(command), dataclasses.fields(command)
    required = {
        f.name: _SOME[hints[f.name]] for f in fields if f.default is dataclasses.MISSING
    }
    del hints["config"]
    try:
        values = {name: value_of(name, value, hints) for name, value in content.items()}
        _check_runs_no_file(values)
        full = command(**(required | values))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    missing = {name: tyro.MISSING for name in required if name not in values}
    return assemble(command, {f.name: getattr(full, f.name) for f in fields} | missing)


def value_of(name: str, value: object, hints: Mapping[str, object]) -> Any:
    """Return a value of TOML or JSON as the type of the flag of this name.

    `hints` are the types of the flags. `None` stands for a flag that was left out.
    Raises `ValueError` for an unknown name, and for a value of another type.
    """
    if name not in hints:
        raise ValueError(f"there is no setting {name!r}. {suggestion(name, hints)}")
    if value is None and type(None) in get_args(hints[name]):
        return None
    try:
        return _typed(value, hints[name])
    except TypeError as error:
        got = reprlib.repr(value)  # which is short
        raise ValueError(f"`{name}` must be {error}; got {got}.") from error


def _check_runs_no_file(values: Mapping[str, object]) -> None:
    """Validate that no setting is code of a file: only the command line runs files."""
    for name in ("task", "network"):
        value = values.get(name)
        is_name = not (isinstance(value, str) and is_file(value))
        rule = "be a name, since a file of settings runs no code"
        remedy = "Write it on the command line instead."
        check(is_name, name, rule, repr(value), remedy)


_SOME: dict[object, object] = {str: "-", Path: Path("-"), tuple[int, ...]: (0,)}
"""Stand-ins for required flags that the file lacks, so that the rest is validated."""


def _typed(value: Any, hint: Any) -> Any:
    """Return the value as the type of its flag; raise `TypeError` with the rule."""
    if isinstance(hint, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is Literal:
        names = get_args(hint)
        if value not in names:
            raise TypeError(f"one of {', '.join(names)}")
        return value
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if not isinstance(value, list):
            raise TypeError(f"a list, [...], each {_PLAIN[inner]}")
        return tuple(_typed(item, inner) for item in value)
    accepted = {float: (int, float), Path: (str,)}.get(hint, (hint,))
    # not isinstance: true is not a number
    is_typed = type(value) in accepted
    if not is_typed or (hint is float and abs(value) > _LARGEST):
        raise TypeError(_PLAIN[hint])
    return hint(value)
