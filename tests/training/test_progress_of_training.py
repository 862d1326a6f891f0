"""The lines of `fit`, `fit_ensemble` and `force` while they run."""

import io
import logging
import re
import sys
from types import SimpleNamespace

from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from training.problem import EASY, fit, fit_ensemble, NAN_AT_7, TASK

import ctrnn_jax as cj
from ctrnn_jax import _progress
from ctrnn_jax.training import _fit


@pytest.fixture
def every_line(monkeypatch):
    """Let every text be a line, however short the time since the last one is."""
    monkeypatch.setattr(_progress, "spacing", lambda elapsed: 0.0)


@pytest.fixture
def terminal(monkeypatch):
    # of this module alone: pytest replaces that of `sys` after the fixtures
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    streams = SimpleNamespace(stderr=terminal, modules=sys.modules)
    monkeypatch.setattr(_progress, "sys", streams)
    return terminal


def numbered(lines):
    """The lines with the numbers that differ from run to run left out."""
    return [re.sub(r"\d[\d.e+-]*(?= (s|updates/s)\b)", "#", line) for line in lines]


def test_fit_shows_updates_losses_and_why_it_ended(capsys, every_line):
    rule = cj.MeanAbove(0.99, last=2)
    result = fit(12, stop_when=rule, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    history, lines = result.history, err.splitlines()
    lines = [line for line in lines if not line.startswith("compiling")]
    performance = history.performance
    mean_loss = np.mean(history.loss[5:10])
    assert lines[1].split("  ")[:3] == [
        "updates 10/12",
        f"performance {performance[1]:.3f} (last 2: {np.mean(performance):.3f})",
        f"loss {mean_loss:.4f}",
    ]
    assert numbered(lines[1:2])[0].endswith("# updates/s, at most # s left  # s")
    best = max(performance)
    step = 5 * (1 + int(np.argmax(performance)))
    assert numbered(lines[-1:]) == [
        f"12 updates in # s  performance {performance[-1]:.3f}  best {best:.3f} after "
        f"{step}  stopped: steps"
    ]
    assert len(lines) == 4


def test_progress_changes_no_bit_and_compiles_nothing(capsys, caplog, terminal):
    """On a terminal too, with callbacks."""
    plain = fit(12)
    caplog.set_level(logging.INFO, "ctrnn_jax")
    shown = fit(12, progress=True, callback=lambda report: None)
    assert caplog.records == []
    assert identical(plain.network, shown.network)
    assert identical(plain.history, shown.history)
    assert terminal.getvalue().count("\n") == 1
    assert "\rupdates 5/12" in terminal.getvalue()
    assert capsys.readouterr() == ("", "")


def test_compiling_is_shown_before_the_first_update(capsys):
    fit(5, batch_size=7, validation_size=33, progress=True)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["compiling updates ...", "compiling the validation ..."]


def test_a_run_with_progress_is_resumed_without(tmp_path):
    """It is not a setting of the run."""
    store = cj.Checkpoints(tmp_path, every=5)
    fit(5, checkpoints=store, progress=True)
    result = fit(10, checkpoints=store, resume=True, progress=False)
    assert result.state.step == 10


def test_ctrl_c_leaves_a_line_that_says_so(caplog, terminal):
    def interrupt(report):
        if report.state.step == 10:
            raise KeyboardInterrupt

    result = fit(20, callback=interrupt, progress=True)
    assert result.stopped == "interrupted"
    last = terminal.getvalue().rstrip("\n").split("\r")[-1]
    assert last.startswith("10 updates in ")
    assert last.endswith("stopped: interrupted")


def test_ctrl_c_before_the_first_update_begins_a_new_line(monkeypatch, terminal):
    def interrupt(*arguments):
        _progress.compiling("updates")
        raise KeyboardInterrupt

    monkeypatch.setattr(_fit, "updates_compiled", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fit(5, progress=True)
    assert terminal.getvalue() == "\rcompiling updates ...\n"


def test_a_curriculum_and_a_diverged_run(capsys, every_line):
    always, never = cj.MeanAbove(0.0, inclusive=True), cj.MeanAbove(0.999, last=1)
    stages = cj.training.Curriculum((EASY, always), (TASK, never))
    fit(10, task=stages, progress=True)
    assert "stopped: steps" in capsys.readouterr().err
    fit(10, optimiser=NAN_AT_7, progress=True)
    text = capsys.readouterr().err
    assert "\n7 updates in " in text
    assert text.endswith("stopped: diverged\n")


def test_an_ensemble_shows_medians(capsys, every_line):
    result = fit_ensemble(10, seeds=(0, 1, 2), progress=True)
    lines = capsys.readouterr().err.splitlines()
    lines = [line for line in lines if not line.startswith("compiling")]
    median = np.median(np.mean(result.history.loss[:, 5:10], axis=1))
    best = result.state.best.performance
    summary = (
        f"best performance: median {np.median(best):.3f}, {min(best):.3f} to "
        f"{max(best):.3f}"
    )
    parts = lines[1].split("  ")
    assert parts[:4] == [
        "updates 10/10",
        "3 running",
        f"median loss {median:.4f}",
        summary,
    ]
    expected = f"10 updates in # s of 3 networks  3 running  {summary}"
    assert numbered(lines[-1:]) == [expected]


def test_force_shows_a_line_for_each_pass_and_the_same_bits(capsys, every_line):
    net = cj.CTRNN(1, 6, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    rng = np.random.default_rng(0)
    u, targets = rng.normal(size=(20, 1)), rng.normal(size=(20, 1))
    plain = cj.training.force(net, u, targets, passes=3)
    assert capsys.readouterr().err == ""
    shown = cj.training.force(net, u, targets, passes=3, progress=True)
    assert identical(plain, shown)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    error = np.sqrt(np.mean(plain.errors[1] ** 2))
    assert lines[1].startswith(f"force: passes 2/3  error {error:.4g}")
    assert "3 passes in " in lines[-1]

    # one scan over all passes, if JAX traces it
    traced = jax.jit(
        lambda u: cj.training.force(net, u, targets, passes=3, progress=True).errors
    )(u)
    np.testing.assert_allclose(traced, plain.errors, rtol=1e-9)
    assert capsys.readouterr().err == ""


def test_the_time_left_is_that_to_the_criterion_if_it_comes_first(
    capsys, monkeypatch, every_line
):
    """Performances rise by 0.01 from validation to validation, every 5 updates."""
    performances = iter(np.arange(15, 100) / 100)

    def validate(net, key, step, settings):
        return SimpleNamespace(
            performance=jnp.asarray(next(performances)), loss=jnp.asarray(0.1)
        )

    monkeypatch.setattr(_fit, "validate_compiled", validate)
    fit(100, stop_when=cj.MeanAbove(0.2, last=1), progress=True)
    lines = capsys.readouterr().err.splitlines()
    lines = [line for line in lines if line.startswith("updates ")]
    assert [line.split("/")[0] for line in lines] == [
        f"updates {step}" for step in (5, 10, 15, 20, 25, 30, 35)
    ]
    assert "at most" in lines[1]  # too few validations for an estimate
    for line in lines[2:-1]:
        assert " to the criterion  " in line
    fit(25, stop_when=cj.MeanAbove(0.9, last=1), progress=True)
    assert "to the criterion" not in capsys.readouterr().err
