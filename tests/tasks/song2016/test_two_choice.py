"""The two-choice tasks of Song, Yang & Wang (2016), except for fixed-duration dots."""

from typing import Any, NamedTuple

import equinox as eqx
from helpers import close, identical, STANDARD_ERRORS
import jax
import numpy as np
from oracles import song2016 as oracle
import pytest
from tasks.judged import as_numpy, judged

from ctrnn_jax.tasks import (
    ContextIntegration,
    MultisensoryIntegration,
    ParametricWorkingMemory,
    PerceptualDecisionReactionTime,
    PerceptualDecisionVariable,
)


MAKE: dict[str, Any] = {
    "variable": PerceptualDecisionVariable,
    "reaction_time": PerceptualDecisionReactionTime,
    "context": ContextIntegration,
    "multisensory": MultisensoryIntegration,
    "working_memory": ParametricWorkingMemory,
}
KEY = 1611


class Drawn(NamedTuple):
    name: str
    task: Any
    trained: Any  # 40 noiseless trials as in training, with more catch trials
    balanced: Any  # every condition once


def made(name):
    return MAKE[name](sigma_in=0.0, catch_probability=0.2)


@pytest.fixture(scope="module", params=list(MAKE))
def drawn(request):
    task = made(request.param)
    first, second = jax.random.split(jax.random.key(KEY))
    trials = task.batch(first, 40), task.validation(second, task.n_conditions)
    return Drawn(request.param, task, *as_numpy(trials))


def conditions_of_training(task, n):
    """Return conditions and epochs of many trials, without their inputs."""

    def drawn(key):
        trials = task.batch(key, n)
        return trials.conditions, trials.epochs

    return jax.tree.map(np.asarray, jax.jit(drawn)(jax.random.key(KEY)))


def plain(name, of, epochs):
    def lasts(part):
        return 20.0 * (epochs[part][1] - epochs[part][0])

    if name in ("variable", "reaction_time"):
        timed = name == "reaction_time"
        return oracle.perceptual(of, timed=timed, stimulus=lasts("stimulus"))
    if name == "working_memory":
        return oracle.working_memory(of, delay=lasts("delay"))
    return {"context": oracle.context, "multisensory": oracle.multisensory}[name](of)


def test_trials_equal_a_plain_loop(drawn):
    for trials in (drawn.trained, drawn.balanced):
        catch = trials.conditions["is_catch"]
        assert 0 < catch.sum() < len(catch)
        for i in range(len(catch)):
            of = {name: x[i] for name, x in trials.conditions.items()}
            epochs = {name: x[i] for name, x in trials.epochs.items()}
            inputs, targets, mask = plain(drawn.name, of, epochs)
            close(trials.inputs[i], inputs)
            close(trials.targets[i], targets)
            close(trials.mask[i], mask)


def test_choice_is_the_sign_of_the_evidence(drawn):
    for trials in (drawn.trained, drawn.balanced):
        of = trials.conditions
        assert np.all((of["evidence"] > 0) == (of["choice"] == 0))
        assert set(of["choice"]) == {0, 1}


class Facts(NamedTuple):
    steps: int
    n_in: int
    n_conditions: int
    parts: dict[str, tuple[int, int]]  # those that are alike in all trials, in steps
    catch_steps: int
    scored_steps: int
    catch_probability: float
    catch_share: float  # of the mask, in training


FIXATION = {"fixation": (0, 5)}
FACTS = {
    "variable": Facts(100, 3, 11, FIXATION, 100, 20, 1 / 11, 0.33),
    "reaction_time": Facts(
        100,
        3,
        11,
        FIXATION | {"stimulus": (5, 45), "decision": (20, 45)},
        100,
        30,
        5 / 11,
        0.74,
    ),
    "context": Facts(
        100,
        6,
        73,
        FIXATION | {"stimulus": (5, 45), "decision": (45, 60)},
        100,
        20,
        1 / 73,
        0.065,
    ),
    "multisensory": Facts(
        125,
        5,
        25,
        FIXATION | {"stimulus": (5, 55), "decision": (55, 70)},
        125,
        20,
        1 / 5,
        0.61,
    ),
    "working_memory": Facts(
        244, 2, 11, FIXATION | {"f1": (5, 30)}, 125, 20, 1 / 11, 0.38
    ),
}


