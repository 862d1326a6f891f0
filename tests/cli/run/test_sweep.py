"""`ctrnn-jax sweep`: every member equals the network that `train` gives."""

import csv
import dataclasses
import os
from pathlib import Path
import re
import signal

from cli.commands import ctrnn_jax, draw_nothing, lines, read, SMALL, TASK
from helpers import close
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import penalties
from ctrnn_jax.cli.experiment import _source
from ctrnn_jax.cli.options import _run
from ctrnn_jax.cli.run import _build, _history, _pictures
from ctrnn_jax.training import History


FILES = {
    ".lock",
    "config.json",
    "history.jsonl",
    "loss.png",
    "members.json",
    "networks",
    "performance.png",
    "report.html",
    "summary.json",
    "sweep.csv",
}
SWEEP = [
    TASK, "--seeds", 4, 7, "--learning-rate", "1e-2", "1e200", "--tau", 80,
    "--noise", 0.3, "--steps", 20, "--validate-every", 10, "--no-stop", *SMALL,
]  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "sweep"
    with jax.numpy_dtype_promotion("standard"):
        assert ctrnn_jax("sweep", *SWEEP, "--out", folder) == 0
    return folder


def test_every_member_has_an_entry_a_network_and_history_lines(finished):
    assert {path.name for path in finished.iterdir()} == FILES
    members = read(finished / "members.json")
    assert [m["seed"] for m in members] == [4, 7, 4, 7]
    rates = [0.01, 0.01, 1e200, 1e200]
    assert [m["settings"] for m in members] == [
        {"tau": 80.0, "learning_rate": rate} for rate in rates
    ]
    assert [m["stopped"] for m in members] == ["steps"] * 2 + ["diverged"] * 2
    assert [m["steps"] for m in members] == [20, 20, 1, 1]
    for member in members:
        net = cj.load(finished / member["file"])
        assert (net.n_hidden, float(net.tau)) == (10, 80.0)
    history = lines(finished)
    assert [(x["step"], x["member"]) for x in history] == [
        (10, 0), (10, 1), (1, 2), (1, 3), (20, 0), (20, 1),
    ]  # fmt: skip
    assert {x["member"]: x["seed"] for x in history} == {0: 4, 1: 7, 2: 4, 3: 7}
    assert history[4]["loss"] == history[4]["terms.task"] > 0


