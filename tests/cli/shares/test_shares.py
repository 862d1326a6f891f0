"""`ctrnn-jax sweep --share` and `join`: jobs that share a sweep give the same files."""

import json
import shutil

from cli.commands import ctrnn_jax, draw_nothing, lines, read, SMALL, TASK
from helpers import close
import jax
import numpy as np
import pytest
import safetensors.numpy

import ctrnn_jax as cj
from ctrnn_jax.cli.run import _folder, _history, _pictures
from ctrnn_jax.cli.shares import _sweep


SWEEP = [
    "sweep", TASK, "--seeds", 4, 7, 9, "--learning-rate", "1e-2", "1e200", "--steps",
    20, "--validate-every", 10, "--no-stop", "--at-once", 1, *SMALL,
]  # fmt: skip
"""Six networks, of which those with the second learning rate diverge."""

FILES = (
    "config.json", "history.jsonl", "loss.png", "members.json", "performance.png",
    *(f"networks/{index:03d}.safetensors" for index in range(6)),
)  # fmt: skip
TIMES = ("seconds", "compile_seconds")


def same(path, other):
    """Assert that two folders hold the same sweep, except for times and names."""
    for name in FILES:
        if name == "config.json":
            assert read(path / name) | {"out": ""} == read(other / name) | {"out": ""}
        elif name == "history.jsonl":
            assert lines(path) == lines(other)
        else:
            assert (path / name).read_bytes() == (other / name).read_bytes(), name
    first, second = read(path / "summary.json"), read(other / "summary.json")
    for name in TIMES:
        assert first.pop(name) > 0
        assert second.pop(name) > 0
    assert first == second


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the folder of a sweep that one process has trained."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    with jax.numpy_dtype_promotion("standard"):
        assert ctrnn_jax(*SWEEP, "--out", folder) == 0
    return folder


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """Return the folder of the same sweep, trained in three shares; only read it."""
    folder = tmp_path_factory.mktemp("runs") / "shared"
    with jax.numpy_dtype_promotion("standard"):
        for share in (3, 1, 2):
            assert ctrnn_jax(*SWEEP, "--out", folder, "--share", f"{share}/3") == 0
    return folder


@pytest.fixture
def copied(shared, tmp_path):
    """Return a copy of the shares that are not joined."""
    folder = tmp_path / "copied"
    for path in shared.glob("share-*"):
        shutil.copytree(path, folder / path.name)
    return folder


def test_shares_give_the_same_files_as_one_process(whole, shared):
    same(whole, shared)
    assert {path.name for path in shared.iterdir()} == {
        path.name for path in whole.iterdir()
    } | {f"share-{k}-of-3" for k in (1, 2, 3)}


def test_every_third_member_is_of_one_share(shared):
    members = [
        [entry["member"] for entry in read(shared / f"share-{k}-of-3" / "members.json")]
        for k in (1, 2, 3)
    ]
    assert members == [[0, 3], [1, 4], [2, 5]]
    names = sorted(x.name for x in (shared / "share-1-of-3" / "networks").iterdir())
    assert names == ["000.safetensors", "003.safetensors"]


@pytest.mark.slow
def test_without_at_once_the_numbers_are_equal_up_to_rounding(tmp_path, monkeypatch):
    draw_nothing(monkeypatch)
    sweep = [
        "sweep", TASK, "--seeds", 0, 1, 2, "--steps", 20, "--validate-every", 10,
        "--no-stop", *SMALL,
    ]  # fmt: skip
    whole, shared = tmp_path / "whole", tmp_path / "shared"
    assert ctrnn_jax(*sweep, "--out", whole) == 0
    for share in ("1/2", "2/2"):
        assert ctrnn_jax(*sweep, "--out", shared, "--share", share) == 0
    for index in range(3):
        name = f"networks/{index:03d}.safetensors"
        close(cj.load(whole / name).raw, cj.load(shared / name).raw, scale=1e3)


