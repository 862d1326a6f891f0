"""Files with any content: an error that names the file and the key, no traceback."""

import functools
import json
import math
from pathlib import Path
import shutil

from cli.commands import ctrnn_jax, TASK
import pytest
import safetensors.numpy

import ctrnn_jax as cj
from ctrnn_jax.cli.options import defaults_from, Sweep, Train
from ctrnn_jax.cli.run import _build, _history, _settings


DEEP = "[" * 100_000 + "]" * 100_000
VALUES = (
    None, True, "text", -1, 0, 1, 1.5, math.inf, math.nan, 10**30, 10**400, [], {},
    [None], ["text"], [[[[]]]], [math.nan],
)  # fmt: skip
COMMON = {
    "task": TASK, "out": Path("x"), "network": "rdm_dense", "criterion": 0.5,
    "steps": 7, "batch_size": 2, "hidden": 10, "validate_every": 4,
    "validation_size": 11,
}  # fmt: skip
RUNS = (
    Train(learning_rate=0.1, noise=0.1, **COMMON),
    Sweep(seeds=(0, 1), learning_rate=(0.1,), **COMMON),
)


@pytest.mark.parametrize("settings", RUNS, ids=["train", "sweep"])
def test_each_value_in_config_json_is_valid_or_an_error_that_names_its_key(settings):
    valid = json.loads(json.dumps(_settings.config_json(settings)))
    errors = 0
    for name in valid:
        for value in VALUES:
            content = valid | {name: value}
            message = error_of(functools.partial(read_settings, content, name))
            assert message is None or name in message, (name, value)
            errors += message is not None
    assert errors > 150


def read_settings(content, name):
    """Read settings; also validate those that are validated with their task."""
    settings = _settings.settings_from(Path("run"), content)
    _settings.changes_since(content)
    if name in ("task", "network", "criterion", "validation_size"):
        _build.set_up(settings)


def error_of(function):
    """Return the message of the `ValueError` of a function, if any."""
    try:
        function()
    except ValueError as error:
        return str(error)
    return None


@pytest.mark.parametrize("kind", [Train, Sweep])
def test_each_value_in_a_toml_file_is_valid_or_an_error_that_names_its_key(
    tmp_path, kind
):
    path = tmp_path / "settings.toml"
    texts = ("true", "'text'", "-1", "0", "1.5", "inf", "nan", str(10**30), "[]", "{}")
    texts += (str(10**400), "['text']", "[[[]]]", "[nan]", "1979-05-27", "1e400")
    for name in kind.__dataclass_fields__:
        for text in texts:
            path.write_text(f"{name} = {text}")
            message = error_of(functools.partial(defaults_from, path, kind))
            assert message is None or name in message, (name, text)
            assert message is None or str(path) in message


def test_deep_nesting_is_an_error(tmp_path, capfd):
    path = tmp_path / "config.json"
    for text in (DEEP, f'{{"steps": {DEEP}}}'):
        path.write_text(text)
        for command in ("status", "resume", "analyse"):
            assert ctrnn_jax(command, tmp_path) == 2
            assert "config.json must be a JSON file" in capfd.readouterr().err
    path.write_text(f"steps = {DEEP}")
    assert ctrnn_jax("train", TASK, "--out", tmp_path, "--config", path) == 2
    assert "must be a TOML file" in capfd.readouterr().err


def test_status_reads_any_content(tmp_path, capfd):
    """Lines of the history that hold no numbers are left out."""
    config = {"command": "train", "task": TASK, "network": "n", "steps": 9}
    line = {"step": 1, "loss": 0.5, "updates_per_second": 1.0, "performance": None}
    for name in line:
        for value in VALUES:
            with (tmp_path / "history.jsonl").open("a") as file:
                file.write(json.dumps(line | {name: value}) + "\n")
    with (tmp_path / "history.jsonl").open("a") as file:
        file.write(DEEP + "\n")
    read = _history.read_lines(tmp_path / "history.jsonl")
    assert len(read) > 10
    assert all(isinstance(x, int | float | None) for one in read for x in one.values())
    for name in config:
        for value in VALUES:
            text = json.dumps(config | {name: value})
            (tmp_path / "config.json").write_text(text)
            status = ctrnn_jax("status", tmp_path)
            printed = capfd.readouterr().err
            assert status == 0 or "config.json" in printed, (name, value)
            assert status == 0 or name in printed, (name, value)
    (tmp_path / "config.json").write_text(json.dumps(config))
    for value in VALUES:
        (tmp_path / "summary.json").write_text(json.dumps({"stopped": value}))
        assert ctrnn_jax("status", tmp_path) == 0
        (tmp_path / "summary.json").write_text(json.dumps(value))
        assert ctrnn_jax("status", tmp_path) == (0 if value == {} else 2)


def test_analyse_reads_any_members_json(tmp_path, capfd):
    config = _settings.config_json(RUNS[1])
    (tmp_path / "config.json").write_text(json.dumps(config))
    entry = {"member": 0, "file": "networks/000.safetensors", "settings": {}}
    wrong = list(VALUES)
    wrong += [[entry | {"file": x}] for x in ("/etc/passwd", "../other", None, 3)]
    wrong += [[entry | {"settings": x}] for x in (None, 3, {"task.a": "text"})]
    wrong += [[entry | {"settings": {"task.a": x}}] for x in (math.nan, None, [1])]
    for content in wrong:
        (tmp_path / "members.json").write_text(json.dumps(content))
        assert ctrnn_jax("analyse", tmp_path, "--member", 0) == 2
        assert "members.json must list the networks of" in capfd.readouterr().err


def test_metadata_of_a_network_with_deep_nesting_is_an_error(trained, tmp_path):
    path = tmp_path / "network.safetensors"
    tensors = safetensors.numpy.load_file(trained / path.name)
    nested = '{"tuple": [' * 5000 + "1" + "]}" * 5000
    for text in (DEEP, f'{{"format": 2, "network": {nested}}}'):
        safetensors.numpy.save_file(tensors, path, {"ctrnn_jax": text})
        with pytest.raises(ValueError, match="does not describe a network"):
            cj.load(path)


def test_a_run_that_needs_too_much_memory_is_an_error(tmp_path, capfd, monkeypatch):
    for error in (MemoryError("Unable to allocate 9 EiB"),
                  RuntimeError("RESOURCE_EXHAUSTED: 9 EiB\nat line 3")):  # fmt: skip

        def fails(*args, raised=error, **options):
            raise raised

        monkeypatch.setattr(_build.Setup, "make", fails)
        assert ctrnn_jax("train", TASK, "--out", tmp_path / "out") == 2
        printed = capfd.readouterr().err
        assert "error: out of memory: " in printed
        assert "9 EiB. Choose a smaller --hidden or --batch-size." in printed

    def has_a_bug(*args, **options):
        raise RuntimeError("a bug")

    monkeypatch.setattr(_build.Setup, "make", has_a_bug)
    with pytest.raises(RuntimeError, match="a bug"):
        ctrnn_jax("train", TASK, "--out", tmp_path / "out")


def test_analyses_of_another_settings_json_are_an_error(trained, tmp_path, capfd):
    copied = shutil.copytree(trained, tmp_path / "run")
    (copied / "analysis").mkdir()
    (copied / "analysis" / "settings.json").write_text(DEEP)
    assert ctrnn_jax("analyse", copied, "--spectrum", "--trials", 11) == 2
    assert "settings.json must be a JSON file" in capfd.readouterr().err
