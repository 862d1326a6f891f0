"""Tests of figures of trials of any task."""

import jax
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.plotting import example_trials, EXCITATORY, INHIBITORY, plot_trials


@pytest.mark.parametrize(
    ("name", "rows"),
    [("sine_wave", 3), ("fdgo", 4), pytest.param("dms", 3, marks=pytest.mark.slow)],
)
def test_trials_are_drawn_with_and_without_a_network(name, rows):
    task = cj.tasks.make(name)
    size = 2 * task.n_conditions
    trials = task.validation(jax.random.key(0), size)
    examples, titles = example_trials(task, trials)
    assert examples.inputs.shape[0] == len(titles) <= 4
    without_net = plot_trials(task, examples, figure=Figure(), titles=titles)
    assert len(without_net.axes) == 2 * len(titles)
    top = without_net.axes[: len(titles)]
    assert [ax.get_title() for ax in top] == titles
    net = cj.CTRNN(
        task.n_in, 5, task.n_out, dt=task.dt, tau=100.0, key=jax.random.key(0)
    )
    traj = cj.rollout(net, examples.inputs)
    figure = plot_trials(task, examples, traj, figure=Figure())
    assert len(figure.axes) == rows * len(titles)

    # only the bottom row and the left column have labels
    axes = np.reshape(figure.axes, (rows, len(titles)))
    for row in range(rows):
        for column in range(len(titles)):
            ax = axes[row, column]
            assert bool(ax.get_xlabel()) == (row == rows - 1)
            assert bool(ax.get_ylabel()) == (column == 0)
    assert axes[-1, 0].get_xlabel() == "time (ms)"


def test_examples_are_named_by_place_and_condition():
    """Not by their number in the batch: panels would be trial 1, trial 3, trial 5."""
    for name, condition in (("ready_set_go", "interval"), ("flip_flop", None)):
        task = cj.tasks.make(name)
        few, titles = example_trials(task, task.validation(jax.random.key(0), 28))
        expected = [f"trial {place + 1}" for place in range(3)]
        if condition is not None:
            values = np.asarray(few.conditions[condition])
            pairs = zip(expected, values, strict=False)
            expected = [f"{text}, {condition} = {x:.4g}" for text, x in pairs]
        assert titles[:3] == expected


@pytest.fixture(scope="module")
def decision(ei_run):
    """Return task, example trials, their trajectory, titles."""
    task, net, trials, _ = ei_run
    few, titles = example_trials(task, trials)
    return task, few, cj.rollout(cj.noiseless(net), few.inputs), titles


def test_rates_of_all_trials_have_one_scale_and_one_colour_bar(decision):
    task, trials, traj, titles = decision
    figure = Figure(figsize=(11.0, 6.5))
    plot_trials(task, trials, traj, figure=figure, titles=titles, n_excitatory=16)
    figure.draw_without_rendering()
    assert tuple(figure.get_size_inches()) == (11.0, 6.5)
    axes = np.reshape(figure.axes, (3, len(titles)))
    images = [ax.images[0] for ax in axes[1]]
    assert len({image.get_clim() for image in images}) == 1
    ends = np.asarray(trials.conditions["t_end"])
    rates = [np.asarray(r)[:end] for r, end in zip(traj.rates, ends, strict=True)]
    highest = np.percentile(np.abs(np.concatenate(rates)), 99.5)
    assert images[0].get_clim() == (0.0, pytest.approx(highest))
    bars = [child for ax in axes[1] for child in ax.child_axes]
    assert [bar.get_ylabel() for bar in bars] == ["rate (dimensionless)"]
    # the bar is beside the last panel, inside the figure
    assert bars[0].get_window_extent().x0 > axes[1, -1].get_window_extent().x1
    assert figure.bbox.contains(*bars[0].get_window_extent().max)


@pytest.mark.parametrize("width", [11.0, 6.4])
def test_names_of_epochs_and_titles_do_not_overlap(decision, width):
    task, trials, traj, titles = decision
    figure = Figure(figsize=(width, 6.5))
    plot_trials(task, trials, traj, figure=figure, titles=titles)
    figure.draw_without_rendering()
    top = figure.axes[: len(titles)]
    texts = [text for ax in top for text in (*ax.texts, ax.title)]
    boxes = [text.get_window_extent() for text in texts]
    for i, box in enumerate(boxes):
        for j in range(i):
            assert not box.overlaps(boxes[j]), (texts[i], texts[j])


def test_choices_have_other_colours_than_classes_and_titles_have_units(decision):
    task, trials, traj, titles = decision
    figure = plot_trials(task, trials, traj, figure=Figure(), n_excitatory=16)
    axes = np.reshape(figure.axes, (3, len(titles)))
    classes = {to_hex(EXCITATORY), to_hex(INHIBITORY)}
    colours = {to_hex(line.get_color()) for ax in axes[2] for line in ax.lines}
    assert len(colours) == 2
    assert not colours & classes
    assert {to_hex(line.get_color()) for line in axes[1, 0].lines} == classes
    assert axes[0, 0].get_ylabel().replace("\n", " ") == "inputs (dimensionless)"
    assert titles[0] == "choice 1, evidence +51.2\N{NO-BREAK SPACE}%"
    assert titles[1] == "choice 2, evidence -51.2\N{NO-BREAK SPACE}%"


def test_without_a_figure_a_new_one_is_large_enough(decision):
    task, trials, _, titles = decision
    figure = plot_trials(task, trials)
    assert figure is plt.gcf()
    assert figure.get_size_inches()[0] > 3 * len(titles)
    plt.close("all")
