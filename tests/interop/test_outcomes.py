"""Scores of sequences of actions against the environment's own judgement."""

from typing import Any

from interop.environments import (
    Counting,
    Dots,
    driven,
    Judge,
    Recalling,
    sequences,
    Silent,
)
import numpy as np
import pytest
from tasks.judged import as_numpy, judged

from ctrnn_jax.interop import from_neurogym
from ctrnn_jax.interop._environment import copy_of, seed_trials


def outputs_of(actions, n_actions):
    """Return outputs of which those of the actions are the largest."""
    return np.eye(n_actions)[np.asarray(actions)]


def scores(task, actions):
    """Return the score of the same actions in each held-out trial."""
    trials = as_numpy(task.held_out)
    shape = trials.targets.shape
    outputs = np.broadcast_to(outputs_of(actions, shape[-1]), shape)
    return judged(task, outputs, trials).score


def acting(*pairs, steps=10):
    """Return actions from (step, action), 0 at all other steps."""
    actions = np.zeros(steps, int)
    for step, action in pairs:
        actions[step] = action
    return actions


@pytest.fixture(scope="module")
def timed():
    return from_neurogym(Judge(), bank=1, held_out=2)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], 0.0),  # never
        ([(6, 1)], 1.0),  # the ground truth
        ([(5, 1)], 1.0),  # within the tolerance of the environment
        ([(7, 1)], 1.0),
        ([(4, 1)], 0.0),
        ([(8, 1)], 0.0),  # too late
        ([(6, 2)], 0.0),
        ([(5, 2), (6, 1)], 0.0),  # the first action decides
        ([(6, 1), (7, 2)], 1.0),
        ([(0, 1), (6, 1)], 0.0),  # broken fixation: the environment continues
        ([(3, 2), (6, 1)], 0.0),
    ],
)
def test_the_first_action_must_come_in_time(timed, pairs, expected):
    np.testing.assert_array_equal(scores(timed, acting(*pairs)), expected)


def test_nan_outputs_score_0(timed):
    trials = as_numpy(timed.held_out)
    outputs = np.array(trials.targets)
    assert judged(timed, outputs, trials).performance == 1.0
    outputs[0, 2, 0] = np.nan
    np.testing.assert_array_equal(judged(timed, outputs, trials).score, [0.0, 1.0])


def test_actions_that_end_no_trial_are_remembered():
    task = from_neurogym(Recalling(), bank=1, held_out=1)
    for first, last in ((0, 0), (1, 1), (1, 2), (2, 1), (2, 2)):
        actions = acting((2, first), (8, last))
        assert scores(task, actions) == (first == last > 0)
    assert scores(task, acting((1, 1), (2, 2), (8, 2))) == 1.0
    # a state for each action of step 2, as the environment does not say when it forgets
    assert task.held_out.conditions["outcome"].shape == (1, 10, 3, 3)


def test_catch_trials_require_no_action():
    task = from_neurogym(Judge(catch=1.0), bank=1, held_out=1)
    assert scores(task, acting()) == 1.0
    assert scores(task, acting((6, 1))) == 0.0
    assert scores(task, acting((0, 1))) == 0.0


@pytest.mark.parametrize("env", [Dots(), Counting(), Silent()])
def test_the_last_action_counts_if_the_environment_does_not_judge(env):
    task = from_neurogym(env, bank=1, held_out=8)
    trials = as_numpy(task.held_out)
    last = trials.conditions["t_end"] - 1
    outputs = np.zeros_like(trials.targets)
    outputs[np.arange(8), last] = trials.targets[np.arange(8), last]
    np.testing.assert_array_equal(judged(task, outputs, trials).score, 1.0)
    np.testing.assert_array_equal(judged(task, -outputs, trials).score, 0.0)


def test_random_actions_score_as_when_the_environment_is_driven():
    """Trials with and without a catch, padded beyond their end."""
    task = from_neurogym(Judge(catch=0.5), bank=3, held_out=20, n_steps=13, seed=4)
    env, rng = copy_of(Judge(catch=0.5)), np.random.default_rng(0)
    seed_trials(env, 4)
    trials = as_numpy(task.held_out)
    outputs, expected = np.zeros((20, 13, 3)), []
    for i in range(-3, 20):
        env.performance = 0
        env.new_trial()
        actions = np.where(rng.random(10) < 0.08, rng.integers(1, 3), env.gt)
        if i >= 0:
            outputs[i, :10] = outputs_of(actions, 3)
            expected.append(driven(env, actions)[0])
    np.testing.assert_array_equal(judged(task, outputs, trials).score, expected)
    assert 0.2 < np.mean(expected) < 0.8


