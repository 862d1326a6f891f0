"""The tools that check the tests: error sites, and faults to inject."""

import ast
import itertools
import os
import subprocess
import sys

import error_sites
import mutation_check
import pytest


SOURCE = b"""from ._checks import check


def positive(x):
    check(x > 0, "x", "be above 0", x, "Use 1.")
    if x > 9:
        raise KeyError("x")  # a comment
    return x
"""


@pytest.fixture
def positive(monkeypatch):
    """The function of `SOURCE` with marked sites, and the set of those it reached."""
    found = set()

    def watched(site, function):
        def call(*args):
            try:
                function(*args)
            except ValueError:
                found.add(site)
                raise

        return call

    def check(holds, *message):
        if not holds:
            raise ValueError(message)

    source = error_sites.marked(error_sites.ROOT / "room" / "_file.py", SOURCE)
    assert len(source.splitlines()) == len(SOURCE.splitlines())
    names = {"__watched__": watched, "__reached__": found.add, "check": check}
    lines = source.decode().replace("from ._checks import check", "")
    exec(lines, names)
    return names["positive"], found


def test_sites_are_raises_and_calls_of_checks():
    path = error_sites.ROOT / "room" / "_file.py"
    found = [site for site, _ in error_sites.sites_in(path, SOURCE)]
    assert sorted(found) == ["room/_file.py:5", "room/_file.py:7"]
    assert len(error_sites.all_sites()) > 500


def test_a_site_is_noted_when_it_raises_and_not_before(positive):
    function, found = positive
    assert function(1) == 1
    assert found == set()
    with pytest.raises(ValueError, match="above 0"):
        function(0)
    assert found == {"room/_file.py:5"}
    with pytest.raises(KeyError):
        function(10)
    assert found == {"room/_file.py:5", "room/_file.py:7"}


def test_the_package_is_watched():
    import ctrnn_jax as cj

    reached = set(error_sites.reached)
    with pytest.raises(ValueError, match="stride"):
        cj.Record(stride=0)
    error_sites.reached.difference_update({s for s in reached if "_trajectory" in s})
    with pytest.raises(ValueError, match="stride"):
        cj.Record(stride=0)
    assert any(site.startswith("simulation/_traj") for site in error_sites.reached)
    error_sites.reached.update(reached)


@pytest.mark.slow
def test_a_complete_run_fails_if_it_does_not_reach_an_error(tmp_path):
    """The run holds one test, as if it were all that there is."""
    (tmp_path / "test_one.py").write_text("def test_nothing():\n    pass\n")
    root = error_sites.ROOT.parent
    command = [
        sys.executable, "-m", "pytest", "-p", "conftest", "-o", f"testpaths={tmp_path}",
        "--rootdir", root, "-c", root / "pyproject.toml",
    ]  # fmt: skip
    path = os.pathsep.join(map(str, [root, root / "tests"]))
    done = subprocess.run(
        command, cwd=root, env=os.environ | {"PYTHONPATH": path}, capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 passed" in done.stdout
    assert "errors that no quick test reaches" in done.stdout
    assert "simulation/_trajectory.py" in done.stdout


def test_faults_are_those_of_the_seed_and_change_one_place():
    number = 2 * len(mutation_check.OPERATORS)
    faults = mutation_check.draw(0, number)
    assert faults == mutation_check.draw(0, number)
    assert faults != mutation_check.draw(1, number)
    assert len({(f.path, f.line, f.before, f.after) for f in faults}) == number
    operators = {f.operator for f in faults}
    assert len(operators) == len(mutation_check.OPERATORS)
    for fault in faults:
        before = (mutation_check.ROOT / fault.path).read_text()
        assert ast.dump(ast.parse(fault.source)) != ast.dump(ast.parse(before))


@pytest.mark.parametrize(
    ("operator", "before", "after"),
    [
        ("sign_of_a_term", "a + b", "a - b"),
        ("sign_of_a_term", "-a", "a"),
        ("factor", "a * b", "a / b"),
        ("transposed_matrix", "w.T", "w"),
        ("transposed_matrix", "w @ r", "r @ w"),
        ("swapped_axes", "moveaxis(x, 0, 1)", "x"),
        ("off_by_one", "3", "4"),
        ("comparison", "a < b", "a <= b"),
        ("missing_mask", "where(m, a, b)", "a"),
        ("reused_key", "fold_in(key, 1)", "key"),
        ("scale", "0.5", "1.0"),
        ("scale", "sqrt(x)", "x"),
        ("wrong_derivative", "tanh(x)", "x"),
        ("removed_check", "check(a, 'b')", "pass"),
        ("condition", "a and b", "a or b"),
        ("swapped_arguments", "f(a, b)", "f(b, a)"),
    ],
)
def test_an_operator_makes_its_fault(operator, before, after):
    nodes = ast.walk(ast.parse(before))
    found = map(getattr(mutation_check, operator), nodes)
    assert ast.unparse(next(itertools.chain.from_iterable(found))) == after
