"""Options from flags and TOML files: validation, config.json and `--dry-run`."""

import json
from pathlib import Path
import re

from cli.commands import ctrnn_jax, read, SMALL, TASK
import jax
import pytest

import ctrnn_jax as cj
from ctrnn_jax.cli import _main
from ctrnn_jax.cli.experiment import _source
from ctrnn_jax.cli.options import Sweep, Train
from ctrnn_jax.cli.run import _build, _settings


def number_after(label, text):
    """Return the first number after a label."""
    match = re.search(rf"{label}\D+([\d.]+)", text)
    assert match is not None
    return float(match[1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("step = 3", "there is no setting 'step'. Did you mean 'steps'?"),
        ("steps = 3.0", "`steps` must be a whole number; got 3.0"),
        ("steps = true", "`steps` must be a whole number; got True"),
        ("learning_rate = '1'", "`learning_rate` must be a finite number; got '1'"),
        ("stop = 1", "`stop` must be true or false; got 1"),
        ("format = 'gif'", "`format` must be one of png, pdf, svg; got 'gif'"),
        ("format = 1", "`format` must be one of png, pdf, svg; got 1"),
        ("task = 3", "`task` must be text in quotes; got 3"),
        ("hidden = 1", "`hidden` must be a whole number, at least 2; got 1"),
        ("config = 'x'", "there is no setting 'config'"),
        ("steps = ", "must be a TOML file"),
    ],
)
def test_errors_in_a_file_name_the_file(tmp_path, capfd, text, message):
    file = tmp_path / "settings.toml"
    file.write_text(text)
    out = tmp_path / "out"
    assert ctrnn_jax("train", TASK, "--out", out, "--config", file) == 2
    printed = capfd.readouterr().err
    assert message in printed
    assert str(file) in printed
    assert not out.exists()
    file.write_text("seeds = 3")
    assert ctrnn_jax("sweep", TASK, "--out", out, "--config", file) == 2
    message = "`seeds` must be a list, [...], each a whole number; got 3"
    assert message in capfd.readouterr().err
    assert ctrnn_jax("train", TASK, f"--config={tmp_path / 'none'}") == 2
    assert "No such file" in capfd.readouterr().err


FILE = f"""
task = "{TASK}"
out = "OUT"
steps = 4
stop = false
learning_rate = 1
hidden = 10
batch_size = 2
validation_size = 11
published = true
checkpoint_every = 3
"""


def test_flags_override_the_file(tmp_path):
    """Settings that are left out are those of the recipe."""
    out, file = tmp_path / "out", tmp_path / "settings.toml"
    file.write_text(FILE.replace("OUT", str(out)))
    flags = ["--learning-rate", "0.01", "--network", "rdm_nodale", "--seed", "3"]
    command = _main._parsed(["train", "--config", str(file), *flags])
    assert command == Train(
        task=TASK, out=out, seed=3, steps=4, stop=False, learning_rate=0.01,
        network="rdm_nodale", hidden=10, batch_size=2, validation_size=11,
        published=True, checkpoint_every=3, config=file,
    )  # fmt: skip
    settings = _build.set_up(command).config
    assert (settings.validate_every, settings.criterion) == (4, 0.85)
    file.write_text("seeds = [0, 1]\nnoise = [0.1, 0.2]")
    sweep = ["sweep", TASK, "--out", str(out), f"--config={file}"]
    command = _main._parsed(sweep)
    assert (command.seeds, command.noise) == ((0, 1), (0.1, 0.2))
    assert _main._parsed([*sweep, "--seeds", "3"]).seeds == (3,)


def test_config_json_has_every_setting(trained):
    config = read(trained / "config.json")
    expected = {
        "command": "train", "task": TASK, "out": str(trained), "seed": 3, "steps": 20,
        "stop": False, "learning_rate": cj.recipe(TASK).learning_rate,
        "network": "rdm_dense", "hidden": 10, "batch_size": 2, "validation_size": 11,
        "validate_every": 5, "published": False, "checkpoint_every": 5,
        "checkpoint_seconds": None, "criterion": 0.85, "noise": None, "patience": None,
        "restore_best": False, "distributed": False, "set": [], "dt": None, "tau": None,
        "format": "png",
    }  # fmt: skip
    assert {name: config.pop(name) for name in expected} == expected
    assert config.pop("versions")["jax"] == jax.__version__
    assert config.pop("machine")["platform"] == jax.default_backend()
    assert config == {}