def test_a_joined_sweep_can_be_summarised_and_joined_again(shared, tmp_path, capfd):
    assert ctrnn_jax("summary", shared, "--member", 1) == 0
    assert "spectral radius" in capfd.readouterr().out
    again = tmp_path / "again"
    shutil.copytree(shared, again)
    before = read(again / "summary.json")
    assert ctrnn_jax("join", again) == 0
    assert "3 shares joined" in capfd.readouterr().out
    assert read(again / "summary.json") == before
    assert ctrnn_jax("status", shared) == 0
    assert "finished" in capfd.readouterr().out
    assert ctrnn_jax("resume", shared) == 0
    assert "nothing to continue" in capfd.readouterr().out
    assert ctrnn_jax("resume", shared, "--steps", 40) == 2
    assert "holds shares of a sweep" in capfd.readouterr().err


def test_a_missing_share_is_named_with_its_command(whole, copied, capfd, monkeypatch):
    shutil.rmtree(copied / "share-2-of-3")
    for command in ("join", "analyse", "summary"):
        assert ctrnn_jax(command, copied) == 2
    errors = capfd.readouterr().err
    assert "of whose 3 shares these are not finished: 2 (missing)" in errors
    assert f"Join them: ctrnn-jax join {copied}" in errors
    command = errors.partition("for example 2: ")[2].splitlines()[0].split()
    assert command[:2] == ["ctrnn-jax", "sweep"]
    assert command[-2:] == ["--share", "2/3"]
    assert ctrnn_jax("status", copied) == 0
    printed = capfd.readouterr().out
    assert "missing; train it: ctrnn-jax sweep" in printed
    assert ctrnn_jax("status", copied, "--json") == 0
    facts = json.loads(capfd.readouterr().out)
    assert (facts["command"], facts["state"]) == ("sweep", "missing")
    states = [(x["share"], x["shares"], x["state"]) for x in facts["shares"]]
    assert states == [(1, 3, "finished"), (2, 3, "missing"), (3, 3, "finished")]
    # the printed command trains the share, and then joins all
    assert ctrnn_jax(*command[1:]) == 0
    same(whole, copied)


def test_a_running_share_has_its_phase(copied, capfd):
    share = copied / "share-2-of-3"
    with _folder.RunFolder(share, new=False):
        (share / "summary.json").unlink()
        (share / "history.jsonl").touch()
        assert ctrnn_jax("status", copied) == 0
    assert "share 2 of 3: running (training), update 20 of 20" in capfd.readouterr().out


def test_all_shares_that_are_not_joined_are_named_by_status(copied, capfd):
    assert ctrnn_jax("status", copied) == 0
    printed = capfd.readouterr().out
    assert "not joined" in printed
    assert f"join them: ctrnn-jax join {copied}" in printed
    assert ctrnn_jax("resume", copied) == 2
    assert "`folder` must be the folder of one run" in capfd.readouterr().err


def test_a_killed_share_is_trained_by_the_same_command(whole, copied, capfd):
    """Without checkpoints it is trained again; a finished share stays as it is."""
    share = copied / "share-2-of-3"
    (share / "summary.json").unlink()
    assert ctrnn_jax("status", copied) == 0
    assert "killed at update 20; train it" in capfd.readouterr().out
    assert ctrnn_jax("join", copied) == 2
    assert "2 (killed)" in capfd.readouterr().err
    (share / "networks" / "001.safetensors").write_bytes(b"damaged")
    before = (copied / "share-1-of-3" / "history.jsonl").read_bytes()
    for number in (1, 2):
        assert ctrnn_jax(*SWEEP, "--out", copied, "--share", f"{number}/3") == 0
    printed = capfd.readouterr().out
    assert "There is nothing to continue" in printed
    assert "1 of 3 shares are not finished yet; the last one joins them" in printed
    assert "without checkpoints; starting again" in printed
    assert (copied / "share-1-of-3" / "history.jsonl").read_bytes() == before
    same(whole, copied)


