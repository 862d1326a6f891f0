"""Inject one-line faults into the core of the package, and see that the tests fail.

    .venv/bin/pytest -n 2 -m "not optimised" --cov --cov-context=test
    .venv/bin/python tests/mutation_check.py --seed 0 --faults 52 --coverage .coverage

Faults are drawn by seed: first an operator on the syntax tree (a sign, a transposed
matrix, a reused key, ...), then a place where it applies. Each fault is written to a
copy of the checkout, and the tests run there until one fails: the quick tests, and the
slow ones if no quick test failed; those of the same room come first. With `--coverage`,
the tests that execute the faulty line come first, then those of its room, and no
others: only a value that an earlier test computed could make another one fail. The
script prints a table and exits with an error if the quick tests miss more than a tenth
of the faults, or all tests together miss one that `EQUIVALENT` does not explain.

`--only N` repeats one fault of the draw.
"""

import argparse
import ast
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
import copy
import dataclasses
import functools
import os
from pathlib import Path
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import time

import pytest


ROOT = Path(__file__).parents[1]
PACKAGE = "ctrnn_jax"
ROOMS = (
    "dynamics", "connectivity", "constraints", "initialisers", "network",
    "perturbations", "simulation", "losses", "penalties", "gradients", "training",
)  # fmt: skip
COPIED = (
    "ctrnn_jax", "tests", "benchmarks", ".github", ".ci", "pyproject.toml",
    "README.md", ".pytest_cache",
)  # fmt: skip
RUNS = {
    "quick": (),
    "slow": ("-m", "slow"),
    "optimised": ("-m", "optimised", "--optimised"),
}
"""The options of each run of the tests; tests need not pass in the run of others."""

QUICK_SHARE = 0.9
LIMIT_S = 900

# The text of a faulty line: why no test can fail
EQUIVALENT: dict[str, str] = {}

Operator = Callable[[ast.AST], Iterator[ast.AST]]
"""Yields what may replace a node; nothing where the operator does not apply."""


def _calls(node: ast.AST, *names: str) -> bool:
    """Whether a node is a call of a function or method of one of these names."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", None))
    return name in names


def sign_of_a_term(node):
    swap = {ast.Add: ast.Sub, ast.Sub: ast.Add}
    if isinstance(node, ast.BinOp) and type(node.op) in swap:
        text = (node.left, node.right)  # concatenation of text or tuples has no sign
        if not any(isinstance(n, (ast.JoinedStr, ast.Tuple, ast.List)) for n in text):
            yield ast.BinOp(node.left, swap[type(node.op)](), node.right)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def factor(node):
    swap = {ast.Mult: ast.Div, ast.Div: ast.Mult}
    if isinstance(node, ast.BinOp) and type(node.op) in swap:
        yield ast.BinOp(node.left, swap[type(node.op)](), node.right)


def transposed_matrix(node):
    if isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        yield node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(node.right, node.op, node.left)


def swapped_axes(node):
    if isinstance(node, ast.Call) and _calls(node, "moveaxis", "swapaxes"):
        is_method = len(node.args) == 2
        yield getattr(node.func, "value", node) if is_method else node.args[0]
    for keyword in getattr(node, "keywords", []) if isinstance(node, ast.Call) else []:
        if keyword.arg == "axis":
            changed = copy.deepcopy(node)
            (axis,) = (k for k in changed.keywords if k.arg == "axis")
            axis.value = ast.BinOp(axis.value, ast.Add(), ast.Constant(1))
            yield changed


def off_by_one(node):
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(node.value + 1)


def comparison(node):
    swap = {
        ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
        ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
        ast.In: ast.NotIn, ast.NotIn: ast.In,
    }  # fmt: skip
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        yield ast.Compare(node.left, [swap[type(node.ops[0])]()], node.comparators)


def missing_mask(node):
    if _calls(node, "where") and len(node.args) == 3:
        yield node.args[1]
        yield node.args[2]


def reused_key(node):
    if _calls(node, "fold_in") and node.args:
        yield node.args[0]


def scale(node):
    """A wrong unit, a wrong strength of noise."""
    if isinstance(node, ast.Constant):
        if type(node.value) is float and node.value:
            yield ast.Constant(node.value * 2)
        return
    if _calls(node, "sqrt", "square") and len(node.args) == 1:
        yield node.args[0]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        yield node.left


def wrong_derivative(node):
    """A function in place of its derivative, a cut gradient, a lost tangent."""
    if _calls(node, "tanh", "exp", "log", "expm1", "log1p") and len(node.args) == 1:
        yield node.args[0]
    if _calls(node, "stop_gradient") and len(node.args) == 1:
        yield node.args[0]


def removed_check(node):
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        name = getattr(node.value.func, "id", "")
        if name.startswith("check"):
            yield ast.Pass()


def condition(node):
    if isinstance(node, (ast.If, ast.IfExp)):
        changed = copy.copy(node)
        changed.test = ast.UnaryOp(ast.Not(), node.test)
        yield changed.test  # replaces the test alone; see `places`
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield ast.BoolOp(other, node.values)


def swapped_arguments(node):
    loud = ("check", "invalid", "isinstance", "getattr", "hasattr")
    if not isinstance(node, ast.Call) or len(node.args) < 2 or _calls(node, *loud):
        return
    first, second, *rest = node.args
    is_plain = not any(isinstance(a, ast.Starred) for a in node.args)
    if is_plain and not isinstance(first, ast.Constant):
        yield ast.Call(node.func, [second, first, *rest], node.keywords)


OPERATORS: tuple[Operator, ...] = (
    sign_of_a_term, factor, transposed_matrix, swapped_axes, off_by_one, comparison,
    missing_mask, reused_key, scale, wrong_derivative, removed_check, condition,
    swapped_arguments,
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Fault:
    """One faulty line of one file."""

    operator: str
    path: str
    line: int
    last_line: int
    before: str
    after: str
    source: str

    @property
    def room(self) -> str:
        return self.path.split("/")[1]


def _code(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk the code that computes: no annotation, message, decorator or import."""
    skipped = (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Raise)
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, skipped):
            continue
        yield node
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_params"):
                continue
            values = value if isinstance(value, list) else [value]
            stack += [v for v in values if isinstance(v, ast.AST)]


