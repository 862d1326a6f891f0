"""Tests of figures of decoding accuracy."""

import jax
import numpy as np
import pytest

from ctrnn_jax.analysis import decode
from ctrnn_jax.plotting import plot_decoding


def test_decoding_over_time_and_across_times(
    ax, new_ax, bistable_run, render, legend_texts
):
    task, trials, traj = bistable_run
    labels = np.asarray(trials.conditions["choice"])
    key = jax.random.key(0)
    decoding = decode(traj.rates, labels, shuffles=20, key=key)
    assert plot_decoding(decoding, ax=ax, dt=task.dt) is ax
    render(ax)
    assert legend_texts(ax) == ["95% of shuffles", "chance", "decoder"]
    chance, accuracy = ax.lines
    np.testing.assert_allclose(accuracy.get_ydata(), decoding.accuracy)
    assert accuracy.get_xdata()[0] == task.dt
    np.testing.assert_array_equal(chance.get_ydata(), 0.5)
    edge = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert edge.max() == pytest.approx(
        np.percentile(np.asarray(decoding.shuffled), 97.5, axis=0).max()
    )
    across = decode(traj.rates[:, ::4], labels, cross_temporal=True, key=key)
    across_ax = render(plot_decoding(across, ax=new_ax(), dt=4 * task.dt))
    image = across_ax.images[0]
    np.testing.assert_allclose(image.get_array(), across.accuracy)
    assert image.get_clim() == (0.5, 1.0)
    assert image.origin == "lower"
    labels = (across_ax.get_xlabel(), across_ax.get_ylabel())
    assert labels == ("tested at (ms)", "trained at (ms)")