def test_sweep_csv_is_the_table_of_the_members(finished):
    with (finished / "sweep.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    members = read(finished / "members.json")
    assert [*rows[0]][:5] == ["member", "tau", "learning_rate", "seed", "performance"]
    assert [row["file"] for row in rows] == [m["file"] for m in members]
    assert [row["stopped"] for row in rows] == [m["stopped"] for m in members]
    for row, member in zip(rows, members, strict=True):
        numbers = {"seed": member["seed"], **member["settings"]}
        numbers |= {name: member[name] for name in ("performance", "loss", "steps")}
        assert {name: float(row[name]) for name in numbers} == numbers


@pytest.mark.slow
def test_a_member_equals_the_network_that_train_gives(finished):
    usual, task = cj.recipe(TASK), cj.tasks.make(TASK)
    net_key, fit_key = jax.random.split(jax.random.key(7))
    net = usual.network(task, n_hidden=10, sigma=0.3, key=net_key)
    result = cj.fit(
        cj.replace(net, tau=80.0),
        task,
        usual.transform(0.01),
        num_updates=20,
        batch_size=2,
        validate_every=10,
        validation_size=11,
        key=fit_key,
    )
    member = cj.load(finished / "networks" / "001.safetensors")
    close(member.raw, result.network.raw, scale=1e3)
    of_member = [line for line in lines(finished) if line["member"] == 1]
    losses = [np.mean(result.history.loss[:10]), np.mean(result.history.loss[10:])]
    close([x["loss"] for x in of_member], [float(x) for x in losses], scale=1e3)
    performances = [x["performance"] for x in of_member]
    close(performances, result.history.performance.tolist())


def test_summary_has_the_spread_and_the_best_member(finished):
    summary = read(finished / "summary.json")
    members = read(finished / "members.json")
    performances = [m["performance"] for m in members]
    assert summary["ends"] == {"steps": 2, "diverged": 2}
    assert summary["stopped"] == "finished"
    assert summary["best_member"] == int(np.argmax(performances[:2]))
    assert summary["best_performance"] == max(performances[:2])
    assert summary["spread"]["tested"]["mean"] == pytest.approx(np.mean(performances))
    assert summary["spread"]["steps"] == {"mean": 10.5, "sd": 9.5, "min": 1, "max": 20}
    assert summary["violations"] == 0


def test_pictures_are_not_blank(finished, tmp_path):
    from matplotlib.image import imread

    for path in finished.glob("*.png"):
        assert imread(path).std() > 0.02
    rng = np.random.default_rng(0)
    loss = rng.uniform(1, 2, (20, 30))
    loss[3, 5:] = np.nan  # a member that stopped
    steps, values = np.zeros(0, int), np.zeros((20, 0))  # no validation
    history = History(loss, {}, loss, steps, values, values, steps)
    many_labels = [str(i) for i in range(10)]  # more than have separate colours
    for labels in ([""], many_labels):
        paths = _pictures.draw_spread(
            tmp_path, history, labels, criterion=0.8, performance_name="fraction"
        )
        assert all(path.stat().st_size > 10_000 for path in paths)


def test_line_is_the_median_and_band_the_range_of_the_members():
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    values = np.array([[1.0, 5.0], [2.0, np.nan], [9.0, 3.0]])
    _pictures._draw(ax, np.array([1, 2]), values, [""])
    assert np.asarray(ax.lines[0].get_ydata()).tolist() == [2.0, 3.0]
    edges = np.asarray(ax.collections[0].get_paths()[0].vertices)[:, 1]
    assert (edges.min(), edges.max()) == (1.0, 9.0)


def test_curves_of_a_setting_end_where_its_last_network_ended():
    """An ended one keeps its last value; not the columns after the end of all."""
    from matplotlib.figure import Figure

    ax, nan = Figure().add_subplot(), np.nan
    values = np.array(
        [[1.0, nan, nan, nan], [3.0, 2.0, 5.0, nan], [4.0, nan, nan, nan]]
    )
    _pictures._draw(ax, np.arange(1, 5), values[[0, 1, 2, 2]], ["a", "b"])
    first, second = (np.asarray(line.get_xydata()).tolist() for line in ax.lines)
    assert first == [[1, 2.0], [2, 1.5], [3, 3.0]]
    assert second == [[1, 4.0]]


@pytest.mark.slow
def test_a_resumed_sweep_equals_an_uninterrupted_sweep(tmp_path, monkeypatch):
    """Ctrl-C ends a sweep after the current updates, with a checkpoint.

    If it comes before the lines of the checkpoint, `resume` adds these lines.
    """
    sweep = [
        TASK, "--seeds", 0, 1, "--steps", 30, "--validate-every", 10,
        "--checkpoint-every", 30, "--restore-best", "--no-stop", *SMALL,
    ]  # fmt: skip
    whole, part = tmp_path / "whole", tmp_path / "part"
    assert ctrnn_jax("sweep", *sweep, "--out", whole) == 0
    add = _history.Log.add

    def add_and_interrupt(self, state):
        if state.step == 20:
            raise KeyboardInterrupt
        add(self, state)
        os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(_history.Log, "add", add_and_interrupt)
        draw_nothing(patch)
        assert ctrnn_jax("sweep", *sweep, "--out", part) == 130
        assert read(part / "summary.json")["stopped"] == "interrupted"
        assert (part / "checkpoints" / "10").is_dir()
        assert ctrnn_jax("resume", part) == 130
    assert (part / "checkpoints" / "20").is_dir()
    assert [line["step"] for line in lines(part)] == [10, 10]
    assert ctrnn_jax("resume", part) == 0
    same = ("networks/000.safetensors", "networks/001.safetensors", "loss.png")
    for name in (*same, "sweep.csv"):
        assert (whole / name).read_bytes() == (part / name).read_bytes()
    assert lines(whole) == lines(part)
    assert read(whole / "members.json") == read(part / "members.json")
    assert ctrnn_jax("resume", part) == 0  # finished


@pytest.mark.slow
def test_a_member_ends_if_validation_no_longer_improves(
    tmp_path, capfd, without_pictures
):
    out = tmp_path / "sweep"
    sweep = ["sweep", TASK, "--seeds", 0, 1, "--steps", 40, "--validate-every", 1]
    status = ctrnn_jax(*sweep, "--out", out, "--patience", 2, *SMALL)
    assert "no longer improving" in capfd.readouterr().out
    members = read(out / "members.json")
    assert status == (0 if "criterion" in {m["stopped"] for m in members} else 3)
    assert {m["stopped"] for m in members} <= {"patience", "criterion"}
    for member in members:
        if member["stopped"] == "patience":
            assert member["steps"] == member["best_step"] + 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--noise", 0, 0.1], "be positive for all members, or 0 for all"),
        (["--set", "tau=1,2"], "`--set` must be task.NAME=VALUE or loss.NAME=VALUE"),
        (["--set", "loss.a"], "`--set` must be task.NAME=VALUE or loss.NAME=VALUE"),
        (["--set", "task.interval=1,b"], "`--set` must have numbers after ="),
        (
            ["--set", "loss.a=1"],
            "'flip_flop' has none. To add a penalty, train in Python",
        ),
        (["--set", "task.nothing=1"], "`--set task.` must be a known name"),
        (["--set", "task.a=1", "--set", "task.a=2"], "`--set` must name 'task.a' once"),
    ],
)
def test_settings_that_cannot_be_swept_are_errors(tmp_path, capfd, arguments, message):
    out = tmp_path / "out"
    sweep = ["flip_flop", "--seeds", 0, "--out", out, "--hidden", 4]
    assert ctrnn_jax("sweep", *sweep, *arguments) == 2
    assert message in capfd.readouterr().err
    assert not out.exists()


