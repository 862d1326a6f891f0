"""Figures as elements of a page: ids, greys, formulas, large figures."""

import dataclasses
import re
from xml.etree import ElementTree

from matplotlib.figure import Figure
import numpy as np

from ctrnn_jax.cli.report import _figures, _svg
from ctrnn_jax.cli.report._figures import Curve


def figure(points=3):
    made = Figure(figsize=(4, 2))
    ax = made.add_subplot()
    ax.plot(np.random.default_rng(0).normal(size=points), color="0.4")
    ax.imshow(np.eye(3), extent=(0, 1, 0, 1))
    ax.set_title("a <script> & more")
    return made


def test_ids_of_two_pictures_differ_and_references_resolve():
    drawings = _svg.Drawings()
    pictures = [drawings.draw(figure, "what it shows", "caption") for _ in range(2)]
    all_ids = []
    for picture in pictures:
        root = ElementTree.fromstring(picture.svg)
        ids = [node.attrib["id"] for node in root.iter() if "id" in node.attrib]
        links = [x.attrib["href"] for x in root.iter() if "href" in x.attrib]
        assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
        assert all(link.startswith(("#", "data:image/png")) for link in links)
        assert set(re.findall(r"url\(#([^)]+)\)", picture.svg)) <= set(ids)
        assert len(ids) == len(set(ids))
        assert root.get("aria-label") == "what it shows"
        assert (root.get("role"), picture.size) == ("img", (384.0, 192.0))
        all_ids += ids
    assert len(all_ids) == len(set(all_ids))
    assert "script" not in pictures[0].svg


def test_black_white_and_grey_follow_the_theme():
    svg = _svg.Drawings().draw(figure, "alt", "").svg
    assert "color-mix(in srgb, var(--paper) 40%, var(--ink))" in svg
    assert "var(--ink)" in svg
    assert not re.search(r"#([0-9a-f]{2})\1\1\b", svg)


def test_equal_figures_give_equal_bytes():
    assert _svg.Drawings().draw(figure, "", "") == _svg.Drawings().draw(figure, "", "")


def test_a_figure_of_many_points_becomes_a_png():
    def many():
        made = Figure()
        made.add_subplot().scatter(*np.random.default_rng(0).normal(size=(2, 9000)))
        return made

    picture = _svg.Drawings().draw(many, "alt", "")
    assert picture.source.startswith("data:image/png;base64,")
    assert picture.svg == ""


def curve(label, losses):
    return Curve(label, np.arange(len(losses)), np.asarray(losses, float))


def test_labels_of_any_name_are_drawn():
    """Names that would be formulas, or hidden from the legend."""
    labels = [r"$\nothing$", "_hidden", "a" * 200, "a_b^c"]
    curves = [curve(label, [1.0, 0.5]) for label in labels]
    made = _figures.losses(curves)
    assert _svg.Drawings().draw(lambda: made, "", "").svg
    texts = [text.get_text() for text in made.legends[0].get_texts()]
    assert texts[:2] == [r"\$\nothing\$", " _hidden"]
    assert len(texts[2]) == 44


def test_one_large_loss_does_not_compress_the_others():
    values = np.geomspace(1.0, 0.1, 100)
    values[50] = 1e9
    values[51] = np.nan
    values[52] = -1.0
    low, high = _figures.losses([curve("a", values)]).axes[0].get_ylim()
    assert low < 0.1
    assert 1.0 < high < 50.0
    picture = _svg.Drawings().draw(
        lambda: _figures.losses([curve("a", values), curve("b", values[::-1])]),
        "",
        "Loss.",
    )
    not_shown = "Not shown: 2 updates above the axis; triangles mark their place."
    assert picture.caption == f"Loss. {not_shown}"


def test_means_of_losses_are_without_those_beyond_the_axis():
    values = np.linspace(2.0, 1.0, 60)
    values[50] = 1e9
    made = _figures.losses([dataclasses.replace(curve("a", values), window=25)])
    drawn = np.asarray(made.axes[0].lines[0].get_ydata())
    assert drawn[0] == values[0]
    np.testing.assert_allclose(drawn[40], values[16:41].mean())
    assert np.isnan(drawn[50])
    np.testing.assert_allclose(drawn[51], np.delete(values[27:52], 50 - 27).mean())


def test_many_curves_have_shades_and_no_legend():
    curves = [curve(str(i), [1.0, 0.5]) for i in range(9)]
    made = _figures.performances(curves, "fraction", 0.8)
    lines = made.axes[0].lines
    assert len({line.get_color() for line in lines[:9]}) == 9
    assert made.legends == []
    assert _figures.losses([curve("a", [])]).axes[0].get_yscale() == "log"
