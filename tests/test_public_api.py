"""The names that users type: all there, documented, and in one place each."""

import ast
import importlib
import inspect
import pathlib

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


def is_documented(value):
    """Whether a value has a docstring, if values of its kind can have one."""
    can_have = inspect.isroutine(value) or inspect.isclass(value)
    return not can_have or bool((inspect.getdoc(value) or "").strip())


def test_every_name_exists_and_is_documented():
    values = {
        (room, name): getattr(getattr(cj, room) if room else cj, name)
        for room in PLACES
        for name in PLACES[room]
    }
    assert len(values) > 300
    assert [at for at, value in values.items() if inspect.ismodule(value)] == []
    assert [at for at, value in values.items() if not is_documented(value)] == []


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


@pytest.mark.parametrize("room", NAMESPACES)
def test_an_unknown_name_of_a_namespace_suggests_the_closest(room):
    name = PLACES[room][0]
    with pytest.raises(AttributeError, match=f"Did you mean ctrnn_jax.{room}.{name}"):
        getattr(getattr(cj, room), f"{name}_")
    with pytest.raises(AttributeError, match=r"Did you mean ctrnn_jax\.rollout"):
        _ = getattr(cj, room).rolloutt
    assert not hasattr(getattr(cj, room), "_private")


def test_version_is_that_of_the_metadata():
    from importlib.metadata import version

    assert cj.__version__ == version("ctrnn-jax")
