"""The rooms and floors of the design: imports go down only."""

import ast
from pathlib import Path
import subprocess
import sys

import pytest

import ctrnn_jax


ROOT = Path(ctrnn_jax.__file__).parent
FLOORS = {
    "_types": 0, "_checks": 0, "_tree": 0, "_files": 0, "_random": 0,
    "dynamics": 1, "tasks": 1,
    "constraints": 2,
    "network": 3,
    "simulation": 4,
    "training": 5, "analysis": 5, "interop": 5,
    "plotting": 6,
    "cli": 7,
}  # fmt: skip
ANYWHERE = {"jax", "jaxlib", "numpy", "equinox", "jaxtyping"}
WHERE = {
    "optax": {"training", "cli"},
    "orbax": {"training"},
    "safetensors": {"network", "cli"},
    "matplotlib": {"plotting", "cli"},
    "tyro": {"cli"},
    "rich": {"cli"},
    "neurogym": {"interop"},
    "gymnasium": {"interop"},
}


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] not in ("__init__", "__main__"):
            yield path, parts


def imports(path):
    """(level, dotted name) of every import in a file, wherever it stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module is None:
                yield from ((node.level, alias.name) for alias in node.names)
            else:
                yield node.level, node.module


@pytest.mark.parametrize(
    ("path", "parts"), [pytest.param(*m, id="/".join(m[1])) for m in modules()]
)
def test_imports_go_down_through_the_front_doors(path, parts):
    room = parts[0]
    in_package = len(parts) == 2
    for level, name in imports(path):
        if level == 0:
            top = name.split(".")[0]
            if top in sys.stdlib_module_names or top in ANYWHERE:
                continue
            assert top in WHERE, f"{top} is imported nowhere by the design"
            assert room in WHERE[top], f"{top} does not belong in {room}"
        elif level == 1 and in_package:
            # a sibling file, never the package's own __init__ or another's file
            assert (path.parent / f"{name.split('.')[0]}.py").exists()
        else:
            target = name.split(".")
            below = FLOORS[target[0]] < max(FLOORS[room], 1)  # F0 files know each other
            assert below, f"{room} imports {name}"
            assert len(target) == 1, f"{name} goes past the front door"


def test_every_room_has_a_floor_and_no_file_is_too_long():
    for path, parts in modules():
        assert parts[0] in FLOORS
        assert len(path.read_text().splitlines()) <= 300, path


def run(program):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()


def test_import_loads_no_optional_library():
    loaded = run(
        "import ctrnn_jax as cj, sys\n"
        "for name in dir(cj):\n"
        "    if name != 'plotting': getattr(cj, name)\n"
        "print(*{m.split('.')[0] for m in sys.modules})"
    )
    absent = {"matplotlib", "orbax", "torch", "neurogym", "tyro", "rich", "tensorflow"}
    assert absent.isdisjoint(loaded)
    assert "optax" in loaded


def test_import_changes_no_configuration_and_makes_no_array():
    assert run(
        "import jax\n"
        "before = dict(jax.config.values)\n"
        "import ctrnn_jax as cj\n"
        "for name in dir(cj): getattr(cj, name)\n"
        "print(before == dict(jax.config.values), len(jax.live_arrays()))"
    ) == ["True", "0"]
