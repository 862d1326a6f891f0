"""Tests of figures of behaviour."""

import jax
import jax.numpy as jnp
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
import numpy as np
import pytest

from ctrnn_jax.analysis import (
    bootstrap_chronometric,
    bootstrap_psychometric,
    chronometric_curve,
    fit_chronometric,
    fit_psychometric,
    PerturbationEffect,
    PerturbationEffects,
    psychometric_curve,
)
from ctrnn_jax.plotting import (
    plot_chronometric,
    plot_perturbation_effects,
    plot_psychometric,
)


def test_psychometric_curve_shows_its_points(ax):
    curve = psychometric_curve(
        np.array([-1.0, -1.0, 1.0, 1.0]), np.array([False, True, True, True])
    )
    assert plot_psychometric(curve, ax=ax) is ax
    np.testing.assert_array_equal(ax.lines[2].get_xydata(), [[-1, 0.5], [1, 1]])


def test_psychometric_curves_in_one_picture_have_labels_and_colours(ax, legend_texts):
    x = np.repeat([-8.0, -2.0, 2.0, 8.0], 20)
    curve = psychometric_curve(
        x, np.arange(80) % 20 < 5 * (1 + np.repeat(range(4), 20))
    )
    fit = fit_psychometric(curve, link="logistic")
    plot_psychometric(curve, ax=ax, label="intact", colour="black")
    plot_psychometric(curve, ax=ax, fit=fit, label="lesion", colour="#56b4e9")
    texts = legend_texts(ax)
    assert "intact" in texts
    assert any(text.startswith("lesion\nthreshold") for text in texts)
    assert ax.lines[-1].get_color() == "#56b4e9"


def test_psychometric_fit_and_band(ax, render, legend_texts):
    rng = np.random.default_rng(0)
    x = np.repeat([-8.0, -4.0, -2.0, 2.0, 4.0, 8.0], 60)
    curve = psychometric_curve(x, rng.random(360) < 1 / (1 + np.exp(-0.5 * x)))
    fit = fit_psychometric(curve, link="logistic")
    bootstrap = bootstrap_psychometric(fit, key=jax.random.key(0), samples=50)
    name = "coherence (%)"
    plot_psychometric(curve, ax=ax, fit=fit, bootstrap=bootstrap, evidence_name=name)
    render(ax)
    line = ax.lines[-1]
    np.testing.assert_allclose(line.get_ydata(), fit(line.get_xdata()))
    points = ax.containers[0].lines[0]
    np.testing.assert_allclose(points.get_ydata(), curve.proportion)
    assert points.get_linestyle() == "None"
    (band,) = (c for c in ax.collections if isinstance(c, PolyCollection))
    low, high = bootstrap.band(line.get_xdata())
    edge = np.asarray(band.get_paths()[0].vertices)[:, 1]
    assert edge.min() == pytest.approx(low.min())
    assert edge.max() == pytest.approx(high.max())
    (text,) = legend_texts(ax)
    assert text.startswith(f"logistic\nthreshold {float(fit.threshold):.3g} [")
    assert "not converged" not in text
    assert ax.get_xlabel() == name
    assert ax.get_ylabel() == "proportion of choice 1"


@pytest.mark.slow
def test_chronometric_fit_and_band(ax, new_ax, render, legend_texts):
    x = np.repeat([1.0, 2.0, 4.0, 8.0], 5)
    noise = np.tile([-20.0, -10.0, 0.0, 10.0, 20.0], 4)
    times = 300 + 400 * np.tanh(0.6 * x) / (0.6 * x) + noise
    curve = chronometric_curve(x, times)
    fit = fit_chronometric(curve)
    assert plot_chronometric(curve, ax=ax, fit=fit, evidence_name="coherence (%)") is ax
    render(ax)
    np.testing.assert_allclose(ax.containers[0].lines[0].get_ydata(), curve.time)
    line = ax.lines[-1]
    np.testing.assert_allclose(line.get_ydata(), fit(line.get_xdata()))
    assert legend_texts(ax) == ["diffusion, 300 ms + decision 400 ms"]
    assert ax.get_ylabel() == "reaction time (ms)"
    bootstrap = bootstrap_chronometric(x, times, key=jax.random.key(0), samples=50)
    with_band = plot_chronometric(curve, ax=new_ax(), fit=fit, bootstrap=bootstrap)
    render(with_band)
    (band,) = (c for c in with_band.collections if isinstance(c, PolyCollection))
    low, high = bootstrap.band(np.array([1.0, 8.0]))
    vertices = np.asarray(band.get_paths()[0].vertices)
    for evidence, ends in ((1.0, (low[0], high[0])), (8.0, (low[1], high[1]))):
        y = vertices[np.isclose(vertices[:, 0], evidence), 1]
        np.testing.assert_allclose([y.min(), y.max()], ends)
    without_fit = plot_chronometric(curve, ax=new_ax())
    assert without_fit.get_legend() is None


def test_perturbation_effects_have_a_row_each(ax, render):
    values = [[0.2, 0.5], [-0.3, 0.0], [-0.4, -0.1], [-0.2, 0.1], [0.05, 0.05]]
    names = ("no input", "none")
    effect = PerturbationEffect(jnp.asarray(0.5), *map(jnp.asarray, values), names)
    effects = PerturbationEffects({"rate": effect}, names, 0.95, 100)
    assert plot_perturbation_effects(effects, "rate", ax=ax) is ax
    render(ax)
    (bars,) = ax.collections
    spans = np.array([path.vertices[:, 0] for path in bars.get_paths()])
    np.testing.assert_allclose(spans, np.stack([effect.low, effect.high], 1))
    assert [t.get_text() for t in ax.get_yticklabels()] == ["no input", "none"]
    assert ax.get_xlabel() == "change of mean rate (dimensionless)"
    filled, open_ = (
        line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata())
    )
    assert (filled.get_ydata()[0], open_.get_ydata()[0]) == (0, 1)
    assert to_rgb(filled.get_markerfacecolor()) == (0, 0, 0)
    assert "100 trials" in ax.get_title()
    with pytest.raises(ValueError, match="known name"):
        plot_perturbation_effects(effects, "accuracy", ax=ax)
