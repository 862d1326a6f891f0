"""Pictures of what training really gives: the reaction-time task, two networks."""

import jax
from matplotlib.figure import Figure
import numpy as np
import optax
import pytest

import ctrnn_jax as cj
from ctrnn_jax import analysis, plotting


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


@pytest.fixture(scope="module")
def trained():
    """Two members, and what the first one does in new trials."""
    task = cj.tasks.make("perceptual_decision_reaction_time")
    make = lambda key: cj.presets.song2016("rdm_rt", n_hidden=50, key=key)
    with jax.numpy_dtype_promotion("standard"):
        found = cj.fit_ensemble(
            make, task, optax.adam(5e-3), seeds=[0, 1], num_updates=500, batch_size=20,
            loss=cj.Loss(rates=cj.penalties.RateL2(1e-4)), validate_every=100,
            validation_size=44,
        )  # fmt: skip
        net = found.member(0).network
    trials = task.validation(jax.random.key(3), 220)
    traj = cj.rollout(net, trials.inputs, key=jax.random.key(4))
    return task, found.history, net, trials, traj


def shown(ax):
    ax.figure.draw_without_rendering()
    return ax


def test_training_of_both_and_of_one(trained):
    _, history, _, _, _ = trained
    figure = plotting.plot_training(Figure(), history, criterion=0.85)
    figure.draw_without_rendering()
    top, middle, bottom = figure.axes
    np.testing.assert_allclose(top.lines[0].get_ydata(), np.mean(history.loss, 0))
    names = [text.get_text() for text in middle.get_legend().get_texts()]
    assert names == list(history.terms)
    assert set(names) == {"task", "rates"}
    median = 100 * np.mean(history.performance, axis=0)
    np.testing.assert_allclose(bottom.lines[-1].get_ydata(), median)
    loss = shown(plotting.plot_loss(Figure().add_subplot(), history.loss[0]))
    np.testing.assert_allclose(loss.lines[0].get_ydata(), history.loss[0])
    assert (loss.get_xlabel(), loss.get_ylabel()) == ("updates", "cost")
    score = plotting.plot_performance(
        Figure().add_subplot(),
        history.validation_step,
        history.performance[0],
        criterion=0.85,
    )
    np.testing.assert_array_equal(score.lines[0].get_xdata(), 100 * np.arange(1, 6))
    assert (score.get_xlabel(), score.get_ylabel()) == ("updates", "correct (%)")


def test_weights_of_the_trained_network(ax, trained):
    net = trained[2]
    w = np.asarray(cj.effective(net).w_hid)
    shown(plotting.plot_weight_magnitudes(ax, w, net.n_excitatory))
    edges = np.geomspace(1e-4, np.abs(w).max(), 41)
    counts = [
        np.histogram(np.clip(np.abs(part[part != 0]), 1e-4, None), bins=edges)[0]
        for part in (w[:, :40], w[:, 40:])
    ]
    # the top of an outline that goes along each bin twice
    tops = [patch.get_xy()[1:-1:2, 1] for patch in ax.patches]
    for top, count in zip(tops, counts, strict=True):
        np.testing.assert_array_equal(top[:40], count)
    assert sum(map(sum, counts)) == np.count_nonzero(w)
    signs = np.where(np.arange(50) < 40, 1, -1)
    other = plotting.plot_sorted_weights(Figure().add_subplot(), w, signs=signs)
    np.testing.assert_array_equal(shown(other).images[0].get_array(), w)


def test_choices_and_their_times(ax, trained):
    """Of a network that reacts, its times later the weaker the evidence."""
    task, _, _, trials, traj = trained
    counted = ~np.asarray(trials.conditions["is_catch"])
    evidence = np.asarray(trials.conditions["evidence"])[counted]
    chosen = np.asarray(task.answer(traj.outputs, trials) == 0)[counted]
    curve = analysis.psychometric_curve(evidence, chosen)
    fit = analysis.fit_psychometric(curve, guess="lapse", lapse="free")
    shown(plotting.plot_psychometric(ax, curve, fit=fit, evidence_name="coherence (%)"))
    x = ax.lines[-1].get_xdata()
    np.testing.assert_allclose(ax.lines[-1].get_ydata(), fit(x))
    found = analysis.reaction_times(task, traj.outputs, trials, threshold=0.8)
    times = np.asarray(found.time)[counted]
    assert np.isfinite(times).mean() > 0.5
    mean = analysis.chronometric_curve(np.abs(evidence), times)
    other = plotting.plot_chronometric(
        Figure().add_subplot(), mean, fit=analysis.fit_chronometric(mean)
    )
    data = shown(other).containers[0].lines[0]
    np.testing.assert_allclose(data.get_ydata(), mean.time[mean.trials > 0])
    assert other.get_ylabel() == "reaction time (ms)"


def test_what_perturbations_do_to_it(ax, trained):
    task, _, net, _, _ = trained
    changes = {
        "no inhibition": cj.perturbations.Lesion("inhibitory"),
        "half the input": cj.perturbations.Scale(0.5, weight="w_in"),
    }
    found = analysis.perturbation_effects(
        net, changes, task, key=jax.random.key(5), size=44
    )
    shown(plotting.plot_perturbation_effects(ax, found, "rate"))
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == list(changes)
    (bars,) = ax.collections
    spans = np.array([path.vertices[:, 0] for path in bars.get_paths()])
    effect = found["rate"]
    np.testing.assert_allclose(spans, np.stack([effect.low, effect.high], 1))
    # without inhibition rates rise, with half the input they fall
    assert effect.low[0] > 0 > effect.high[1]


def test_rates_end_where_trials_end(ax, trained):
    """What is NaN is left out: means are over the trials that go on."""
    task, _, net, trials, traj = trained
    ends = np.asarray(trials.conditions["t_end"])
    there = np.arange(task.n_steps) < ends[:, None]
    rates = np.where(there[..., None], traj.rates, np.nan)
    rates[:, ends.max() - 3 :] = np.nan
    shown(plotting.plot_class_rates(ax, rates, dt=task.dt, n_excitatory=40))
    last = ends.max() - 4
    assert ax.lines[0].get_xdata()[-1] == task.dt * (last + 1)
    going = np.asarray(traj.rates)[ends > last, last]
    assert ax.lines[0].get_ydata()[-1] == pytest.approx(going[:, :40].mean())
    v = np.where(there[..., None], traj.potentials, np.nan)
    pca = analysis.pca(np.asarray(traj.potentials)[there][None], n_components=2)
    other = Figure(layout="constrained").add_subplot()
    points = analysis.find_fixed_points(
        cj.noiseless(net), candidates=32, key=jax.random.key(0)
    )
    nothing = np.full_like(v[:1], np.nan)
    plotting.plot_trajectories(
        other, pca, np.concatenate([v[:5], nothing]), fixed_points=points
    )
    paths = [line for line in shown(other).lines if line.get_linewidth() == 0.9]
    assert [len(path.get_xdata()) for path in paths] == ends[:5].tolist()
    assert "nan" not in other.get_xlabel()
