"""The properties of each task of Song, Yang & Wang (2016)."""

import functools

import equinox as eqx
from helpers import close, identical, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles import song2016 as oracle
import pytest
from tasks.judged import as_numpy, changed, judged

from ctrnn_jax.tasks import (
    ContextIntegration,
    EyeMovementSequence,
    MultisensoryIntegration,
    ParametricWorkingMemory,
    PerceptualDecisionReactionTime,
    PerceptualDecisionVariable,
    SineWave,
)


def one_of_each(task):
    return as_numpy(task.validation(jax.random.key(0), task.n_conditions))


@functools.cache
def lasts(make, part):
    """Return the steps of a part in 50,000 trials, catch trials left out."""

    def drawn(key):
        trials = make().batch(key, 50_000)
        return trials.epochs[part], trials.conditions

    epoch, of = jax.tree.map(np.asarray, jax.jit(drawn)(jax.random.key(4)))
    counted = ~of["is_catch"]
    return (epoch[:, 1] - epoch[:, 0])[counted], of["t_end"], of["is_catch"]


# Perceptual decision, kinds "variable" and "reaction_time"


def test_variable_stimuli_are_truncated_exponential():
    steps, _, _ = lasts(PerceptualDecisionVariable, "stimulus")
    n = len(steps)
    values, counts = np.unique(steps, return_counts=True)
    np.testing.assert_array_equal(values, np.arange(4, 75))  # 71 of them, 80 to 1480 ms
    edge = np.arange(80.0, 1501.0, 20.0)
    p = -np.diff(np.exp(-(edge - 80) / 330)) / (1 - np.exp(-1420 / 330))
    np.testing.assert_allclose(p[:3], [0.0596, 0.0561, 0.0528], atol=5e-5)
    assert np.all(np.abs(counts / n - p) < STANDARD_ERRORS * np.sqrt(p * (1 - p) / n))
    milliseconds = 20.0 * steps
    assert float(np.sum(p * edge[:-1])) == pytest.approx(380.6, abs=0.05)
    error = milliseconds.std() / np.sqrt(n)
    assert abs(milliseconds.mean() - 380.6) < STANDARD_ERRORS * error


def test_variable_trials_end_with_their_decision():
    steps, t_end, is_catch = lasts(PerceptualDecisionVariable, "stimulus")
    np.testing.assert_array_equal(t_end[~is_catch], 5 + steps + 15)
    assert np.all(t_end[is_catch] == 100)


def test_reaction_time_is_scored_from_300_ms_into_the_stimulus():
    task = PerceptualDecisionReactionTime(sigma_in=0.0)
    trials = one_of_each(task)
    scored = np.flatnonzero(trials.mask[1, :, 0])
    np.testing.assert_array_equal(scored, [*range(5), *range(20, 45)])
    assert trials.conditions["t_end"].tolist() == [100] + [45] * 10
    close(trials.targets[1, 20:45], np.tile([1.2, 0.2], (25, 1)))
    cue = np.flatnonzero(trials.inputs[1, :, 2] > 0.7)
    np.testing.assert_array_equal(cue, np.arange(5, 45))


def test_the_start_cue_is_on_during_a_variable_stimulus_only():
    trials = one_of_each(PerceptualDecisionVariable(sigma_in=0.0))
    for i in range(1, 11):
        start, stop = trials.epochs["stimulus"][i].tolist()
        cue = trials.inputs[i, :, 2]
        close(cue[start:stop], np.full(stop - start, 1.2))
        close(np.delete(cue, np.arange(start, stop)), np.full(100 - stop + start, 0.2))


# Context integration


def test_context_pairs_at_the_published_coherences():
    """Coherences 1, 3, 10 in units of 5 %: .525, .575, .75."""
    task = ContextIntegration(sigma_in=0.0, baseline=0.0)
    trials = one_of_each(task)
    of = trials.conditions
    at = trials.inputs[:, 20]
    strength = {5.0: 0.525, 15.0: 0.575, 50.0: 0.75}
    for i in range(1, 73):
        motion, colour = (float(of[f"coherence_{m}"][i]) for m in ("motion", "colour"))
        for signed, (first, second) in ((motion, at[i, 2:4]), (colour, at[i, 4:6])):
            favoured, other = (first, second) if signed > 0 else (second, first)
            assert favoured == pytest.approx(strength[abs(signed)])
            assert other == pytest.approx(1 - strength[abs(signed)])
        assert at[i, :2].tolist() == ([0.0, 1.0] if of["context"][i] else [1.0, 0.0])
    assert not trials.inputs[0].any()


def test_order_of_the_conditions_of_context_integration():
    of = one_of_each(ContextIntegration()).conditions
    np.testing.assert_array_equal(of["context"][1:], np.tile([0, 1], 36))
    motion, colour = of["coherence_motion"][1:], of["coherence_colour"][1:]
    close(np.abs(motion), np.tile(np.repeat([5.0, 15.0, 50.0], 2), 12))
    close(np.abs(colour), np.tile(np.repeat([5.0, 15.0, 50.0], 6), 4))
    np.testing.assert_array_equal(np.sign(motion), np.tile(np.repeat([1, -1], 18), 2))
    np.testing.assert_array_equal(np.sign(colour), np.repeat([1, -1], 36))
    conflict = np.sign(motion) != np.sign(colour)
    assert conflict.sum() == 36
    close(of["evidence"][1:], np.where(of["context"][1:], colour, motion))


