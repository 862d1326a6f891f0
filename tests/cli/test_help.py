"""The help of each command: groups of options, defaults, and an example."""

import os
import re
import shlex
import subprocess
import sys

from cli.commands import ctrnn_jax
import pytest

import ctrnn_jax as cj
from ctrnn_jax.cli import _main
from ctrnn_jax.cli.options import flags_of


@pytest.fixture
def help_of(capfd, monkeypatch):
    """Return the help of a command without boxes, as one line of words."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            ctrnn_jax(*arguments)
        assert not end.value.code
        text = capfd.readouterr().out
        return text, " ".join(re.sub("[╭╮╰╯─│]", " ", text).split())

    return call


@pytest.mark.parametrize("command", _main._COMMANDS)
def test_each_help_has_every_flag_and_ends_with_an_example_that_parses(
    help_of, command
):
    text, words = help_of(command, "--help")
    for flag in flags_of(_main._COMMANDS[command][0]):
        assert re.search(rf"{flag}\b", words), flag
    last = text.strip().splitlines()[-1]
    assert last.startswith(f"example: ctrnn-jax {command}")
    arguments = shlex.split(last.removeprefix("example: ctrnn-jax ").split(" > ")[0])
    assert type(_main._parsed(arguments)) is _main._COMMANDS[command][0]


def test_everyday_options_come_first_and_distributed_last(help_of):
    _, words = help_of("train", "--help")
    groups = ["options", *(f"{group} options" for group in (
        "optimiser", "stopping", "checkpoint", "compilation", "distributed"
    ))]  # fmt: skip
    places = [words.index(f" {group} ") for group in groups[1:]]
    assert places == sorted(places)
    words = words[words.index("--out PATH Folder") :]
    order = (
        "--out", "--seed", "--steps", "--hidden", "--network", "--set", "--dt",
        "--learning-rate", "--batch-size", "--criterion", "--checkpoint-every",
        "--cache", "--distributed", "--process-index",
    )  # fmt: skip
    starts = [re.search(rf"{flag}[ ,]", words) for flag in order]
    places = [start.start() for start in starts if start is not None]
    assert len(places) == len(order)
    assert places == sorted(places)


def test_defaults_are_what_they_will_be(help_of):
    _, words = help_of("train", "--help")
    assert "Learning rate of the optimiser. (as published)" in words
    assert "(no checkpoints)" in words
    assert "None" not in words
    name = "perceptual_decision"
    _, words = help_of("train", name, "--help")
    recipe = cj.recipe(name)
    assert f"(as published: {recipe.learning_rate:g})" in words
    assert "Number of recurrent units. (as published: 100)" in words
    assert "Time constant of the units, in ms. (as published: 100)" in words
    noise = "(sigma) of the recurrent noise, as the publication defines it."
    assert f"{noise} (as published: 0.15)" in words
    _, words = help_of("sweep", name, "--published", "--help")
    rate = cj.recipe(name, published=True).learning_rate
    assert f"(as published: {rate:g})" in words


def test_an_option_that_is_on_or_off_says_which(help_of):
    _, words = help_of("train", "--help")
    assert "--no-stop runs all updates. (default: on)" in words
    assert "train and write nothing. (default: off)" in words
    _, words = help_of("analyse", "--help")
    assert "The largest Lyapunov exponents. (all if none is chosen)" in words
    _, words = help_of("report", "--help")
    assert "FOLDER [FOLDER ...] Folders of runs. (required)" in words
    for command in _main._COMMANDS:
        words = help_of(command, "--help")[1]
        for name in ("None", "True", "False", "(default: )"):
            assert name not in words, command


def test_the_help_of_all_commands_is_short_and_has_the_version(help_of):
    text, words = help_of("--help")
    for command in _main._COMMANDS:
        assert f" {command} " in words
    assert "ctrnn-jax --version prints the versions and the devices." in words
    assert "ctrnn-jax COMMAND --help prints the options of a command." in words
    assert len(text.splitlines()) < 40


def test_lines_fit_a_narrow_terminal(help_of, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for command in _main._COMMANDS:
        lines = help_of(command, "--help")[0].splitlines()
        # the usage and the example are for copying
        assert max(map(len, lines[1:-1])) <= 80, command


ALL_HELP = """
import contextlib
from ctrnn_jax.cli import _main
for command in _main._COMMANDS:
    with contextlib.suppress(SystemExit):
        _main.run([command, "--help"])
"""


def test_the_help_is_the_same_in_every_process():
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ALL_HELP], stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
        )
        for seed in range(6)
    ]  # fmt: skip
    texts = {process.communicate()[0] for process in processes}
    assert len(texts) == 1
    assert texts.pop().count(b"example: ") == len(_main._COMMANDS)


def test_the_help_says_that_a_file_is_run(help_of):
    for command in ("train", "sweep", "resume", "analyse", "tasks", "summary"):
        _, words = help_of(command, "--help")
        assert re.search("[Rr]uns (the code of that file|that file's code)", words)


@pytest.mark.parametrize(
    ("command", "flag", "hint"),
    [
        ("train", "--learning-rat", "Did you mean --learning-rate?"),
        ("train", "--lr", "Did you mean --learning-rate?"),
        ("train", "--sede=3", "Did you mean --seed?"),
        ("train", "--seeds", "Did you mean --seed? It is one of: sweep."),
        ("analyse", "--fixed_point", "Did you mean --fixed-points?"),
        ("status", "--steps", "It is one of: train, resume, sweep, analyse."),
        ("train", "--no-stp", "Did you mean --no-stop?"),
        ("train", "-o", "Did you mean --out?"),
        ("train", "-x", "got an unknown name. See ctrnn-jax train --help."),
        ("train", "--qqqqqq", "got an unknown name. See ctrnn-jax train --help."),
    ],
)
def test_a_mistyped_flag_is_an_error_with_the_closest(capfd, command, flag, hint):
    assert ctrnn_jax(command, "x", flag, "3") == 2
    text = capfd.readouterr().err.strip()
    name = flag.partition("=")[0]
    assert text.startswith(f"error: `{name}` must be an option of {command}; got an ")
    assert hint in text


def test_underscores_may_stand_for_hyphens():
    arguments = ["train", "x", "--out", "y", "--batch_size", "3"]
    assert _main._parsed(arguments).batch_size == 3
