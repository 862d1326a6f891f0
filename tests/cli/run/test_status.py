"""`ctrnn-jax status`: it reads the files of a run and changes nothing."""

import importlib.util
import json
import os
from pathlib import Path
import shutil
import time

from cli.commands import ctrnn_jax, output_of, start, TASK
import pytest

from ctrnn_jax.cli.run import _folder, _status


CONFIG = {"command": "train", "task": TASK, "network": "rdm_dense", "steps": 100}


def line(step, **fields):
    """Return a line of the history."""
    usual = {"performance": 0.7, "loss": 0.25, "updates_per_second": 20.0}
    return {"step": step, **usual, **fields}


@pytest.fixture
def run(tmp_path):
    """Return the folder of a killed run at update 40, with a checkpoint at 30."""
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    texts = [line(20), line(40, performance=None, updates_per_second=None)]
    unfinished = '{"step": 60, "lo'
    (tmp_path / "history.jsonl").write_text(
        "\n".join([*map(json.dumps, texts), unfinished])
    )
    for name in ("9", "30", "50.orbax-checkpoint-tmp"):
        (tmp_path / "checkpoints" / name).mkdir(parents=True)
    (tmp_path / ".lock").write_text("process 3 on elsewhere")
    return tmp_path


def status(folder, capfd):
    """Return the printed JSON; assert that nothing in the folder changes."""

    def content():
        return {
            p: (p.stat().st_mtime_ns, p.is_dir() or p.read_bytes())
            for p in [folder, *folder.rglob("*")]
        }

    before = content()
    assert ctrnn_jax("status", folder, "--json") == 0
    assert content() == before
    return json.loads(capfd.readouterr().out)


def test_status_of_a_killed_run(run, capfd):
    facts = status(run, capfd)
    assert facts.pop("seconds_since_line") >= 0
    assert facts == {
        "command": "train", "task": TASK, "network": "rdm_dense", "state": "killed",
        "phase": None, "seconds_in_phase": None, "stopped": None, "process": None,
        "step": 40, "steps": 100, "members": None,
        "running_members": None, "loss": 0.25, "performance": 0.7,
        "updates_per_second": 20.0, "seconds_left": None, "checkpoint": 30,
        "earlier_run": False, "report": False,
    }  # fmt: skip
    assert ctrnn_jax("status", run) == 0
    printed = capfd.readouterr().out
    for part in (TASK, "killed; continue with: ctrnn-jax resume", "40 of 100", "0.700"):
        assert part in printed
    assert "report" not in printed  # it is written when the run ends


def test_a_running_run_has_its_process_and_the_time_left(run, capfd):
    with _folder.RunFolder(run, new=False):
        (run / "history.jsonl").touch()
        facts = status(run, capfd)
        assert ctrnn_jax("status", run) == 0
    assert (facts["state"], facts["phase"]) == ("running", "training")
    assert facts["process"].startswith("process ")
    assert facts["seconds_left"] == (100 - 40) / 20
    assert "at most 3 s" in capfd.readouterr().out


@pytest.mark.parametrize("change", ["ends", "is resumed"])
def test_a_run_that_ends_or_is_resumed_while_it_is_read_was_not_killed(
    run, monkeypatch, change
):
    """The change comes right after its summary was read, which is not there."""
    folder, read_json = _folder.RunFolder(run, new=False), _status.read_json

    def read_and_change(path):
        content = read_json(path)
        if change == "ends":
            path.write_text(json.dumps({"stopped": "steps", "steps": 100}))
            folder.__exit__()
        else:
            folder.__enter__()
        return content

    monkeypatch.setattr(_status, "read_json", read_and_change)
    if change == "ends":
        folder.__enter__()
    assert _status.status_of(run)["state"] == "running"
    folder.__exit__()


def test_files_that_are_removed_while_a_run_is_read_are_no_error(run, monkeypatch):
    """As by `train --overwrite`; they seem to exist until they are read."""
    (run / "history.jsonl").unlink()
    shutil.rmtree(run / "checkpoints")
    for name in ("exists", "is_dir"):
        monkeypatch.setattr(Path, name, lambda self: True)
    facts = _status.status_of(run)
    assert (facts["state"], facts["step"], facts["checkpoint"]) == ("killed", 0, None)
    assert facts["seconds_since_line"] is None


def test_a_killed_run_without_a_checkpoint_says_so(run, capfd):
    shutil.rmtree(run / "checkpoints")
    assert ctrnn_jax("status", run) == 0
    assert "killed, without a checkpoint (--checkpoint-every)" in capfd.readouterr().out


def test_a_folder_of_runs_names_them(run, capfd):
    (run / "config.json").rename(run / "config.old")
    for name in ("second", "first"):
        (run / name).mkdir()
        (run / name / "config.json").write_text(json.dumps(CONFIG))
    assert ctrnn_jax("status", run) == 2
    error = capfd.readouterr().err
    assert (
        f"which holds the runs first, second. Name one, such as {run}/first." in error
    )


def test_the_report_of_a_share_is_that_of_the_sweep(run, capfd):
    (run / "summary.json").write_text(json.dumps({"stopped": "steps", "steps": 40}))
    (run / "config.json").write_text(json.dumps(CONFIG | {"share": "1/2"}))
    assert ctrnn_jax("status", run) == 0
    assert "ctrnn-jax report" not in capfd.readouterr().out