@pytest.mark.slow
def test_flags_override_the_file_and_config_json_has_every_setting(
    tmp_path, without_pictures
):
    out, file = tmp_path / "out", tmp_path / "settings.toml"
    file.write_text(FILE.replace("OUT", str(out)))
    status = ctrnn_jax(
        "train", "--config", file, "--learning-rate", 0.01, "--network", "rdm_nodale",
        "--seed", 3,
    )  # fmt: skip
    assert status == 0
    config = read(out / "config.json")
    expected = {
        "command": "train", "task": TASK, "out": str(out), "seed": 3, "steps": 4,
        "stop": False, "learning_rate": 0.01, "network": "rdm_nodale", "hidden": 10,
        "batch_size": 2, "validation_size": 11, "validate_every": 4, "published": True,
        "checkpoint_every": 3, "checkpoint_seconds": None, "criterion": 0.85,
        "noise": None, "patience": None, "restore_best": False, "distributed": False,
        "set": [], "dt": None, "tau": None, "format": "png",
    }  # fmt: skip
    assert {name: config.pop(name) for name in expected} == expected
    assert config.pop("versions")["jax"] == jax.__version__
    assert config.pop("machine")["platform"] == jax.default_backend()
    assert config == {}
    assert sorted(p.name for p in (out / "checkpoints").glob("[0-9]*")) == ["3", "4"]


def test_published_flag_selects_the_published_recipe(tmp_path, monkeypatch):
    requested = []

    def recipe(name, *, published):
        requested.append(published)
        return cj.recipe(name, published=published)

    monkeypatch.setattr(_source, "recipe", recipe)
    for flags in ([], ["--published"]):
        ctrnn_jax("train", TASK, "--out", tmp_path, "--hidden", 2, *flags)
    assert requested == [False, True]


def test_settings_are_equal_after_a_round_trip_through_config_json():
    common = {
        "task": TASK, "out": Path("x"), "network": "n", "criterion": 0.5, "steps": 7,
        "batch_size": 2, "hidden": 3, "validate_every": 4, "validation_size": 5,
        "restore_best": True, "checkpoint_every": 6, "checkpoint_seconds": 1.5,
    }  # fmt: skip
    for config in (
        Train(learning_rate=0.1, noise=0.1, seed=3, patience=2, **common),
        Sweep(
            seeds=(0, 1), learning_rate=(0.1,), noise=(0.1,), set=("task.a=1",),
            at_once=2, **common,
        ),
    ):  # fmt: skip
        content = json.loads(json.dumps(_settings.config_json(config)))
        assert _settings.settings_from(config.out, content) == config
        assert _settings.changes_since(content) == []
        content["versions"]["jax"] = "0.1"
        content["machine"]["devices"] = 99
        changes = " ".join(_settings.changes_since(content))
        assert f"jax was 0.1 and is {jax.__version__}" in changes
        assert "devices was 99" in changes
        del content["criterion"]
        with pytest.raises(ValueError, match="lacks criterion"):
            _settings.settings_from(config.out, content)


def test_a_dry_run_prints_memory_and_time_and_writes_nothing(tmp_path, capfd):
    folder = tmp_path / "above" / "out"
    status = ctrnn_jax(
        "train", TASK, "--out", folder, "--dry-run", "--steps", 40, *SMALL
    )
    assert status == 0
    printed = capfd.readouterr().out
    assert not folder.parent.exists()
    for part in (
        "EIRNN rdm_dense", "10, 2 inputs, 2 outputs", "at most 100 of 20 ms",
        "at most 40, validated every 40", "DiffusionNoise(sigma=0.15)",
    ):  # fmt: skip
        assert part in printed
    rows = dict(re.findall("(?m)^(learning rate|criterion) +(.*)$", printed))
    assert rows == {"learning rate": "0.005", "criterion": "0.85"}
    numbers = {
        label: number_after(label, printed)
        for label in ("parameters that train", "memory of an update", "an update  ",
                     "a validation", "time in all", "compiling")
    }  # fmt: skip
    assert numbers["parameters that train"] == 2 * 10 + 10 * 10 + 10 * 2 + 10
    # at least the saved states: 100 steps of 2 trials of 10 units in float64
    assert numbers["memory of an update"] >= 100 * 2 * 10 * 8 / 2**20
    assert numbers["an update  "] > 0
    (tmp_path / "file").write_text("")
    assert (
        ctrnn_jax("train", TASK, "--out", tmp_path / "file", "--dry-run", *SMALL) == 2
    )


@pytest.mark.slow
def test_memory_of_a_dry_run_grows_with_the_batch(tmp_path, capfd):
    memory = []
    for size in (2, 64):
        ctrnn_jax(
            "train", TASK, "--out", tmp_path / "out", "--dry-run", "--hidden", 10,
            "--batch-size", size, "--validation-size", 11,
        )  # fmt: skip
        printed = capfd.readouterr().out
        memory.append(number_after("memory of an update", printed))
    assert memory[1] > 8 * memory[0]
