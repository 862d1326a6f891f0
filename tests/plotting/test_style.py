"""Tests of shared colours and of the shading of epochs."""

import itertools

from matplotlib.figure import Figure
import numpy as np
import pytest

from ctrnn_jax.plotting import shade_epochs
from ctrnn_jax.plotting._style import (
    add_legend,
    colours_of,
    is_dark,
    paper,
    text_width,
    wrapped,
)


def test_numbers_get_shades_in_their_order():
    colours = colours_of([3.0, -1.0, 3.0, 0.5])
    assert list(colours) == [-1.0, 0.5, 3.0]
    luminance = [np.dot(colour[:3], [0.3, 0.6, 0.1]) for colour in colours.values()]
    assert luminance == sorted(luminance)
    assert len(set(map(str, colours_of(list("abcdefgh")).values()))) == 8


def test_epochs_are_shaded_and_named(ax):
    shade_epochs({"a": (0, 5), "b": (5, 9)}, 20.0, ax=ax, names=True)
    assert [text.get_text() for text in ax.texts] == ["a", "b"]
    assert len(ax.patches) == 1


def overlaps(texts):
    """Return the pairs of texts whose boxes overlap."""
    boxes = {text.get_text(): text.get_window_extent() for text in texts}
    pairs = itertools.combinations(boxes, 2)
    return [pair for pair in pairs if boxes[pair[0]].overlaps(boxes[pair[1]])]


@pytest.mark.parametrize("width", [6.4, 3.3, 1.5])
def test_names_of_short_epochs_do_not_overlap(width):
    figure = Figure(figsize=(width, 2.5), layout="constrained")
    ax = figure.add_subplot()
    ax.plot([0, 2000], [0, 1])
    epochs = {
        "fixation": (0, 10), "stimulus": (10, 60), "delay": (60, 62), "test": (62, 64),
        "decision": (64, 100),
    }  # fmt: skip
    shade_epochs(epochs, 20.0, ax=ax, names=True)
    figure.draw_without_rendering()
    assert [text.get_text() for text in ax.texts] == list(epochs)
    assert overlaps(ax.texts) == []
    above = ax.get_window_extent()
    assert all(text.get_window_extent().y0 >= above.y1 for text in ax.texts)


def test_transparent_axes_have_the_background_that_contrasts_with_the_text():
    ax = Figure().add_subplot()
    ax.set_facecolor("none")
    assert paper(ax) == (1.0, 1.0, 1.0)
    assert not is_dark(ax)
    ax.xaxis.label.set_color("white")
    assert paper(ax) == (0.0, 0.0, 0.0)
    assert is_dark(ax)


def test_long_labels_are_broken_into_lines():
    assert wrapped("rate (dimensionless)", 10, 500) == "rate (dimensionless)"
    assert wrapped("rate (dimensionless)", 10, 70) == "rate\n(dimensionless)"
    assert text_width("", 10) == 0


def test_a_legend_is_above_the_data():
    figure = Figure(figsize=(3.3, 2.5))
    ax = figure.add_subplot()
    for name in ("one", "two", "three"):
        ax.plot([0, 1, 2], [1.0, 1.0, 1.0], label=name)
    add_legend(ax)
    add_legend(ax)  # the axis is not extended again
    figure.draw_without_rendering()
    legend = ax.get_legend()
    assert legend is not None
    box = legend.get_window_extent()
    ((_, height),) = ax.transData.transform([[0.0, 1.0]])
    assert height < box.y0
    assert height > ax.bbox.y0 + 0.4 * ax.bbox.height