def test_a_run_killed_before_its_report_names_the_command(run, capfd):
    (run / "summary.json").write_text(json.dumps({"stopped": "steps", "steps": 40}))
    remedy = f"none; write it with: ctrnn-jax report {run}"
    assert ctrnn_jax("status", run) == 0
    rows = dict(line.split(maxsplit=1) for line in capfd.readouterr().out.splitlines())
    assert rows["report"] == remedy  # in one line, however long
    assert rows["state"] == "finished (limit of updates)"
    assert rows["updates"] == "40 of 100"
    (run / "report.html").write_text("")
    assert status(run, capfd)["report"]
    assert ctrnn_jax("status", run) == 0
    assert "ctrnn-jax report" not in capfd.readouterr().out


@pytest.mark.parametrize(
    ("stopped", "state"),
    [
        ("criterion", "finished"),
        ("steps", "finished"),
        ("patience", "finished"),
        ("diverged", "diverged"),
        ("interrupted", "interrupted"),
    ],
)
def test_state_of_a_run_that_ended(run, capfd, stopped, state):
    (run / "summary.json").write_text(json.dumps({"stopped": stopped}))
    facts = status(run, capfd)
    assert (facts["state"], facts["stopped"]) == (state, stopped)


def test_a_sweep_has_the_number_of_running_members(run, capfd):
    (run / "config.json").write_text(json.dumps(CONFIG | {"command": "sweep"}))
    texts = [line(20, member=0, loss=9.0), line(40, member=1, loss=1.0),
             line(40, member=2, loss=2.0, performance=0.9)]  # fmt: skip
    (run / "history.jsonl").write_text("".join(json.dumps(t) + "\n" for t in texts))
    with _folder.RunFolder(run, new=False):
        (run / "history.jsonl").touch()
        facts = status(run, capfd)
        assert ctrnn_jax("status", run) == 0
    assert (facts["members"], facts["running_members"]) == (3, 2)
    # of all networks, also of those that ended before
    assert facts["loss"] == pytest.approx((9.0 + 1.0 + 2.0) / 3)
    assert facts["performance"] == pytest.approx((0.7 + 0.7 + 0.9) / 3)
    printed = " ".join(capfd.readouterr().out.split())
    assert "members 2 of 3 run" in printed
    assert "loss 4.000, mean of 3 networks" in printed
    assert "performance 0.767, mean of 3 networks" in printed


@pytest.mark.parametrize(
    ("newest", "phase", "text"),
    [
        (".lock", "starting", "starting, no update yet after"),
        ("history.jsonl", "training", "training, last line"),
        ("network.safetensors", "testing", "testing for"),
        ("networks/000.safetensors", "testing", "testing for"),
        ("history.csv", "drawing pictures", "drawing pictures for"),
        ("sweep.csv", "drawing pictures", "drawing pictures for"),
        ("summary.json", "writing report.html", "writing report.html for"),
    ],
)
def test_a_running_run_says_what_it_does_and_for_how_long(
    run, capfd, newest, phase, text
):
    """The files of an earlier part of a run are older than the lock."""
    (run / "networks").mkdir()
    now = time.time()
    with _folder.RunFolder(run, new=False):
        for name in ("network.safetensors", "history.csv", "summary.json", newest):
            path = run / name
            if name == "summary.json":
                path.write_text("{}")
            path.touch()
            os.utime(path, (now - 99, now - 99))
        os.utime(run / "history.jsonl", (now - 98, now - 98))
        if newest != ".lock":
            os.utime(run / ".lock", (now - 50, now - 50))
        os.utime(run / newest, (now - 20, now - 20))
        facts = status(run, capfd)
        assert ctrnn_jax("status", run) == 0
    assert (facts["state"], facts["phase"]) == ("running", phase)
    assert 20 <= facts["seconds_in_phase"] < 90
    assert (facts["seconds_left"] is None) == (phase != "training")
    printed = " ".join(capfd.readouterr().out.split())
    assert text in printed
    assert ("time left" in printed) == (phase == "training")


def test_before_the_first_update_there_is_no_loss_and_no_checkpoint(tmp_path, capfd):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    facts = status(tmp_path, capfd)
    assert (facts["step"], facts["loss"], facts["checkpoint"]) == (0, None, None)
    assert ctrnn_jax("status", tmp_path) == 0


WITHOUT_MATPLOTLIB = """
import sys
sys.modules["matplotlib"] = None
from ctrnn_jax.cli import main
main()
"""


def test_only_commands_that_draw_need_matplotlib(run, capfd, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert ctrnn_jax("status", run) == 0
    assert ctrnn_jax("tasks") == 0
    assert ctrnn_jax("resume", run) == 2
    message = "Pictures need matplotlib. Install it with pip install 'ctrnn-jax[plot]'"
    assert message in capfd.readouterr().err


@pytest.mark.slow
def test_matplotlib_is_not_needed(run):
    process = start("status", run, program=WITHOUT_MATPLOTLIB)
    assert "40 of 100" in output_of(process)


def test_a_folder_that_is_not_a_run_is_an_error(tmp_path, capfd):
    for folder in (tmp_path, tmp_path / "none"):
        assert ctrnn_jax("status", folder) == 2
        assert "`folder` must be the folder of a run" in capfd.readouterr().err
    (tmp_path / "config.json").write_text('{"a": 1}')
    assert ctrnn_jax("status", tmp_path) == 2
    (tmp_path / "config.json").write_text("no JSON")
    assert ctrnn_jax("status", tmp_path) == 2
    assert "must be a JSON file" in capfd.readouterr().err
