"""What an import of the package does, and what it loads, in one new process."""

import ast
import json
import pathlib
import subprocess
import sys

import pytest

import ctrnn_jax as cj


pytestmark = pytest.mark.slow

STUB = pathlib.Path(cj.__file__).with_suffix(".pyi")
NAMESPACES = {
    alias.name
    for node in ast.parse(STUB.read_text()).body
    if isinstance(node, ast.ImportFrom) and node.module is None
    for alias in node.names
}

PROGRAM = """
import importlib, json, sys
import jax

found = {}
before = dict(jax.config.values)
import ctrnn_jax as cj
for name in dir(cj):
    if name != "plotting":
        getattr(cj, name)
found["loaded"] = sorted({name.split(".")[0] for name in sys.modules})
cj.plotting
found["same configuration"] = before == dict(jax.config.values)
found["arrays"] = len(jax.live_arrays())
found["dir"] = {"": dir(cj)}

def forget():
    for name in [name for name in sys.modules if name.split(".")[0] == "ctrnn_jax"]:
        del sys.modules[name]

for first in ("cli", "cli._main", "training.checkpoints"):
    forget()
    importlib.import_module(f"ctrnn_jax.{first}")
    cj = importlib.import_module("ctrnn_jax")
    for name in dir(cj):
        getattr(cj, name)
    found["dir"][first] = dir(cj)

forget()
star = {}
exec("from ctrnn_jax import *", star)
found["star"] = sorted(name for name in star if name[0] != "_")

forget()
for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
    del sys.modules[name]
sys.modules["matplotlib"] = None
cj = importlib.import_module("ctrnn_jax")
found["errors"] = []
for name in ("plotting", "Uniform"):
    try:
        getattr(cj, name)
    except (ModuleNotFoundError, AttributeError) as error:
        found["errors"].append(f"{type(error).__name__}: {error}")
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found():
    """Return what the program saw."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_import_loads_no_optional_library(found):
    absent = {
        "matplotlib", "orbax", "torch", "neurogym", "tyro", "rich", "tensorflow",
        "pandas", "xarray",
    }  # fmt: skip
    assert absent.isdisjoint(found["loaded"])
    assert "optax" in found["loaded"]


def test_import_changes_no_configuration_and_makes_no_array(found):
    assert found["same configuration"]
    assert found["arrays"] == 0


def test_dir_is_the_stub_after_any_import(found):
    for first, names in found["dir"].items():
        assert names == sorted({*cj.__all__, *NAMESPACES}), first


def test_star_import_brings_the_names_of_the_top_level(found):
    assert found["star"] == sorted(cj.__all__)


def test_missing_matplotlib_names_the_extra(found):
    plotting, other = found["errors"]
    assert plotting.startswith("ModuleNotFoundError")
    assert "pip install 'ctrnn-jax[plot]'" in plotting
    assert other.startswith("AttributeError")
    assert "initialisers.Uniform" in other
