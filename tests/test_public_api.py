"""The names that users type: all there, documented, and in one place each."""

import ast
import importlib
import inspect
import pathlib
import subprocess
import sys

import pytest

import ctrnn_jax as cj


STUB = pathlib.Path(cj.__file__).with_suffix(".pyi")
NAMESPACES = sorted(
    alias.name
    for node in ast.parse(STUB.read_text()).body
    if isinstance(node, ast.ImportFrom) and node.module is None
    for alias in node.names
)
PLACES = {"": cj.__all__} | {
    name: importlib.import_module(f"ctrnn_jax.{name}").__all__ for name in NAMESPACES
}


def run(program):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_top_level_has_forty_names_or_so_and_the_rest_is_in_namespaces():
    assert len(cj.__all__) <= 50
    assert len(cj.__all__) == len(set(cj.__all__))
    rooms = {path.parent.name for path in STUB.parent.glob("*/__init__.py")}
    assert rooms == {*NAMESPACES, "cli"} - {"sharding"}


def test_no_name_has_two_places():
    places = {}
    for namespace, names in PLACES.items():
        for name in names:
            places.setdefault(name, []).append(namespace)
    assert {name: at for name, at in places.items() if len(at) > 1} == {}
    assert places.keys().isdisjoint(NAMESPACES)


@pytest.mark.parametrize("before", ["", "cli", "cli._main", "training.checkpoints"])
def test_dir_is_the_stub_after_any_import(before):
    names = run(
        f"import ctrnn_jax{before and '.'}{before}\n"
        "import ctrnn_jax as cj\n"
        "for name in dir(cj): getattr(cj, name)\n"
        "print(*dir(cj))"
    )
    assert names.split() == sorted({*cj.__all__, *NAMESPACES})


@pytest.mark.parametrize(
    ("namespace", "name"), [(room, name) for room in PLACES for name in PLACES[room]]
)
def test_every_name_is_documented(namespace, name):
    value = getattr(getattr(cj, namespace) if namespace else cj, name)
    assert not inspect.ismodule(value)
    if inspect.isroutine(value) or inspect.isclass(value):
        assert (inspect.getdoc(value) or "").strip()


def test_star_import_brings_the_names_of_the_top_level():
    names = run("from ctrnn_jax import *\nprint(*[n for n in dir() if n[0] != '_'])")
    assert names.split() == sorted(cj.__all__)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("rolout", "no attribute 'rolout'. Did you mean ctrnn_jax.rollout?"),
        ("Uniform", "Did you mean ctrnn_jax.initialisers.Uniform?"),
        ("xyzzy", "no attribute 'xyzzy'$"),
        ("_private", "no attribute '_private'$"),
    ],
)
def test_an_unknown_name_suggests_the_closest(name, message):
    with pytest.raises(AttributeError, match=message):
        getattr(cj, name)


def test_missing_matplotlib_names_the_extra():
    output = run(
        "import sys; sys.modules['matplotlib'] = None\n"
        "import ctrnn_jax as cj\n"
        "try: cj.plotting\n"
        "except ModuleNotFoundError as error: print(error)\n"
        "try: cj.Uniform\n"
        "except AttributeError as error: print(error)"
    )
    assert "pip install 'ctrnn-jax[plot]'" in output
    assert "initialisers.Uniform" in output


def test_version_is_that_of_the_metadata():
    from importlib.metadata import version

    assert cj.__version__ == version("ctrnn-jax")
