"""The names at the top: all there, all documented, in whatever order they are used."""

import ast
import inspect
from pathlib import Path
import subprocess
import sys

import pytest

import ctrnn_jax as cj


NAMES = sorted(cj._WHERE)


def test_names_for_type_checkers_are_those_that_load():
    tree = ast.parse(Path(inspect.getfile(cj)).read_text())
    block = next(
        node
        for node in tree.body
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    )
    stated = {
        (node.module, alias.asname)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    loaded = {(home, name) for name, home in cj._WHERE.items()}
    assert stated == loaded | {(None, name) for name in cj._MODULES}


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_documented(name):
    value = getattr(cj, name)
    assert (inspect.getdoc(value) or "").strip()
    assert name in dir(cj)


@pytest.mark.parametrize("first", ["fit", "DirectAdjoint", "cli", "tasks"])
def test_names_do_not_depend_on_what_was_imported_before(first):
    """A submodule of the same name would shadow a function once it is imported."""
    program = (
        f"import ctrnn_jax.{first} as x\n" if first in ("cli", "tasks") else
        f"from ctrnn_jax import {first}\n"
    ) + (
        "import ctrnn_jax as cj, types\n"
        "wrong = [n for n in cj._WHERE\n"
        "         if isinstance(getattr(cj, n), types.ModuleType)\n"
        "         and n not in ('penalties', 'presets', 'sharding')]\n"
        "print(wrong)"
    )  # fmt: skip
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"


def test_no_submodule_has_the_name_of_a_function():
    rooms = {p.name for p in Path(inspect.getfile(cj)).parent.iterdir() if p.is_dir()}
    assert rooms.isdisjoint(cj._WHERE)


def test_unknown_names_raise_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'rolout'"):
        _ = cj.rolout


def test_missing_matplotlib_names_the_extra():
    program = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import ctrnn_jax as cj\n"
        "try: cj.plotting\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "pip install 'ctrnn-jax[plot]'" in out.stdout


def test_version_is_that_of_the_metadata():
    from importlib.metadata import version

    assert cj.__version__ == version("ctrnn-jax")
