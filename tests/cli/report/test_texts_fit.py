"""Texts of the pictures of runs and of reports lie within the picture."""

from cli.commands import ctrnn_jax
import numpy as np
from plotting.pictures import cut_off
import pytest

from ctrnn_jax.cli.report import _figures, _svg
from ctrnn_jax.cli.run import _folder


LONG = "parametric_working_memory"
"""A task whose performance has a long name, and whose trials have long titles."""

SMALL = ["--hidden", 20, "--batch-size", 2, "--validation-size", 22, "--steps", 4]
SMALL += ["--validate-every", 2, "--no-stop"]


@pytest.fixture
def drawn(monkeypatch):
    """Return the figures of files and of pages that a test draws."""
    figures = []
    save, markup = _folder.save_picture, _svg._markup

    def saved(path, figure):
        figures.append((path.name, figure))
        return save(path, figure)

    def on_page(figure):
        figures.append(("page", figure))
        return markup(figure)

    monkeypatch.setattr(_folder, "save_picture", saved)
    monkeypatch.setattr(_svg, "_markup", on_page)
    return figures


@pytest.mark.slow
def test_no_text_of_a_run_a_sweep_or_a_comparison_is_cut_off(drawn, tmp_path):
    run, sweep, out = tmp_path / "run", tmp_path / "sweep", tmp_path / "both.html"
    assert ctrnn_jax("train", LONG, *SMALL, "--out", run) == 0
    settings = ["--seeds", 0, 1, "--learning-rate", "0.0012345", "0.0123456"]
    assert ctrnn_jax("sweep", LONG, *SMALL, *settings, "--out", sweep) == 0
    assert ctrnn_jax("report", run, sweep, "--out", out) == 0
    names = {name for name, _ in drawn}
    assert {"page", "loss.png", "trials.png", "weights.png"} < names
    assert len(drawn) > 20
    assert [(name, x) for name, figure in drawn if (x := cut_off(figure))] == []


@pytest.mark.parametrize("many", [1, 2, 7])
def test_long_names_of_performance_and_of_runs_fit(many):
    updates, values = np.array([5, 10, 15]), np.array([0.5, 0.9, 0.95])
    labels = [
        f"learning rate 0.0012345, noise 0.{i} in a long name" for i in range(many)
    ]
    curves = [_figures.Curve(label, updates, values) for label in labels]
    name = "fraction correct in the worst condition"
    for long in (name, f"{name}, and in the second worst condition"):
        assert cut_off(_figures.performances(curves, long, 0.85)) == []
    assert cut_off(_figures.losses(curves)) == []
