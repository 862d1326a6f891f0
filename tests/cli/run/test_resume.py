"""`ctrnn-jax resume`: the files equal those of an uninterrupted run."""

import dataclasses
import json
import random
import shutil
import time

from cli.commands import (
    ctrnn_jax,
    draw_nothing,
    lines,
    output_of,
    PAUSING,
    read,
    SMALL,
    start,
    TASK,
    TRAIN,
    wait_for_lines,
    WITHOUT_PICTURES,
)
import jax
import pytest

import ctrnn_jax as cj
from ctrnn_jax import penalties
from ctrnn_jax.cli.experiment import _source
from ctrnn_jax.cli.options import Sweep
from ctrnn_jax.cli.run import (
    _folder,
    _history,
    _progress,
    _settings,
    _status,
    _train,
)


PICTURES = ("loss.png", "psychometric.png", "trials.png", "weights.png")


def assert_same_results(run, other, pictures=PICTURES):
    """Assert that the files of two runs are equal, except for times and folders."""
    for name in ("network.safetensors", "history.csv", *pictures):
        assert (run / name).read_bytes() == (other / name).read_bytes(), name
    assert lines(run) == lines(other)
    ignored = {"seconds", "compile_seconds", "out"}
    for name in ("summary.json", "config.json"):
        content, other_content = read(run / name), read(other / name)
        assert {k: content[k] for k in content.keys() - ignored} == {
            k: other_content[k] for k in other_content.keys() - ignored
        }


@pytest.mark.slow
def test_a_run_killed_twice_equals_an_uninterrupted_run(tmp_path):
    rng = random.Random(20161110)
    settings = [
        TASK, "--no-stop", "--steps", 1000, "--validate-every", 10,
        "--checkpoint-every", 70, *SMALL,
    ]  # fmt: skip
    whole, part = tmp_path / "whole", tmp_path / "part"
    plain = {"program": WITHOUT_PICTURES}
    uninterrupted = start("train", *settings, "--out", whole, **plain)
    output_of(uninterrupted)
    pausing = {"program": PAUSING, "CONTINUE": str(tmp_path / "never")}
    for command, pause_at in (
        (["train", *settings, "--out", part], "490"),
        (["resume", part], "900"),
    ):
        has_begun = part.exists() and _status.status_of(part)["step"]
        process = start(*command, PAUSE_AT=pause_at, **pausing)
        num_lines = len(lines(part)) if has_begun else 0
        # resuming from the last checkpoint removes lines and adds them again
        wait_for_lines(part, num_lines + rng.randrange(10, 40), process)
        time.sleep(rng.uniform(0, 0.05))
        assert _status.status_of(part)["state"] == "running"
        process.kill()
        process.communicate()
        facts = _status.status_of(part)
        assert facts["state"] == "killed"
        assert 0 < facts["step"] < 1000
    assert "resuming from update" in output_of(start("resume", part, **plain))
    assert_same_results(whole, part, pictures=())
    seconds = [line["seconds"] for line in lines(part, measured=True)]
    assert seconds == sorted(seconds)
    saved_steps = sorted(int(p.name) for p in (part / "checkpoints").glob("[0-9]*"))
    assert saved_steps == [910, 980, 1000]


@pytest.fixture
def copied(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "copied")


