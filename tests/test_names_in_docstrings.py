"""Classes and functions of the package that docstrings name are where they say."""

import builtins
import inspect
import re

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from test_docstrings import public

import ctrnn_jax as cj
from ctrnn_jax.tasks import names as task_names


DOTTED = re.compile(r"\bcj((?:\.[A-Za-z_]\w*)+)")
BARE = re.compile(r"`([A-Z][a-z]+[A-Za-z0-9]*)\b")
"""A word in backquotes of a large and a small letter or more."""

ELSEWHERE = {
    # of other packages and papers, which docstrings compare with ours
    "AlphaIdentity", "Basic", "CompositeLoss", "CrossEntropyLoss", "EntropyLoss",
    "FiringRateDistLoss", "FlipFlopData", "GaussianSpectralRadius", "HebbianLoss",
    "HiddenLayer", "RNNLoss", "RecurrentLayer", "Short", "Sigma", "StatePredictionLoss",
}  # fmt: skip


def docstrings():
    """(dotted name, text) of every public docstring, those of methods included."""
    yield "", cj.__doc__
    for name, value in public():
        yield name, inspect.getdoc(value) or ""
        if inspect.isclass(value):
            for method, function in vars(value).items():
                is_public = not method.startswith("_")
                if is_public and (doc := inspect.getdoc(function)):
                    yield f"{name}.{method}", doc


TEXTS = dict(docstrings())
NAMES = {name.split(".")[-1] for name in TEXTS}


def resolve(path):
    """Return whether `cj.path` exists; fields of classes count."""
    value = cj
    for part in path.split("."):
        fields = getattr(value, "__dataclass_fields__", {})
        if part in fields:
            return True
        if not hasattr(value, part):
            return False
        value = getattr(value, part)
    return True


def test_dotted_names_exist():
    found = {
        (name, path[1:])
        for name, text in TEXTS.items()
        for path in DOTTED.findall(text)
    }
    assert len(found) > 100
    assert sorted((name, path) for name, path in found if not resolve(path)) == []


def test_bare_names_of_classes_are_public():
    """`Report`, `EnsembleResult` and so on: in the package, or in Python."""
    found = {
        (name, word) for name, text in TEXTS.items() for word in BARE.findall(text)
    }
    assert len({word for _, word in found}) > 50
    unknown = {
        (name, word)
        for name, word in found
        if word not in NAMES | ELSEWHERE
        and not hasattr(builtins, word)
        and not any(hasattr(library, word) for library in (np, jnp, jax, eqx))
    }
    assert sorted(unknown) == []


@pytest.mark.parametrize(
    "word", ["Report", "EnsembleResult", "FitResult", "FixedPoints", "Trial"]
)
def test_results_are_public(word):
    assert word in NAMES


def test_every_task_of_the_registry_is_public():
    assert all(type(cj.tasks.make(name)).__name__ in NAMES for name in task_names())
