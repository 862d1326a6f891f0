"""Tests of figures of weight matrices."""

from matplotlib.patches import Polygon
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.plotting import (
    EXCITATORY,
    INHIBITORY,
    plot_sorted_weights,
    plot_weight_magnitudes,
    plot_weights,
)


def test_weights_are_drawn_post_by_pre_with_zero_in_the_middle(ax, ei_run):
    w = np.asarray(cj.effective(ei_run[1]).w_hid)
    assert plot_weights(w, ax=ax, n_excitatory=16, colorbar=True) is ax
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), w)
    assert image.norm(0.0) == pytest.approx(0.5)
    red, blue = image.cmap(image.norm(10.0)), image.cmap(image.norm(-10.0))
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    labels = (ax.get_xlabel(), ax.get_ylabel())
    classes = "E 0-15, I 16-19"
    assert labels == (f"from unit (pre; {classes})", f"to unit (post; {classes})")


def test_zero_weights_can_be_drawn(ax, new_ax, render):
    plot_weights(np.zeros((3, 2)), ax=ax)
    assert ax.images[0].get_clim() == (-1.0, 1.0)
    magnitudes = plot_weight_magnitudes(np.zeros((3, 3)), ax=new_ax())
    outlines = [patch for patch in magnitudes.patches if isinstance(patch, Polygon)]
    assert max(outline.get_xy()[:, 1].max() for outline in outlines) == 0
    render(magnitudes)


def test_weight_magnitudes_are_split_by_class(ax, ei_run, legend_texts):
    w = np.asarray(cj.effective(ei_run[1]).w_hid)
    plot_weight_magnitudes(w, 16, ax=ax)
    assert legend_texts(ax) == ["from excitatory", "from inhibitory"]
    assert ax.get_xscale() == "log"


def test_weights_are_sorted_by_area_then_class(ax, new_ax, render):
    rng = np.random.default_rng(0)
    signs = np.array([1, -1, 1, -1, 1, 1])
    areas = ["motor", "sensory", "sensory", "motor", "motor", "sensory"]
    w = rng.random((6, 6)) * signs
    assert plot_sorted_weights(w, ax=ax, areas=areas, signs=signs, colorbar=True) is ax
    render(ax)
    order = [0, 4, 3, 2, 5, 1]  # motor E, E, I, sensory E, E, I
    np.testing.assert_allclose(ax.images[0].get_array(), w[np.ix_(order, order)])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["motor", "sensory"]
    bars = [line for line in ax.lines if line.get_linewidth() == 4]
    horizontal = [line for line in bars if np.ptp(line.get_ydata()) == 0]
    spans = [(*line.get_xdata(), line.get_color()) for line in horizontal]
    e, i = EXCITATORY, INHIBITORY
    assert spans == [(-0.5, 1.5, e), (1.5, 2.5, i), (2.5, 4.5, e), (4.5, 5.5, i)]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("from unit (pre)", "to unit (post)")
    by_class = plot_sorted_weights(w, ax=new_ax())
    order = [0, 2, 4, 5, 1, 3]
    np.testing.assert_allclose(by_class.images[0].get_array(), w[np.ix_(order, order)])
    with pytest.raises(ValueError, match="one entry for each unit"):
        plot_sorted_weights(w, ax=ax, areas=["a"])


def test_channels_of_weights_are_named_if_there_is_room(new_ax, render):
    named = new_ax()
    names = ["evidence for 1", "evidence for 2"]
    plot_weights(np.eye(5, 2), ax=named, pre_names=names)
    render(named)
    labels = named.get_xticklabels()
    assert [label.get_text() for label in labels] == names
    assert {label.get_rotation() for label in labels} == {0}
    assert (named.get_xlabel(), named.get_ylabel()) == (
        "from channel (pre)", "to unit (post)",
    )  # fmt: skip
    np.testing.assert_array_equal(named.get_yticks(), np.round(named.get_yticks()))

    upright = new_ax()
    plot_weights(
        np.eye(5, 9), ax=upright, pre_names=[f"evidence for {i}" for i in range(9)]
    )
    labels = render(upright).get_xticklabels()
    assert [label.get_text() for label in labels][-1] == "evidence for 8"
    assert {label.get_rotation() for label in labels} == {90}

    crowded = new_ax()
    plot_weights(
        np.eye(60, 9), ax=crowded, post_names=[f"output {i}" for i in range(60)]
    )
    texts = [label.get_text() for label in render(crowded).get_yticklabels()]
    assert texts
    assert not any("output" in text for text in texts)
    assert crowded.get_ylabel() == "to channel (post)"

    long = new_ax()
    plot_weights(np.eye(2, 9), ax=long, post_names=["a", 200 * "b"])
    assert "a" not in [label.get_text() for label in render(long).get_yticklabels()]
