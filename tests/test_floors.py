"""Imports between rooms go down only, and every folder can be read in one look."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path
import re
import sys

import pytest

import ctrnn_jax


ROOT = Path(ctrnn_jax.__file__).parent
FLOORS = {
    "_types": 0, "_checks": 0, "_arguments": 0, "_tree": 0, "_files": 0, "_random": 0,
    "_quick_compilation": 0, "_tables": 0, "_show": 0, "_progress": 0,
    "_namespaces": 0,
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
    "mpl_toolkits": {"plotting"},
    "tyro": {"cli"},
    "rich": {"cli"},
    "jinja2": {"cli"},
    "platformdirs": {"cli"},
    "neurogym": {"interop"},
    "gymnasium": {"interop"},
    "pandas": {"_types"},
    "xarray": {"_types"},
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


def wrong_import(parts, level, name):
    """What is wrong with an import in the file of these parts, or `None`."""
    room, folder = parts[0], parts[:-1]
    if level == 0:
        top = name.split(".")[0]
        if top in sys.stdlib_module_names or top in ANYWHERE:
            return None
        if top not in WHERE:
            return f"{top} is imported nowhere by the design"
        return None if room in WHERE[top] else f"{top} does not belong in {room}"
    target = target_of(parts, level, name)
    above = target[:-1]
    leaves = target[0] != room or len(parts) == 1
    if leaves and FLOORS[target[0]] >= max(FLOORS[room], 1):  # F0 files know each other
        return f"{room} imports {name}"
    if folder[: len(above)] == above and (ROOT.joinpath(*target)).is_dir():
        # a neighbouring room or a sub-room, through its __init__
        return f"{name} is the room itself" if folder[: len(target)] == target else None
    # a file of this folder or of one that it lies in, by its name
    if folder[: len(above)] != above:
        return f"{name} bypasses an __init__"
    exists = ROOT.joinpath(*target).with_suffix(".py").exists()
    return None if exists else f"{name} does not exist"


def test_imports_go_down_through_the_init_of_each_room():
    found = {
        ("/".join(parts), wrong_import(parts, level, name))
        for path, parts in modules()
        for level, name in imports(path)
    }
    assert len({file for file, _ in found}) > 150
    assert sorted((file, wrong) for file, wrong in found if wrong) == []


@pytest.mark.parametrize(
    ("parts", "level", "name", "wrong"),
    [
        (("network", "_files"), 2, "simulation", "network imports simulation"),
        (("simulation", "_adjoint"), 2, "network._files", "bypasses an __init__"),
        (("simulation", "_adjoint"), 2, "simulation", "is the room itself"),
        (("simulation", "_adjoint"), 0, "optax", "optax does not belong in"),
        (("simulation", "_adjoint"), 0, "polars", "imported nowhere by the design"),
        (("simulation", "_adjoint"), 1, "_none", "_none does not exist"),
    ],
)
def test_a_wrong_import_is_found(parts, level, name, wrong):
    assert wrong in wrong_import(parts, level, name)


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