# Multisensory integration


def test_multisensory_channels_at_named_frequencies():
    task = MultisensoryIntegration(sigma_in=0.0, baseline=0.0)
    trials = one_of_each(task)
    of = trials.conditions
    np.testing.assert_array_equal(of["modality"][1:], np.tile([0, 1, 2], 8))
    close(of["frequency"][1:], np.repeat(np.arange(9.0, 17.0), 3))
    close(of["evidence"], of["frequency"] - 12.5)
    np.testing.assert_array_equal(of["choice"][1:], np.repeat([1, 0], 12))
    at = trials.inputs[:, 30]
    visual, auditory = np.array([1, 0, 1, 0]), np.array([0, 1, 0, 1])
    for first, rising, falling in ((1, 0.4, 1.2), (22, 1.2, 0.4)):
        levels = np.repeat([rising, falling], 2)
        close(at[first, :4], levels * visual)
        close(at[first + 1, :4], levels * auditory)
        close(at[first + 2, :4], levels)
    cue = trials.inputs[1:, :, 4]
    close(cue, np.tile(np.repeat([0.0, 1.0, 0.0], [5, 65, 55]), (24, 1)))


# Parametric working memory


def test_delays_are_uniform_and_end_before_3500_ms():
    steps, t_end, is_catch = lasts(ParametricWorkingMemory, "delay")
    values, counts = np.unique(steps, return_counts=True)
    np.testing.assert_array_equal(values, np.arange(125, 175))
    error = np.sqrt(0.02 * 0.98 / len(steps))
    assert np.all(np.abs(counts / len(steps) - 0.02) < STANDARD_ERRORS * error)
    np.testing.assert_array_equal(t_end[~is_catch], 70 + steps)  # 195 to 244
    assert np.all(t_end[is_catch] == 125)


def test_a_fixed_delay_as_in_their_tests():
    task = ParametricWorkingMemory(fixation=500.0, delay=3000.0)
    trial = eqx.filter_jit(task.render)(jnp.asarray(3), jax.random.key(0))
    assert trial.epochs["delay"].tolist() == [50, 200]
    assert trial.epochs["f2"].tolist() == [200, 225]
    assert int(trial.conditions["t_end"]) == task.n_steps == 240


def test_frequencies_of_working_memory_and_their_order():
    task = ParametricWorkingMemory(sigma_in=0.0, baseline=0.0, delay=3000.0)
    trials = one_of_each(task)
    of = trials.conditions
    higher, lower = [18, 22, 26, 30, 34], [10, 14, 18, 22, 26]
    close(of["f1"][1:], np.array(higher + lower, float))
    close(of["f2"][1:], np.array(lower + higher, float))
    close(of["evidence"][1:], np.repeat([8.0, -8.0], 5))
    close(trials.inputs[10, 10], np.array([0.4 + 0.8 * 16 / 24, 0.4 + 0.8 * 8 / 24]))
    close(trials.inputs[10, 190], np.array([1.2, 0.4]))


def test_performance_is_that_of_the_worst_condition():
    task = ParametricWorkingMemory(delay=3000.0)
    trials = as_numpy(task.validation(jax.random.key(0), 44))
    wrong = [3, 4, 4 + 11, 0, 11]  # 1 of 4, 2 of 4, and two catch trials
    outputs = changed(trials.targets, wrong, 1.2 - trials.targets[wrong])
    found = judged(task, outputs, trials)
    assert found.performance == 0.5
    assert found.score[[3, 4, 15]].tolist() == [0.0] * 3

    def part(keep):
        return jax.tree.map(lambda x: x[keep], (outputs, trials))

    few = np.array([0, 3, 14, 25, 36, 11])  # conditions without trials are left out
    assert judged(task, *part(few)).performance == 0.75
    in_two = jax.tree.map(lambda x: x.reshape(2, 22, *x.shape[1:]), (outputs, trials))
    assert judged(task, *in_two).performance == 0.5
    assert np.isnan(judged(task, *part(np.array([0, 11]))).performance)


# Eye movements and the sine wave


@pytest.fixture(scope="module")
def gaze():
    task = EyeMovementSequence(sigma_in=0.0)
    return task, one_of_each(task)


def test_eye_movements_equal_a_plain_loop(gaze):
    task, trials = gaze
    drawn = as_numpy(task.batch(jax.random.key(1), 12))
    assert len(set(drawn.conditions["sequence"].tolist())) > 3
    for some in (trials, drawn):
        for i in range(len(some.inputs)):
            of = {name: x[i] for name, x in some.conditions.items()}
            inputs, targets, mask = oracle.eye_movement(of)
            close(some.inputs[i], inputs)
            close(some.targets[i], targets)
            close(some.mask[i], mask)


