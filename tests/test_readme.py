"""The code in the README runs, and the files that it names exist."""

import ast
import inspect
from pathlib import Path
import re

import jax
import pytest

import ctrnn_jax as cj


README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, flags=re.S)


PYTHON = [code for language, code in BLOCKS if language == "python"]


def few_updates(code):
    """Return code whose trainings take 50 updates."""
    return re.sub(r'(num_updates"?[=:] ?)\d+', r"\g<1>50", code)


def dotted(node):
    """Return the name `cj.a.b` of an expression, or `None`."""
    if isinstance(node, ast.Attribute):
        above = dotted(node.value)
        return above and f"{above}.{node.attr}"
    return "cj" if isinstance(node, ast.Name) and node.id == "cj" else None


def value_of(name):
    """Return what the dotted name stands for."""
    value = cj
    for part in name.split(".")[1:]:
        value = getattr(value, part)
    return value


def test_names_and_arguments_of_the_python_blocks_exist():
    """The blocks are not run here."""
    names, calls = set(), 0
    for node in ast.walk(ast.parse("\n".join(PYTHON))):
        names.add(dotted(node) or "cj")
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            words = {word.arg: None for word in node.keywords if word.arg}
            signature = inspect.signature(value_of(name))
            whole = all(word.arg for word in node.keywords)
            bind = signature.bind if whole else signature.bind_partial
            if not any(isinstance(arg, ast.Starred) for arg in node.args):
                bind(*node.args, **words)  # raises TypeError
                calls += 1
    for name in names:
        value_of(name)  # raises AttributeError
    assert len(names) > 25
    assert calls > 20


def test_names_in_the_text_exist():
    names = set(re.findall(r"`(cj(?:\.\w+)+)", TEXT))
    assert len(names) > 20
    for name in names:
        value_of(name)


@pytest.mark.optimised
def test_python_blocks_run_in_order(tmp_path, monkeypatch, request):
    """Without `--optimised`, trainings are short, to try versions of libraries."""
    learns = request.config.getoption("optimised")
    monkeypatch.chdir(tmp_path)
    scope: dict = {}
    # users have neither x64 nor strict promotion
    with (
        jax.enable_x64(False),
        jax.numpy_dtype_promotion("standard"),
        jax.numpy_rank_promotion("allow"),
    ):
        for code in PYTHON:
            if not learns:
                code = few_updates(code)
            exec(compile(code, str(README), "exec"), scope)
    assert (tmp_path / "network.safetensors").exists()
    assert (tmp_path / "fixed_points.png").stat().st_size > 10_000
    assert len(scope["many"].members) == 8
    if learns:
        assert len(scope["memories"]) == 8
        assert scope["own_result"].history.performance[-1] == 1.0  # the custom task


def test_a_custom_task_is_under_40_lines():
    (block,) = (code for _, code in BLOCKS if "class DelayedResponse" in code)
    body = block.split("class DelayedResponse")[1].split("\nown = ")[0]
    assert len(body.strip().splitlines()) < 40


def test_first_two_blocks_are_the_set_up_and_the_tests():
    (first, run), (second, test) = BLOCKS[:2]
    assert (first, second) == ("bash", "bash")
    assert "ctrnn-jax train perceptual_decision" in run
    assert "pytest" in test
    for block in (run, test):
        assert block.startswith("python3 -m venv .venv")
        assert block.count("\n") == 1  # one line, to copy at once


def test_readme_is_short():
    assert len(TEXT.splitlines()) <= 200


def test_the_picture_is_there():
    (path,) = re.findall(r"!\[[^]]+\]\(([^)]+)\)", TEXT)
    assert (README.parent / path).stat().st_size > 10_000


def test_papers_are_those_that_reports_cite():
    from ctrnn_jax.cli.report import _citations

    def fields(entries):
        values = re.findall(r"(\w+)\s*=\s*\{(.+?)\}\s*[,}]", entries)
        return {"".join(word.split()) for _, word in values}

    papers = [line for line in TEXT.splitlines() if line.startswith("@article")]
    assert len(papers) == len(_citations._PAPERS) == 4
    cited = {frozenset(fields(paper)) for paper in _citations._PAPERS.values()}
    assert {frozenset(fields(paper)) for paper in papers} == cited


CONTRIBUTING = (README.parent / ".github" / "CONTRIBUTING.md").read_text()


def test_files_that_the_readme_and_contributing_name_exist():
    rooms = ("", "benchmarks", "ctrnn_jax", "tests/constraints")
    folders = [README.parent / room for room in rooms]
    paths = set(re.findall(r"[\w/.]+\.(?:md|py)\b", TEXT + CONTRIBUTING))
    assert len(paths) > 10
    found = {path for path in paths for folder in folders if (folder / path).exists()}
    assert paths - found == set()
