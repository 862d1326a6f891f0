"""The command line from its arguments to the files, in this process."""

import io
import json
import re
import signal
import subprocess
import sys
import time

from helpers import identical
import jax
import numpy as np
import pytest
from rich.console import Console

import ctrnn_jax as cj
from ctrnn_jax.cli import _main, _progress, _train


FILES = {
    "config.json",
    "history.jsonl",
    "loss.png",
    "network.safetensors",
    "psychometric.png",
    "summary.json",
    "trials.png",
    "weights.png",
}
SMALL = ["--hidden", "10", "--batch-size", "2", "--validation-size", "11"]
GENERAL = FILES - {"psychometric.png"}


@pytest.fixture(autouse=True)
def optax_promotes():
    """Adam's bias correction is `float ** int32`, which strict promotion refuses."""
    with jax.numpy_dtype_promotion("standard"):
        yield


def ctrnn_jax(*arguments):
    return _main.run([str(a) for a in arguments])


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "new" / "demo"
    with jax.numpy_dtype_promotion("standard"):
        status = ctrnn_jax(
            "train", "perceptual_decision", "--out", folder, "--steps", 20,
            "--validate-every", 10, "--seed", 3, *SMALL,
        )  # fmt: skip
    assert status == 0
    return folder


def test_all_files_are_written_and_nothing_else(finished):
    assert {path.name for path in finished.iterdir()} == FILES


def test_config_holds_every_flag_and_what_was_left_out(finished):
    config = json.loads((finished / "config.json").read_text())
    assert (config["task"], config["seed"], config["hidden"]) == (
        "perceptual_decision",
        3,
        10,
    )
    assert config["steps"] == 20
    assert (config["learning_rate"], config["criterion"]) == (5e-3, 0.85)
    assert config["network"] == "rdm_dense"
    assert config["out"] == str(finished)


def test_history_has_a_line_per_compiled_call(finished):
    lines = [
        json.loads(x) for x in (finished / "history.jsonl").read_text().splitlines()
    ]
    assert [line["step"] for line in lines] == [10, 20]
    assert all(0 <= line["performance"] <= 1 for line in lines)


def test_summary_tells_what_was_reached(finished):
    summary = json.loads((finished / "summary.json").read_text())
    assert {
        "performance", "performance_name", "steps", "seconds", "compile_seconds",
        "violations", "versions",
    } <= summary.keys()  # fmt: skip
    assert summary["steps"] == 20
    assert summary["violations"] == 0
    assert 0 < summary["compile_seconds"] < summary["seconds"]
    assert summary["versions"]["jax"] == jax.__version__


def test_saved_network_is_the_trained_one(finished):
    """Trained again from the same seed: the same bits, through the file."""
    net = cj.load(finished / "network.safetensors")
    assert (net.n_in, net.n_hidden, net.n_out) == (2, 10, 2)
    assert int(cj.violations(net)) == 0
    summary = json.loads((finished / "summary.json").read_text())
    key = jax.random.split(jax.random.key(3), 3)[2]
    performance = _train._test(net, cj.tasks.make("perceptual_decision"), key)[2]
    assert float(performance) == pytest.approx(summary["performance"])


def test_pictures_are_pictures(finished):
    from matplotlib.image import imread

    for path in finished.glob("*.png"):
        pixels = imread(path)
        assert min(pixels.shape[:2]) > 300
        assert pixels.std() > 0.02  # not blank


def test_folder_in_use_is_refused_and_left_alone(finished, capfd):
    before = {path.name: path.stat().st_mtime_ns for path in finished.iterdir()}
    status = ctrnn_jax("train", "perceptual_decision", "--out", finished, *SMALL)
    assert status == 2
    assert "must be a new or empty folder" in capfd.readouterr().err
    assert before == {p.name: p.stat().st_mtime_ns for p in finished.iterdir()}


def test_overwrite_replaces_a_run(tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    status = ctrnn_jax(
        "train", "perceptual_decision", "--out", tmp_path, "--overwrite", "--steps", 2,
        "--network", "rdm_nodale", *SMALL,
    )  # fmt: skip
    assert status == 0
    assert {p.name for p in tmp_path.iterdir()} == FILES | {"note.txt"}
    assert isinstance(cj.load(tmp_path / "network.safetensors"), cj.CTRNN)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["perceptual_desicion"], "Did you mean 'perceptual_decision'"),
        (["perceptual_decision", "--hidden", "2"], "none is inhibitory"),
        (["perceptual_decision", "--validation-size", "7"], "multiple of the 11"),
        (["perceptual_decision", "--network", "rdm_dens"], "Did you mean 'rdm_dense'"),
        (["fdgo", "--network", "rdm_dense"], "The options are 'yang2019'"),
    ],
)
def test_refusals_write_nothing(tmp_path, capfd, arguments, message):
    folder = tmp_path / "out"
    assert ctrnn_jax("train", *arguments, "--out", folder) == 2
    assert message in capfd.readouterr().err
    assert not folder.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--steps", "-1"], "`steps` must be a whole number, at least 1"),
        (["--learning-rate", "0"], "`learning_rate` must be positive"),
        (["--noise", "-1"], "`noise` must not be negative"),
        (["--criterion", "85"], "`criterion` must lie in"),
        (["--learning-rat", "0.1"], "--learning-rate"),
    ],
)
def test_bad_flags_are_refused_by_the_parser(tmp_path, capfd, arguments, message):
    folder = tmp_path / "out"
    with pytest.raises(SystemExit) as error:
        ctrnn_jax("train", "perceptual_decision", "--out", folder, *arguments)
    assert error.value.code == 2
    assert message in re.sub(r"[│\s]+", " ", capfd.readouterr().err)
    assert not folder.exists()


