"""Effects of perturbations, on a network whose behaviour is known by construction."""

import jax
import numpy as np
from oracles import psychometric as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import binned, perturbation_effects, psychometric_curve
from ctrnn_jax.analysis.behaviour._perturbation_effects import _named


PERTURBATIONS = {
    "nothing": cj.perturbations.Current([0], 0.0),
    "blind": cj.perturbations.Scale(0.0, weight="w_in"),
    "unit 1 gone": cj.perturbations.Lesion([1]),
    "both": (
        cj.perturbations.Current([1], 0.1),
        cj.perturbations.Scale(0.9, weight="w_in"),
    ),
}


@pytest.fixture(scope="module")
def task():
    return cj.tasks.PerceptualDecision(
        stimulus=200.0, decision=100.0, catch=400.0, coherences=(6.4, 25.6, 51.2)
    )


@pytest.fixture(scope="module")
def net():
    """Each output follows its input, filtered, with noise; a third unit inhibits."""
    return cj.EIRNN(
        2, 3, 2, dt=20.0, tau=100.0, frac_excitatory=2 / 3,
        w_in=np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]), w_hid=np.zeros((3, 3)),
        w_out=np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        noise=cj.DiffusionNoise(0.05), key=jax.random.key(0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(net, task):
    return perturbation_effects(
        net, PERTURBATIONS, task, key=jax.random.key(1), size=280, samples=400
    )


def run(net, task):
    """Each trial under each perturbation, as the docstring says, by plain rollouts."""
    trial_key, noise_key, _ = jax.random.split(jax.random.key(1), 3)
    trials = task.validation(trial_key, 280)
    shown = ~np.asarray(trials.conditions["is_catch"])
    seen = []
    for items in ((), *PERTURBATIONS.values()):
        several = items if isinstance(items, tuple) else (items,)
        traj = cj.rollout(cj.perturb(net, *several), trials.inputs, key=noise_key)
        seen.append(
            {
                "choice": np.asarray(task.answer(traj.outputs, trials))[shown],
                "rates": np.asarray(traj.rates)[shown],
            }
        )
    of = {n: np.asarray(x)[shown] for n, x in trials.conditions.items()}
    return of, seen


def test_measures_are_those_of_plain_rollouts(net, task, found):
    of, seen = run(net, task)
    right = of["choice"]
    assert found.trials == 240
    assert found.names == tuple(PERTURBATIONS)
    performance = [np.mean(s["choice"] == right) for s in seen]
    bias = [np.mean(s["choice"] == 0) - np.mean(right == 0) for s in seen]
    rate = [
        np.mean([r[:t].mean() for r, t in zip(s["rates"], of["t_end"], strict=True)])
        for s in seen
    ]
    for name, values in (("performance", performance), ("bias", bias), ("rate", rate)):
        effect = found[name]
        np.testing.assert_allclose(effect.intact, values[0], atol=1e-12)
        np.testing.assert_allclose(effect.perturbed, values[1:], atol=1e-12)
        change = np.asarray(values[1:]) - values[0]
        np.testing.assert_allclose(effect.change, change, atol=1e-12)


def test_slopes_are_of_corrected_counts(net, task, found):
    of, seen = run(net, task)
    for index, found_slope in (
        (0, found["slope"].intact),
        (4, found["slope"].perturbed[3]),
    ):
        curve = psychometric_curve(of["evidence"], seen[index]["choice"] == 0)
        hits = curve.proportion * curve.trials + 0.5
        (_, slope, _, _), _ = oracle.fit(
            curve.evidence, hits, curve.trials + 1.0, "gaussian", ends="none",
            start=(0.0, 0.03),
        )  # fmt: skip
        assert float(found_slope) == pytest.approx(slope, rel=1e-4)


def test_nothing_changes_nothing(found):
    for effect in found.measures.values():
        np.testing.assert_array_equal(effect.change[0], 0.0)
        np.testing.assert_array_equal([effect.low[0], effect.high[0]], [0.0, 0.0])


def test_known_effects_have_their_signs(found):
    performance, slope, bias = (found[n] for n in ("performance", "slope", "bias"))
    assert float(performance.intact) > 0.75
    _, blind, gone, both = range(4)
    assert float(performance.high[blind]) < -0.1
    assert abs(float(slope.perturbed[blind])) < 0.3 * float(slope.intact)
    assert float(slope.high[blind]) < 0
    # without unit 1, output 1 is 0 and choice 0 wins but for noise
    assert float(bias.low[gone]) > 0.3
    assert float(bias.high[both]) < 0  # a current into unit 1
    assert float(found["rate"].high[blind]) < 0


def test_intervals_are_paired(net, task, found):
    of, seen = run(net, task)
    right = of["choice"]
    change = [
        (s["choice"] == right) * 1.0 - (seen[0]["choice"] == right) for s in seen[1:]
    ]
    for i in (1, 2, 3):
        error = np.std(change[i]) / np.sqrt(240)
        effect = found["performance"]
        # 400 samples know a standard deviation to 3.5 %
        assert float(effect.standard_error[i]) == pytest.approx(error, rel=0.2)
        width = float(effect.high[i] - effect.low[i])
        assert width == pytest.approx(2 * 1.96 * error, rel=0.25)


def test_rates_are_split_by_class(found):
    assert {"rate_excitatory", "rate_inhibitory"} < set(found.measures)
    total = 2 * found["rate_excitatory"].perturbed + found["rate_inhibitory"].perturbed
    np.testing.assert_allclose(total / 3, found["rate"].perturbed, rtol=1e-10)
    silent = found["rate_inhibitory"].change
    assert float(silent[2]) == 0.0  # nothing projects onto it
    assert float(silent[1]) < 0.0


def test_a_list_is_named():
    items = [cj.perturbations.Lesion(0), cj.perturbations.Current(0, 1.0)]
    assert list(_named(items)) == ["Lesion 1", "Current 2"]
    assert _named(cj.perturbations.Lesion(0)).keys() == {"Lesion 1"}


def test_tasks_without_choices_have_no_bias():
    task = cj.tasks.make("sine_wave")
    net = cj.CTRNN(
        task.n_in, 4, task.n_out, dt=task.dt, tau=100.0, key=jax.random.key(0)
    )
    size = task.n_conditions
    found = perturbation_effects(
        net,
        [cj.perturbations.Lesion(0)],
        task,
        key=jax.random.key(1),
        size=size,
        samples=2,
    )
    assert set(found.measures) == {"performance", "rate"}


def test_many_levels_of_evidence_are_put_in_bins():
    x = np.random.default_rng(0).normal(size=120)
    found = binned(x)
    levels, counts = np.unique(found, return_counts=True)
    np.testing.assert_array_equal(counts, 10)
    np.testing.assert_allclose(levels[0], np.sort(x)[:10].mean())
    assert np.all((found[:, None] < found) <= (x[:, None] < x))
    few = np.repeat([1.0, 2.0], 30)
    np.testing.assert_array_equal(binned(few), few)


def test_refusals(net, task, found):
    run = lambda *args: perturbation_effects(
        *args, key=jax.random.key(0), size=7, samples=2
    )
    with pytest.raises(ValueError, match="hold one or more"):
        run(net, {}, task)
    with pytest.raises(ValueError, match="dt of 20 ms"):
        run(net, [cj.perturbations.Lesion(0)], task.at(10.0))
    with pytest.raises(ValueError, match="2 inputs and 2 outputs"):
        run(net, [cj.perturbations.Lesion(0)], cj.tasks.make("sine_wave"))
    with pytest.raises(ValueError, match="known name"):
        found["accuracy"]