def test_sizes_and_epochs_are_those_of_the_paper(drawn):
    facts, task = FACTS[drawn.name], drawn.task
    assert (task.n_steps, task.n_in, task.n_out) == (facts.steps, facts.n_in, 2)
    assert task.n_conditions == facts.n_conditions
    of, epochs = drawn.trained.conditions, drawn.trained.epochs
    catch = of["is_catch"]
    for part, expected in facts.parts.items():
        assert np.all(epochs[part][~catch] == expected)
    assert not np.any([epoch[catch] for epoch in epochs.values()])
    ends = np.where(catch, facts.catch_steps, epochs["decision"][:, 1])
    np.testing.assert_array_equal(of["t_end"], ends)


def test_catch_trials_have_their_published_share_of_the_loss(drawn):
    """The share of the sum of the mask, as the notes give it for training."""
    facts = FACTS[drawn.name]
    sums = drawn.balanced.mask.sum((1, 2))
    others = [2 * facts.scored_steps] * (facts.n_conditions - 1)
    np.testing.assert_array_equal(sums, [2 * facts.catch_steps, *others])
    p = float(MAKE[drawn.name]().catch_probability)
    assert p == pytest.approx(facts.catch_probability)
    share = p * sums[0] / (p * sums[0] + (1 - p) * sums[1])
    assert share == pytest.approx(facts.catch_share, abs=0.006)


FACTORS = {
    "variable": ("coherence", "choice"),
    "reaction_time": ("coherence", "choice"),
    "context": ("context", "coherence_motion", "coherence_colour"),
    "multisensory": ("modality", "frequency"),
    "working_memory": ("f1", "f2"),
}


@pytest.mark.parametrize("name", list(MAKE))
def test_training_draws_all_conditions_alike_and_catch_with_its_probability(name):
    n = 50_000
    task = MAKE[name]()
    of, _ = conditions_of_training(task, n)
    kinds = np.stack([of[f].astype(float) for f in FACTORS[name]], axis=1)
    counted = kinds[~of["is_catch"]]
    _, counts = np.unique(counted, axis=0, return_counts=True)
    assert len(counts) == task.n_conditions - 1
    found = [*(counts / len(counted)), of["is_catch"].mean()]
    p = np.append(np.full(len(counts), 1 / len(counts)), task.catch_probability)
    sizes = np.append(np.full(len(counts), len(counted)), n)
    error = np.sqrt(p * (1 - p) / sizes)
    assert np.all(np.abs(found - p) < STANDARD_ERRORS * error)


def test_perfect_inverted_and_constant_answers(drawn):
    task, trials = drawn.task, drawn.balanced

    def performance(outputs):
        return judged(task, outputs, trials).performance

    answer = np.eye(2)[trials.conditions["choice"]][:, None, :]
    perfect = np.where(trials.mask > 0, trials.targets, 0.0)
    catch = trials.conditions["is_catch"][:, None, None]
    assert performance(perfect) == 1.0
    assert performance(np.where(catch, 9.0, perfect)) == 1.0
    assert performance(1.2 - perfect) == 0.0
    chance = 0.0 if drawn.name == "working_memory" else 0.5
    assert performance(np.ones_like(perfect)) == chance
    # only the last step counts, whenever that is
    last = np.arange(task.n_steps)[None, :] == trials.conditions["t_end"][:, None] - 1
    right_at_end = np.where(last[..., None], answer, 1.0 - answer)
    assert performance(right_at_end) == 1.0


@pytest.mark.parametrize(
    "name", ["variable", pytest.param("working_memory", marks=pytest.mark.slow)]
)
def test_a_trial_of_a_batch_is_that_of_its_key(name):
    """For tasks whose parts have random durations."""
    task = made(name)
    key, _ = jax.random.split(jax.random.key(KEY))
    trained = as_numpy(task.batch(key, 40))
    keys = jax.random.split(key, 40)
    sample = eqx.filter_jit(task.sample)
    for i in (0, 7):
        same = as_numpy(jax.tree.map(lambda x, i=i: x[i], trained))
        one = as_numpy(sample(keys[i]))
        assert identical(one.conditions, same.conditions)
        close(one, same)


