"""The tasks of PsychRNN: trials, distributions, loss, answer and invalid options."""

import equinox as eqx
from helpers import close, identical, STANDARD_ERRORS
import jax
import numpy as np
from oracles import psychrnn
import pytest
from tasks.judged import as_numpy, judged

from ctrnn_jax.tasks import (
    DelayedDiscrimination,
    MatchToCategory,
    PerceptualDiscrimination,
)


CLASSES = (PerceptualDiscrimination, MatchToCategory, DelayedDiscrimination)
MANY = 4000


@pytest.fixture(scope="module")
def drawn():
    """Return noisy training trials of each class."""
    return {c: as_numpy(c().batch(jax.random.key(7), MANY)) for c in CLASSES}


@pytest.fixture(scope="module")
def noise_free():
    """Return 40 counterbalanced trials of each class without noise."""
    key = jax.random.key(8)
    return {c: as_numpy(c(stim_noise=0.0).validation(key, 40)) for c in CLASSES}


def plain_loop(task_class, trials, i):
    """Return the inputs, targets and mask of trial i from the plain loop."""
    of = {name: x[i] for name, x in trials.conditions.items()}
    times = {name: 10.0 * x[i] for name, x in trials.epochs.items()}

    def duration(name):
        return float(times[name][1] - times[name][0])

    if task_class is PerceptualDiscrimination:
        onset, shown = float(times["stimulus"][0]), duration("stimulus")
        return psychrnn.perceptual_discrimination(
            onset, shown, float(of["coherence"]), int(of["choice"])
        )
    if task_class is MatchToCategory:
        return psychrnn.match_to_category(float(of["angle"]))
    names = ("onset", "stimulus_1", "delay", "stimulus_2", "decision")
    lengths = [duration(name) for name in names]
    return psychrnn.delayed_discrimination(float(of["f1"]), float(of["f2"]), lengths)


@pytest.mark.parametrize("task_class", CLASSES)
def test_sizes(task_class):
    task = task_class()
    sizes = {
        PerceptualDiscrimination: (200, 2, 2, 8),
        MatchToCategory: (200, 16, 2, 2),
        DelayedDiscrimination: (200, 2, 2, 10),
    }
    size = (task.n_steps, task.n_in, task.n_out, task.n_conditions)
    assert size == sizes[task_class]
    assert task.dt == 10.0
    assert len(set(task.input_names)) == task.n_in


@pytest.mark.parametrize("task_class", CLASSES)
def test_trials_equal_a_plain_loop(task_class, noise_free, drawn):
    """Compare everything without noise, and targets and mask with noise."""
    for i in range(40):
        inputs, targets, mask = plain_loop(task_class, noise_free[task_class], i)
        close(noise_free[task_class].inputs[i], inputs)
        close(noise_free[task_class].targets[i], targets)
        close(noise_free[task_class].mask[i], mask)
    for i in range(100):
        _, targets, mask = plain_loop(task_class, drawn[task_class], i)
        close(drawn[task_class].targets[i], targets)
        close(drawn[task_class].mask[i], mask)
    assert not drawn[task_class].conditions["is_catch"].any()
    np.testing.assert_array_equal(drawn[task_class].conditions["t_end"], 200)


def test_conditions_in_their_order(noise_free):
    perceptual = noise_free[PerceptualDiscrimination].conditions
    close(perceptual["coherence"][:8], np.tile([0.1, 0.3, 0.5, 0.7], 2))
    np.testing.assert_array_equal(perceptual["choice"][:8], [0] * 4 + [1] * 4)
    close(perceptual["evidence"][np.array([0, 7])], np.array([0.1, -0.7]))
    np.testing.assert_array_equal(
        noise_free[MatchToCategory].conditions["category"], [0, 1] * 20
    )
    delayed = noise_free[DelayedDiscrimination].conditions
    np.testing.assert_array_equal(
        delayed["f1"][:10], [18, 22, 26, 30, 34, 10, 14, 18, 22, 26]
    )
    np.testing.assert_array_equal(
        delayed["f2"][:10], [10, 14, 18, 22, 26, 18, 22, 26, 30, 34]
    )
    np.testing.assert_array_equal(delayed["choice"][:10], [0] * 5 + [1] * 5)


def test_published_values(noise_free):
    """Inputs 1 + coherence and 1; .4 + .8 (f - 10) / 24; the density at an angle."""
    strong = noise_free[PerceptualDiscrimination]
    onset = int(strong.epochs["stimulus"][7, 0])
    close(strong.inputs[7, onset], np.array([1.0, 1.7]))
    delayed = noise_free[DelayedDiscrimination]
    first = int(delayed.epochs["stimulus_1"][4, 0])
    close(delayed.inputs[4, first], np.array([1.2, 0.4]))  # 34 Hz
    second = int(delayed.epochs["stimulus_2"][0, 0])
    close(delayed.inputs[0, second], np.array([0.4, 1.2]))  # 10 Hz
    ring = noise_free[MatchToCategory].inputs
    assert not ring[:, :20].any()
    assert not ring[:, 120:].any()
    close(ring[..., 0], ring[..., 15])
    assert float(ring.max()) <= 1 / np.sqrt(2 * np.pi)
    assert float(ring[:, 60].max(-1).min()) > 0.38  # within 12° of a preferred angle
    np.testing.assert_array_equal(noise_free[MatchToCategory].mask.sum((1, 2)), 160)


