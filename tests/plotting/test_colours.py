"""Tests of colours: colour-blind readers, uniform colour maps, light and dark."""

import itertools

from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
import numpy as np
import pytest

from ctrnn_jax.plotting import EXCITATORY, INHIBITORY
from ctrnn_jax.plotting._style import CHANNELS, colour_map, colours_of, shades_of


SIMULATED = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Linear RGB as seen: Machado, Oliveira & Fernandes (2009), severity 1."""


def linear(colours):
    """Return linear RGB of sRGB colours."""
    rgb = np.array([to_rgb(colour) for colour in colours])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colours, sight="normal"):
    """Return CIELAB coordinates (D65) of colours, as seen."""
    rgb = np.clip(linear(colours) @ np.asarray(SIMULATED[sight]).T, 0, 1)
    to_xyz = np.array(
        [
            [0.4124, 0.3576, 0.1805],
            [0.2126, 0.7152, 0.0722],
            [0.0193, 0.1192, 0.9505],
        ]
    )
    ratio = rgb @ to_xyz.T / to_xyz.sum(1)
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2))
    f = f + np.where(ratio > (6 / 29) ** 3, 0, 4 / 29)
    x, y, z = f.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def test_lab_of_known_colours():
    np.testing.assert_allclose(lab(["white"]), [[100, 0, 0]], atol=0.1)
    # published for sRGB red: L = 53.2, a = 80.1, b = 67.2
    np.testing.assert_allclose(lab(["#ff0000"]), [[53.2, 80.1, 67.2]], atol=0.2)


@pytest.mark.parametrize("sight", SIMULATED)
def test_colours_of_one_picture_differ_for_every_reader(sight):
    """Classes and four channels, such as choices, can be in one picture."""
    colours = [EXCITATORY, INHIBITORY, *CHANNELS[:4]]
    places = lab(colours, sight)
    distances = {
        (colours[i], colours[j]): np.linalg.norm(places[i] - places[j])
        for i, j in itertools.combinations(range(len(colours)), 2)
    }
    assert min(distances.values()) > 15, min(distances, key=distances.get)
    names = list(colours_of("abcde").values())
    places = lab(names, sight)
    for i, j in itertools.combinations(range(len(names)), 2):
        assert np.linalg.norm(places[i] - places[j]) > 15, (names[i], names[j])


@pytest.mark.parametrize("style", ["default", "dark_background"])
@pytest.mark.parametrize("sight", SIMULATED)
@pytest.mark.parametrize("kind", ["rates", "signed rates", "weights"])
def test_lightness_changes_steadily_from_zero_to_both_ends(kind, sight, style):
    with plt.style.context(style):
        ax = Figure().add_subplot()
        colours = colour_map(ax, kind)(np.linspace(0, 1, 101))
    lightness = lab(colours[:, :3], sight)[:, 0]
    sign = -1 if style == "default" else 1
    right = sign * (lightness if kind == "rates" else lightness[50:])
    steps = np.diff(right)
    assert steps.min() > 0.2 * steps.mean() > 0
    assert steps.max() < 2.5 * steps.mean()
    if kind != "rates":
        left = np.diff(sign * lightness[50::-1])
        assert left.min() > 0.2 * left.mean() > 0
        # both ends of the same magnitude look equally far from 0
        assert lightness[0] == pytest.approx(lightness[-1], abs=12)


@pytest.mark.parametrize("dark", [False, True])
def test_shades_of_numbers_are_visible_and_ordered(dark):
    lightness = lab(shades_of(np.linspace(0, 1, 12), dark=dark))[:, 0]
    assert np.all(np.diff(lightness) > 0)
    assert (lightness[0] > 25) if dark else (lightness[-1] < 85)


def test_zero_has_the_colour_of_the_background():
    for style, background in (("default", 1.0), ("dark_background", 0.0)):
        with plt.style.context(style):
            ax = Figure().add_subplot()
        np.testing.assert_allclose(
            colour_map(ax, "weights")(0.5)[:3], background, atol=0.02
        )
        np.testing.assert_allclose(colour_map(ax, "rates")(0.0)[:3], background)
