"""Values, classes and functions as text, so that a later process can compare them.

A function or class of a library has its name alone, since the versions of libraries are
compared as a whole. One of the user has its name and a digest of its compiled code: it
does not change with comments, line numbers or the file, and exists where there is no
source, as for a lambda or in an interactive session. The values that a function has
captured, and those of its module that it names, are described too.
"""

from collections.abc import Callable, Iterator, Mapping
import contextlib
import dataclasses
import dis
import enum
import functools
import hashlib
import inspect
from pathlib import Path
import sys
from types import CodeType, MethodType, ModuleType

import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import describe


CODE = "__code__"
"""The last part of the name of a digest of code, which depends on Python's version."""

_PACKAGES = ("ctrnn_jax", "jax", "jaxlib", "equinox", "optax", "numpy")
"""Packages whose versions a checkpoint has; their code is not described."""

_PLAIN = (bool, int, float, complex, str, bytes, enum.Enum, np.dtype, type(None))
_MOST_ENTRIES, _MOST_LETTERS = 8, 100

Entries = Iterator[tuple[str, str]]


def described(name: str, value: object) -> dict[str, str]:
    """Describe a value and its parts: text by name, such as "net.noise.sigma".

    Equal values have equal descriptions in every process. Large arrays and long text
    are described by a digest. A `jax.ShapeDtypeStruct` stands for an array whose
    numbers do not matter.
    """
    return dict(_entries(name, value, ()))


def digest(data: str | bytes) -> str:
    """Return a short checksum of text or bytes."""
    data = data.encode(errors="replace") if isinstance(data, str) else data
    return hashlib.sha256(data).hexdigest()[:12]


def _entries(name: str, value: object, above: tuple[object, ...]) -> Entries:
    """Yield the description of a value that is part of the values `above`."""
    if isinstance(value, _PLAIN):
        yield name, _shortened(repr(value))
        return
    if isinstance(value, (jax.Array, np.ndarray, np.generic)):
        yield name, _of_array(value)
        return
    if any(value is x for x in above):  # a function that calls itself, for example
        return
    above = (*above, value)
    if isinstance(value, jax.ShapeDtypeStruct):
        yield name, describe(value)
    elif isinstance(value, Mapping):
        for key in sorted(value, key=str):
            yield from _entries(f"{name}.{key}", value[key], above)
    elif isinstance(value, (tuple, list)):
        yield from _of_sequence(name, value, above)
    elif isinstance(value, (set, frozenset)):
        parts = (str(dict(_entries("", x, above))) for x in value)
        yield name, digest(str(sorted(parts)))
    elif isinstance(value, functools.partial):
        yield from _entries(name, value.func, above)
        yield from _entries(f"{name}.args", value.args, above)
        yield from _entries(name, value.keywords, above)
    elif isinstance(value, MethodType):
        yield from _of_function(name, value.__func__, above)
        yield from _entries(f"{name}.self", value.__self__, above)
    elif isinstance(value, type):
        yield from _of_class(name, value, above)
    elif callable(value) and (
        hasattr(value, "__wrapped__") or inspect.isroutine(value)
    ):
        yield from _of_function(name, value, above)
    else:
        yield from _of_object(name, value, above)


def _shortened(text: str) -> str:
    return f"{text[:20]}... {digest(text)}" if len(text) > _MOST_LETTERS else text


def _of_array(array: jax.Array | np.ndarray | np.generic) -> str:
    """Return the numbers of a small array, and a digest of a large one."""
    if isinstance(array, jax.Array):
        if not (array.is_fully_addressable or array.is_fully_replicated):
            return describe(array)  # other processes have parts of it
        if jnp.issubdtype(array.dtype, jax.dtypes.prng_key):
            array = jax.random.key_data(array)
    host = np.asarray(array)
    numbers = ", ".join(str(x) for x in host.ravel()[: _MOST_ENTRIES + 1])
    if host.ndim == 0:
        return numbers
    if host.size > _MOST_ENTRIES:
        return f"{describe(host)} with digest {digest(host.tobytes())}"
    return f"[{numbers}]" if host.ndim == 1 else f"[{numbers}] of shape {host.shape}"