def _replaced(source: str, node: ast.AST, text: str) -> str:
    """Return the source with the text of a node replaced."""
    lines = source.encode().splitlines(keepends=True)
    first, last = node.lineno - 1, node.end_lineno - 1  # type: ignore[attr-defined]
    head = lines[first][: node.col_offset]  # type: ignore[attr-defined]
    tail = lines[last][node.end_col_offset :]  # type: ignore[attr-defined]
    changed = [*lines[:first], head + text.encode() + tail, *lines[last + 1 :]]
    return b"".join(changed).decode()


@functools.cache
def _sources() -> dict[str, tuple[str, tuple[ast.AST, ...]]]:
    """The text and the nodes that compute of every file of the core rooms, by path."""
    paths = [p for room in ROOMS for p in sorted((ROOT / PACKAGE / room).rglob("*.py"))]
    texts = {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}
    return {name: (text, tuple(_code(ast.parse(text)))) for name, text in texts.items()}


def places(operator: Operator) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """Yield path, node and what replaces it, of every fault that an operator makes."""
    for path, (_, nodes) in _sources().items():
        for node in nodes:
            old = node.test if isinstance(node, (ast.If, ast.IfExp)) else node
            yield from ((path, old, new) for new in operator(node))


def draw(seed: int, number: int) -> list[Fault]:
    """Draw faults, as many of each operator as of the others, none twice."""
    rng = random.Random(seed)
    pools = {operator: list(places(operator)) for operator in OPERATORS}
    for pool in pools.values():
        rng.shuffle(pool)
    faults: list[Fault] = []
    while len(faults) < number:
        for operator, pool in pools.items():
            path, old, new = pool.pop()
            text = ast.unparse(new)
            wrapped = text if isinstance(new, ast.Pass) else f"({text})"
            changed = _replaced(_sources()[path][0], old, wrapped)
            name = operator.__name__.replace("_", " ")
            first, last = old.lineno, old.end_lineno  # type: ignore[attr-defined]
            before = ast.unparse(old)
            faults.append(Fault(name, path, first, last, before, text, changed))
    return faults[:number]


class Contexts:
    """Which tests execute which lines, from a data file of coverage.py."""

    def __init__(self, path: Path):
        # coverage.py is needed only here
        from coverage import CoverageData

        self._data = CoverageData(str(path))
        self._data.read()
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", ""]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        self._existing = set(listed.stdout.splitlines())

    def tests_of(self, fault: Fault) -> list[str]:
        """Return the tests that execute the lines of a fault, its room's first."""
        lines = self._data.contexts_by_lineno(str(ROOT / fault.path))
        of_lines = (lines.get(n, []) for n in range(fault.line, fault.last_line + 1))
        # a context is "name of the test|phase", or empty for an import
        tests = {context.split("|")[0] for found in of_lines for context in found}
        own = f"tests/{fault.room}/"
        tests &= self._existing - {""}  # the data may be older than the tests
        return sorted(tests, key=lambda test: (not test.startswith(own), test))


