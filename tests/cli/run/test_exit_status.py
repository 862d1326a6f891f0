"""The exit statuses of the commands: documented in their help, and returned."""

import re
import subprocess
import sys

from cli.commands import ctrnn_jax, draw_nothing, SMALL, TASK
import pytest

from ctrnn_jax.cli.run import exit_status
from ctrnn_jax.cli.run._finish import end_in_words


@pytest.mark.parametrize(
    ("ends", "has_criterion", "status"),
    [
        (("criterion",), True, 0),
        (("steps",), True, 3),
        (("steps",), False, 0),
        (("patience",), True, 3),
        (("diverged",), True, 1),
        (("diverged",), False, 1),
        (("diverged", "diverged"), True, 1),
        (("diverged", "steps"), False, 0),
        (("diverged", "steps", "criterion"), True, 0),
        (("diverged", "steps", "patience"), True, 3),
    ],
)
def test_status_is_that_of_the_best_network(ends, has_criterion, status):
    assert exit_status(ends, has_criterion=has_criterion) == status


def test_a_run_that_misses_the_criterion_ends_with_3(tmp_path, monkeypatch, capfd):
    draw_nothing(monkeypatch)
    train = ["train", TASK, "--steps", 2, "--validate-every", 2, *SMALL]
    out = tmp_path / "run"
    assert ctrnn_jax(*train, "--out", out, "--criterion", 0.999) == 3
    assert "Reached the limit" in capfd.readouterr().out
    assert ctrnn_jax("resume", out) == 3
    assert "There is nothing to continue" in capfd.readouterr().out
    assert ctrnn_jax(*train, "--out", tmp_path / "all", "--no-stop") == 0


def test_the_end_names_the_criterion():
    assert end_in_words("criterion", 0.9) == "Reached the criterion 0.9"
    assert end_in_words("steps", 0.9, of_many=True) == "not at the criterion 0.9"
    assert end_in_words("of another version", 0.9) == "Finished"


@pytest.mark.parametrize("command", ["train", "sweep", "analyse", "status", "join"])
def test_help_lists_the_exit_statuses(command, capfd):
    with pytest.raises(SystemExit) as end:
        ctrnn_jax(command, "--help")
    assert end.value.code == 0
    text = " ".join(re.sub("[│╭╮╰╯─]", " ", capfd.readouterr().out).split())
    assert re.search("exit status", text, re.IGNORECASE)
    if command in ("train", "sweep"):
        for status in ("0 if", "with --no-stop; 1 if", "2 for", "3 if", "130, 143 and"):
            assert status in text


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["train"]])
def test_a_closed_pipe_ends_help_quietly(arguments):
    """The reader of standard output, and of standard error, has ended before."""
    command = [sys.executable, "-m", "ctrnn_jax", *arguments]
    shell = 'set -o pipefail; "$@" 2>&1 | true'
    piped = subprocess.run(
        ["bash", "-c", shell, "bash", *command], capture_output=True, check=False
    )
    assert (piped.stdout, piped.stderr) == (b"", b"")
    assert piped.returncode == (0 if arguments[-1] == "--help" else 2)
