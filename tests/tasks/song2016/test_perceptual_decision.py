from helpers import close, identical, STANDARD_ERRORS
import jax
import numpy as np
from oracles.perceptual_decision import render
import pytest
from tasks.judged import as_numpy, changed, judged

import ctrnn_jax as cj


KEY = jax.random.key(1611)
TASK = cj.tasks.PerceptualDecision()


@pytest.fixture(scope="module")
def trials():
    """Return each condition twice."""
    return as_numpy(TASK.validation(KEY, 22))


@pytest.fixture(scope="module")
def quiet():
    """Return each condition twice, without noise; independent of `trials`."""
    task = cj.tasks.PerceptualDecision(sigma_in=0.0)
    return as_numpy(task.validation(jax.random.key(0), 22))


def test_epochs_and_sizes_are_those_of_the_paper(trials):
    assert {name: tuple(x[1]) for name, x in trials.epochs.items()} == {
        "fixation": (0, 5),
        "stimulus": (5, 45),
        "decision": (45, 60),
    }
    assert not any(x[0].any() for x in trials.epochs.values())  # a catch trial
    assert (TASK.n_steps, TASK.n_in, TASK.n_out, TASK.n_conditions) == (100, 2, 2, 11)


def test_trials_equal_a_plain_loop(trials, quiet):
    """Two independent renderings, one of them without noise."""
    for i in range(22):
        of = {name: x[i] for name, x in quiet.conditions.items()}
        inputs, targets, mask = render(
            of["coherence"], of["choice"], of["is_catch"], np.zeros((100, 2))
        )
        close(quiet.inputs[i], inputs)
        for some in (quiet, trials):
            close(some.targets[i], targets)
            close(some.mask[i], mask)


def test_evidence_at_named_coherences(quiet):
    """Scale of pycog's coherences: .516 .532 .564 .628 .756 and their complements."""
    evidence = quiet.inputs - 0.2  # the baseline
    close(evidence[1:6, 20, 0], np.array([0.516, 0.532, 0.564, 0.628, 0.756]))
    close(evidence[1:6, 20, 1], np.array([0.484, 0.468, 0.436, 0.372, 0.244]))
    close(evidence[6:11, 20, 1], evidence[1:6, 20, 0])
    close(evidence[0], np.zeros((100, 2)))


def test_validation_is_counterbalanced_first_factor_fastest(trials):
    conditions = trials.conditions
    assert conditions["is_catch"].reshape(2, 11)[:, 0].all()
    assert conditions["is_catch"].sum() == 2
    coherence = conditions["coherence"].reshape(2, 11)[0]
    close(coherence[1:], np.tile([3.2, 6.4, 12.8, 25.6, 51.2], 2))
    choice = conditions["choice"].reshape(2, 11)[0]
    np.testing.assert_array_equal(choice[1:], [0] * 5 + [1] * 5)


def test_mask_and_catch_share_of_the_loss(trials):
    """Catch trials have a third of the mask: .33 of rdm_fixed in the notes."""
    mask = trials.mask[:11]
    np.testing.assert_array_equal(mask.sum((1, 2)), [200] + [40] * 10)
    assert mask[0].sum() / mask.sum() == pytest.approx(1 / 3)


def test_conditions_of_training_are_drawn_with_their_probabilities():
    n = 20_000
    conditions = as_numpy(jax.jit(lambda k: TASK.batch(k, n).conditions)(KEY))
    counts = [(np.mean(conditions["is_catch"]), 1 / 11)]
    counts += [(np.mean(conditions["choice"]), 1 / 2)]
    counts += [
        (np.mean(np.isclose(conditions["coherence"], c)), 1 / 5)
        for c in (3.2, 6.4, 12.8, 25.6, 51.2)
    ]
    for found, p in counts:
        assert abs(float(found) - p) < STANDARD_ERRORS * np.sqrt(p * (1 - p) / n)


def drawn_inputs(**options):
    """Return the inputs of 400 training trials; compiled once for all options."""
    return np.asarray(cj.tasks.PerceptualDecision(**options).batch(KEY, 400).inputs)


def test_input_noise_has_the_published_strength():
    """sd sqrt(2 tau_in / dt) sigma_in = .0316 at dt = 20, on every channel."""
    # a baseline far from the rectification, and steps without evidence
    inputs = drawn_inputs(baseline=5.0)[:, 60:]
    expected = np.sqrt(2 * 100 / 20) * 0.01
    n = inputs.size
    assert abs(inputs.std() / expected - 1) < STANDARD_ERRORS / np.sqrt(2 * n)
    assert abs(inputs.mean() - 5.0) < STANDARD_ERRORS * expected / np.sqrt(n)


def test_inputs_are_rectified():
    assert drawn_inputs(baseline=0.0, sigma_in=1.0).min() == 0.0


def test_scores_of_perfect_inverted_and_constant_answers(trials):
    perfect = trials.targets
    assert judged(TASK, perfect, trials).performance == 1.0
    assert judged(TASK, 1.2 - perfect, trials).performance == 0.0
    # a tie counts as choice 0, which is correct on half of the trials
    assert judged(TASK, np.ones_like(perfect), trials).performance == 0.5