def test_durations_have_their_distributions(drawn):
    """Durations are uniform and floored to steps, over the whole range."""
    ranges = [
        (PerceptualDiscrimination, "fixation", 0, 100),
        (PerceptualDiscrimination, "stimulus", 25, 75),
        (DelayedDiscrimination, "onset", 1, 25),
        (DelayedDiscrimination, "stimulus_1", 1, 50),
        (DelayedDiscrimination, "delay", 1, 50),
        (DelayedDiscrimination, "stimulus_2", 1, 50),
        (DelayedDiscrimination, "decision", 1, 25),
    ]
    for task, name, low, high in ranges:
        lengths = np.diff(drawn[task].epochs[name])[:, 0]
        assert (lengths.min(), lengths.max()) == (low, high - 1)
        is_raised = task is DelayedDiscrimination  # 0 steps become 1
        values = np.maximum(np.arange(0 if is_raised else low, high), low)
        error = values.std() / np.sqrt(MANY)
        assert abs(lengths.mean() - values.mean()) < STANDARD_ERRORS * error
        p = 2 / len(values) if is_raised else 1 / len(values)
        share = np.mean(lengths == low)
        assert abs(share - p) < STANDARD_ERRORS * np.sqrt(p * (1 - p) / MANY)


@pytest.mark.parametrize("task_class", CLASSES)
def test_every_trial_has_scored_steps(task_class, drawn):
    assert float(drawn[task_class].mask.sum((1, 2)).min()) > 0
    assert float((drawn[task_class].mask * drawn[task_class].targets).max((1, 2)).min())


def test_conditions_are_drawn_equally_often(drawn):
    def of(task, name):
        return drawn[task].conditions[name]

    shares = [(of(PerceptualDiscrimination, "choice"), 1 / 2)]
    shares += [
        (np.isclose(of(PerceptualDiscrimination, "coherence"), c), 1 / 4)
        for c in (0.1, 0.3, 0.5, 0.7)
    ]
    shares += [(of(MatchToCategory, "category"), 1 / 2)]
    shares += [
        (of(MatchToCategory, "angle") < a, a / (2 * np.pi)) for a in (1.0, 2.0, 4.0)
    ]
    shares += [(of(DelayedDiscrimination, "choice"), 1 / 2)]
    higher = np.maximum(
        of(DelayedDiscrimination, "f1"), of(DelayedDiscrimination, "f2")
    )
    shares += [(higher == f, 1 / 5) for f in (18, 22, 26, 30, 34)]
    for events, p in shares:
        error = np.sqrt(p * (1 - p) / MANY)
        assert abs(np.mean(events) - p) < STANDARD_ERRORS * error


@pytest.mark.parametrize(
    ("task_class", "expected"),
    [
        (PerceptualDiscrimination, 0.0447213595),
        (DelayedDiscrimination, 0.0447213595),
        (MatchToCategory, 0.005),
    ],
)
def test_input_noise_has_the_published_strength(task_class, expected, drawn):
    """Inputs of scored steps are only noise."""
    trials = drawn[task_class]
    is_scored = trials.mask[..., 0] > 0
    noise = trials.inputs[is_scored]
    n = noise.size
    assert abs(noise.std() / expected - 1) < STANDARD_ERRORS / np.sqrt(2 * n)
    assert abs(noise.mean()) < STANDARD_ERRORS * expected / np.sqrt(n)


@pytest.mark.parametrize("task_class", CLASSES)
def test_scores_of_perfect_inverted_and_constant_outputs(task_class, noise_free):
    task, trials = task_class(), noise_free[task_class]
    perfect = judged(task, trials.targets, trials)
    assert (perfect.performance, perfect.output_loss) == (1.0, 0.0)
    assert judged(task, -trials.targets, trials).performance == 0.0
    # Equal outputs are answer 0, which is correct on half of the trials.
    assert judged(task, np.ones_like(trials.targets), trials).performance == 0.5


def random_outputs(trials):
    return np.random.default_rng(0).normal(size=trials.targets.shape)


@pytest.mark.parametrize("task_class", CLASSES)
def test_the_loss_is_not_divided_by_the_mask(task_class, noise_free):
    """The loss is mean((mask (y - target))^2) over all entries, as in PsychRNN."""
    task, trials = task_class(), noise_free[task_class]
    outputs = random_outputs(trials)
    y, target, mask = outputs, trials.targets, trials.mask
    expected = np.mean((mask * (y - target)) ** 2)
    assert expected < 0.9 * np.sum(mask * (y - target) ** 2) / mask.sum()
    close(judged(task, outputs, trials).output_loss, expected)