def run_tests(copied: Path, chosen: list[str], *options: str) -> str | None:
    """Run tests until one fails; return its name, or None if all pass."""
    names = copied / "chosen.txt"
    names.write_text("\n".join(chosen))
    command = [sys.executable, "-m", "pytest", "-x", "-q", *options, f"@{names}"]
    environment = os.environ | {"PYTHONPATH": str(copied)}  # of child processes too
    try:
        done = subprocess.run(
            command, cwd=copied, env=environment, capture_output=True, text=True,
            timeout=LIMIT_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "no end"
    if done.returncode in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return None
    lines = done.stdout.splitlines()
    failed = [x.split(" - ")[0] for x in lines if x.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" ", 1)[1] if failed else "pytest does not start"


def try_one(
    fault: Fault,
    copies: "queue.Queue[Path]",
    contexts: Contexts | None,
    runs: list[str],
) -> tuple[str, str, float]:
    """Return which tests caught a fault, the first of them, and the seconds it took."""
    copied = copies.get()
    path, start = copied / fault.path, time.monotonic()
    rooms = [f"tests/{p.name}" for p in (ROOT / "tests").iterdir() if p.is_dir()]
    rooms += [f"tests/{p.name}" for p in (ROOT / "tests").glob("test_*.py")]
    every = sorted(rooms, key=lambda room: (room != f"tests/{fault.room}", room))
    try:
        path.write_text(fault.source)
        reaching = contexts.tests_of(fault) if contexts else []
        chosen = [*reaching, every[0]] if reaching else every
        for run in runs:
            test = run_tests(copied, chosen, *RUNS[run])
            if test is not None:
                return run, test, time.monotonic() - start
        return "none", EQUIVALENT.get(fault.after, ""), time.monotonic() - start
    finally:
        path.write_text((ROOT / fault.path).read_text())
        copies.put(copied)


def row(number: int, fault: Fault, caught: tuple[str, str, float]) -> str:
    """Return a row of the table."""

    def cell(text: str) -> str:
        text = " ".join(text.split()).replace("|", "\\|")
        return text if len(text) <= 90 else text[:87] + "..."

    by, test, seconds = caught
    where = f"{fault.path.removeprefix(PACKAGE + '/')}:{fault.line}"
    change = f"`{cell(fault.before)}` -> `{cell(fault.after)}`"
    test = test.removeprefix("tests/")
    values = (number, fault.operator, where, change, by, cell(test), f"{seconds:.0f}")
    return "| " + " | ".join(map(str, values)) + " |"


def main() -> int:
    """Draw faults, try each, print the table; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", type=int, default=48)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=int, nargs="*", default=None)
    parser.add_argument("--quick", action="store_true", help="run quick tests only")
    parser.add_argument("--coverage", type=Path, help="data file with contexts")
    parser.add_argument("--list", action="store_true", help="draw, and test nothing")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    faults = dict(enumerate(draw(options.seed, options.faults)))
    contexts = Contexts(options.coverage) if options.coverage else None
    runs = ["quick"] if options.quick else list(RUNS)
    if options.only is not None:
        faults = {n: faults[n] for n in options.only}
    head = "| # | operator | line | fault | caught by | first test | s |"
    table = [head, "|" + "---|" * 7]
    if options.list:
        table += [row(n, fault, ("", "", 0.0)) for n, fault in faults.items()]
        print("\n".join(table))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copies: queue.Queue[Path] = queue.Queue()
        for n in range(options.jobs):
            copied = Path(folder, str(n))
            for source in (ROOT / n for n in COPIED if (ROOT / n).exists()):
                copy_of = shutil.copytree if source.is_dir() else shutil.copy
                copied.mkdir(exist_ok=True)
                copy_of(source, copied / source.name)
            copies.put(copied)
        with ThreadPoolExecutor(options.jobs) as pool:
            futures = {
                n: pool.submit(try_one, f, copies, contexts, runs)
                for n, f in faults.items()
            }
            results = {}
            for n, future in futures.items():
                results[n] = future.result()
                table.append(row(n, faults[n], results[n]))
                print(table[-1], flush=True)
    quick = sum(by == "quick" for by, _, _ in results.values())
    missed = [n for n, (by, why, _) in results.items() if by == "none" and not why]
    share = quick / len(results)
    table.append(
        f"\nSeed {options.seed}: the quick tests catch {quick} of {len(results)} "
        f"faults ({share:.0%}); without test and explanation: {missed or 'none'}."
    )
    print(table[-1])
    if options.out is not None:
        options.out.write_text("\n".join(table) + "\n")
    return int(share < QUICK_SHARE or bool(missed))


if __name__ == "__main__":
    sys.exit(main())
