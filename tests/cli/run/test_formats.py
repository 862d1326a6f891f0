"""Pictures as png, pdf and svg: text remains text, equal figures give equal bytes."""

import shutil

from cli.commands import ctrnn_jax, read
import matplotlib
from matplotlib.figure import Figure
from matplotlib.image import imread
import numpy as np
import pytest

from ctrnn_jax.cli.run import _pictures, save_picture
from ctrnn_jax.training import History


def a_figure():
    """Return a figure with text and a line."""
    figure = Figure(figsize=(3.0, 2.0))
    ax = figure.add_subplot()
    ax.plot([0, 1], [0, 1])
    ax.set_xlabel("time of a unit (ms)")
    return figure


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_equal_figures_give_equal_bytes(tmp_path, kind):
    first, second = (
        save_picture(tmp_path / f"{i}.{kind}", a_figure()).read_bytes() for i in "ab"
    )
    assert first == second
    assert matplotlib.__version__.encode() not in first


def test_letters_remain_text_and_png_has_200_dots_an_inch(tmp_path):
    svg = save_picture(tmp_path / "a.svg", a_figure()).read_text()
    assert ">time of a unit (ms)</text>" in svg
    pdf = save_picture(tmp_path / "a.pdf", a_figure()).read_bytes()
    # TrueType (42), which editors can change, not Type 3
    assert b"/Type0" in pdf or b"/TrueType" in pdf
    assert b"/Type3" not in pdf
    png = save_picture(tmp_path / "a.png", a_figure())
    assert imread(png).shape[:2] == (400, 600)


def test_pictures_of_an_earlier_part_in_another_format_are_removed(tmp_path):
    loss, none = np.ones((2, 5)), np.zeros(0, int)
    history = History(loss, {}, loss, none, loss[:, :0], loss[:, :0], none)
    options = {"criterion": 0.8, "performance_name": "fraction"}
    _pictures.draw_spread(tmp_path, history, [""], **options)
    assert {p.name for p in tmp_path.iterdir()} == {"loss.png", "performance.png"}
    _pictures.draw_spread(tmp_path, history, [""], picture_format="pdf", **options)
    assert {p.name for p in tmp_path.iterdir()} == {"loss.pdf", "performance.pdf"}


def test_updates_of_a_sweep_that_are_beyond_the_axis_are_counted(tmp_path, monkeypatch):
    """Also those of a single setting, whose curves have no name."""
    drawn, none = {}, np.zeros(0, int)

    def keep(folder, figures, formats):
        drawn.update(figures)
        return []

    monkeypatch.setattr(_pictures, "save_pictures", keep)
    loss = np.geomspace(1.0, 0.1, 200) * np.ones((2, 1))
    loss[0, -1] = 1e9
    history = History(loss, {}, loss, none, loss[:, :0], loss[:, :0], none)
    options = {"criterion": 0.8, "performance_name": "fraction"}
    assert _pictures.draw_spread(tmp_path, history, ("",), **options) == []
    legends = {name: figure.axes[0].get_legend() for name, figure in drawn.items()}
    texts = {n: [x.get_text() for x in y.get_texts()] for n, y in legends.items()}
    assert texts == {"loss": ["1 update above the axis"], "performance": ["criterion"]}


def test_analyse_writes_the_format_in_place_of_others(trained, tmp_path):
    """A PDF has a PNG beside it, which the report shows."""
    run = shutil.copytree(trained, tmp_path / "run")
    for kind, kinds in (("png", {"png"}), ("svg", {"svg"}), ("pdf", {"pdf", "png"})):
        flags = ["--spectrum", "--format", kind, "--no-report"]
        assert ctrnn_jax("analyse", run, *flags) == 0
        pictures = (run / "analysis").glob("spectrum.p*"), run.rglob("spectrum.svg")
        assert {path.suffix[1:] for some in pictures for path in some} == kinds


@pytest.mark.slow
def test_a_resumed_run_draws_in_the_format_that_it_is_given(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    assert read(run / "config.json")["format"] == "png"
    assert ctrnn_jax("resume", run, "--steps", 25, "--format", "pdf") == 0
    assert read(run / "config.json")["format"] == "pdf"
    assert not list(run.glob("*.png"))
    names = {path.name for path in run.glob("*.pdf")}
    assert names == {"loss.pdf", "psychometric.pdf", "trials.pdf", "weights.pdf"}
    assert ctrnn_jax("resume", run, "--steps", 30) == 0
    assert len(list(run.glob("*.pdf"))) == 4