@pytest.mark.parametrize("task_class", CLASSES)
def test_the_answer_has_the_largest_mean_over_scored_steps(task_class, noise_free):
    task, trials = task_class(), noise_free[task_class]
    answer = eqx.filter_jit(task.answer)
    outputs = random_outputs(trials)
    expected = psychrnn.answers(outputs, trials.mask)
    np.testing.assert_array_equal(answer(outputs, trials), expected)
    is_correct = np.equal(expected, psychrnn.answers(trials.targets, trials.mask))
    score = judged(task, outputs, trials).score
    np.testing.assert_array_equal(score, np.asarray(is_correct, float))
    # Outputs that are not scored have no effect.
    changed = outputs + 100 * (1 - trials.mask) * np.array([1.0, -1.0])
    np.testing.assert_array_equal(answer(changed, trials), expected)


def test_same_key_same_bits_under_jit_and_vmap(drawn):
    task_class = DelayedDiscrimination  # the one with the most random numbers
    key = jax.random.split(jax.random.key(7), MANY)[3]
    sampled = as_numpy(jax.jit(lambda task, k: task.sample(k))(task_class(), key))
    in_batch = as_numpy(jax.tree.map(lambda x: x[3], drawn[task_class]))
    assert identical(sampled.epochs, in_batch.epochs)
    close(sampled, in_batch)
    assert not np.allclose(sampled.inputs, drawn[task_class].inputs[4])


def test_durations_can_be_set(getkey):
    task = DelayedDiscrimination(
        onset=100.0, stimulus_1=300.0, delay=500.0, stimulus_2=300.0, decision=200.0
    )
    for some in (task, task.at(5.0)):
        trials = as_numpy(some.batch(getkey(), 2))
        per_ms = trials.inputs.shape[1] / 2000
        parts = ("onset", "stimulus_1", "delay", "stimulus_2", "decision")
        close(
            np.stack([trials.epochs[part][0] for part in parts]) / per_ms,
            np.array([[0, 100], [100, 400], [400, 900], [900, 1200], [1200, 1400.0]]),
        )


def test_more_categories(getkey):
    task = MatchToCategory(n_categories=4, n_directions=8, stim_noise=0.0)
    trials = as_numpy(task.validation(getkey(), 8))
    for i in range(8):
        angle = float(trials.conditions["angle"][i])
        inputs, targets, mask = psychrnn.match_to_category(angle, n_in=8, n_out=4)
        close(trials.inputs[i], inputs)
        close(trials.targets[i], targets)
        close(trials.mask[i], mask)
        assert int(trials.conditions["category"][i]) == i % 4


@pytest.mark.parametrize(
    ("task_class", "options", "message"),
    [
        (PerceptualDiscrimination, {"dt": 30.0}, "multiple of dt = 30 ms; got 2000 ms"),
        (PerceptualDiscrimination, {"duration": 70.0}, "`duration` must be at least 8"),
        (PerceptualDiscrimination, {"lag": 15.0}, "`lag` must be a multiple of dt"),
        (PerceptualDiscrimination, {"lag": 250.0}, "`lag` must be below an eighth"),
        (PerceptualDiscrimination, {"coherences": ()}, "must be a list of numbers"),
        (
            PerceptualDiscrimination,
            {"high": 0.1},
            "`high` must be above `low`; got 0.1",
        ),
        (DelayedDiscrimination, {"low": np.nan}, "`low` must be finite; got nan"),
        (PerceptualDiscrimination, {"coherences": -0.1}, r"must lie in \[0, 1\]"),
        (PerceptualDiscrimination, {"coherences": 51.2}, r"must lie in \[0, 1\]"),
        (PerceptualDiscrimination, {"stim_noise": -1.0}, "must not be negative"),
        (MatchToCategory, {"onset": 0.0}, "`onset` must last at least one step"),
        (MatchToCategory, {"n_categories": 1}, "must be a whole number, at least 2"),
        (MatchToCategory, {"dt": 0.0}, "`dt` must be positive"),
        (DelayedDiscrimination, {"decision": 0.0}, "must last at least one step"),
        (DelayedDiscrimination, {"delay": 1300.0}, "hold all parts, up to 2800 ms"),
        (DelayedDiscrimination, {"stimulus_1": 25.0}, "The nearest is 20 ms"),
    ],
)
def test_invalid_options_raise(task_class, options, message):
    with pytest.raises(ValueError, match=message):
        task_class(**options)


def test_coherences_can_be_swept(getkey):
    key, levels = getkey(), np.asarray([[0.1, 0.3], [0.5, 0.7]])

    def inputs(coherences):
        task = PerceptualDiscrimination(coherences=coherences)
        return task.validation(key, 4).inputs

    swept = np.asarray(jax.jit(jax.vmap(inputs))(levels))
    for i in range(2):
        close(swept[i], np.asarray(inputs(levels[i])))
    assert not np.allclose(swept[0], swept[1])
