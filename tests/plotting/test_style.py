"""Tests of shared colours and of the shading of epochs."""

import numpy as np

from ctrnn_jax.plotting import shade_epochs
from ctrnn_jax.plotting._style import colours_of


def test_numbers_get_shades_in_their_order():
    colours = colours_of([3.0, -1.0, 3.0, 0.5])
    assert list(colours) == [-1.0, 0.5, 3.0]
    luminance = [np.dot(colour[:3], [0.3, 0.6, 0.1]) for colour in colours.values()]
    assert luminance == sorted(luminance)
    assert len(set(map(str, colours_of(list("abcdefgh")).values()))) == 8


def test_epochs_are_shaded_and_named(ax):
    shade_epochs(ax, {"a": (0, 5), "b": (5, 9)}, 20.0, names=True)
    assert [text.get_text() for text in ax.texts] == ["a", "b"]
    assert len(ax.patches) == 1
