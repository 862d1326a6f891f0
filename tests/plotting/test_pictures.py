"""Every picture draws real results into the axes it is given, and returns them."""

from matplotlib.figure import Figure
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import analysis, plotting


@pytest.fixture
def ax():
    return Figure().add_subplot()


@pytest.fixture(scope="module")
def run():
    import jax

    task = cj.tasks.PerceptualDecision()
    net = cj.presets.song2016("rdm_dense", n_hidden=20, key=jax.random.key(0))
    trials = task.validation(jax.random.key(1), 11)
    return task, net, trials, cj.rollout(net, trials.inputs, key=jax.random.key(2))


def test_channels_show_values_and_masked_targets(ax, run):
    task, _, trials, traj = run
    drawn = plotting.plot_channels(
        ax,
        traj.outputs[1],
        dt=task.dt,
        names=task.output_names,
        targets=trials.targets[1],
        mask=trials.mask[1],
    )
    assert drawn is ax
    assert len(ax.lines) == 4
    np.testing.assert_allclose(ax.lines[0].get_ydata(), traj.outputs[1, :, 0])
    np.testing.assert_allclose(ax.lines[0].get_xdata()[[0, -1]], [20.0, 2000.0])
    aim = np.asarray(ax.lines[1].get_ydata())
    np.testing.assert_array_equal(np.isnan(aim), np.asarray(trials.mask[1, :, 0]) == 0)
    labels = (ax.get_xlabel(), ax.get_ylabel())
    assert labels == ("time (ms)", "activity (dimensionless)")


def test_many_channels_are_rows_of_an_image(ax, run):
    task, _, trials, _ = run
    mask = trials.mask[1]
    assert plotting.plot_channel_image(ax, trials.inputs[1], dt=20.0, mask=mask) is ax
    image, cover = ax.images
    np.testing.assert_allclose(image.get_array(), trials.inputs[1].T)
    assert image.get_extent() == [0, 20.0 * task.n_steps, 1.5, -0.5]
    np.testing.assert_array_equal(cover.get_array().mask, np.asarray(mask).T > 0)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (ms)", "channel")


def test_rates_have_a_row_for_each_unit_and_a_bar_for_each_class(ax, run):
    _, _net, _, traj = run
    assert plotting.plot_rates(ax, traj.rates[1], dt=20.0, n_excitatory=16) is ax
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), traj.rates[1].T)
    assert [line.get_color() for line in ax.lines] == [
        plotting.EXCITATORY,
        plotting.INHIBITORY,
    ]
    labels = (ax.get_xlabel(), ax.get_ylabel())
    assert labels == ("time (ms)", "unit (red E, blue I)")


def test_weights_are_drawn_post_by_pre_with_zero_in_the_middle(ax, run):
    w = np.asarray(cj.effective(run[1]).w_hid)
    assert plotting.plot_weights(ax, w, n_excitatory=16, colorbar=True) is ax
    (image,) = ax.images
    np.testing.assert_allclose(image.get_array(), w)
    assert image.norm(0.0) == pytest.approx(0.5)
    red, blue = image.cmap(image.norm(10.0)), image.cmap(image.norm(-10.0))
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("from unit (pre)", "to unit (post)")


def test_zero_weights_can_be_drawn(ax):
    plotting.plot_weights(ax, np.zeros((3, 2)))
    assert ax.images[0].get_clim() == (-1.0, 1.0)
    other = plotting.plot_weight_magnitudes(Figure().add_subplot(), np.zeros((3, 3)))
    assert max(patch.get_xy()[:, 1].max() for patch in other.patches) == 0
    other.figure.draw_without_rendering()


def test_weight_sizes_count_every_synapse(ax, run):
    w = np.asarray(cj.effective(run[1]).w_hid)
    plotting.plot_weight_magnitudes(ax, w, 16)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["from excitatory", "from inhibitory"]
    assert ax.get_xscale() == "log"


