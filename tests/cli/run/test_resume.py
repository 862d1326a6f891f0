"""`ctrnn-jax resume`: the same files as without an interruption."""

import random
import shutil
import time

from cli.commands import (
    ctrnn_jax,
    lines,
    read,
    said,
    SMALL,
    start,
    TASK,
    wait_for_lines,
)
import jax
import pytest

from ctrnn_jax.cli.run import _folder, _progress, _status, _training


PICTURES = ("loss.png", "psychometric.png", "trials.png", "weights.png")


def same_results(one, other):
    """The files of two runs are equal but for what time and place they tell."""
    for name in ("network.safetensors", *PICTURES):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert lines(one) == lines(other)
    drop = {"seconds", "compile_seconds"}
    for name in ("summary.json", "config.json"):
        first, second = read(one / name), read(other / name)
        drop |= {"out"}
        assert {k: first[k] for k in first.keys() - drop} == {
            k: second[k] for k in second.keys() - drop
        }


def test_a_run_killed_twice_ends_as_if_it_had_not_been(tmp_path):
    chance = random.Random(20161110)
    settings = [
        TASK, "--no-stop", "--steps", 4000, "--validate-every", 10,
        "--checkpoint-every", 70, *SMALL,
    ]  # fmt: skip
    whole, part = tmp_path / "whole", tmp_path / "part"
    uninterrupted = start("train", *settings, "--out", whole)
    said(uninterrupted)
    for command in (["train", *settings, "--out", part], ["resume", part]):
        before = part.exists() and _status.status_of(part)["step"]
        process = start(*command)
        had = len(lines(part)) if before else 0
        # it goes on from the last checkpoint, which drops lines and adds them again
        wait_for_lines(part, had + chance.randrange(20, 80), process)
        time.sleep(chance.uniform(0, 0.05))
        assert _status.status_of(part)["state"] == "running"
        process.kill()
        process.communicate()
        found = _status.status_of(part)
        assert found["state"] == "killed"
        assert 0 < found["step"] < 4000
    assert "resuming from update" in said(start("resume", part))
    same_results(whole, part)
    seconds = [line["seconds"] for line in lines(part, measured=True)]
    assert seconds == sorted(seconds)
    kept = sorted(int(p.name) for p in (part / "checkpoints").glob("[0-9]*"))
    assert kept == [3920, 3990, 4000]


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A run of 20 updates."""
    folder = tmp_path_factory.mktemp("runs") / "short"
    with jax.numpy_dtype_promotion("standard"):
        status = ctrnn_jax(
            "train", TASK, "--out", folder, "--steps", 20, "--validate-every", 10,
            "--no-stop", "--checkpoint-every", 5, *SMALL,
        )  # fmt: skip
    assert status == 0
    return folder


@pytest.fixture
def copied(short, tmp_path):
    return shutil.copytree(short, tmp_path / "copied")


def contents(folder):
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_a_finished_run_says_so_and_stays(copied, capfd):
    before = contents(copied)
    assert ctrnn_jax("resume", copied) == 0
    assert "Used up the steps after 20 updates" in capfd.readouterr().out
    assert contents(copied) == before
    assert ctrnn_jax("resume", copied, "--steps", 20) == 0
    assert contents(copied) == before


def test_a_longer_run_and_one_interrupted_at_any_point(copied, tmp_path, monkeypatch):
    """20 updates, then up to 40: as 40 at once, although it is interrupted twice."""
    whole, show = tmp_path / "whole", _progress.TrainingProgress.show
    status = ctrnn_jax(
        "train", TASK, "--out", whole, "--steps", 40, "--validate-every", 10,
        "--no-stop", "--checkpoint-every", 5, *SMALL,
    )  # fmt: skip
    assert status == 0
    add = _training._Log.add

    def after_the_line(self, step, texts):
        show(self, step, texts)
        if step == 30:
            raise KeyboardInterrupt

    def before_the_line(self, state):
        if state.step == 35:
            raise KeyboardInterrupt
        add(self, state)

    with monkeypatch.context() as patch:
        patch.setattr(_progress.TrainingProgress, "show", after_the_line)
        assert ctrnn_jax("resume", copied, "--steps", 40) == 130
    assert read(copied / "config.json")["steps"] == 40
    assert read(copied / "summary.json")["stopped"] == "interrupted"
    assert _status.status_of(copied)["state"] == "interrupted"
    with monkeypatch.context() as patch:
        patch.setattr(_training._Log, "add", before_the_line)
        assert ctrnn_jax("resume", copied) == 130
    assert lines(copied)[-1]["step"] == 30
    assert _status.status_of(copied)["checkpoint"] == 35
    assert ctrnn_jax("resume", copied) == 0
    same_results(whole, copied)


def test_refusals_change_nothing(short, copied, tmp_path, capfd):
    before = contents(copied)

    def refused(message, *arguments):
        assert ctrnn_jax("resume", *arguments) == 2
        assert message in capfd.readouterr().err

    refused("`folder` must be the folder of a run", tmp_path)
    refused("`folder` must be the folder of a run", tmp_path / "none")
    with _folder.RunFolder(copied, new=False):
        refused("must be written by one process at a time", copied)
    (copied / "summary.json").unlink()
    refused("be at least the 20 updates that are done", copied, "--steps", "9")
    (copied / "config.json").write_text("{}")
    refused("must be that of a run of this version", copied)
    (copied / "config.json").write_text("{")
    refused("must be a JSON file", copied)
    config = (short / "config.json").read_text()
    told = config.replace('"checkpoint_every": 5', '"checkpoint_every": null')
    (copied / "config.json").write_text(told)
    refused("Start it anew with --checkpoint-every", copied)
    config = config.replace('"hidden": 10', '"hidden": 12')
    (copied / "config.json").write_text(config)
    refused("a checkpoint of another network", copied)
    changed = {p.name for p, data in before.items() if contents(copied).get(p) != data}
    assert changed == {"config.json", "summary.json"}


def test_killed_before_the_first_checkpoint_starts_again(copied, short, capfd):
    """And what is installed otherwise is told."""
    shutil.rmtree(copied / "checkpoints")
    for name in ("summary.json", "network.safetensors", *PICTURES):
        (copied / name).unlink()
    history = copied / "history.jsonl"
    history.write_text(history.read_text()[:-20])  # killed within a line
    config = (copied / "config.json").read_text()
    (copied / "config.json").write_text(config.replace(jax.__version__, "0.1.2"))
    assert ctrnn_jax("resume", copied) == 0
    told = capfd.readouterr().out
    assert f"warning: jax was 0.1.2 and is {jax.__version__}" in told.replace("\n", " ")
    (copied / "config.json").write_text(config)
    same_results(short, copied)
