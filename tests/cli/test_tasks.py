"""`ctrnn-jax tasks`: the list of tasks, and the details of one task."""

import io
import json
import sys

from cli.commands import ctrnn_jax, output_of, start
import jax
import numpy as np
import pytest
import rich.console

import ctrnn_jax as cj
from ctrnn_jax.cli import _main, _tasks


def test_every_task_is_listed_with_its_description(capfd):
    assert ctrnn_jax("tasks") == 0
    printed = capfd.readouterr().out
    for name in cj.tasks.names():
        assert any(
            line.split() == [name, *cj.tasks.describe(name).split()]
            for line in printed.splitlines()
        )


def test_details_of_a_task_are_printed_and_trials_are_drawn(tmp_path, capfd):
    from matplotlib.image import imread

    out = tmp_path / "task.png"
    assert ctrnn_jax("tasks", "context_integration", "--picture", out) == 0
    printed = capfd.readouterr().out
    parts = ("motion context", "fixation", "stimulus", "73 conditions", "mante")
    for part in (*parts, "coherence_motion"):
        assert part in printed
    assert imread(out).std() > 0.02
    assert ctrnn_jax("tasks", "context_integraton") == 2
    assert "Did you mean 'context_integration'" in capfd.readouterr().err
    assert ctrnn_jax("tasks", "fdgo", "--picture", tmp_path / "x.pdf") == 2
    assert "`--picture` must end in .png" in capfd.readouterr().err


def test_options_are_printed_with_what_they_mean_in_80_columns(capfd):
    assert ctrnn_jax("tasks", "dms_dmc") == 0
    printed = capfd.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    assert (
        "+ tau_in = 100\n"
        "      time constant of the input noise in ms; must be positive\n"
        "+ height = 4\n"
        "      height of the tuning curves; must be positive\n"
    ) in printed
    # a rule that is part of the meaning is printed once
    assert (
        "  delay = 1000\n"
        "      duration of the epoch in ms, a multiple of dt; must last at least one "
        "step\n"
    ) in printed
    assert "cue = whole\n      when the rule is cued: " in printed
    assert "until performance exceeds 0.9" in printed
    assert ctrnn_jax("tasks", "flip_flop", "--json") == 0
    options = json.loads(capfd.readouterr().out)["options"]
    assert options[1] == {
        "name": "n_bits",
        "meaning": "number of inputs and of outputs.",
        "default": "3",
        "kind": "whole number",
        "rules": ["be a whole number, at least 1"],
        "is_swept": False,
    }


def test_conditions_have_units_and_choices_the_names_of_channels(capfd):
    assert ctrnn_jax("tasks", "delayed_discrimination") == 0
    lines = [" ".join(line.split()) for line in capfd.readouterr().out.splitlines()]
    assert "choice 0 1 0 is first is higher, 1 is second is higher" in lines
    assert "evidence -8 8 first frequency above second (Hz)" in lines


def test_a_narrow_terminal_shows_whole_words():
    printed = io.StringIO()
    console = rich.console.Console(
        file=printed, force_terminal=True, width=72, color_system=None
    )
    _tasks._list_tasks(console)
    lines = printed.getvalue().splitlines()
    assert (
        "  perceptual_decision" + " " * 16 + "which of two noisy inputs, shown for"
        in lines
    )
    assert " " * 37 + "a fixed time, is stronger" in lines


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sine_wave", "fdgo"])
def test_pictures_of_tasks_without_inputs_and_with_many(tmp_path, name):
    from matplotlib.image import imread

    out = tmp_path / "task.png"
    assert ctrnn_jax("tasks", name, "--picture", out) == 0
    assert imread(out).std() > 0.02


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_unicode_prints_escapes(monkeypatch, encoding):
    output = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", output)
    monkeypatch.setattr(sys, "argv", ["ctrnn-jax", "tasks"])
    monkeypatch.setattr(_tasks, "describe", lambda name: "τ → π")
    with pytest.raises(SystemExit) as ended:
        _main.main()
    assert ended.value.code == 0
    output.flush()
    printed = output.buffer.getvalue().decode(encoding)
    assert r"\u03c4 \u2192 \u03c0" in printed


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("tasks",), ("tasks", "fdgo"), ("--help",)])
def test_commands_print_in_an_ascii_terminal(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    ascii_only = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    output_of(start(*arguments, **ascii_only))


def test_the_list_and_a_task_are_one_json_document(tmp_path, capfd):
    assert ctrnn_jax("tasks", "--json") == 0
    listed = json.loads(capfd.readouterr().out)["tasks"]
    assert [task["name"] for task in listed] == list(cj.tasks.names())
    assert listed[0] == {
        "name": "perceptual_decision",
        "family": next(iter(cj.tasks.families())),
        "description": cj.tasks.describe("perceptual_decision"),
    }
    picture = tmp_path / "x.png"
    assert ctrnn_jax("tasks", "fdgo", "--json", "--picture", picture) == 0
    facts = json.loads(capfd.readouterr().out)
    assert picture.exists()
    task = cj.tasks.make("fdgo")
    assert list(facts) == [
        "name", "description", "options", "inputs", "outputs", "epochs", "conditions",
        "n_conditions", "n_steps", "dt_ms", "performance", "training",
    ]  # fmt: skip
    channels = [{"name": n, "unit": task.units[n]} for n in task.input_names]
    assert facts["inputs"] == channels
    assert (facts["n_steps"], facts["dt_ms"]) == (task.n_steps, float(task.dt))
    trials = task.validation(jax.random.key(0))
    for epoch in facts["epochs"]:
        edges = np.asarray(trials.epochs[epoch["name"]]) * float(task.dt)
        edges = edges[edges[:, 1] > edges[:, 0]]
        assert epoch["from_ms"] == [edges[:, 0].min(), edges[:, 0].max()]
        assert epoch["to_ms"] == [edges[:, 1].min(), edges[:, 1].max()]
    for name, bounds in facts["conditions"].items():
        values = np.asarray(trials.conditions[name]).astype(float)
        assert bounds == [values.min(), values.max()]
    chosen = cj.recipe("fdgo")
    assert facts["training"]["learning_rate"] == chosen.learning_rate
    assert facts["training"]["criterion"] == chosen.stop_when.threshold
