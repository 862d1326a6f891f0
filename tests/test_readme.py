"""The code in the README runs, and the files that it names exist."""

from pathlib import Path
import re

import jax
import pytest


README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, flags=re.S)


def test_python_blocks_run_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope: dict = {}
    # users have neither x64 nor strict promotion
    with (
        jax.enable_x64(False),
        jax.numpy_dtype_promotion("standard"),
        jax.numpy_rank_promotion("allow"),
    ):
        for language, code in BLOCKS:
            if language == "python":
                exec(compile(code, str(README), "exec"), scope)
    assert (tmp_path / "network.safetensors").exists()
    assert (tmp_path / "fixed_points.png").stat().st_size > 10_000
    assert len(scope["memories"]) == 8
    assert len(scope["many"].members) == 16
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


def test_readme_is_short():
    assert len(TEXT.splitlines()) <= 300


CONTRIBUTING = (README.parent / ".github" / "CONTRIBUTING.md").read_text()


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"[\w/.]+\.(?:md|py)\b", TEXT + CONTRIBUTING)))
)
def test_files_that_the_readme_and_contributing_name_exist(path):
    rooms = ("", "benchmarks", "ctrnn_jax", "tests/constraints")
    folders = [README.parent / room for room in rooms]
    assert any((folder / path).exists() for folder in folders)
