"""Fixtures of the tests of figures: axes, a small network and its trials."""

import jax
from matplotlib.figure import Figure
import numpy as np
import pytest

import ctrnn_jax as cj


@pytest.fixture
def new_ax():
    """A function that returns axes in a new figure."""

    def make():
        return Figure(layout="constrained").add_subplot()

    return make


@pytest.fixture
def ax(new_ax):
    return new_ax()


@pytest.fixture
def render():
    """A function that renders axes, to find errors at drawing, and returns them."""

    def draw(ax):
        ax.figure.draw_without_rendering()
        return ax

    return draw


@pytest.fixture
def legend_texts():
    """A function that returns the labels of the legend of axes."""

    def texts(ax):
        return [text.get_text() for text in ax.get_legend().get_texts()]

    return texts


@pytest.fixture(scope="session")
def bistable_net():
    """Two units that inhibit each other (bistable), and a third that they drive."""
    w = np.array([[2.0, -2.0, 0.0], [-2.0, 2.0, 0.0], [0.5, -0.5, 0.0]])
    return cj.CTRNN(
        2, 3, 2, dt=20.0, tau=100.0, w_hid=w, w_in=0.5 * np.eye(3, 2),
        key=jax.random.key(0),
    )  # fmt: skip


@pytest.fixture(scope="session")
def bistable_run(bistable_net):
    """Task, 33 trials and trajectory of the bistable network."""
    task = cj.tasks.PerceptualDecision(stimulus=200.0, decision=100.0, catch=400.0)
    trials = task.validation(jax.random.key(0), 33)
    return task, trials, cj.rollout(bistable_net, trials.inputs)


@pytest.fixture(scope="session")
def ei_run():
    """Task, network, 11 trials and trajectory of 16 excitatory and 4 other units."""
    task = cj.tasks.PerceptualDecision()
    net = cj.presets.song2016("rdm_dense", n_hidden=20, key=jax.random.key(0))
    trials = task.validation(jax.random.key(1), 11)
    return task, net, trials, cj.rollout(net, trials.inputs, key=jax.random.key(2))