def test_psychometric_curve_is_drawn_as_given(ax):
    curve = analysis.psychometric_curve(
        np.array([-1.0, -1.0, 1.0, 1.0]), np.array([False, True, True, True])
    )
    assert plotting.plot_psychometric(ax, curve) is ax
    np.testing.assert_array_equal(ax.lines[2].get_xydata(), [[-1, 0.5], [1, 1]])


def test_training_curves(ax):
    loss = np.linspace(1.0, 0.1, 60)
    assert plotting.plot_loss(ax, loss, window=10) is ax
    assert [len(line.get_ydata()) for line in ax.lines] == [60, 51]
    np.testing.assert_allclose(ax.lines[1].get_ydata()[0], loss[:10].mean())
    other = Figure().add_subplot()
    plotting.plot_performance(
        other, np.array([5, 10]), np.array([0.5, 0.9]), criterion=0.85
    )
    np.testing.assert_allclose(other.lines[0].get_ydata(), [50.0, 90.0])


def test_epochs_are_shaded_and_named(ax):
    plotting.shade_epochs(ax, {"a": (0, 5), "b": (5, 9)}, 20.0, names=True)
    assert [text.get_text() for text in ax.texts] == ["a", "b"]
    assert len(ax.patches) == 1


def test_connectivity_shows_classes_inputs_outputs_and_names(ax):
    import jax
    from matplotlib.colors import to_rgb

    areas = cj.connectivity.MultiAreaEI(
        {"sensory": 10, "motor": 20},
        inputs={"stimulus": 2},
        outputs={"choice": 3},
        input_areas="sensory",
        output_areas="motor",
        key=jax.random.key(0),
    )
    assert plotting.plot_connectivity(ax, areas) is ax
    image = np.asarray(ax.images[0].get_array())
    assert image.shape == (33, 32, 3)
    red = (image[:30, :30] == to_rgb(plotting.EXCITATORY)).all(-1)
    blue = (image[:30, :30] == to_rgb(plotting.INHIBITORY)).all(-1)
    np.testing.assert_array_equal(red | blue, areas.w_hid)
    assert not red[:, areas.units("inhibitory")].any()
    assert (image[:10, 30:] != 1).any(-1).all()
    assert (image[10:30, 30:] == 1).all()
    across = [label.get_text() for label in ax.get_xticklabels()]
    assert across == ["sensory", "motor", "stimulus"]
    plain = cj.connectivity.random_sparse(8, 0.5, key=jax.random.key(0))
    other = plotting.plot_connectivity(Figure().add_subplot(), plain)
    shown = (np.asarray(other.images[0].get_array()) != 1).any(-1)
    np.testing.assert_array_equal(shown, plain.w_hid)


def test_trials_of_any_task_are_drawn_with_and_without_a_network():
    import jax

    for name, rows in (("sine_wave", 3), ("dms", 3), ("fdgo", 4)):
        task = cj.tasks.make(name)
        trials = task.validation(jax.random.key(0), 2 * task.n_conditions)
        few, titles = plotting.example_trials(task, trials)
        assert few.inputs.shape[0] == len(titles) <= 4
        alone = plotting.plot_trials(Figure(), task, few, titles=titles)
        assert len(alone.axes) == 2 * len(titles)
        assert [ax.get_title() for ax in alone.axes[: len(titles)]] == titles
        net = cj.CTRNN(
            task.n_in, 5, task.n_out, dt=task.dt, tau=100.0, key=jax.random.key(0)
        )
        traj = cj.rollout(net, few.inputs)
        figure = plotting.plot_trials(Figure(), task, few, traj)
        assert len(figure.axes) == rows * len(titles)
        # labels at the edges only
        here = np.reshape(figure.axes, (rows, len(titles)))
        shown = [[bool(ax.get_xlabel()), bool(ax.get_ylabel())] for ax in here.flat]
        below = np.arange(rows)[:, None] == rows - 1
        left = np.arange(len(titles))[None] == 0
        below, left = np.broadcast_arrays(below, left)
        np.testing.assert_array_equal(shown, np.stack([below.flat, left.flat], 1))
        assert here[-1, 0].get_xlabel() == "time (ms)"
