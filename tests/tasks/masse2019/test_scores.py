"""Scores, loss, options and descriptions of the matching tasks."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
from oracles import masse2019 as oracle
import pytest
from tasks.judged import as_numpy, changed, judged
from tasks.masse2019.trials import make, noise_free_trials, RULES

from ctrnn_jax.tasks import (
    CuedDelayedMatch,
    describe,
    DualMatch,
    families,
    SequenceMatchABCA,
)


NAMES = families()["masse2019"]


@pytest.mark.parametrize(
    "name", ["dms", "abba", pytest.param("dual_dms", marks=pytest.mark.slow)]
)
def test_scores_of_correct_swapped_and_constant_answers(name):
    task, trials = make(name), noise_free_trials(name)
    trials = jax.tree.map(lambda x: x[: task.n_conditions], trials)
    correct = trials.targets

    def constant(answer):
        return changed(np.zeros_like(correct), (..., answer), 1.0)

    answers = [(3 * correct, 1.0), (correct[..., [0, 2, 1]], 0.0), (constant(0), 0.0)]
    answers += [(constant(1), 0.5), (constant(2), 0.5)]
    # Fixation is not scored.
    answers += [(changed(correct, np.s_[:, :50], -correct[:, :50]), 1.0)]
    for outputs, value in answers:
        found = judged(task, outputs, trials)
        assert found.performance == pytest.approx(value)
        assert found.score.mean() == pytest.approx(value)
    score = judged(task, correct, trials).score
    np.testing.assert_array_equal(score, np.ones(len(correct)))
    linked = np.asarray(eqx.filter_jit(task.link)(correct))
    close(linked, np.exp(correct) / np.exp(correct).sum(-1, keepdims=True))


def test_the_grace_period_of_a_test_is_not_scored():
    task, trials = make("dms"), noise_free_trials("dms")
    correct, fixating = trials.targets, np.array([1.0, 0.0, 0.0])
    early = changed(correct, np.s_[:, 200:205], fixating)
    assert judged(task, early, trials).performance == 1.0
    late = changed(correct, np.s_[:, 205], fixating)
    assert judged(task, late, trials).performance == pytest.approx(44 / 45)


def test_performance_pools_the_steps_of_all_trials():
    """A longer test has a larger weight in the performance."""
    task, trials = make("variable"), noise_free_trials("variable")
    has_test = ~trials.conditions["is_catch"]
    i = int(np.argmax(has_test))
    correct = trials.targets
    outputs = changed(correct, i, np.roll(correct[i], 1, axis=-1))
    n_scored = np.diff(trials.epochs["test"], axis=1)[:, 0] - 5
    n_scored = np.where(has_test, n_scored, 0)
    assert len(set(n_scored)) > 5
    expected = 1 - n_scored[i] / n_scored.sum()
    found = judged(task, outputs, trials)
    assert found.performance == pytest.approx(expected)
    score = found.score[has_test]
    np.testing.assert_array_equal(score, [0.0] + [1.0] * (len(score) - 1))


def test_loss_is_the_cross_entropy_of_a_plain_loop():
    rng = np.random.default_rng(0)
    trials = jax.tree.map(lambda x: x[10:13], noise_free_trials("dms"))
    weight = rng.uniform(size=(3, 250, 1)) * trials.mask
    trials = eqx.tree_at(lambda t: t.mask, trials, weight)
    logits = rng.normal(size=trials.targets.shape)
    expected = oracle.cross_entropy(
        logits.tolist(), trials.targets.tolist(), trials.mask.tolist()
    )
    found = eqx.filter_jit(make("dms").output_loss)(logits, trials)
    close(found, np.array(expected))


@pytest.mark.parametrize("name", [*NAMES, "variable"])
def test_other_dt_keeps_the_options(name):
    task = make(name, kappa=1.0, fixation=100.0, dead=50.0, grace=20.0)
    fine = task.at(2.5)
    assert type(fine) is type(task)
    assert fine.n_steps == 4 * task.n_steps
    assert identical(fine.at(10.0), task)


def test_descriptions_are_short():
    for name in NAMES:
        assert make(name).n_out == 3
        assert len(describe(name)) <= 70


OTHER_OPTIONS = {"variable": {"variable_delay": 300.0}} | {
    name: {"rule": name} for name in RULES
}


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("dms", {"rule": "dmsr"}, "`rule` must be a known name; got 'dmsr'. Did you"),
        ("dms", {"dt": 20.0}, "`grace` must be a multiple of dt = 20 ms; got 50 ms"),
        ("dms", {"dt": 30.0}, "multiple of dt = 30 ms; got 500 ms. The nearest is 510"),
        ("dms", {"dt": 0.0}, "`dt` must be positive"),
        ("dms", {"delay": 0.0}, "`delay` must last at least one step"),
        ("dms", {"sample_time": -10.0}, "`sample_time` must not be negative; got -10"),
        ("dms", {"dead": 15.0}, "`dead` must be a multiple of dt = 10 ms; got 15 ms"),
        ("dms", {"grace": 500.0}, "`grace` must be shorter than a test, 500 ms"),
        ("dms_dmrs", {"cue": "fix"}, "`cue` must be a known name; got 'fix'. Did you"),
        ("dms_dmrs", {"cue_onset": 800.0}, "`cue_onset` must let the cue end by"),
        ("dms_dmrs", {"cue_time": 600.0}, "`cue_time` must let the cue end by"),
        ("dms_dmrs", {"delay": 400.0}, "`delay` must last at least 750 ms, .* got 400"),
        (
            "dms_dmrs_dmc",
            {"cue_onset": 500.0},
            '`cue_onset` must be left out unless `cue` is "de',
        ),
        ("dms_dmc", {"cue_time": 250.0}, "`cue_time` must be left out unless `cue` is"),
        ("variable", {"delay": 300.0}, "`variable_delay` must be shorter than the del"),
        ("dms_dmrs", {"cue_time": 0.0}, "`cue_time` must last at least one step"),
        (
            "dms",
            {"variable_delay": 1000.0},
            "be shorter than the delay, 1000 ms",
        ),
        ("dms", {"variable_delay": 15.0}, "`variable_delay` must be a multiple of dt"),
        ("dms_dmc", {"rule": "dms"}, "`rule` must be a known name; got 'dms'. Did you"),
        ("variable", {"variable_delay_mean": 0.0}, "`variable_delay_mean` must be pos"),
        ("dms", {"sigma_in": -0.1}, "`sigma_in` must not be negative"),
        ("dms", {"tau_in": 0.0}, "`tau_in` must be positive"),
        ("dms", {"height": 0.0}, "`height` must be positive"),
        ("dms", {"kappa": -1.0}, "`kappa` must not be negative"),
        ("dms", {"test_cost_multiplier": 0.0}, "`test_cost_multiplier` must be posit"),
        ("abba", {"n_tests": 8}, "`n_tests` must be below 8; got 8"),
        ("abba", {"n_tests": 0}, "`n_tests` must be a whole number, at least 1"),
        ("abba", {"test_time": 0.0}, "`test_time` must last at least one step"),
        ("abba", {"rest": 5.0}, "`rest` must be a multiple of dt"),
        ("location_dms", {"fixation": 0.0}, "`fixation` must last at least one step"),
        ("location_dms", {"grace": -50.0}, "`grace` must not be negative; got -50 ms"),
        ("dual_dms", {"cue_onset": 1010.0}, "`cue_onset` must be no longer than the"),
        ("dual_dms", {"cue_onset": 5.0}, "`cue_onset` must be a multiple of dt"),
    ],
)
def test_invalid_options_raise(name, options, message):
    with pytest.raises(ValueError, match=message):
        type(make(name))(**OTHER_OPTIONS.get(name, {}) | options)


def test_each_class_has_only_the_options_of_its_task():
    """What one class cannot have is no argument of it, rather than ignored."""
    for name, option in (
        ("dms", "cue"),
        ("dms", "cue_onset"),
        ("dms", "rest"),
        ("abba", "repeats"),
        ("abca", "kind"),
    ):
        with pytest.raises(TypeError, match=f"has no argument `{option}`"):
            make(name, **{option: None})


def test_other_numbers_of_tests():
    task = SequenceMatchABCA(n_tests=7, rest=0.0, sigma_in=0.0)
    assert (task.n_steps, task.n_conditions) == (90 + 7 * 80, 1024)
    draw = jax.jit(lambda i, key: task.render(i, key).conditions["test"])
    shown = draw(jnp.asarray(3), jax.random.key(0))
    assert sorted(shown.tolist()) == [0, 1, 2, 4, 5, 6, 7]


def test_cues_of_two_samples_start_in_the_middle_of_any_delay():
    def drawn(key, tasks):
        return [task.sample(key).epochs for task in tasks]

    tasks = [DualMatch(delay=delay) for delay in (1000.0, 400.0, 510.0)]
    tasks += [tasks[-1].at(5.0), DualMatch(delay=400.0, cue_onset=0.0)]
    tasks += [CuedDelayedMatch(delay=400.0, cue_onset=100.0)]
    *each, finer, at_once, with_cue = as_numpy(
        eqx.filter_jit(drawn)(jax.random.key(0), tasks)
    )
    for of, delay, onset in zip(
        each, (1000.0, 400.0, 510.0), (50, 20, 25), strict=True
    ):
        start, stop = of["delay 2"].tolist()
        assert stop - start == delay / 10
        assert of["cue 2"].tolist() == [start + onset, stop + 50]
    assert finer["cue 1"].tolist()[0] == 200 + 510 / 10
    assert at_once["cue 1"].tolist() == [100, 190]
    assert with_cue["cue"].tolist() == [110, 135]