def test_a_share_with_checkpoints_continues(tmp_path, monkeypatch, capfd):
    draw_nothing(monkeypatch)
    sweep = [
        "sweep", TASK, "--seeds", 0, 1, "--steps", 20, "--validate-every", 10,
        "--checkpoint-every", 10, "--no-stop", "--out",
    ]  # fmt: skip
    whole, part = tmp_path / "whole", tmp_path / "part"
    assert ctrnn_jax(*sweep, whole, *SMALL, "--share", "2/2") == 0
    add = _history.Log.add

    def add_and_interrupt(self, state):
        add(self, state)
        raise KeyboardInterrupt

    command = [*sweep, part, *SMALL, "--share", "2/2"]
    with monkeypatch.context() as patch:
        patch.setattr(_history.Log, "add", add_and_interrupt)
        assert ctrnn_jax(*command) == 130
    printed = capfd.readouterr().out
    assert f"{part}: 2 of 2 shares are not finished yet" in printed
    assert ctrnn_jax(*command) == 0
    assert "resuming from update 10 of 20" in capfd.readouterr().out
    share = "share-2-of-2"
    for name in ("networks/001.safetensors", "members.json"):
        data = [(folder / share / name).read_bytes() for folder in (whole, part)]
        assert data[0] == data[1]
    assert lines(whole / share) == lines(part / share)
    assert ctrnn_jax("resume", part / share) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--share", "1/4"], "`--share` must be of 3 shares"),
        (["--share", "2/3", "--tau", 90], "`tau` [] in share-1-of-3, [90.0] in this"),
        ([], "`--out` must hold no shares of a sweep"),
        (["--share", "4/7"], "at most 6 shares, one for each network; got 4/7"),
        (["--job-script", 7], "`--job-script` must be at most the 6 networks; got 7"),
    ],
)
def test_a_share_of_another_sweep_is_an_error(copied, capfd, arguments, message):
    before = sorted(copied.rglob("*"))
    assert ctrnn_jax(*SWEEP, "--out", copied, *arguments) == 2
    assert message in capfd.readouterr().err
    assert sorted(copied.rglob("*")) == before


def test_shares_that_do_not_fit_together_are_errors(copied, capfd):
    def error():
        assert ctrnn_jax("join", copied) == 2
        return capfd.readouterr().err

    config = copied / "share-2-of-3" / "config.json"
    content = read(config)
    config.write_text(json.dumps(content | {"batch_size": 3}))
    text = "`batch_size` 2 in share-1-of-3, 3 in share-2-of-3"
    assert text in error()
    config.write_text(json.dumps(content))
    for k in (1, 2, 3):
        path = copied / f"share-{k}-of-3" / "config.json"
        path.write_text(json.dumps(read(path) | {"criterion": None}))
    assert "`criterion` must lie in [0, 1]; got None" in error()
    (copied / "share-1-of-3").rename(copied / "share-1-of-4")
    assert "got share-1-of-4, share-2-of-3, share-3-of-3" in error()
    (copied / "share-1-of-4").rename(copied / "share-1-of-3")
    members = copied / "share-2-of-3" / "members.json"
    entries = read(members)
    members.write_text(json.dumps([entries[0], entries[1] | {"member": 2}]))
    assert "must list every network of the sweep once; got the networks" in error()
    del entries[0]["violations"]
    members.write_text(json.dumps(entries))
    assert "must have the results of each network; got none of ['viol" in error()
    assert not (copied / "config.json").exists()


def test_damaged_curves_are_errors(copied, capfd):
    curves = copied / "share-2-of-3" / "curves.safetensors"
    data = curves.read_bytes()
    arrays = safetensors.numpy.load(data)
    three = {name: np.resize(x, (3, *x.shape[1:])) for name, x in arrays.items()}
    for damaged, message in (
        (data[:-1], "must be the history of a share"),
        (
            safetensors.numpy.save(three),
            "must be the history of the 2 networks in members.json",
        ),
    ):
        curves.write_bytes(damaged)
        assert ctrnn_jax("join", copied) == 2
        assert message in capfd.readouterr().err
        assert not (copied / "config.json").exists()