def test_invalid_numbers_are_errors(tmp_path, capfd):
    for arguments, message in (
        (["--seeds"], "`--seeds` must hold at least one"),
        (["--seeds", 1, 1], "`--seeds` must name each value once"),
        (["--seeds", 1, "--tau", 0], "`--tau` must be positive"),
        (["--seeds", 1, "--learning-rate", 0], "`--learning-rate` must be positive"),
    ):
        out = ["--out", tmp_path / "out"]
        assert ctrnn_jax("sweep", TASK, *out, *arguments) == 2
        assert message in re.sub(r"[│\s]+", " ", capfd.readouterr().err)
    assert not (tmp_path / "out").exists()


def setup_of(**flags):
    """Return the setup of a sweep with these flags."""
    return _build.set_up(_run.Sweep(task="fdgo", out=Path("x"), **flags))


def test_noise_level_has_the_convention_of_the_recipe():
    """Yang et al. (2019) define sigma differently; `sweep` and `train` agree."""
    setup = setup_of(seeds=(0,), noise=(0.1, 0.2))
    assert setup.combinations == ({"noise": 0.1}, {"noise": 0.2})
    usual = cj.recipe("fdgo")
    for swept, sigma in zip(setup.sweep(), (0.1, 0.2), strict=True):
        net = usual.network(cj.tasks.make("fdgo"), sigma=sigma, key=jax.random.key(0))
        close(swept["noise"], net.noise)
    assert setup_of(seeds=(0,), noise=(0.1,)).sweep() == ({},)


def test_weights_of_penalties_are_swept(monkeypatch):
    loss = cj.Loss(rates=penalties.RateL2(1e-3))

    def with_loss(*a, **k):
        return dataclasses.replace(cj.recipe(*a, **k), loss=loss)

    monkeypatch.setattr(_source, "recipe", with_loss)
    setup = setup_of(seeds=(0, 1), set=("loss.rates=1e-3,1e-2",), tau=(50.0, 100.0))
    assert setup.combinations == tuple(
        {"tau": tau, "loss.rates": weight}
        for tau in (50.0, 100.0)
        for weight in (1e-3, 1e-2)
    )
    assert [m.seed for m in setup.members] == [0, 1] * 4
    with pytest.raises(ValueError, match=r"Did you mean 'loss\.rates'"):
        setup_of(seeds=(0,), set=("loss.rate=1",))


@pytest.mark.slow
def test_a_dry_run_prints_the_number_of_members(tmp_path, capfd):
    out = tmp_path / "out"
    assert ctrnn_jax("sweep", *SWEEP, "--out", out, "--dry-run") == 0
    assert "4; the rows below are for one network" in capfd.readouterr().out
    assert not out.exists()
