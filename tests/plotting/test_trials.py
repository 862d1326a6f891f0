"""Tests of figures of trials of any task."""

import jax
from matplotlib.figure import Figure
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.plotting import example_trials, plot_trials


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
    without_net = plot_trials(Figure(), task, examples, titles=titles)
    assert len(without_net.axes) == 2 * len(titles)
    top = without_net.axes[: len(titles)]
    assert [ax.get_title() for ax in top] == titles
    net = cj.CTRNN(
        task.n_in, 5, task.n_out, dt=task.dt, tau=100.0, key=jax.random.key(0)
    )
    traj = cj.rollout(net, examples.inputs)
    figure = plot_trials(Figure(), task, examples, traj)
    assert len(figure.axes) == rows * len(titles)

    # only the bottom row and the left column have labels
    axes = np.reshape(figure.axes, (rows, len(titles)))
    for row in range(rows):
        for column in range(len(titles)):
            ax = axes[row, column]
            assert bool(ax.get_xlabel()) == (row == rows - 1)
            assert bool(ax.get_ylabel()) == (column == 0)
    assert axes[-1, 0].get_xlabel() == "time (ms)"
