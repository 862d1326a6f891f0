"""Settings of a command from a TOML file."""

from collections.abc import Sequence
import dataclasses
from pathlib import Path
import tomllib
import types
from typing import Any, get_args, get_origin, get_type_hints

import tyro

from ..._checks import suggestion
from ..._tree import assemble


_PLAIN = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text in quotes",
    Path: "a path in quotes",
}


def file_in(arguments: Sequence[str]) -> Path | None:
    """What `--config` names among the arguments of a command."""
    for here, after in zip(arguments, [*arguments[1:], None], strict=True):
        if here == "--config" and after is not None:
            return Path(after)
        if here.startswith("--config="):
            return Path(here.removeprefix("--config="))
    return None


def defaults_from(path: Path, command: type) -> Any:
    """The command with the file's settings; what flags must still give is missing.

    Raises `ValueError` that names the file for one that is no TOML, unknown names (with
    a suggestion), and values of a wrong type or out of range; `OSError` for a file that
    cannot be read.
    """
    try:
        content = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} must be a TOML file: {error}.") from error
    hints = get_type_hints(command)
    names = [f.name for f in dataclasses.fields(command) if f.name != "config"]
    values = {}
    for name, value in content.items():
        if name not in names:
            raise ValueError(
                f"{path}: there is no setting {name!r}. {suggestion(name, names)}"
            )
        try:
            values[name] = _typed(value, hints[name])
        except TypeError as error:
            raise ValueError(
                f"{path}: `{name}` must be {error}; got {value!r}."
            ) from error
    required = {
        f.name: _SOME[hints[f.name]]
        for f in dataclasses.fields(command)
        if f.default is dataclasses.MISSING
    }
    try:
        full = command(**(required | values))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    missing = {name: tyro.MISSING for name in required if name not in values}
    fields = {f.name: getattr(full, f.name) for f in dataclasses.fields(command)}
    return assemble(command, fields | missing)


_SOME: dict[Any, Any] = {str: "-", Path: Path("-"), tuple[int, ...]: (0,)}
"""In place of what the file leaves to flags, so that the rest can be checked."""


def _typed(value: Any, hint: Any) -> Any:
    """The value as the type of its flag; `TypeError` says what it must be."""
    if isinstance(hint, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if not isinstance(value, list):
            raise TypeError(f"a list, [...], each {_PLAIN[inner]}")
        return tuple(_typed(item, inner) for item in value)
    accepted = {float: (int, float), Path: (str,)}.get(hint, (hint,))
    if type(value) not in accepted:  # not isinstance: true is no number
        raise TypeError(_PLAIN[hint])
    return hint(value)
