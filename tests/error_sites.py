"""Which errors of the package a run of the tests reached.

A site is a `raise` statement, or a call of a function of `ctrnn_jax._checks` that
raises. A loader inserts a call beside each site while `ctrnn_jax` is imported; lines
keep their numbers. A complete run of the quick tests fails if a site was not reached.
"""

import ast
import builtins
from collections.abc import Callable, Iterator
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import SourceFileLoader
from pathlib import Path
import sys
from typing import Any


PACKAGE = "ctrnn_jax"
ROOT = Path(__file__).parents[1] / PACKAGE
CHECKS = "_checks.py"
RETURNING = ("steps_in", "as_array", "numeric_array")
"""Functions of `CHECKS` that raise errors, and return what they validated."""

Site = str  # "room/_file.py:line"
reached: set[Site] = set()


def watched(site: Site, function: Callable) -> Callable:
    """Return the function, with a note of the site if it raises."""

    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except Exception:
            reached.add(site)
            raise

    return call


for _name, _value in {"__reached__": reached.add, "__watched__": watched}.items():
    setattr(builtins, _name, _value)


def raising_checks() -> set[str]:
    """Names of the functions of `_checks.py` that callers call in order to raise."""
    body = ast.parse((ROOT / CHECKS).read_text()).body
    names = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    return {n for n in names if n.startswith("check") or n in RETURNING}


def sites_in(path: Path, source: bytes) -> Iterator[tuple[Site, Any]]:
    """Yield every site of a file with the node beside which its call is inserted."""
    names = set() if path.name == CHECKS else raising_checks()
    where = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise):
            yield f"{where}:{node.lineno}", node
        elif isinstance(node, ast.Call) and getattr(node.func, "id", None) in names:
            yield f"{where}:{node.lineno}", node.func


def all_sites() -> set[Site]:
    """Every site of the package."""
    paths = sorted(ROOT.rglob("*.py"))
    return {site for path in paths for site, _ in sites_in(path, path.read_bytes())}


def marked(path: Path, source: bytes) -> bytes:
    """Return the source with a call beside each site, on the same line."""
    lines = source.splitlines(keepends=True)
    found = sorted(sites_in(path, source), key=lambda s: (s[1].lineno, s[1].col_offset))
    for site, node in reversed(found):
        line, start = lines[node.lineno - 1], node.col_offset
        if isinstance(node, ast.Raise):
            stop, text = start, f"__reached__({site!r}); "
        else:
            stop, text = node.end_col_offset, f"__watched__({site!r}, {node.id})"
        lines[node.lineno - 1] = line[:start] + text.encode() + line[stop:]
    return b"".join(lines)


class Loader(InspectLoader):
    """Executes a module with marked sites, compiled as by the loader that it wraps.

    Nothing is read from or written to `__pycache__`, which holds unmarked code.
    """

    def __init__(self, inner: SourceFileLoader):
        self._inner = inner

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def is_package(self, fullname):
        return self._inner.is_package(fullname)

    def get_source(self, fullname):
        return self._inner.get_source(fullname)

    def exec_module(self, module):
        path = self._inner.path
        source = marked(Path(path), self._inner.get_data(path))
        exec(self._inner.source_to_code(source, path), module.__dict__)


class Finder(MetaPathFinder):
    """Finds modules of the package as the other finders do, and wraps their loader."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.split(".")[0] != PACKAGE:
            return None
        for finder in sys.meta_path:
            if finder is not self and hasattr(finder, "find_spec"):
                spec = finder.find_spec(fullname, path, target)
                if spec is not None:
                    if isinstance(spec.loader, SourceFileLoader):
                        spec.loader = Loader(spec.loader)
                    return spec
        return None


def watch() -> None:
    """Mark the sites of all modules of the package that are imported from now on."""
    if PACKAGE in sys.modules:
        raise RuntimeError(f"{PACKAGE} is imported already")
    sys.meta_path.insert(0, Finder())