def _of_sequence(name: str, values: tuple | list, above: tuple[object, ...]) -> Entries:
    if all(isinstance(x, _PLAIN) for x in values):
        yield name, _shortened(repr(tuple(values)))
        return
    fields = getattr(values, "_fields", None)  # of a named tuple
    for i, part in enumerate(values):
        place = f"[{i}]" if fields is None else f".{fields[i]}"
        yield from _entries(f"{name}{place}", part, above)


def _of_function(name: str, function: Callable, above: tuple[object, ...]) -> Entries:
    function = inspect.unwrap(function)
    yield name, _title(function)
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return
    captured = zip(code.co_freevars, function.__closure__ or (), strict=True)
    for variable, cell in captured:
        with contextlib.suppress(ValueError):  # the variable has no value yet
            yield from _entries(f"{name}.{variable}", cell.cell_contents, above)
    for defaults in (function.__defaults__, function.__kwdefaults__):
        if defaults:
            yield from _entries(f"{name}.defaults", defaults, above)
    if _is_of_library(function):
        return
    yield f"{name}.{CODE}", digest(_text_of_code(code))
    for variable in sorted(_globals_of(code) & function.__globals__.keys()):
        value = function.__globals__[variable]
        if not isinstance(value, ModuleType):
            yield from _entries(f"{name}.{variable}", value, above)


def _of_class(name: str, cls: type, above: tuple[object, ...]) -> Entries:
    """Yield the name of a class, and if it is the user's, its methods and constants."""
    yield name, _title(cls)
    fields = getattr(cls, "__dataclass_fields__", {})
    for base in [c for c in reversed(cls.__mro__) if not _is_of_library(c)]:
        for attribute, member in sorted(vars(base).items()):
            is_special = attribute.startswith(("__", "_abc_")) or attribute in fields
            if is_special and attribute != "__call__":
                continue
            if isinstance(member, property):
                member = member.fget
            elif isinstance(member, functools.cached_property):
                member = member.func
            elif isinstance(member, (staticmethod, classmethod)):
                member = member.__func__
            yield from _entries(f"{name}.{attribute}", member, above)


def _of_object(name: str, value: object, above: tuple[object, ...]) -> Entries:
    """Yield the class of an object, and its attributes if they are known."""
    if callable(value) and hasattr(value, "__name__"):  # a ufunc
        yield name, _title(value)
        return
    cls = type(value)
    yield from _of_class(name, cls, above)
    attributes = {}
    if dataclasses.is_dataclass(cls):
        names = [field.name for field in dataclasses.fields(cls)]
        attributes = {x: getattr(value, x) for x in names if hasattr(value, x)}
    elif not _is_of_library(cls):
        attributes = getattr(value, "__dict__", {})
    yield from _entries(name, attributes, above)


def _title(value: object) -> str:
    """Return the name of a function or class, with its package if it is of another."""
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", "")
    package = _module_of(value).partition(".")[0]
    is_other = package in _PACKAGES and package != "ctrnn_jax"
    return f"{name} ({package})" if is_other else str(name)


def _module_of(value: object) -> str:
    return str(getattr(value, "__module__", None) or type(value).__module__)


def _is_of_library(value: object) -> bool:
    """Return whether a function or class is not the user's."""
    module = _module_of(value)
    package = module.partition(".")[0]
    if package in _PACKAGES or package in sys.stdlib_module_names:
        return True
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    return not {"site-packages", "dist-packages"}.isdisjoint(Path(file).parts)


def _globals_of(code: CodeType) -> set[str]:
    """Return the names of its module that a function reads."""
    inner = [x for x in code.co_consts if isinstance(x, CodeType)]
    names = {i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL"}
    return names.union(*map(_globals_of, inner))


def _text_of_code(part: object) -> str:
    """Return a text of compiled code, the same in every process."""
    if isinstance(part, CodeType):
        constants = [_text_of_code(x) for x in part.co_consts]
        return f"{part.co_code.hex()} {part.co_names} {constants}"
    if isinstance(part, frozenset):  # its order differs between processes
        return str(sorted(map(_text_of_code, part)))
    if isinstance(part, tuple):
        return str([_text_of_code(x) for x in part])
    return repr(part)