def test_score_looks_at_the_last_valid_step_only(trials):
    answer = np.eye(2)[trials.conditions["choice"]]
    wrong = np.tile((1 - answer)[:, None], (1, 100, 1))
    right_at_end = changed(wrong, np.s_[:, 59], answer)
    assert judged(TASK, right_at_end, trials).performance == 1.0
    right_after = changed(wrong, np.s_[:, 60:], 5 * answer[:, None])
    assert judged(TASK, right_after, trials).performance == 0.0


def test_catch_trials_do_not_count(trials):
    outputs = changed(trials.targets, 0, 100.0)
    assert judged(TASK, outputs, trials).performance == 1.0


def test_same_key_same_bits_under_jit_and_vmap():
    called = as_numpy(TASK.batch(KEY, 4))
    traced = as_numpy(jax.jit(lambda k: TASK.batch(k, 4))(KEY))
    assert identical(called.conditions, traced.conditions)
    close(called, traced)
    sampled = jax.jit(jax.vmap(TASK.sample))(jax.random.split(KEY, 4))
    close(called, sampled)
    assert not np.allclose(called.inputs, TASK.batch(jax.random.key(0), 4).inputs)


def test_other_dt_renders_the_same_trial_finer(quiet):
    fine = cj.tasks.PerceptualDecision(sigma_in=0.0, dt=0.5)
    b = as_numpy(fine.validation(jax.random.key(0), 22))
    assert b.inputs.shape[1] == 40 * quiet.inputs.shape[1]
    close(b.inputs[:, 20::40], quiet.inputs)
    close(b.mask.sum((1, 2)), 40 * quiet.mask.sum((1, 2)))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dt": 30.0}, "multiple of dt = 30 ms; got 100 ms. The nearest is 90 ms"),
        ({"dt": -1.0}, "`dt` must be positive"),
        ({"stimulus": 0.0}, "`stimulus` must last at least one step"),
        (
            {"stimulus": -100.0},
            "`stimulus` must not be negative; got -100 ms. Give it in",
        ),
        ({"stimulus": float("inf")}, "`stimulus` must be a duration in ms; got inf"),
        ({"stimulus": 3.0}, "multiple of dt = 20 ms; got 3 ms. The nearest is 20 ms"),
        ({"baseline": np.nan}, "`baseline` must be finite; got nan"),
        ({"low": np.inf}, "`low` must be finite; got inf"),
        ({"high": 0.2}, "`high` must be above `low`; got 0.2"),
        ({"low": 1, "high": 0.5}, "`high` must be above `low`; got 0.5"),
        ({"catch": 500.0}, "`catch` must last at least as long as a trial, 1200 ms"),
        ({"coherences": (3.2, 120.0)}, r"`coherences` must lie in \[0, 100\]; got 120"),
        ({"coherences": ()}, "`coherences` must be a list of numbers"),
        ({"catch_probability": 1.5}, "`catch_probability` must lie in"),
        ({"sigma_in": -0.1}, "`sigma_in` must not be negative"),
        ({"tau_in": 0.0}, "`tau_in` must be positive"),
    ],
)
def test_invalid_options_raise(options, message):
    with pytest.raises(ValueError, match=message):
        cj.tasks.PerceptualDecision(**options)


def test_unbalanced_validation_raises():
    with pytest.raises(
        ValueError, match=r"multiple of the 11 conditions; got 20\. Use 22"
    ):
        TASK.validation(KEY, 20)
    with pytest.raises(ValueError, match="`size` must be a whole number, at least 1"):
        TASK.batch(KEY, 0)
    with pytest.raises(ValueError, match="`size` must be a whole number, at least 1"):
        TASK.validation(KEY, 0)


VARIANTS = {
    "perceptual_decision": {"stimulus", "decision"},
    "perceptual_decision_variable": {"mean", "bounds", "decision"},
    "perceptual_decision_reaction_time": {"stimulus", "reward"},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_each_variant_has_only_its_own_options(name):
    task = cj.tasks.make(name)
    options = set().union(*VARIANTS.values())
    assert {option for option in options if hasattr(task, option)} == VARIANTS[name]
    assert type(task.at(10.0)) is type(task)
    for option in {*options, "kind"} - VARIANTS[name]:
        with pytest.raises(TypeError, match=f"has no argument `{option}`"):
            type(task)(**{option: None})
        with pytest.raises(ValueError, match=f"`option` must be a known .*'{option}'"):
            cj.tasks.make(name, **{option: None})


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("variable", {"bounds": (80.0, 70.0)}, "`bounds` must be two durations"),
        ("variable", {"bounds": (80.0, 1510.0)}, "multiple of dt = 20 ms"),
        ("variable", {"mean": 0.0}, "`mean` must be positive"),
        ("reaction_time", {"reward": 800.0}, "shorter than the stimulus"),
    ],
)
def test_invalid_options_of_a_variant_raise(name, options, message):
    with pytest.raises(ValueError, match=message):
        cj.tasks.make(f"perceptual_decision_{name}", **options)
