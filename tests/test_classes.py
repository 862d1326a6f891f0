"""Every class of the package that is a pytree is abstract or final."""

import ast
import importlib
import inspect
from pathlib import Path

import equinox as eqx

import ctrnn_jax


ROOT = Path(ctrnn_jax.__file__).parent
MODULES = sorted(
    ".".join(("ctrnn_jax", *path.relative_to(ROOT).with_suffix("").parts))
    for path in ROOT.rglob("*.py")
    if not path.name.startswith("__") and "cli" not in path.parts
)


def classes():
    for name in MODULES:
        module = importlib.import_module(name)
        for cls in vars(module).values():
            is_own = inspect.isclass(cls) and cls.__module__ == name
            if is_own and issubclass(cls, eqx.Module):
                yield cls


def final_names():
    """Return the names of the classes that the source decorates with `final`."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Name) and decorator.id == "final":
                        yield node.name


def test_every_module_is_abstract_or_final():
    final = set(final_names())
    neither = sorted(
        cls.__qualname__
        for cls in classes()
        if not cls.__name__.lstrip("_").startswith("Abstract")
        and cls.__name__ not in final
    )
    assert neither == []


def test_classes_with_abstract_in_their_name_are_abstract():
    """They have a method or a field that a subclass must define."""
    abstract = [c for c in classes() if c.__name__.lstrip("_").startswith("Abstract")]
    assert len(abstract) > 10
    for cls in abstract:
        missing = cls.__abstractmethods__ | cls.__abstractvars__
        assert missing | cls.__abstractclassvars__, cls
        assert not vars(cls).get("__final__", False), cls


def test_final_classes_have_no_subclasses():
    for cls in classes():
        for base in cls.__mro__[1:]:
            assert not vars(base).get("__final__", False), (cls, base)