def test_a_run_of_one_network_is_no_share(trained, tmp_path, capfd):
    shutil.copytree(trained, tmp_path / "share-1-of-1")
    assert ctrnn_jax("join", tmp_path) == 2
    error = capfd.readouterr().err
    assert "must hold the shares of a sweep; got" in error
    assert "share-1-of-1, a run of ctrnn-jax train. Remove the run." in error


def test_join_needs_shares(tmp_path, capfd):
    assert ctrnn_jax("join", tmp_path) == 2
    assert "`out` must hold shares of a sweep" in capfd.readouterr().err


SLURM = {"ID": "5", "MIN": "3", "MAX": "6", "COUNT": "4"}


def slurm(**changes):
    """Return the variables that Slurm sets in a task of an array."""
    values = SLURM | changes
    return {f"SLURM_ARRAY_TASK_{name}": text for name, text in values.items()}


def test_share_of_a_slurm_array():
    assert _sweep.share_of_slurm(slurm(), 4) == "3/4"
    one = slurm(ID="0", MIN="0", MAX="0", COUNT="1")
    assert _sweep.share_of_slurm(one, 9) == "1/1"
    for wrong, message in (
        ({}, "must be used in a Slurm job array; got SLURM_ARRAY_TASK_ID ''"),
        (slurm(MAX="x"), "got SLURM_ARRAY_TASK_MAX 'x'"),
        (slurm(COUNT="2"), "without gaps; got 2 tasks from 3 to 6, and task 5"),
        (slurm(ID="7"), "without gaps"),
    ):
        with pytest.raises(ValueError, match="slurm_array") as error:
            _sweep.share_of_slurm(wrong, 4)
        assert message in str(error.value)


def test_an_array_with_more_tasks_than_networks_is_an_error_with_the_right_number(
    tmp_path, monkeypatch, capfd
):
    for name, text in slurm(ID="7", MIN="1", MAX="7", COUNT="7").items():
        monkeypatch.setenv(name, text)
    assert ctrnn_jax(*SWEEP, "--out", tmp_path / "x", "--slurm-array") == 2
    assert capfd.readouterr().err.strip() == (
        "error: `--slurm-array` must be used in an array of at most 6 tasks, one for "
        "each network; got 7 tasks. Submit it with sbatch --array=1-6, or with fewer "
        "tasks."
    )
    assert not (tmp_path / "x").exists()


def test_the_share_of_a_slurm_task_is_trained(tmp_path, monkeypatch, without_pictures):
    for name, text in slurm(ID="0", MIN="0", MAX="0", COUNT="1").items():
        monkeypatch.setenv(name, text)
    assert ctrnn_jax(*SWEEP, "--out", tmp_path, "--slurm-array", "--overwrite") == 0
    assert (tmp_path / "share-1-of-1" / "summary.json").exists()
    assert len(read(tmp_path / "members.json")) == 6


def test_pictures_that_cannot_be_written_leave_the_shares_as_they_are(
    copied, capfd, monkeypatch
):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_pictures, "draw_spread", fail)
    assert ctrnn_jax("join", copied) == 2
    assert "not written: pictures (No space left" in capfd.readouterr().err
    assert {path.name for path in copied.iterdir()} == {
        ".lock", "share-1-of-3", "share-2-of-3", "share-3-of-3",
    }  # fmt: skip


def test_shares_of_other_versions_are_joined_with_a_warning(copied, capfd):
    config = copied / "share-2-of-3" / "config.json"
    content = read(config)
    content["versions"]["jax"] = "0.9.9"
    config.write_text(json.dumps(content))
    assert ctrnn_jax("join", copied) == 0
    assert "warning: the shares have other versions" in capfd.readouterr().out
