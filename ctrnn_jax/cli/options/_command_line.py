"""The words of a command: the reverse of parsing them."""

from collections.abc import Collection, Iterator
import dataclasses
from typing import get_type_hints

import tyro

from ._number_rules import Checked


def flag_names(command: type) -> dict[str, str]:
    """Return the flags of a command by the names of its options, without `--no-`."""
    hints = get_type_hints(command, include_extras=True)
    return {
        name: "--" + name.replace("_", "-")
        for name, hint in hints.items()
        if tyro.conf.Positional not in getattr(hint, "__metadata__", ())
    }


def words_of(command: Checked, leave_out: Collection[str] = ()) -> list[str]:
    """Return the words that give the options of a command, after its name.

    Options with their default are left out, and so are those in `leave_out`.
    """
    flags, chosen = flag_names(type(command)), []
    for field in dataclasses.fields(command):
        value = getattr(command, field.name)
        if field.name not in leave_out and value != field.default:
            chosen.append((field.name, value))
    # before the flags, since that of a list takes all words that follow
    positional = [str(value) for name, value in chosen if name not in flags]
    of_flags = (_words(flags[n], value) for n, value in chosen if n in flags)
    return positional + [word for words in of_flags for word in words]


def _words(flag: str, value: object) -> Iterator[str]:
    """Yield a flag and its value."""
    if value is True:
        yield flag
    elif value is False:
        yield f"--no-{flag.removeprefix('--')}"
    elif not isinstance(value, tuple):
        yield from (flag, str(value))
    elif all(isinstance(one, str) for one in value):  # a flag that is repeated
        for one in value:
            yield from (flag, one)
    else:
        yield from (flag, *map(str, value))
