"""Tests of figures of channels and rates over time."""

from matplotlib.colors import to_rgba
import numpy as np
import pytest

from ctrnn_jax.plotting import (
    EXCITATORY,
    INHIBITORY,
    plot_channel_image,
    plot_channels,
    plot_class_rates,
    plot_rates,
)


def test_channels_show_values_and_masked_targets(ax, ei_run):
    task, _, trials, traj = ei_run
    returned = plot_channels(
        ax,
        traj.outputs[1],
        dt=task.dt,
        names=task.output_names,
        targets=trials.targets[1],
        mask=trials.mask[1],
    )
    assert returned is ax
    assert len(ax.lines) == 4
    np.testing.assert_allclose(ax.lines[0].get_ydata(), traj.outputs[1, :, 0])
    np.testing.assert_allclose(ax.lines[0].get_xdata()[[0, -1]], [20.0, 2000.0])
    target = np.asarray(ax.lines[1].get_ydata())
    is_masked = np.asarray(trials.mask[1, :, 0]) == 0
    np.testing.assert_array_equal(np.isnan(target), is_masked)
    labels = (ax.get_xlabel(), ax.get_ylabel())
    assert labels == ("time (ms)", "activity (dimensionless)")


def test_many_channels_are_rows_of_an_image(ax, ei_run):
    task, _, trials, _ = ei_run
    mask = trials.mask[1]
    assert plot_channel_image(ax, trials.inputs[1], dt=20.0, mask=mask) is ax
    image, cover = ax.images
    np.testing.assert_allclose(image.get_array(), trials.inputs[1].T)
    assert image.get_extent() == [0, 20.0 * task.n_steps, 1.5, -0.5]
    np.testing.assert_array_equal(cover.get_array().mask, np.asarray(mask).T > 0)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (ms)", "channel")


def test_rates_have_a_row_for_each_unit_and_a_bar_for_each_class(ax, ei_run):
    traj = ei_run[-1]
    assert plot_rates(ax, traj.rates[1], dt=20.0, n_excitatory=16) is ax
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), traj.rates[1].T)
    assert [line.get_color() for line in ax.lines] == [EXCITATORY, INHIBITORY]
    labels = (ax.get_xlabel(), ax.get_ylabel())
    assert labels == ("time (ms)", "unit (red E, blue I)")


def test_class_rates_are_means_over_trials_and_units(
    ax, new_ax, bistable_run, render, legend_texts
):
    rates = np.asarray(bistable_run[2].rates)
    assert plot_class_rates(ax, rates, dt=20.0, n_excitatory=2) is ax
    render(ax)
    excitatory, inhibitory = ax.lines
    np.testing.assert_allclose(excitatory.get_ydata(), rates[..., :2].mean((0, 2)))
    np.testing.assert_allclose(inhibitory.get_ydata(), rates[..., 2].mean(0))
    assert excitatory.get_xdata()[0] == 20.0
    assert to_rgba(excitatory.get_color()) == to_rgba(EXCITATORY)
    assert to_rgba(inhibitory.get_color()) == to_rgba(INHIBITORY)
    assert legend_texts(ax) == ["excitatory (2)", "inhibitory (1)"]
    assert ax.get_xlabel() == "time (ms)"
    areas = {"sensory": [0, 1], "motor": [2]}
    of_areas = plot_class_rates(new_ax(), rates, dt=20.0, groups=areas)
    assert legend_texts(of_areas) == ["sensory (2)", "motor (1)"]
    with pytest.raises(ValueError, match="only classes"):
        plot_class_rates(ax, rates, dt=20.0, n_excitatory=2, groups=areas)
    of_one_class = plot_class_rates(new_ax(), rates, dt=20.0, n_excitatory=3)
    assert legend_texts(of_one_class) == ["excitatory (3)"]
