"""`help()` of the package and of every namespace: the public names, a line each."""

from collections.abc import Sequence
import importlib
import inspect
import pydoc
import re
import subprocess
import sys

from jax.typing import DTypeLike
import pytest
from test_public_api import NAMESPACES, PLACES

import ctrnn_jax as cj
from ctrnn_jax import _types
from ctrnn_jax._types import ArrayLike, KeyArray, Numbers, PerUnit


LISTED = re.compile(r"^    (\w+)  +(\S.*)$", re.MULTILINE)


def module(room):
    return importlib.import_module(f"ctrnn_jax.{room}") if room else cj


def names_of(room):
    return sorted(PLACES[room]) + ([] if room else NAMESPACES)


@pytest.mark.parametrize("room", PLACES)
def test_a_docstring_lists_each_public_name_once_and_no_other(room):
    """Below a question that ends the paragraph before the list."""
    doc = module(room).__doc__ or ""
    assert sorted(names_of(room)) == sorted(name for name, _ in LISTED.findall(doc))
    assert max(len(line) for line in doc.splitlines() if LISTED.match(line)) <= 88
    headings = [
        paragraph
        for paragraph, following in zip(
            doc.split("\n\n"), doc.split("\n\n")[1:], strict=False
        )
        if LISTED.match(following)
    ]
    assert len(headings) >= (1 if len(PLACES[room]) < 8 else 2)
    assert [h for h in headings if "\n" in h or h.startswith(" ")] == []


@pytest.mark.parametrize("room", PLACES)
def test_help_is_that_list_without_private_modules(room):
    """Also for names that load lazily, none of which is loaded for it."""
    text = pydoc.plain(pydoc.render_doc(module(room)))
    lines = [line.strip() for line in text.splitlines()]
    for name in names_of(room):
        assert any(line.startswith(f"{name} ") for line in lines), name
    described = text.split("\nFILE\n")[0]
    assert re.findall(r"(?:^|[\s.])(_\w+)", described) == []
    for section in ("PACKAGE CONTENTS", "CLASSES", "FUNCTIONS", "DATA"):
        assert f"\n{section}\n" not in text


PROGRAM = """
import sys
sys.modules["matplotlib"] = None
import pydoc
import ctrnn_jax as cj
text = pydoc.render_doc(cj)
assert "rollout" in text and "plotting" in text
assert "jax" not in sys.modules, "help loads nothing"
assert "rollout" in dir(cj) and len(cj.__path__) == 1
cj.rollout, cj.tasks
print(pydoc.plain(pydoc.render_doc(cj.tasks)).count("FlipFlop"))
"""


@pytest.mark.slow
def test_help_needs_no_library_and_changes_nothing():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == 2  # FlipFlop, FlipFlopDiscrete


@pytest.mark.slow
def test_pydoc_of_the_command_line_lists_no_private_modules():
    command = [sys.executable, "-m", "pydoc", "ctrnn_jax.analysis"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Which fixed points does it have?" in done.stdout
    assert "PACKAGE CONTENTS" not in done.stdout


@pytest.mark.parametrize("room", NAMESPACES)
def test_names_and_paths_are_found_outside_of_help(room):
    assert set(dir(module(room))) >= set(PLACES[room])
    assert hasattr(module(room), "__path__") == (room != "sharding")


def test_help_of_a_function_is_its_docstring():
    text = pydoc.plain(pydoc.render_doc(cj.fit))
    assert "Train a network on a task." in text
    assert "progress" in text


@pytest.mark.parametrize(
    "value",
    [cj.EIRNN, cj.fit, cj.rollout, cj.tasks.PerceptualDecision, cj.Loss, cj.FitState],
)
def test_help_prints_short_signatures(value):
    """Names of aliases and classes, without modules; an argument a line if long."""
    text = pydoc.plain(pydoc.render_doc(value))
    head = re.split(r"\n(?: \|  )?\n", text)[1]
    assert f"{value.__name__}(" in head
    assert not re.search(r"jaxlib|numpy|collections\.abc|jaxtyping", head)
    assert max(map(len, head.splitlines())) <= 100


def test_signatures_have_aliases_and_keep_their_annotations():
    def few(a: int, *rest: float, b: bool = True) -> str: ...

    def many(
        weights: ArrayLike | Sequence[float] | None,
        rates: Numbers,
        *,
        dtype: DTypeLike | None = None,
        tau: PerUnit | float = 100.0,
        untyped=None,
        key: KeyArray,
        **options: object,
    ): ...

    plain = inspect.signature(many)
    short, long = map(
        inspect.signature, map(_types.with_readable_signature, (few, many))
    )
    assert str(short) == "(a: int, *rest: float, b: bool = True) -> str"
    assert str(long) == (
        "(\n"
        "    weights: ArrayLike | Sequence[float] | None,\n"
        "    rates: Numbers,\n"
        "    *,\n"
        "    dtype: DTypeLike | None = None,\n"
        "    tau: PerUnit | float = 100.0,\n"
        "    untyped=None,\n"
        "    key: KeyArray,\n"
        "    **options: object,\n"
        ")"
    )
    assert dict(long.parameters) == dict(plain.parameters)
    assert isinstance(long, _types.ReadableSignature)
    assert long.format(max_width=400).count("\n") == 0