def contents(folder):
    """Return the bytes of each file, except the lock."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_a_finished_run_is_reported_and_unchanged(copied, capfd):
    before = contents(copied)
    assert ctrnn_jax("resume", copied) == 0
    printed = capfd.readouterr().out
    assert "Reached the limit after 20 updates. There is nothing to continue" in printed
    assert contents(copied) == before
    assert ctrnn_jax("resume", copied, "--steps", 20) == 0
    assert contents(copied) == before
    assert "ctrnn-jax report" not in printed + capfd.readouterr().out
    (copied / "report.html").unlink()  # as if killed before it was written
    assert ctrnn_jax("resume", copied) == 0
    remedy = f"report: none; write it with: ctrnn-jax report {copied}"
    assert remedy in capfd.readouterr().out


def steps(number):
    """Return the arguments of the shared run, with another number of updates."""
    arguments = list(TRAIN)
    arguments[arguments.index("--steps") + 1] = number
    return arguments


def test_an_interrupted_run_equals_an_uninterrupted_run(trained, tmp_path, monkeypatch):
    part, show = tmp_path / "part", _progress.TrainingProgress.show

    def interrupt(self, step, texts, until):
        show(self, step, texts, until)
        if step == 10:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_progress.TrainingProgress, "show", interrupt)
        draw_nothing(patch)
        assert ctrnn_jax(*TRAIN, "--out", part) == 130
    summary = read(part / "summary.json")
    assert (summary["stopped"], summary["steps"]) == ("interrupted", 10)
    assert _status.status_of(part)["state"] == "interrupted"
    assert isinstance(cj.load(part / "network.safetensors"), cj.EIRNN)
    assert ctrnn_jax("resume", part) == 0
    assert_same_results(trained, part)


@pytest.mark.slow
def test_a_run_extended_and_interrupted_equals_one_longer_run(
    copied, tmp_path, monkeypatch, without_pictures
):
    """20 updates, extended to 40 and interrupted twice, equal 40 in one run."""
    whole, show = tmp_path / "whole", _progress.TrainingProgress.show
    assert ctrnn_jax(*steps(40), "--out", whole) == 0
    add = _history.Log.add

    def interrupt_after_the_line(self, step, texts, until):
        show(self, step, texts, until)
        if step == 30:
            raise KeyboardInterrupt

    def interrupt_before_the_line(self, state):
        if state.step == 35:
            raise KeyboardInterrupt
        add(self, state)

    with monkeypatch.context() as patch:
        patch.setattr(_progress.TrainingProgress, "show", interrupt_after_the_line)
        assert ctrnn_jax("resume", copied, "--steps", 40) == 130
    assert read(copied / "config.json")["steps"] == 40
    assert read(copied / "summary.json")["stopped"] == "interrupted"
    assert _status.status_of(copied)["state"] == "interrupted"
    with monkeypatch.context() as patch:
        patch.setattr(_history.Log, "add", interrupt_before_the_line)
        assert ctrnn_jax("resume", copied) == 130
    assert lines(copied)[-1]["step"] == 30
    assert _status.status_of(copied)["checkpoint"] == 35
    assert ctrnn_jax("resume", copied) == 0
    assert_same_results(whole, copied, pictures=())


def test_ctrl_c_before_the_first_update_changes_no_result(copied, capfd, monkeypatch):
    before = contents(copied)
    del before[copied / "config.json"]  # has the new number of steps

    def fit(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_train, "fit", fit)
        assert ctrnn_jax("resume", copied, "--steps", 40) == 130
    assert "the run is unchanged" in capfd.readouterr().out
    after = contents(copied)
    assert {path: after[path] for path in before} == before


def test_settings_that_were_edited_are_an_error_or_continue(
    copied, capfd, without_pictures
):
    before = contents(copied)
    config = read(copied / "config.json") | {"learning_rate": 0.05, "batch_size": 3}
    (copied / "config.json").write_text(json.dumps(config))
    (copied / "summary.json").unlink()
    rate = cj.recipe(TASK).learning_rate
    assert ctrnn_jax("resume", copied, "--steps", 21) == 2
    assert capfd.readouterr().err == (
        "error: `folder` must hold checkpoints of a run with the settings in "
        "config.json; got batch_size = 2 in the checkpoints and 3 in config.json; "
        f"learning_rate = {rate} in the checkpoints and 0.05 in config.json. Restore "
        "config.json, or add --changed to continue with it.\n"
    )
    changed = {p.name for p, data in before.items() if contents(copied).get(p) != data}
    assert changed == {"config.json", "summary.json"}
    assert ctrnn_jax("resume", copied, "--steps", 21, "--changed") == 0
    assert read(copied / "summary.json")["steps"] == 21
    assert read(copied / "config.json")["batch_size"] == 3
    assert read(copied / "checkpoints" / "config.json")["batch_size"] == 3
    # versions that somebody removed are those of this process from now on
    config = read(copied / "config.json")
    del config["versions"]
    (copied / "config.json").write_text(json.dumps(config))
    assert ctrnn_jax("resume", copied, "--steps", 22) == 0
    assert read(copied / "config.json")["versions"]["jax"] == jax.__version__


def test_each_setting_that_was_edited_is_named(copied, capfd):
    """Before anything is compiled; a setting that may change is no error."""
    content = read(copied / "config.json")
    edited = {
        "task": "sine_wave", "seed": 1, "batch_size": 3, "hidden": 12, "network": "x",
        "set": ["task.fixation=100"], "dt": 10.0, "tau": 50.0, "noise": 0.3,
        "published": True, "validate_every": 4, "validation_size": 22,
        "criterion": 0.5, "stop": not content["stop"], "learning_rate": 0.5,
    }  # fmt: skip
    for name, value in edited.items():
        changed = content | {name: value}
        with pytest.raises(ValueError, match=f"got {name} = .* in config.json. Rest"):
            _settings.check_settings(copied, changed, changed=False)
    free = set(content) - set(edited) - {"command", "versions", "machine", "patience"}
    for name in free:
        _settings.check_settings(copied, content | {name: "other"}, changed=False)
    (copied / "summary.json").unlink()
    (copied / "config.json").write_text(json.dumps(content | {"seed": 1}))
    assert ctrnn_jax("resume", copied, "--steps", 21, "--changed") == 2
    assert capfd.readouterr().err == (
        "error: `folder` must hold checkpoints of a run with the settings in "
        "config.json; got seed = 3 in the checkpoints and 1 in config.json. Restore "
        "config.json, or start a new run.\n"
    )


@pytest.mark.slow
def test_a_term_of_the_loss_can_begin_and_end_with_a_resumed_run(
    copied, capfd, monkeypatch, without_pictures
):
    """Means are over the updates that had the term; warnings are errors here."""
    loss = cj.Loss(rates=penalties.RateL2(1e-3))

    def with_loss(*a, **k):
        return dataclasses.replace(cj.recipe(*a, **k), loss=loss)

    with monkeypatch.context() as patch:
        patch.setattr(_source, "recipe", with_loss)
        assert ctrnn_jax("resume", copied, "--steps", 40, "--changed") == 0
    assert ctrnn_jax("resume", copied, "--steps", 60, "--changed") == 0
    assert " nan" not in capfd.readouterr().out
    history = lines(copied)
    assert history[-1]["step"] == 60
    assert all(line["loss"] > 0 and line["terms.task"] > 0 for line in history)
    has_term = [line.get("terms.rates") is not None for line in history]
    assert has_term == [20 < line["step"] <= 40 for line in history]
    for line in history[4:8]:
        assert line["loss"] == pytest.approx(line["terms.task"] + line["terms.rates"])


def test_invalid_runs_are_errors_and_change_nothing(
    trained, copied, tmp_path, capfd, monkeypatch
):
    before = contents(copied)

    def assert_error(message, *arguments):
        assert ctrnn_jax("resume", *arguments) == 2
        assert message in capfd.readouterr().err

    assert_error("`folder` must be the folder of a run", tmp_path)
    assert_error("`folder` must be the folder of a run", tmp_path / "none")
    with _folder.RunFolder(copied, new=False):
        assert_error("must be written by one process at a time", copied)
    (copied / "summary.json").unlink()
    assert_error("be at least the 20 updates that are done", copied, "--steps", "9")
    (copied / "config.json").write_text("{}")
    assert_error("must be that of a run of this version", copied)
    (copied / "config.json").write_text("{")
    assert_error("must be a JSON file", copied)
    (copied / "config.json").write_text("[]")
    assert_error("must hold a JSON object", copied)
    sweep = _settings.config_json(Sweep(task=TASK, out=copied, seeds=(0,)))
    (copied / "config.json").write_text(json.dumps(sweep))
    with monkeypatch.context() as patch:
        patch.setattr(_train, "joined", lambda command, console: console)
        message = "`--distributed` must be left out for a sweep"
        assert_error(message, copied, "--distributed")
    config = (trained / "config.json").read_text()
    without_checkpoints = config.replace(
        '"checkpoint_every": 5', '"checkpoint_every": null'
    )
    (copied / "config.json").write_text(without_checkpoints)
    assert_error("Start the run again with --checkpoint-every", copied)
    config = config.replace('"hidden": 10', '"hidden": 12')
    (copied / "config.json").write_text(config)
    sizes = "EIRNN of 2 inputs, {} units and 2 outputs"
    there, now = sizes.format(10), sizes.format(12)
    message = "hidden = 10 in the checkpoints and 12 in config.json. Restore config."
    assert_error(message, copied)
    (copied / "checkpoints" / "config.json").unlink()  # of a run of an older version
    message = f"`net`: {there} in the checkpoint, {now} in this call. Restore config."
    assert_error(message, copied)
    changed = {p.name for p, data in before.items() if contents(copied).get(p) != data}
    assert changed == {"config.json", "summary.json"}


@pytest.mark.slow
def test_a_run_killed_before_its_first_checkpoint_starts_again(copied, trained, capfd):
    """A version of JAX that differs is reported as a warning."""
    shutil.rmtree(copied / "checkpoints")
    for name in ("summary.json", "network.safetensors", *PICTURES):
        (copied / name).unlink()
    history = copied / "history.jsonl"
    history.write_text(history.read_text()[:-20])  # killed within a line
    config = (copied / "config.json").read_text()
    (copied / "config.json").write_text(config.replace(jax.__version__, "0.1.2"))
    assert ctrnn_jax("resume", copied) == 0
    printed = capfd.readouterr().out
    assert f"warning: jax was 0.1.2 and is {jax.__version__}" in printed.replace(
        "\n", " "
    )
    (copied / "config.json").write_text(config)
    assert_same_results(trained, copied)
