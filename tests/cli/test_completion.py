"""`ctrnn-jax completion`: the script completes commands and options."""

import contextlib
import io
import shutil
import subprocess

from cli.commands import ctrnn_jax
import pytest

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
    text, path = io.StringIO(), tmp_path_factory.mktemp("completion") / "script"
    with contextlib.redirect_stdout(text):
        assert ctrnn_jax("completion", "bash") == 0
    path.write_text(text.getvalue())
    return path


@pytest.fixture
def completions(script):
    """Return what bash offers for the last of some words."""

    def call(*words):
        command = ["bash", "-c", PROGRAM, "bash", str(script), "ctrnn-jax", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
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


def test_the_script_registers_itself_for_the_command(script):
    assert "complete -F _tyro_ctrnn_jax ctrnn-jax" in script.read_text()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_script(capsys, shell):
    assert ctrnn_jax("completion", shell) == 0
    assert "ctrnn-jax" in capsys.readouterr().out