def test_eye_movements_have_the_published_sizes_and_places(gaze):
    task, trials = gaze
    assert (task.n_steps, task.n_in, task.n_out, task.n_conditions) == (350, 17, 2, 8)
    epochs = {name: tuple(x[0].tolist()) for name, x in trials.epochs.items()}
    assert epochs == {
        "intertrial": (0, 100),
        "fixation": (100, 200),
        **{f"movement {i}": (150 + 50 * i, 200 + 50 * i) for i in (1, 2, 3)},
    }
    assert not trials.conditions["is_catch"].any()
    assert set(trials.conditions["t_end"].tolist()) == {350}
    assert trials.conditions["dots"][2].tolist() == [4, 3, 7, 8]
    looked_at = trials.targets[2, [150, 225, 275, 325]].tolist()
    assert looked_at == [[0, 0], [-0.5, 0], [0, -0.5], [0.5, -0.5]]
    lit = np.flatnonzero(trials.inputs[2, 275] > 1.0)
    assert lit.tolist() == [1, 3, 7, 11]
    assert trials.mask.sum((1, 2)).tolist() == [500.0] * 8


def test_eye_movement_sequences_are_uniform_and_inputs_noisy():
    n = 20_000
    task = EyeMovementSequence(baseline=5.0)
    sequences = jax.jit(lambda key: task.batch(key, n).conditions["sequence"])
    share = np.bincount(sequences(jax.random.key(2)), minlength=8) / n
    error = np.sqrt(1 / 8 * 7 / 8 / n)
    assert np.all(np.abs(share - 1 / 8) < STANDARD_ERRORS * error)
    batch = jax.jit(lambda key: task.batch(key, 100).inputs[:, :100, :9])
    first, again = batch(jax.random.key(3)), batch(jax.random.key(3))
    assert identical(np.asarray(first), np.asarray(again))
    spread = np.asarray(first).std() / (np.sqrt(2 * 100 / 10) * 0.01)  # .0447
    assert abs(spread - 1) < STANDARD_ERRORS / np.sqrt(2 * first.size)


def test_sine_wave_is_the_published_one():
    task = SineWave()
    trials = as_numpy(task.batch(jax.random.key(0), 4))
    for i in range(2):
        for actual, desired in zip(
            (trials.inputs, trials.targets, trials.mask),
            oracle.sine_wave(),
            strict=True,
        ):
            close(actual[i], desired)
    assert float(trials.targets[0, 9, 0]) == pytest.approx(0.9)  # a quarter at 200 ms
    assert (task.n_in, task.n_out, task.n_conditions, task.n_steps) == (0, 1, 1, 80)
    assert task.validation_size == 500
    assert trials.epochs["wave"].tolist() == [[0, 80]] * 4
    assert task.at(0.5).n_steps == 3200


@pytest.mark.parametrize("make", [EyeMovementSequence, SineWave])
def test_performance_is_1_minus_rmse_of_the_whole_batch(make):
    task = make()
    trials = as_numpy(task.batch(jax.random.key(0), 4))
    perfect = judged(task, trials.targets, trials)
    assert perfect.performance == 1.0
    assert perfect.score.tolist() == [1.0] * 4
    # errors of one trial weigh in the mean square, and only where the mask is 1
    off = trials.targets + np.array([0.5, 0.0, 0.0, 0.0])[:, None, None]
    free = judged(task, np.where(trials.mask > 0, off, 99.0), trials)
    assert free.performance == pytest.approx(1 - 0.25)
    close(free.score, np.array([0.5, 1.0, 1.0, 1.0]))
    far = judged(task, trials.targets + 3.0, trials)
    assert far.performance == pytest.approx(-2.0)
    rms = np.sqrt(np.sum(trials.targets**2) / np.sum(trials.mask))
    silent = judged(task, np.zeros_like(off), trials)
    assert silent.performance == pytest.approx(1 - rms)


@pytest.mark.parametrize("make", [EyeMovementSequence, SineWave])
def test_32_bits(make):
    with jax.enable_x64(False):
        trial = jax.eval_shape(make().sample, jax.random.key(0))
        kinds = {str(x.dtype) for x in jax.tree.leaves(trial)}
    assert kinds == {"float32", "int32", "bool"}


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (EyeMovementSequence, {"movement": 0.0}, "`movement` must last at least one"),
        (EyeMovementSequence, {"dt": 15.0}, "`intertrial` must be a multiple of dt"),
        (EyeMovementSequence, {"baseline": np.nan}, "`baseline` must be finite"),
        (EyeMovementSequence, {"sigma_in": -1.0}, "`sigma_in` must not be negative"),
        (SineWave, {"dt": 30.0}, "`period` must be a multiple.*nearest is 810 ms"),
        (SineWave, {"dt": 400.0}, "`period` must last more than two steps; got 800 ms"),
        (SineWave, {"periods": 0}, "`periods` must be a whole number, at least 1"),
        (SineWave, {"amplitude": float("nan")}, "`amplitude` must be finite"),
    ],
)
def test_invalid_options_raise(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**options)