def test_out_must_be_a_folder_that_can_be_made(tmp_path, capfd):
    file = tmp_path / "file"
    file.write_text("")
    for out, message in ((file, "must be a folder; got the file"),
                         (file / "below", "folder that can be written")):  # fmt: skip
        assert ctrnn_jax("train", "perceptual_decision", "--out", out, *SMALL) == 2
        assert message in capfd.readouterr().err


def test_divergence_keeps_the_last_good_network_and_says_so(tmp_path, capfd):
    status = ctrnn_jax(
        "train", "perceptual_decision", "--out", tmp_path / "out", "--steps", 30,
        "--learning-rate", "1e200", *SMALL,
    )  # fmt: skip
    assert status == 1
    assert "try a smaller --learning-rate" in capfd.readouterr().out
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (summary["stopped"], summary["violations"]) == ("diverged", 0)
    assert {p.name for p in (tmp_path / "out").iterdir()} == FILES


def test_interrupt_keeps_what_was_trained(tmp_path, monkeypatch):
    show = _progress.TrainingProgress.show

    def interrupt(self, report):
        show(self, report)
        if report.state.step == 20:
            raise KeyboardInterrupt

    monkeypatch.setattr(_progress.TrainingProgress, "show", interrupt)
    status = ctrnn_jax(
        "train", "perceptual_decision", "--out", tmp_path / "out", "--steps", 100,
        "--validate-every", 10, *SMALL,
    )  # fmt: skip
    assert status == 130
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (summary["stopped"], summary["steps"]) == ("interrupted", 20)
    assert {p.name for p in (tmp_path / "out").iterdir()} == FILES


def test_a_real_ctrl_c_ends_the_process_in_order(tmp_path):
    """A signal to the process, as a terminal sends it; status 130, all files there."""
    folder = tmp_path / "out"
    command = [sys.executable, "-m", "ctrnn_jax", "train", "perceptual_decision"]
    process = subprocess.Popen(
        [*command, "--out", str(folder), "--no-stop", "--steps", "1000000", *SMALL],
        stdout=subprocess.PIPE,
        text=True,
    )
    history = folder / "history.jsonl"
    deadline = time.monotonic() + 240
    while not (history.exists() and history.read_text().count("\n") > 1):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=240)
    assert process.returncode == 130
    assert "Interrupted after" in said
    assert {path.name for path in folder.iterdir()} == FILES
    steps = json.loads((folder / "summary.json").read_text())["steps"]
    assert steps == json.loads(history.read_text().splitlines()[-1])["step"]


def test_same_seed_same_network(tmp_path):
    for name in "ab":
        status = ctrnn_jax(
            "train", "perceptual_decision", "--out", tmp_path / name, "--steps", 3,
            "--seed", 5, *SMALL,
        )  # fmt: skip
        assert status == 0
    a, b = (tmp_path / n / "network.safetensors" for n in "ab")
    assert a.read_bytes() == b.read_bytes()
    assert identical(cj.load(a), cj.load(b))


@pytest.mark.parametrize("name", ["sine_wave", "dms", "fdgo", "flip_flop_discrete"])
def test_other_families_train_too(tmp_path, name):
    """Without input, with synapses and softmax, with a ring and sigmoid, tanh."""
    status = ctrnn_jax(
        "train", name, "--out", tmp_path / "out", "--steps", 2, "--validate-every", 1,
        "--hidden", 10, "--batch-size", 2,
    )  # fmt: skip
    assert status == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == GENERAL
    assert cj.load(tmp_path / "out" / "network.safetensors").n_hidden == 10


def test_tasks_are_listed(capfd):
    assert ctrnn_jax("tasks") == 0
    said = capfd.readouterr().out
    for name in cj.tasks.names():
        assert any(
            line.split() == [name, *cj.tasks.describe(name).split()]
            for line in said.splitlines()
        )


def test_a_task_is_shown_with_a_picture(tmp_path, capfd):
    from matplotlib.image import imread

    out = tmp_path / "task.png"
    assert ctrnn_jax("tasks", "context_integration", "--out", out) == 0
    said = capfd.readouterr().out
    parts = ("motion context", "fixation", "stimulus", "73 conditions", "mante")
    for part in (*parts, "coherence_motion"):
        assert part in said
    assert imread(out).std() > 0.02
    for name in ("sine_wave", "fdgo"):  # without inputs, and with many
        assert ctrnn_jax("tasks", name, "--out", tmp_path / f"{name}.png") == 0
        assert imread(tmp_path / f"{name}.png").std() > 0.02
    assert ctrnn_jax("tasks", "context_integraton") == 2
    assert "Did you mean 'context_integration'" in capfd.readouterr().err
    assert ctrnn_jax("tasks", "fdgo", "--out", tmp_path / "x.pdf") == 2
    assert "`out` must end in .png" in capfd.readouterr().err


def report(step, performance):
    from ctrnn_jax.training import FitState, History, Report

    history = History(np.zeros(step), np.array([step]), np.array([0.7]), np.zeros(1))
    net = cj.CTRNN(1, 1, 1, dt=1.0, tau=2.0, key=jax.random.key(0))
    state = FitState(net, (), jax.random.key(0), step, history)
    return Report(state, np.array([0.25]), performance, None)


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere():
    for terminal in (True, False):
        text = io.StringIO()
        console = Console(file=text, force_terminal=terminal, width=160)
        with _progress.TrainingProgress(
            console, steps=100, rule=cj.MeanAbove()
        ) as progress:
            progress.show(report(50, 0.7))
            progress.show(report(100, None))
        shown = text.getvalue()
        assert "loss 0.2500" in shown
        assert "0.700" in shown
        assert ("\x1b[" in shown) is terminal
        assert ("step 50/100" in shown) is not terminal
