"""Tests of figures of tuning curves."""

from matplotlib.colors import same_color
import numpy as np
import pytest

from ctrnn_jax.analysis import tuning_curve
from ctrnn_jax.plotting import EXCITATORY, INHIBITORY, plot_tuning


def test_tuning_is_red_and_blue_by_class(
    ax, new_ax, bistable_run, render, legend_texts
):
    _, trials, traj = bistable_run
    rates = np.asarray(traj.rates).mean(1)
    curve = tuning_curve(rates, np.asarray(trials.conditions["evidence"]))
    plot_tuning(curve, ax=ax, units=[0, 2], n_excitatory=2, name="coherence (%)")
    render(ax)
    excitatory, inhibitory = (container.lines[0] for container in ax.containers)
    np.testing.assert_allclose(excitatory.get_ydata(), curve.means[:, 0])
    np.testing.assert_allclose(excitatory.get_xdata(), curve.levels)
    assert same_color(excitatory.get_color(), EXCITATORY)
    assert same_color(inhibitory.get_color(), INHIBITORY)
    assert legend_texts(ax) == ["excitatory", "inhibitory"]
    assert ax.get_xlabel() == "coherence (%)"
    assert ax.get_ylabel() == "rate (dimensionless)"
    side = np.where(trials.conditions["choice"] == 0, "a", "b")
    of_strings = plot_tuning(tuning_curve(rates, side), ax=new_ax())
    assert [t.get_text() for t in of_strings.get_xticklabels()] == ["a", "b"]
    assert legend_texts(of_strings) == ["unit 0", "unit 1", "unit 2"]
    over_time = tuning_curve(np.asarray(traj.rates), np.arange(33) % 2)
    with pytest.raises(ValueError, match="one number a unit"):
        plot_tuning(over_time, ax=ax)