def test_drawing_leaves_the_environment_as_it_is():
    env = Judge()
    before = dict(vars(env))
    from_neurogym(env, bank=2, held_out=2)
    assert vars(env) == before


# with the library


# neurogym gives the ground truth no performance: it judges no action, compares actions
# with the index of the choice, or, in some trials, not to act is right
NEVER_JUDGED = ("ToneDetection-v0", "PostDecisionWager-v0")
NO_GO = tuple(f"yang19.{name}-v0" for name in ("dms", "dnms", "dmc", "dnmc"))
NAMES = (
    "AntiReach-v0",
    "ContextDecisionMaking-v0",
    "DelayComparison-v0",
    "DelayMatchCategory-v0",
    "DelayMatchSample-v0",
    "DelayMatchSampleDistractor1D-v0",
    "DelayPairedAssociation-v0",
    "DualDelayMatchSample-v0",
    "GoNogo-v0",
    "HierarchicalReasoning-v0",
    "IntervalDiscrimination-v0",
    "MotorTiming-v0",
    "MultiSensoryIntegration-v0",
    "OneTwoThreeGo-v0",
    "PerceptualDecisionMaking-v0",
    "PerceptualDecisionMakingDelayResponse-v0",
    "PostDecisionWager-v0",
    "ProbabilisticReasoning-v0",
    "PulseDecisionMaking-v0",
    "ReadySetGo-v0",
    "ToneDetection-v0",
    "perceptualdecisionmaking.ibl20-v0",
    "perceptualdecisionmaking.roitman02-v0",
    *(
        f"yang19.{name}-v0"
        for name in (
            "go", "rtgo", "dlygo", "anti", "rtanti", "dlyanti", "dm1", "dm2", "ctxdm1",
            "ctxdm2", "multidm", "dlydm1", "dlydm2", "ctxdlydm1", "ctxdlydm2",
            "multidlydm", "dms", "dnms", "dmc", "dnmc",
        )
    ),
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*WARN")
@pytest.mark.parametrize("name", NAMES)
def test_scores_are_the_performance_that_neurogym_reports(name):
    """Never acting, broken fixation, the ground truth, too late, and random actions."""
    pytest.importorskip("neurogym")
    task = from_neurogym(name, bank=1, held_out=8, seed=3)
    assert task.is_discrete
    env: Any = copy_of(task.source.env)
    rng = np.random.default_rng(0)
    seed_trials(env, 3)
    trials = as_numpy(task.held_out)
    outputs, expected = np.zeros((5, *trials.targets.shape)), np.zeros((5, 8))
    not_judged = 0
    for i in range(-1, 8):
        # neurogym sets it to 0 after it has drawn a trial, also if a trial set it to 1
        for part in getattr(env.unwrapped, "envs", [env.unwrapped]):
            part.performance = 0
        env.new_trial()
        if i < 0:
            continue
        truth = np.array(env.unwrapped.gt)
        for j, actions in enumerate(sequences(truth, task.n_out, rng)):
            outputs[j, i, : len(truth)] = outputs_of(actions, task.n_out)
            performance, steps = driven(env, actions)
            if driven(env, truth)[0] == 0:
                not_judged += 1
                assert performance == 0
                performance = steps == len(truth) and actions[-1] == truth[-1]
            expected[j, i] = performance
    for some, performances in zip(outputs, expected, strict=True):
        found = judged(task, some, trials)
        np.testing.assert_allclose(found.score, performances, atol=1e-6)
        np.testing.assert_allclose(found.performance, performances.mean(), atol=1e-6)
    np.testing.assert_array_equal(expected[2], 1.0)  # the ground truth
    if name in NO_GO:
        assert 0 < not_judged < 40
    else:
        assert not_judged == (40 if name in NEVER_JUDGED else 0)
