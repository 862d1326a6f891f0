"""Tests of what all pictures have in common: place, size, backgrounds, small prints."""

from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
import numpy as np
from plotting.pictures import cut_off, drawn_texts, objects, PICTURES
import pytest

from ctrnn_jax import plotting


pytestmark = pytest.mark.parametrize("name", PICTURES)
COLUMN = (3.3, 2.6)
"""The size in inches of a picture in one column of a journal."""


@pytest.fixture(autouse=True)
def no_figure_is_left(as_for_a_user):
    yield
    plt.close("all")


def luminance(colour):
    """Return the relative luminance of a colour, as of WCAG 2."""
    rgb = np.asarray(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(colour, background):
    """Return the contrast of two colours, from 1 to 21, as of WCAG 2."""
    pair = sorted([luminance(colour), luminance(background)])
    return (pair[1] + 0.05) / (pair[0] + 0.05)


def test_a_picture_stays_in_its_axes(name):
    """The size of the figure and the other axes are unchanged."""
    figure = Figure(figsize=(8.0, 3.0))
    left, right = figure.subplots(1, 2)
    right.plot([0, 1], [0, 1])
    place, children = left.get_position().frozen(), len(right.get_children())
    of_right = right.get_position().bounds
    assert PICTURES[name](objects(), left) is left
    figure.draw_without_rendering()
    assert tuple(figure.get_size_inches()) == (8.0, 3.0)
    assert right.get_position().bounds == of_right
    assert len(right.get_children()) == children
    bars = [ax for ax in figure.axes if ax not in (left, right)]
    for ax in (left, *bars):
        box = ax.get_position()
        assert box.x0 >= place.x0 - 1e-9
        assert box.x1 <= place.x1 + 1e-9


def test_without_axes_the_current_axes_are_used(name):
    _, (_, second) = plt.subplots(1, 2)
    plt.sca(second)
    assert PICTURES[name](objects(), None) is second
    plt.close("all")
    returned = PICTURES[name](objects(), None)
    assert returned.figure is plt.gcf()
    assert plt.gcf().get_layout_engine() is not None


@pytest.mark.parametrize("style", ["default", "dark_background"])
def test_nothing_has_the_colour_of_the_background(name, style):
    with plt.style.context(style):
        figure = Figure(figsize=COLUMN, layout="constrained")
        ax = PICTURES[name](objects(), figure.add_subplot())
        figure.draw_without_rendering()
    background = ax.get_facecolor()
    assert all(contrast(x.get_color(), background) > 4 for x in drawn_texts(figure))
    for line in figure.findobj(Line2D):
        if line.get_visible() and line.get_linestyle() != "None" and not ax.images:
            assert contrast(line.get_color(), background) > 1.4


def test_a_picture_of_one_column_is_readable(name):
    """Text is not cut off, and tick labels do not overlap."""
    figure = Figure(figsize=COLUMN, layout="constrained")
    ax = PICTURES[name](objects(), figure.add_subplot())
    figure.draw_without_rendering()
    assert cut_off(figure) == []
    for axis in (ax.xaxis, ax.yaxis):
        low, high = sorted(axis.get_view_interval())
        boxes = [
            label.get_window_extent()
            for place, label in zip(
                axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True
            )
            if low <= place <= high and label.get_text() and label.get_rotation() != 45
        ]
        for i, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[i + 1 :])
    assert ax.get_window_extent().width > 0.4 * figure.bbox.width


def test_legends_cover_no_curve(name):
    for size in (COLUMN, (6.4, 4.8)):
        figure = Figure(figsize=size, layout="constrained")
        ax = PICTURES[name](objects(), figure.add_subplot())
        figure.draw_without_rendering()
        legend = ax.get_legend()
        if legend is None:
            return
        box = legend.get_window_extent()
        for line in ax.lines:
            # at many points of the line, not at its ends alone
            points = line.get_transform().transform(line.get_xydata())
            points = points[np.isfinite(points).all(axis=1)]
            if len(points) < 3 or line.get_gid() in plotting.BEYOND:
                continue
            inside = [ax.bbox.contains(*p) and box.contains(*p) for p in points]
            assert not any(inside), line
