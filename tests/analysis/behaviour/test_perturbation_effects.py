"""Tests of perturbation effects, in a network whose behaviour is known."""

import jax
import numpy as np
from oracles import psychometric as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import perturbation_effects, psychometric_curve
from ctrnn_jax.analysis.behaviour._perturbation_effects import (
    _effects,
    _named,
    _Observation,
)


# three are a current and a factor, so that they share their programs
PERTURBATIONS = {
    "nothing": (
        cj.perturbations.Current([0], 0.0),
        cj.perturbations.Scale(1.0, weight="w_in"),
    ),
    "no input": (
        cj.perturbations.Current([1], 0.0),
        cj.perturbations.Scale(0.0, weight="w_in"),
    ),
    "without unit 1": cj.perturbations.Lesion([1]),
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
    """A network in which each output is its input, filtered, with noise.

    A third unit is inhibitory and projects to no unit.
    """
    return cj.EIRNN(
        2, 3, 2, dt=20.0, tau=100.0, frac_excitatory=2 / 3,
        w_in=np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]), w_hid=np.zeros((3, 3)),
        w_out=np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
        noise=cj.DiffusionNoise(0.05), key=jax.random.key(0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def effects(net, task):
    return perturbation_effects(
        net, PERTURBATIONS, task, key=jax.random.key(1), size=280, samples=400
    )


@pytest.fixture(scope="module")
def runs(net, task):
    """Conditions and, for each network, choices and rates by plain rollouts."""
    trial_key, noise_key, _ = jax.random.split(jax.random.key(1), 3)
    trials = task.validation(trial_key, 280)
    is_counted = ~np.asarray(trials.conditions["is_catch"])
    behaviours = []
    for items in ((), *PERTURBATIONS.values()):
        several = items if isinstance(items, tuple) else (items,)
        traj = cj.rollout(cj.perturb(net, *several), trials.inputs, key=noise_key)
        behaviours.append(
            {
                "choice": np.asarray(task.answer(traj.outputs, trials))[is_counted],
                "rates": np.asarray(traj.rates)[is_counted],
            }
        )
    conditions = {n: np.asarray(x)[is_counted] for n, x in trials.conditions.items()}
    return conditions, behaviours


def test_measures_are_those_of_plain_rollouts(runs, effects):
    conditions, behaviours = runs
    correct, ends = conditions["choice"], conditions["t_end"]
    assert effects.trials == 240
    assert effects.names == tuple(PERTURBATIONS)

    def mean_rate(rates):
        return np.mean([r[:end].mean() for r, end in zip(rates, ends, strict=True)])

    choices = [behaviour["choice"] for behaviour in behaviours]
    expected = {
        "performance": [np.mean(c == correct) for c in choices],
        "bias": [np.mean(c == 0) - np.mean(correct == 0) for c in choices],
        "rate": [mean_rate(behaviour["rates"]) for behaviour in behaviours],
    }
    for name, values in expected.items():
        effect = effects[name]
        np.testing.assert_allclose(effect.intact, values[0], atol=1e-12)
        np.testing.assert_allclose(effect.perturbed, values[1:], atol=1e-12)
        change = np.asarray(values[1:]) - values[0]
        np.testing.assert_allclose(effect.change, change, atol=1e-12)


def test_slopes_are_those_of_corrected_counts(runs, effects):
    conditions, behaviours = runs
    for index, fitted_slope in (
        (0, effects["slope"].intact),
        (4, effects["slope"].perturbed[3]),
    ):
        chosen = behaviours[index]["choice"] == 0
        curve = psychometric_curve(conditions["evidence"], chosen)
        hits = curve.proportion * curve.trials + 0.5
        (_, slope, _, _), _ = oracle.fit(
            curve.evidence, hits, curve.trials + 1.0, "gaussian", ends="none",
            start=(0.0, 0.03),
        )  # fmt: skip
        assert float(fitted_slope) == pytest.approx(slope, rel=1e-4)


def test_a_current_of_zero_and_a_factor_of_one_change_nothing(effects):
    for effect in effects.measures.values():
        np.testing.assert_array_equal(effect.change[0], 0.0)
        np.testing.assert_array_equal([effect.low[0], effect.high[0]], [0.0, 0.0])


def test_known_effects_have_the_right_signs(effects):
    performance, slope, bias = (effects[n] for n in ("performance", "slope", "bias"))
    assert float(performance.intact) > 0.75
    _, no_input, without_unit, both = range(4)
    assert float(performance.high[no_input]) < -0.1
    assert abs(float(slope.perturbed[no_input])) < 0.3 * float(slope.intact)
    assert float(slope.high[no_input]) < 0
    # without unit 1, output 1 is 0, and output 0 is larger except for noise
    assert float(bias.low[without_unit]) > 0.3
    assert float(bias.high[both]) < 0  # a current into unit 1
    assert float(effects["rate"].high[no_input]) < 0


def test_intervals_are_paired(runs, effects):
    conditions, behaviours = runs
    is_correct = [
        (behaviour["choice"] == conditions["choice"]) * 1.0 for behaviour in behaviours
    ]
    effect = effects["performance"]
    for i in (1, 2, 3):
        error = np.std(is_correct[i + 1] - is_correct[0]) / np.sqrt(240)
        # 400 samples estimate a standard deviation to 3.5 %
        assert float(effect.standard_error[i]) == pytest.approx(error, rel=0.2)
        width = float(effect.high[i] - effect.low[i])
        assert width == pytest.approx(2 * 1.96 * error, rel=0.25)


def test_intervals_are_those_of_numpy_and_equal_trials_have_no_change():
    """In single precision too, in which a mean of many samples is rounded."""
    rng, count, samples, key = np.random.default_rng(0), 35, 200, jax.random.key(3)
    evidence = np.repeat([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0], 5)
    intact, rate = evidence + rng.normal(size=count) > 0, rng.random(count)
    one_other = intact.copy()
    one_other[7] = ~one_other[7]
    chosen = np.stack([intact, intact, one_other, rng.permutation(intact)])
    rates = np.stack([rate, rate, rate, rng.random(count)]).astype(np.float32)
    observations = [
        _Observation({"rate": r, "performance": c}, c)
        for c, r in zip(chosen.astype(np.float32), rates, strict=True)
    ]
    levels, level_of_trial = np.unique(evidence, return_inverse=True)
    is_of_level = level_of_trial[:, None] == np.arange(7)
    two_choice = (np.arange(count) % 2 == 0, levels, is_of_level)
    effects = _effects(observations, two_choice, key, samples, 0.025)
    for name, values in (("rate", rates), ("performance", chosen)):
        change = values[1:].astype(float) - values[0].astype(float)
        drawn = np.asarray(jax.random.randint(key, (samples, count), 0, count))
        means = np.sort(change[:, drawn].mean(axis=2), axis=1)  # 0.025 * 199 = 4.975
        _, _, difference, low, high, error = map(np.asarray, effects[name])
        np.testing.assert_allclose(difference, change.mean(axis=1), rtol=1e-6)
        np.testing.assert_allclose(low, means[:, 4], rtol=1e-6)
        np.testing.assert_allclose(high, means[:, -5], rtol=1e-6)
        np.testing.assert_allclose(error, means.std(axis=1), rtol=1e-6)
    for numbers in effects.values():
        np.testing.assert_array_equal([x[0] for x in numbers[2:]], np.zeros(4))
    # scores are 0 or 1, so each bound is a number of trials over their count
    for low_or_high in effects["performance"][3:5]:
        in_trials = np.asarray(low_or_high, float) * count
        np.testing.assert_allclose(in_trials, np.round(in_trials), atol=1e-5)
    # one trial differs, and a third of the samples are without it
    for name in ("performance", "bias", "slope"):
        _, _, change, low, high, _ = (np.asarray(x) for x in effects[name])
        assert change[1] != 0
        assert 0.0 in (low[1], high[1])


def test_rates_are_split_by_class(effects):
    assert {"rate_excitatory", "rate_inhibitory"} < set(effects.measures)
    excitatory, inhibitory = effects["rate_excitatory"], effects["rate_inhibitory"]
    total = 2 * excitatory.perturbed + inhibitory.perturbed
    np.testing.assert_allclose(total / 3, effects["rate"].perturbed, rtol=1e-10)
    assert float(inhibitory.change[2]) == 0.0  # unit 1 does not project to it
    assert float(inhibitory.change[1]) < 0.0


def test_perturbations_of_a_list_are_named_by_their_calls():
    items = [cj.perturbations.Lesion(0), cj.perturbations.Current(0, 1.0)]
    lesion, current = "Lesion(0)", "Current(0, amplitude=1)"
    assert list(_named(items)) == [lesion, current]
    assert _named([cj.perturbations.Lesion("a")]).keys() == {"Lesion('a')"}
    # a combination is named by all of its parts
    assert list(_named([items, items[0]])) == [f"{lesion} + {current}", lesion]
    assert list(_named([items[0], items[0]])) == [f"{lesion} 1", f"{lesion} 2"]


def test_tables_have_a_row_for_each_measure_of_each_perturbation(effects):
    table = effects.table()
    names, measures = effects.names, [*effects.measures]
    assert list(zip(table["perturbation"], table["measure"], strict=True)) == [
        (name, measure) for name in names for measure in measures
    ]
    for row, (name, measure) in enumerate(
        zip(table["perturbation"], table["measure"], strict=True)
    ):
        effect = effects[measure]
        assert table["intact"][row] == effect.intact
        for field in ("perturbed", "change", "low", "high", "standard_error"):
            assert table[field][row] == getattr(effect, field)[names.index(name)]
    assert effects["rate"].table()["perturbation"].tolist() == list(names)
    assert all(name[:17] in repr(effects["rate"]) for name in names)


def test_tasks_without_choices_have_no_bias():
    task = cj.tasks.make("sine_wave")
    net = cj.CTRNN(
        task.n_in, 4, task.n_out, dt=task.dt, tau=100.0, key=jax.random.key(0)
    )
    effects = perturbation_effects(
        net,
        [cj.perturbations.Lesion(0)],
        task,
        key=jax.random.key(1),
        size=task.n_conditions,
        samples=2,
    )
    assert set(effects.measures) == {"performance", "rate"}


def test_invalid_arguments_raise(net, task, effects):
    options = {"key": jax.random.key(0), "size": 7, "samples": 2}
    lesion = [cj.perturbations.Lesion(0)]
    with pytest.raises(ValueError, match="hold one or more"):
        perturbation_effects(net, {}, task, **options)
    with pytest.raises(ValueError, match="dt of 20 ms"):
        perturbation_effects(net, lesion, task.at(10.0), **options)
    with pytest.raises(ValueError, match="2 inputs and 2 outputs"):
        perturbation_effects(net, lesion, cj.tasks.make("sine_wave"), **options)
    with pytest.raises(
        ValueError, match="`samples` must be a whole number, at least 2"
    ):
        perturbation_effects(net, lesion, task, **{**options, "samples": 1})
    with pytest.raises(ValueError, match="`level` must lie in"):
        perturbation_effects(net, lesion, task, **options, level=1.5)
    with pytest.raises(ValueError, match="known name"):
        effects["accuracy"]
