"""The help of each command: groups of options, defaults, and an example."""

import re
import shlex

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
    assert "Number of units. (as published: 100)" in words
    assert "Time constant of the units, in ms. (as published: 100)" in words
    _, words = help_of("sweep", name, "--published", "--help")
    rate = cj.recipe(name, published=True).learning_rate
    assert f"(as published: {rate:g})" in words


def test_the_help_says_that_a_file_is_run(help_of):
    for command in ("train", "sweep", "resume", "analyse", "tasks"):
        _, words = help_of(command, "--help")
        assert re.search("runs (the code of that file|that file's code)", words)


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
