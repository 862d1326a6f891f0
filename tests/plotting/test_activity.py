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
        traj.outputs[1],
        ax=ax,
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
    assert plot_channel_image(trials.inputs[1], ax=ax, dt=20.0, mask=mask) is ax
    image, cover = ax.images
    np.testing.assert_allclose(image.get_array(), trials.inputs[1].T)
    assert image.get_extent() == [0, 20.0 * task.n_steps, 1.5, -0.5]
    np.testing.assert_array_equal(cover.get_array().mask, np.asarray(mask).T > 0)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (ms)", "channel")


def test_rates_have_a_row_for_each_unit_and_a_bar_for_each_class(ax, ei_run):
    traj = ei_run[-1]
    assert plot_rates(traj.rates[1], ax=ax, dt=20.0, n_excitatory=16) is ax
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), traj.rates[1].T)
    assert [line.get_color() for line in ax.lines] == [EXCITATORY, INHIBITORY]
    labels = (ax.get_xlabel(), ax.get_ylabel())
    assert labels == ("time (ms)", "unit (E, I)")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["E", "I"]


def test_class_rates_are_means_over_trials_and_units(
    ax, new_ax, bistable_run, render, legend_texts
):
    rates = np.asarray(bistable_run[2].rates)
    assert plot_class_rates(rates, ax=ax, dt=20.0, n_excitatory=2) is ax
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
    of_areas = plot_class_rates(rates, ax=new_ax(), dt=20.0, groups=areas)
    assert legend_texts(of_areas) == ["sensory (2)", "motor (1)"]
    with pytest.raises(ValueError, match="only classes"):
        plot_class_rates(rates, ax=ax, dt=20.0, n_excitatory=2, groups=areas)
    of_one_class = plot_class_rates(rates, ax=new_ax(), dt=20.0, n_excitatory=3)
    assert legend_texts(of_one_class) == ["excitatory (3)"]


def test_the_band_of_class_rates_contains_the_line(ax):
    """Mean and quartiles of skewed rates differ so much that the line would leave."""
    rates = np.random.default_rng(0).exponential(1.0, (4, 30, 20)) ** 4
    plot_class_rates(rates, ax=ax, dt=20.0, n_excitatory=16)
    mean = rates.mean(0)
    for line, band, units in zip(
        ax.lines, ax.collections, (mean[:, :16], mean[:, 16:]), strict=True
    ):
        times, values = np.asarray(line.get_xydata()).T
        edges = np.asarray(band.get_paths()[0].vertices)
        for time, value, rate in zip(times, values, units, strict=True):
            at_time = edges[edges[:, 0] == time, 1]
            assert at_time.min() < value < at_time.max()
            assert at_time.max() - value == pytest.approx(rate.std())
            assert value - at_time.min() == pytest.approx(rate.std())


def test_pictures_of_rates_can_have_one_scale(ax, new_ax, ei_run):
    rates = np.asarray(ei_run[-1].rates)
    first = plot_rates(rates[0], ax=ax, dt=20.0, limit=2.0)
    second = plot_rates(5 * rates[1], ax=new_ax(), dt=20.0, limit=2.0, colorbar=False)
    assert first.images[0].get_clim() == second.images[0].get_clim() == (0.0, 2.0)
    assert len(first.figure.axes) == 2
    assert first.figure.axes[1].get_ylabel() == "rate (dimensionless)"
    assert len(second.figure.axes) == 1
    signed = plot_rates(rates[0] - 1.0, ax=new_ax(), dt=20.0)
    low, high = signed.images[0].get_clim()
    assert low == -high


def test_rates_that_are_not_negative_are_drawn_from_zero(ax, new_ax):
    """The band of standard deviations reaches below 0, where no rate is."""
    rates = np.random.default_rng(0).exponential(1.0, (4, 30, 20)) ** 4
    plot_class_rates(rates, ax=ax, dt=20.0)
    assert ax.get_ylim()[0] == 0.0
    signed = plot_class_rates(rates - 1.0, ax=new_ax(), dt=20.0)
    assert signed.get_ylim()[0] < -1.0


def test_class_rates_by_condition_have_a_line_for_each_label(
    ax, new_ax, render, legend_texts
):
    rates = np.random.default_rng(0).uniform(size=(6, 9, 5))
    rates[:2, 6:] = np.nan  # trials that end early
    evidence = np.array([-1.0, -1.0, 2.0, 2.0, 4.0, 4.0])
    options = {"dt": 20.0, "n_excitatory": 4, "by_name": "evidence (%)"}
    plot_class_rates(rates, ax=ax, by=evidence, **options)
    render(ax)
    assert not ax.collections
    solid, dashed = ax.lines[:3], ax.lines[3:]
    assert {line.get_linestyle() for line in solid} == {"-"}
    assert {line.get_linestyle() for line in dashed} == {"--"}
    for lines, units in ((solid, slice(4)), (dashed, slice(4, 5))):
        colours = [to_rgba(line.get_color()) for line in lines]
        assert colours == [to_rgba(line.get_color()) for line in solid]
        assert len(set(colours)) == 3
        for line, trials in zip(lines, rates.reshape(3, 2, 9, 5), strict=True):
            steps = 6 if np.isnan(trials).any() else 9
            mean = trials[:, :steps, units].mean((0, 2))
            np.testing.assert_allclose(line.get_ydata(), mean)
            np.testing.assert_allclose(line.get_xdata(), 20.0 * (1 + np.arange(steps)))
    (bar,) = (other for other in ax.figure.axes if other is not ax)
    assert bar.get_ylabel() == "evidence (%)"
    assert [x.get_text() for x in bar.get_yticklabels()] == ["-1", "2", "4"]
    assert legend_texts(bar) == ["excitatory (4)", "inhibitory (1)"]

    sides = ["left", "left", "right", "right", "left", "left"]
    named = plot_class_rates(rates, ax=new_ax(), dt=20.0, by=sides, by_name="choice")
    expected = ["choice", "left", "right", "mean over units", "all units (5)"]
    assert legend_texts(named) == expected
    assert named.figure.axes == [named]


def test_channels_of_an_image_are_named_if_there_is_room(new_ax, render):
    few, many = new_ax(), new_ax()
    names = ["fixation", "cue $a$", "odour"]
    plot_channel_image(np.ones((5, 3)), ax=few, dt=20.0, names=names)
    texts = [label.get_text() for label in render(few).get_yticklabels()]
    assert texts == names
    numbers = [f"channel {i}" for i in range(99)]
    plot_channel_image(np.ones((5, 99)), ax=many, dt=20.0, names=numbers)
    texts = [label.get_text() for label in render(many).get_yticklabels()]
    assert all("channel" not in text for text in texts)
    places = many.get_yticks()
    np.testing.assert_array_equal(places, np.round(places))
