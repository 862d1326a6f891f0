"""Run a file of the user, and return what has a name in it."""

import dataclasses
import hashlib
import inspect
import itertools
from pathlib import Path
import re
import sys
import traceback
from types import ModuleType
from typing import final

from ..._checks import check, invalid, suggestion
from ._tracebacks import EXECUTED, NOT_OURS


_REFERENCE = re.compile(r".*\.py(:.*)?", re.DOTALL)
_MODULES: dict[Path, tuple[str, ModuleType]] = {}
"""The digest and the module of each file that this process has run."""

_numbers = itertools.count()


@final
@dataclasses.dataclass(frozen=True)
class Loaded:
    """A part of a file of the user: a class, a function or an object.

    `text` is what named it, such as "own.py:Task", `digest` that of the file (SHA-256),
    and `defined` has the classes and functions that the file defines.
    """

    text: str
    part: object
    digest: str
    defined: tuple[object, ...]


def is_file(text: str) -> bool:
    """Return whether text names a file of Python, rather than a part of the package."""
    return _REFERENCE.fullmatch(text) is not None


def parts_of(text: str) -> tuple[str, str]:
    """Return the path in "path/file.py:Name", and the name, which may be missing."""
    path, _, name = text.rpartition(":")
    return (text, "") if text.endswith(".py") else (path, name)


def load(flag: str, text: str) -> Loaded:
    """Run the file that `text` names, "path/file.py:Name"; return the part.

    The text must come from the command line of this process: never pass text from a
    file. The file can import modules beside it.

    Raises `ValueError`, with the name of the flag, for a file that cannot be read, for
    one that ends the process, and for a name that is not in it (with a suggestion). Any
    other error that the file raises is not caught; `explained` describes it.
    """
    path, name = parts_of(text)
    remedy = "Write PATH/FILE.py:NAME, with the name of a class or function."
    check(name, flag, "name a part of the file", repr(text), remedy)
    module, digest = _module_of(flag, Path(path))
    parts = vars(module)
    defined = {n: x for n, x in parts.items() if _is_defined_in(module, x)}
    if name not in parts:
        hint = suggestion(name, defined) if defined else "The file defines nothing."
        raise invalid(flag, f"name a part of {path}", repr(name), hint)
    return Loaded(text, parts[name], digest, tuple(defined.values()))


def _is_defined_in(module: ModuleType, part: object) -> bool:
    """Return whether a class or function is defined in a module, not imported."""
    is_code = inspect.isclass(part) or inspect.isfunction(part)
    return is_code and getattr(part, "__module__", None) == module.__name__


def _module_of(flag: str, path: Path) -> tuple[ModuleType, str]:
    """Run a file once in this process; return its module and its digest."""
    try:
        data, place = path.read_bytes(), path.resolve()
    except OSError as error:
        rule, got = "name a file that can be read", f"{path} ({error.strerror})"
        raise invalid(flag, rule, got, "Correct the path.") from error
    digest = hashlib.sha256(data).hexdigest()
    if place in _MODULES and _MODULES[place][0] == digest:
        return _MODULES[place][1], digest
    try:
        # the bytes of the digest are those that run
        code = compile(data, str(place), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:  # the latter for null bytes
        lines = "".join(traceback.format_exception_only(error)).strip()
        raise ValueError(f"{path} is not Python. {NOT_OURS}\n{lines}") from error
    module = ModuleType(f"ctrnn_jax_user_file_{next(_numbers)}")
    module.__file__ = str(place)
    EXECUTED.add(place)
    # dataclasses look for their module here
    sys.modules[module.__name__] = module
    # a module beside the file comes last, so that it replaces none of a library
    if str(place.parent) not in sys.path:
        sys.path.append(str(place.parent))
    try:
        exec(code, vars(module))
    except BaseException as error:
        del sys.modules[module.__name__]
        if not isinstance(error, SystemExit):
            raise
        rule, got = (
            "name a file that can be imported",
            f"{path}, which ends the process",
        )
        remedy = 'Put its program below `if __name__ == "__main__":`.'
        raise invalid(flag, rule, got, remedy) from error
    _MODULES[place] = digest, module
    return module, digest