@pytest.mark.parametrize(
    "name", ["context", pytest.param("multisensory", marks=pytest.mark.slow)]
)
def test_same_key_same_bits_and_noise_of_the_published_strength(name):
    """sd sqrt(2 tau_in / dt) sigma_in = .0316 on every channel, cues included."""
    task = MAKE[name](baseline=5.0, catch_probability=1.0)  # far from rectification
    batch = jax.jit(lambda key: task.batch(key, 100).inputs)
    inputs, again, other = (batch(jax.random.key(k)) for k in (0, 0, 1))
    assert identical(inputs, again)
    assert not np.allclose(inputs, other)
    inputs, sd = np.asarray(inputs), np.sqrt(2 * 100 / 20) * 0.01
    n = inputs.shape[0] * inputs.shape[1]
    spread = np.abs(inputs.std((0, 1)) / sd - 1)
    assert np.all(spread < STANDARD_ERRORS / np.sqrt(2 * n))
    centre = np.abs(inputs.mean((0, 1)) - 5.0)
    assert np.all(centre < STANDARD_ERRORS * sd / np.sqrt(n))


@pytest.mark.parametrize("name", list(MAKE))
def test_another_dt_and_32_bits(name):
    with jax.enable_x64(False):
        task = MAKE[name]().at(10.0)
        trials = jax.eval_shape(lambda k: task.batch(k, 2), jax.random.key(0))
        assert trials.inputs.shape == (2, task.n_steps, task.n_in)
        leaves = jax.tree.leaves(trials)
        assert {str(x.dtype) for x in leaves} == {"float32", "int32", "bool"}
    longest = {"working_memory": 489}.get(name, 2 * MAKE[name]().n_steps)
    assert task.n_steps == longest  # the excluded end of the delay is one step nearer


OPTIONS = [
    ("context", {"dt": 30.0}, "multiple of dt = 30 ms; got 100 ms. The nearest is 90"),
    ("context", {"coherences": (5.0, 101.0)}, r"lie in \[0, 100\]; got 101"),
    ("context", {"coherences": ()}, "`coherences` must be a list of numbers"),
    ("context", {"catch": 1180.0}, "at least as long as a trial, 1200 ms; got 1180"),
    ("context", {"catch_probability": -0.1}, r"`catch_probability` must lie in \[0, 1"),
    ("multisensory", {"stimulus": 0.0}, "`stimulus` must last at least one step"),
    ("multisensory", {"frequencies": (9.0, 12.5)}, "not be at the boundary; got 12.5"),
    ("multisensory", {"frequencies": (9.0,)}, "`frequencies` must span a range; got 0"),
    ("multisensory", {"tau_in": 0.0}, "`tau_in` must be positive"),
    ("multisensory", {"boundary": np.nan}, "`boundary` must be finite"),
    ("multisensory", {"high": 0.1}, "`high` must be above `low`; got 0.1"),
    ("context", {"high": 0.1}, "`high` must be above `low`; got 0.1"),
    ("context", {"baseline": np.inf}, "`baseline` must be finite; got inf"),
    ("working_memory", {"low": np.nan}, "`low` must be finite; got nan"),
    ("working_memory", {"baseline": np.nan}, "`baseline` must be finite; got nan"),
    ("working_memory", {"delay": (2500.0, 2500.0)}, "`delay` must be two durations"),
    ("working_memory", {"delay": 2505.0}, "`delay` must be a multiple of dt = 20 ms"),
    ("working_memory", {"pairs": ((10.0, 18.0),)}, "higher frequency first.*; got -8"),
    ("working_memory", {"pairs": np.ones(2)}, r"`pairs` must have shape \(pairs, 2\)"),
    ("working_memory", {"pairs": ((np.inf, 10.0),)}, "`pairs` must have the higher"),
    ("working_memory", {"sigma_in": -1.0}, "`sigma_in` must not be negative"),
    ("variable", {"mean": 0.0}, "`mean` must be positive"),
    ("variable", {"bounds": (80.0, 1700.0)}, "as long as a trial, 2080 ms; got 2000"),
    ("reaction_time", {"reward": 800.0}, "`reward` must be shorter than the stimulus"),
]


@pytest.mark.parametrize(("name", "options", "message"), OPTIONS)
def test_invalid_options_raise(name, options, message):
    with pytest.raises(ValueError, match=message):
        MAKE[name](**options)
