"""`ctrnn-jax train`: from the arguments to the files."""

import csv
import dataclasses
import io
from pathlib import Path

from cli.commands import (
    check_pictures,
    ctrnn_jax,
    lines,
    output_of,
    read,
    SMALL,
    start,
    TASK,
)
from helpers import identical
import jax
from jax._src import monitoring
import jax.numpy as jnp
import numpy as np
import pytest
from rich.console import Console

import ctrnn_jax as cj
from ctrnn_jax import penalties
from ctrnn_jax._progress import compiling
from ctrnn_jax.cli.experiment import _source
from ctrnn_jax.cli.options import Train
from ctrnn_jax.cli.run import (
    _build,
    _finish,
    _folder,
    _history,
    _progress,
    _train,
    _units,
)
from ctrnn_jax.training import Validation


FILES = {
    ".lock",
    "config.json",
    "history.csv",
    "history.jsonl",
    "loss.png",
    "network.safetensors",
    "psychometric.png",
    "report.html",
    "summary.json",
    "trials.png",
    "weights.png",
}
WITHOUT_CHOICES = FILES - {"psychometric.png"}


def test_only_the_documented_files_are_written(trained):
    """A run without checkpoints has no folder for them: see the slow tests."""
    assert {path.name for path in trained.iterdir()} == FILES | {"checkpoints"}


def test_history_has_a_line_per_compiled_call(trained):
    history = lines(trained, measured=True)
    assert [line["step"] for line in history] == [5, 10, 15, 20]
    assert all(0 <= line["performance"] <= 1 for line in history)
    assert all(line["loss"] == line["terms.task"] > 0 for line in history)
    assert all(line["gradient_norm"] > 0 for line in history)
    # rarely computed, to save time
    assert [line["spectral_radius"] for line in history] == [None] * 4
    speeds = [line["updates_per_second"] for line in history]
    assert [speed is None for speed in speeds] == [True] + 3 * [False]
    assert np.all(np.diff([line["seconds"] for line in history]) > 0)


