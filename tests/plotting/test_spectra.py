"""Tests of figures of eigenvalues and Lyapunov exponents."""

import dataclasses

import jax.numpy as jnp
from matplotlib.container import ErrorbarContainer
from matplotlib.patches import Circle
import numpy as np
import pytest

from ctrnn_jax.analysis import lyapunov, spectrum
from ctrnn_jax.plotting import plot_eigenvalues, plot_lyapunov


def test_eigenvalues_outside_the_disc_are_outliers(ax, new_ax, render):
    w = np.random.default_rng(0).normal(0, 0.1, (50, 50)) + 0.04
    result = spectrum(w)
    assert plot_eigenvalues(result, ax=ax, boundary=1.0) is ax
    render(ax)
    lines = {line.get_label(): line for line in ax.lines}
    inside, outliers = (
        np.asarray(lines[name].get_xdata()) + 1j * np.asarray(lines[name].get_ydata())
        for name in ("eigenvalues", "outliers")
    )
    (disc,) = (patch for patch in ax.patches if isinstance(patch, Circle))
    assert disc.radius == pytest.approx(float(result.expected.radius))
    assert np.all(np.abs(inside) <= 1.1 * disc.radius)
    assert np.all(np.abs(outliers) > 1.1 * disc.radius)
    drawn = np.concatenate([inside, outliers])
    np.testing.assert_allclose(np.sort(drawn), np.sort(result.eigenvalues))
    np.testing.assert_allclose(
        lines["expected outlier"].get_xdata(), [result.expected.outlier]
    )
    boundary = np.asarray(lines["stable to the left"].get_xdata())
    assert boundary[0] == 1.0
    assert ax.get_xlabel() == "real part (dimensionless)"
    usual = plot_eigenvalues(result, ax=new_ax())
    (edge,) = (x for x in usual.lines if x.get_label() == "stable to the left")
    assert np.asarray(edge.get_xdata())[0] == 1.0
    of_array = plot_eigenvalues(result.jacobian_eigenvalues, ax=new_ax(), unit="1/ms")
    (circle,) = (patch for patch in of_array.patches if isinstance(patch, Circle))
    assert circle.radius == 1.0
    assert of_array.get_ylabel() == "imaginary part (1/ms)"


def drawn_points(ax):
    """Return the points of each set of error bars, `(k, 2)`."""
    bars = (c for c in ax.containers if isinstance(c, ErrorbarContainer))
    return [np.asarray(container.lines[0].get_xydata()) for container in bars]


def test_exponents_have_errors_and_a_dimension(ax, new_ax, bistable_net, render):
    result = lyapunov(bistable_net, steps=200)
    assert plot_lyapunov(result, ax=ax) is ax
    render(ax)
    points = np.concatenate(drawn_points(ax))
    np.testing.assert_allclose(points[:, 0], [1, 2, 3])
    np.testing.assert_allclose(points[:, 1], 1e3 * np.asarray(result.exponents))
    assert ax.get_ylabel() == "Lyapunov exponent (1/s)"
    dimension = float(result.kaplan_yorke)
    assert ax.texts[0].get_text() == f"Kaplan-Yorke dimension {dimension:.2f}"
    assert ax.lines[-1].get_xdata()[0] == dimension
    chaotic = dataclasses.replace(
        result, kaplan_yorke=jnp.array(np.nan), exponents=jnp.array([0.001, 0.0, -0.1])
    )
    chaotic_ax = plot_lyapunov(chaotic, ax=new_ax())
    assert not chaotic_ax.texts
    assert [len(points) for points in drawn_points(chaotic_ax)] == [1, 2]
