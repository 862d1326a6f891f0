"""Tests of figures of trained networks: two networks, the reaction-time task."""

import jax
from matplotlib.figure import Figure
import numpy as np
import optax
import pytest

import ctrnn_jax as cj
from ctrnn_jax import analysis, plotting


pytestmark = pytest.mark.optimised  # 500 updates of two networks


@pytest.fixture(scope="module")
def trained():
    """Task, history of two members, and network, trials and trajectory of the first."""
    task = cj.tasks.make("perceptual_decision_reaction_time")

    def make(key):
        return cj.presets.song2016("rdm_rt", n_hidden=50, key=key)

    with jax.numpy_dtype_promotion("standard"):
        result = cj.fit_ensemble(
            make, task, optax.adam(5e-3), seeds=[0, 1], num_updates=500, batch_size=20,
            loss=cj.Loss(rates=cj.penalties.RateL2(1e-4)), validate_every=100,
            validation_size=44,
        )  # fmt: skip
        net = result.member(0).network
    trials = task.validation(jax.random.key(3), 220)
    traj = cj.rollout(net, trials.inputs, key=jax.random.key(4))
    return task, result.history, net, trials, traj


def test_training_of_the_ensemble_and_of_one_member(
    trained, new_ax, render, legend_texts
):
    _, history, _, _, _ = trained
    figure = plotting.plot_training(history, figure=Figure(), criterion=0.85)
    figure.draw_without_rendering()
    top, middle, bottom = figure.axes
    np.testing.assert_allclose(top.lines[0].get_ydata(), np.mean(history.loss, 0))
    names = legend_texts(middle)
    assert names == list(history.terms)
    assert set(names) == {"task", "rates"}
    median = 100 * np.mean(history.performance, axis=0)
    np.testing.assert_allclose(bottom.lines[-1].get_ydata(), median)
    loss = render(plotting.plot_loss(history.loss[0], ax=new_ax()))
    np.testing.assert_allclose(loss.lines[0].get_ydata(), history.loss[0])
    assert (loss.get_xlabel(), loss.get_ylabel()) == ("updates", "loss")
    score = plotting.plot_performance(
        history.validation_step,
        history.performance[0],
        ax=new_ax(),
        criterion=0.85,
    )
    np.testing.assert_array_equal(score.lines[0].get_xdata(), 100 * np.arange(1, 6))
    assert (score.get_xlabel(), score.get_ylabel()) == ("updates", "correct (%)")


def test_weights_of_the_trained_network(ax, new_ax, trained, render):
    net = trained[2]
    w = np.asarray(cj.effective(net).w_hid)
    render(plotting.plot_weight_magnitudes(w, net.n_excitatory, ax=ax))
    edges = np.geomspace(1e-4, np.abs(w).max(), 41)
    counts = [
        np.histogram(np.clip(np.abs(part[part != 0]), 1e-4, None), bins=edges)[0]
        for part in (w[:, :40], w[:, 40:])
    ]
    # every second point of an outline: the height of each bin
    tops = [patch.get_xy()[1:-1:2, 1] for patch in ax.patches]
    for top, count in zip(tops, counts, strict=True):
        np.testing.assert_array_equal(top[:40], count)
    assert sum(map(sum, counts)) == np.count_nonzero(w)
    signs = np.where(np.arange(50) < 40, 1, -1)
    by_class = plotting.plot_sorted_weights(w, ax=new_ax(), signs=signs)
    np.testing.assert_array_equal(render(by_class).images[0].get_array(), w)


def test_choices_and_reaction_times(ax, new_ax, trained, render):
    task, _, _, trials, traj = trained
    is_counted = ~np.asarray(trials.conditions["is_catch"])
    evidence = np.asarray(trials.conditions["evidence"])[is_counted]
    chosen = np.asarray(task.answer(traj.outputs, trials) == 0)[is_counted]
    curve = analysis.psychometric_curve(evidence, chosen)
    fit = analysis.fit_psychometric(curve, guess="lapse", lapse="free")
    name = "coherence (%)"
    render(plotting.plot_psychometric(curve, ax=ax, fit=fit, evidence_name=name))
    x = ax.lines[-1].get_xdata()
    np.testing.assert_allclose(ax.lines[-1].get_ydata(), fit(x))
    reactions = analysis.reaction_times(task, traj.outputs, trials, threshold=0.8)
    times = np.asarray(reactions.time)[is_counted]
    assert np.isfinite(times).mean() > 0.5
    mean = analysis.chronometric_curve(np.abs(evidence), times)
    chronometric = plotting.plot_chronometric(
        mean,
        ax=new_ax(),
        fit=analysis.fit_chronometric(mean),
    )
    points = render(chronometric).containers[0].lines[0]
    np.testing.assert_allclose(points.get_ydata(), mean.time[mean.trials > 0])
    assert chronometric.get_ylabel() == "reaction time (ms)"


def test_perturbation_effects(ax, trained, render):
    task, _, net, _, _ = trained
    changes = {
        "no inhibition": cj.perturbations.Lesion("inhibitory"),
        "half the input": cj.perturbations.Scale(0.5, weight="w_in"),
    }
    effects = analysis.perturbation_effects(
        net, changes, task, key=jax.random.key(5), size=44
    )
    render(plotting.plot_perturbation_effects(effects, "rate", ax=ax))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == list(changes)
    (bars,) = ax.collections
    spans = np.array([path.vertices[:, 0] for path in bars.get_paths()])
    effect = effects["rate"]
    np.testing.assert_allclose(spans, np.stack([effect.low, effect.high], 1))
    # without inhibition rates rise, with half the input they fall
    assert effect.low[0] > 0 > effect.high[1]


def test_steps_after_the_end_of_trials_are_left_out(ax, new_ax, trained, render):
    """Steps that are NaN are left out: means are over trials that have not ended."""
    task, _, net, trials, traj = trained
    ends = np.asarray(trials.conditions["t_end"])
    is_in_trial = np.arange(task.n_steps) < ends[:, None]
    rates = np.where(is_in_trial[..., None], traj.rates, np.nan)
    rates[:, ends.max() - 3 :] = np.nan
    render(plotting.plot_class_rates(rates, ax=ax, dt=task.dt, n_excitatory=40))
    last = ends.max() - 4
    assert ax.lines[0].get_xdata()[-1] == task.dt * (last + 1)
    last_rates = np.asarray(traj.rates)[ends > last, last]
    assert ax.lines[0].get_ydata()[-1] == pytest.approx(last_rates[:, :40].mean())

    v = np.where(is_in_trial[..., None], traj.potentials, np.nan)
    potentials = np.asarray(traj.potentials)[is_in_trial]
    pca = analysis.pca(potentials[None], n_components=2)
    fixed_points = analysis.find_fixed_points(
        cj.noiseless(net), candidates=32, key=jax.random.key(0)
    )
    all_nan = np.full_like(v[:1], np.nan)
    plane = plotting.plot_trajectories(
        pca,
        np.concatenate([v[:5], all_nan]),
        ax=new_ax(),
        fixed_points=fixed_points,
    )
    paths = [line for line in render(plane).lines if line.get_linewidth() == 0.9]
    assert [len(path.get_xdata()) for path in paths] == ends[:5].tolist()
    assert "nan" not in plane.get_xlabel()