def test_history_csv_has_a_row_per_update(trained):
    with (trained / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [*rows[0]] == [
        "step", "loss", "terms.task", "gradient_norm", "performance",
        "validation_loss", "stage",
    ]  # fmt: skip
    assert [int(row["step"]) for row in rows] == list(range(1, 21))
    losses = np.asarray([float(row["loss"]) for row in rows])
    history = lines(trained)
    means = [line["loss"] for line in history]
    np.testing.assert_allclose(losses.reshape(4, 5).mean(axis=1), means, rtol=1e-12)
    validated = {int(row["step"]): row for row in rows if row["performance"]}
    assert [*validated] == [line["step"] for line in history]
    for line in history:
        row = validated[line["step"]]
        assert float(row["performance"]) == line["performance"]
        assert float(row["validation_loss"]) == line["validation_loss"]


def test_the_spectral_radius_is_rarely_computed():
    train = Train(task=TASK, out=Path("x"), validate_every=5, batch_size=2)
    setup = _build.set_up(train)
    every = [_history.radius_every(setup, n_hidden) for n_hidden in (10, 100)]
    assert all(updates % 5 == 0 for updates in every)
    assert 20 < every[0] < every[1]


@pytest.mark.slow
def test_the_last_spectral_radius_is_that_of_the_saved_network(tmp_path):
    status = ctrnn_jax(
        "train", TASK, "--out", tmp_path, "--steps", 60, "--validate-every", 10,
        "--no-stop", *SMALL,
    )  # fmt: skip
    assert status == 0
    assert {path.name for path in tmp_path.iterdir()} == FILES
    radii = [line["spectral_radius"] for line in lines(tmp_path)]
    assert radii[:-1] == [None] * 5
    summary = read(tmp_path / "summary.json")
    assert radii[-1] == pytest.approx(summary["spectral_radius"], rel=1e-6)


def test_summary_has_the_results_of_training(trained):
    summary = read(trained / "summary.json")
    assert {
        "performance", "performance_name", "steps", "seconds", "compile_seconds",
        "violations", "versions",
    } <= summary.keys()  # fmt: skip
    assert (summary["steps"], summary["stopped"]) == (20, "steps")
    assert summary["divergence"] is None
    assert summary["violations"] == 0
    assert 0 < summary["compile_seconds"] < summary["seconds"]
    assert summary["versions"]["jax"] == jax.__version__
    performances = [line["performance"] for line in lines(trained)]
    assert summary["best_performance"] == max(performances)
    assert summary["best_step"] == 5 * (1 + int(np.argmax(performances)))


def test_saved_network_is_the_trained_network(trained):
    """The loaded network has the same performance on the same trials."""
    net = cj.load(trained / "network.safetensors")
    assert (net.n_in, net.n_hidden, net.n_out) == (2, 10, 2)
    assert int(cj.violations(net)) == 0
    key = _build.keys_of(3)[2]
    size = read(trained / "config.json")["validation_size"]
    validation = Validation(cj.tasks.make(TASK), cj.Loss(), size)
    trials, _, performance = _finish.tested(net, validation, key)
    assert 800 <= trials.inputs.shape[0] <= 1200
    summary = read(trained / "summary.json")
    assert float(performance) == pytest.approx(summary["performance"])
    few = jax.tree.map(lambda x: x[:100], trials)
    report = cj.summary(net, few)
    assert summary["silent_units"] == report.silent
    assert summary["uninhibited_units"] == report.uninhibited


def test_silent_and_uninhibited_units_are_reported_in_one_line():
    silent = (
        "3 of 10 units are silent (without noise, their rate never exceeds 1e-06 of "
        "the largest rate)"
    )
    uninhibited = "2 of 10 units receive no inhibition"
    assert _units.describe_units(10, 3, 0) == silent
    assert _units.describe_units(10, 0, 2) == uninhibited
    assert _units.describe_units(10, 3, 2) == f"{silent}; {uninhibited}"
    assert _units.describe_units(10, 0, 0) is None


def test_pictures_are_not_blank(trained):
    check_pictures(trained)


def test_settings_reach_fit(tmp_path, monkeypatch, capfd, without_pictures):
    """A run equals a call of `fit` with the same settings."""
    loss = cj.Loss(rates=penalties.RateL2(1e-3))

    def with_loss(*a, **k):
        return dataclasses.replace(cj.recipe(*a, **k), loss=loss)

    monkeypatch.setattr(_source, "recipe", with_loss)
    monkeypatch.setattr(_finish, "count_silent", lambda *arguments: 3)
    out = tmp_path / "out"
    status = ctrnn_jax(
        "train", TASK, "--out", out, "--steps", 30, "--validate-every", 5,
        "--patience", 1, "--restore-best", "--seed", 1, "--learning-rate", 0.01,
        "--noise", 0.3, "--criterion", 0.99, *SMALL,
    )  # fmt: skip
    assert status == 3
    usual, task = cj.recipe(TASK), cj.tasks.make(TASK)
    net_key, fit_key = jax.random.split(jax.random.key(1))
    result = cj.fit(
        usual.network(task, n_hidden=10, sigma=0.3, key=net_key),
        task,
        usual.transform(0.01),
        num_updates=30,
        batch_size=2,
        stop_when=dataclasses.replace(usual.stop_when, threshold=0.99),
        patience=1,
        restore_best=True,
        loss=loss,
        validate_every=5,
        validation_size=11,
        key=fit_key,
    )
    assert identical(cj.load(out / "network.safetensors"), result.network)
    summary = read(out / "summary.json")
    assert (summary["stopped"], summary["steps"]) == ("patience", result.state.step)
    assert summary["best_step"] == result.best.step < result.state.step
    last = lines(out)[-1]
    assert last["terms.rates"] == pytest.approx(
        np.mean(result.history.terms["rates"][-5:])
    )
    assert last["loss"] == pytest.approx(last["terms.task"] + last["terms.rates"])
    assert "3 of 10 units are silent" in capfd.readouterr().out


@pytest.mark.slow
def test_divergence_is_reported_and_the_last_finite_network_is_saved(tmp_path, capfd):
    status = ctrnn_jax(
        "train", TASK, "--out", tmp_path / "out", "--steps", 30,
        "--learning-rate", "1e200", *SMALL,
    )  # fmt: skip
    assert status == 1
    printed = capfd.readouterr().out
    assert "try a smaller --learning-rate" in printed
    summary = read(tmp_path / "out" / "summary.json")
    assert (summary["stopped"], summary["violations"]) == ("diverged", 0)
    assert summary["divergence"].startswith("update 1: loss nan")
    assert summary["divergence"] in printed.replace("\n", " ")
    assert {p.name for p in (tmp_path / "out").iterdir()} == FILES


@pytest.mark.slow
def test_overwriting_run_interrupted_by_ctrl_c(tmp_path, monkeypatch):
    """The files of the earlier run are removed; the network at Ctrl-C is saved."""
    show = _progress.TrainingProgress.show

    def interrupt(self, step, texts, until):
        show(self, step, texts, until)
        if step == 20:
            raise KeyboardInterrupt

    monkeypatch.setattr(_progress.TrainingProgress, "show", interrupt)
    (tmp_path / "note.txt").write_text("of the user")
    (tmp_path / "psychometric.png").write_text("of an earlier run")
    (tmp_path / "members.json").write_text("of an earlier run")
    status = ctrnn_jax(
        "train", TASK, "--out", tmp_path, "--overwrite", "--steps", 100,
        "--validate-every", 10, "--network", "rdm_nodale", *SMALL,
    )  # fmt: skip
    assert status == 130
    summary = read(tmp_path / "summary.json")
    assert (summary["stopped"], summary["steps"]) == ("interrupted", 20)
    assert {p.name for p in tmp_path.iterdir()} == FILES | {"note.txt"}
    assert (tmp_path / "psychometric.png").read_bytes()[1:4] == b"PNG"
    assert isinstance(cj.load(tmp_path / "network.safetensors"), cj.CTRNN)


KEYS = """
import jax
from jax._src import monitoring
import numpy as np
from ctrnn_jax.cli.options import Train
from ctrnn_jax.cli.run import _build

net_key, fit_key, test_key = map(jax.random.key_data, _build.keys_of(3))
expected = jax.random.key_data(jax.random.split(jax.random.key(3)))
assert np.array_equal(expected, [net_key, fit_key])
assert not any(np.array_equal(test_key, key) for key in expected)
print(jax.config.jax_threefry_partitionable)
"""


@pytest.mark.slow
def test_keys_of_a_seed_are_those_of_fit_ensemble_without_partitionable_threefry():
    """Then `split(key, 3)` does not begin with `split(key)`."""
    process = start(program=KEYS, JAX_THREEFRY_PARTITIONABLE="False")
    assert output_of(process).split() == ["False"]


def test_keys_of_a_seed_are_those_of_fit_ensemble():
    """The test key is another one; with the default it is that of `split(key, 3)`."""
    net_key, fit_key, test_key = _build.keys_of(3)
    expected = jax.random.split(jax.random.key(3))
    assert identical([net_key, fit_key], list(expected))
    assert not any(identical(test_key, key) for key in expected)
    assert identical(test_key, jax.random.split(jax.random.key(3), 3)[2])


def test_a_process_has_one_listener_however_many_runs_it_makes():
    counts = []
    for _ in range(3):
        clock = _train._clock()
        jax.jit(lambda x: 2 * x)(np.ones(3))
        seconds, compile_seconds = clock()
        assert 0 < compile_seconds < seconds < 600
        counts.append(len(monitoring.get_event_duration_listeners()))
    assert len(set(counts)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sine_wave", "dms", "fdgo", "flip_flop_discrete"])
def test_tasks_of_every_family_train(tmp_path, name):
    """No input; plastic synapses and softmax; a ring and sigmoid; tanh."""
    status = ctrnn_jax(
        "train", name, "--out", tmp_path / "out", "--steps", 2, "--validate-every", 1,
        "--hidden", 10, "--batch-size", 2, "--no-stop",
    )  # fmt: skip
    assert status == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == WITHOUT_CHOICES
    assert cj.load(tmp_path / "out" / "network.safetensors").n_hidden == 10


def test_progress_is_a_bar_on_a_terminal_and_otherwise_lines():
    for is_terminal in (True, False):
        text = io.StringIO()
        console = Console(file=text, force_terminal=is_terminal, width=160)
        with _progress.TrainingProgress(console, steps=100) as progress:
            compiling("updates")
            progress.show(50, ["performance 0.700", "loss 0.2500"])
            progress.show(100, ["performance 0.700", "loss 0.2400"])
        compiling("nothing")
        output = text.getvalue()
        assert ("compiling updates ..." in output) is not is_terminal
        assert "nothing" not in output
        assert "loss 0.2400" in output
        assert "performance 0.700" in output
        assert "at most 0 s left" in output
        assert ("\x1b[" in output) is is_terminal
        assert ("updates 50/100" in output) is not is_terminal


def test_json_has_the_shortest_decimals_of_single_precision():
    single = np.float32(0.3)
    content = {"a": single, "b": [jnp.asarray([0.1, np.nan], jnp.float32)], "c": 0.1}
    assert _folder.finite(content) == {"a": 0.3, "b": [[0.1, None]], "c": 0.1}
    assert _history.plain(float(single), np.dtype(np.float32)) == 0.3
    double = float(single)
    assert _history.plain(double, np.dtype(np.float64)) == double
