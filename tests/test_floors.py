"""Imports between rooms go down only, and every folder can be read in one look."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path
import re
import subprocess
import sys

import pytest

import ctrnn_jax


ROOT = Path(ctrnn_jax.__file__).parent
FLOORS = {
    "_types": 0, "_checks": 0, "_tree": 0, "_files": 0, "_random": 0,
    "dynamics": 1, "connectivity": 1, "constraints": 1, "losses": 1,
    "tasks": 2, "initialisers": 2,
    "network": 3,
    "presets": 4, "perturbations": 4, "sharding": 4,
    "simulation": 5,
    "penalties": 6,
    "gradients": 7,
    "training": 8, "analysis": 8, "interop": 8,
    "plotting": 9,
    "cli": 10,
}  # fmt: skip
ANYWHERE = {"jax", "jaxlib", "numpy", "scipy", "equinox", "jaxtyping"}
WHERE = {
    "optax": {"training", "gradients", "cli"},
    "orbax": {"training"},
    "safetensors": {"network", "cli"},
    "matplotlib": {"plotting", "cli"},
    "tyro": {"cli"},
    "rich": {"cli"},
    "neurogym": {"interop"},
    "gymnasium": {"interop"},
}
MOST_LINES = 400
MOST_FILES = 14


def modules():
    """(path, its parts below `ctrnn_jax`) of every file but the package's own two."""
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


def target_of(parts, level, name):
    """The imported module as parts below `ctrnn_jax`."""
    folder = parts[:-1]
    return (*folder[: len(folder) - (level - 1)], *name.split("."))


@pytest.mark.parametrize(
    ("path", "parts"), [pytest.param(*m, id="/".join(m[1])) for m in modules()]
)
def test_imports_go_down_through_the_init_of_each_room(path, parts):
    room, folder = parts[0], parts[:-1]
    for level, name in imports(path):
        if level == 0:
            top = name.split(".")[0]
            if top in sys.stdlib_module_names or top in ANYWHERE:
                continue
            assert top in WHERE, f"{top} is imported nowhere by the design"
            assert room in WHERE[top], f"{top} does not belong in {room}"
            continue
        target = target_of(parts, level, name)
        above = target[:-1]
        if target[0] != room or len(parts) == 1:
            below = FLOORS[target[0]] < max(FLOORS[room], 1)  # F0 files know each other
            assert below, f"{room} imports {name}"
        if folder[: len(above)] == above and (ROOT.joinpath(*target)).is_dir():
            # a neighbouring room or a sub-room, through its __init__
            assert folder[: len(target)] != target, f"{name} is the room itself"
        else:
            # a file of this folder or of one that it lies in, by its name
            assert folder[: len(above)] == above, f"{name} bypasses an __init__"
            assert ROOT.joinpath(*target).with_suffix(".py").exists()


def test_folders_import_each_other_in_one_direction():
    below = {}
    for path, parts in modules():
        if parts[-1] == "__init__":  # what it re-exports lies below its files
            continue
        for level, name in imports(path):
            if level:
                target = target_of(parts, level, name)
                is_room = ROOT.joinpath(*target).is_dir()
                folder = target if is_room else target[:-1]
                if folder and folder != parts[:-1]:
                    below.setdefault(parts[:-1], set()).add(folder)
    assert list(TopologicalSorter(below).static_order())  # raises CycleError


def test_every_room_has_a_floor_and_no_file_is_too_long():
    for path, parts in modules():
        assert parts[0] in FLOORS
        assert len(path.read_text().splitlines()) <= MOST_LINES, path


def test_no_folder_is_crowded():
    folders = {path.parent for path, _ in modules()}
    count = {f.relative_to(ROOT).as_posix(): len(list(f.glob("*.py"))) for f in folders}
    crowded = {name: n for name, n in count.items() if n > MOST_FILES}
    assert crowded == {}


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


def test_few_lines_give_up_on_types():
    lines = (line for path, _ in modules() for line in path.read_text().splitlines())
    assert sum(re.search(r"\bAny\b", line) is not None for line in lines) <= 200


VAGUE = {
    "door", "views", "match", "solve", "effects", "studies", "settle", "levels",
    "scoring", "modes", "laws", "peer_laws", "targets", "together", "members",
    "subject", "setup", "local", "utils", "helpers", "misc", "common",
}  # fmt: skip


def test_file_names_say_what_is_inside():
    names = {path.stem.strip("_") for path, _ in modules()}
    assert names & VAGUE == set()
