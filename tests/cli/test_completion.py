"""`ctrnn-jax completion`: the script completes commands, options, names and paths."""

import io
import re
import shutil
import subprocess
import sys

from cli.commands import ctrnn_jax
import pytest

import ctrnn_jax as cj
from ctrnn_jax.cli import _main


PROGRAM = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMP_LINE="$*"
COMP_POINT=${#COMP_LINE}
_tyro_ctrnn_jax
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    """Return the script for bash, in a file."""
    path = tmp_path_factory.mktemp("completion") / "script"
    path.write_text(script_of("bash"))
    return path


def script_of(shell):
    """Return the script for a shell."""
    text = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", text)
        assert ctrnn_jax("completion", shell) == 0
    return text.getvalue()


@pytest.fixture
def completions(script, tmp_path):
    """Return what bash offers for the last of some words, in a folder with a run."""
    (tmp_path / "runs" / "first").mkdir(parents=True)
    (tmp_path / "own.py").touch()

    def call(*words):
        command = ["bash", "-c", PROGRAM, "bash", str(script), "ctrnn-jax", *words]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, cwd=tmp_path
        )
        assert done.stderr == ""
        return [line.strip() for line in done.stdout.splitlines() if line.strip()]

    return call


pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")


def test_commands_are_completed(completions):
    assert completions("tr") == ["train"]
    assert set(_main._COMMANDS) <= set(completions(""))


def test_options_are_completed(completions):
    offered = completions("train", "flip_flop", "--learn")
    assert offered == ["--learning-rate"]
    assert "--no-stop" in completions("train", "flip_flop", "--no-s")


@pytest.mark.parametrize("command", ["train", "sweep", "tasks"])
def test_tasks_are_completed_and_files_of_custom_ones(completions, command):
    assert completions(command, "") == list(cj.tasks.names())
    names = [name for name in cj.tasks.names() if name.startswith("flip")]
    assert completions(command, "flip") == names
    assert completions(command, "ow") == ["own.py"]
    assert "--json" in completions("tasks", "flip_flop", "")


def test_networks_are_those_of_the_task(completions):
    words = ("train", "perceptual_decision", "--hidden", "9", "--network")
    assert completions(*words, "") == list(cj.recipe("perceptual_decision").variants)
    assert completions(*words, "rdm_f") == ["rdm_fixed"]
    assert completions(*words, "ow") == ["own.py"]


@pytest.mark.parametrize(
    "command", ["resume", "join", "status", "summary", "analyse", "report"]
)
def test_folders_are_completed_where_a_run_is_named(completions, command):
    assert completions(command, "") == ["own.py", "runs"]
    assert completions(command, "runs/") == ["runs/first"]
    assert "--help" in completions(command, "--")
    assert completions("report", "runs/first", "r") == ["runs"]


def test_choices_are_completed(completions):
    assert completions("completion", "") == ["bash", "zsh", "fish"]
    for command in ("train", "resume", "sweep", "analyse"):
        assert completions(command, "x", "--format", "") == ["png", "pdf", "svg"]


def test_the_script_registers_itself_for_the_command(script):
    assert "complete -F _tyro_ctrnn_jax ctrnn-jax" in script.read_text()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_run_the_same_program(shell):
    script = script_of(shell)
    if shell == "fish":
        start, end = 'set -l pycode "', '"\n    set -l results'
    else:
        start, end = "'PYTHON_EOF'\n", "\nPYTHON_EOF"
    program = script.partition(start)[2].partition(end)[0]
    if shell == "fish":
        program = re.sub(r"\\(.)", r"\1", program)
    words = ["-c", program, "ctrnn-jax", "train", "flip_flop_", "2"]
    offered = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=True
    )
    assert offered.stdout.split() == ["flip_flop_discrete"]
