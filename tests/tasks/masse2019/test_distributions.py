"""Distributions of the random parts of the matching tasks."""

import collections
import functools

from helpers import STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles import masse2019 as oracle
import pytest
from tasks.masse2019.trials import make, MIXED, ROTATIONS, RULES


QUICK = ("dmrs90ccw", "dms_dmrs_dmc")  # the latter draws from dms, dmrs90 and dmc


@functools.cache
def drawn(name, n=20_000):
    """Return the conditions and epochs of many training trials."""
    task = make(name)

    def draw(key):
        trials = task.batch(key, n)
        return trials.conditions, trials.epochs

    return jax.tree.map(np.asarray, jax.jit(draw)(jax.random.key(5)))


def assert_probable(events, p):
    """Assert that the frequency of events is p, to five standard errors."""
    error = np.sqrt(p * (1 - p) / len(events))
    assert abs(np.mean(events) - p) < STANDARD_ERRORS * error, (np.mean(events), p)


def assert_uniform(values, options):
    """Assert that values are uniform over the options."""
    assert set(np.unique(values)) == set(options)
    for option in options if len(options) > 1 else ():
        assert_probable(values == option, 1 / len(options))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] * (name not in QUICK))
        for name in RULES
    ],
)
def test_distribution_of_samples_matches_rules_and_tests(name):
    of, _ = drawn(name)
    rules = MIXED[name][0] if name in MIXED else (name,)
    assert_uniform(of["rule"], range(len(rules)))
    assert_uniform(of["sample"], range(8))
    assert_probable(of["match"], 0.5)
    assert_probable(of["match"][of["sample"] == 3], 0.5)
    for index, rule in enumerate(rules):
        is_rule = of["rule"] == index
        sample, test = of["sample"][is_rule], of["test"][is_rule]
        match = of["match"][is_rule] == 1
        if rule == "dmc":  # the sample is one of the four directions that match
            np.testing.assert_array_equal(match, sample // 4 == test // 4)
            assert_uniform(test[match & (sample == 2)], range(4))
            assert_uniform(test[match & (sample == 6)], range(4, 8))
            assert_uniform(test[~match & (sample == 2)], range(4, 8))
            assert_uniform(test[~match & (sample == 6)], range(4))
        else:
            turn = (test - sample - ROTATIONS[rule]) % 8
            np.testing.assert_array_equal(match, turn == 0)
            assert_uniform(turn[~match], range(1, 8))


def test_distribution_of_the_field_of_a_test():
    of, _ = drawn("location_dms")
    assert_uniform(of["field"], (1, 2))
    turn = (of["test"] - of["sample"]) % 8
    np.testing.assert_array_equal(of["match"] == 1, turn == 0)
    assert_uniform(turn[turn != 0], range(1, 8))
    assert_probable(of["match"][of["field"] == 2], 0.5)


@pytest.mark.parametrize("name", ["abba", "abca"])
def test_distribution_of_sequences(name):
    of, _ = drawn(name)
    assert_uniform(of["sample"], range(8))
    shown = np.concatenate([of["sample"][:, None], of["test"]], axis=1)
    np.testing.assert_array_equal(of["match"], shown[:, 1:] == shown[:, :1])
    repeats = 0.5 if name == "abba" else 0.0
    chance = 0.5
    for n in range(3):
        assert_probable(of["match"][:, n], chance)
        chance = 0.5 + 0.5 * repeats * chance  # of the next test; repeats may match
        match, previous = of["match"][:, n] == 1, shown[:, n]
        is_repeat = shown[:, n + 1] == previous
        if n:  # depends on whether the previous test matched
            follows_match = of["match"][:, n - 1] == 1
            assert_probable(match[follows_match], 0.5 + 0.5 * repeats)
            assert_probable(match[~follows_match], 0.5)
            assert not (is_repeat & ~match)[follows_match].any()
            if name == "abca":
                assert not is_repeat[~follows_match].any()
            else:
                assert_probable(is_repeat[~follows_match & ~match], 0.5)
        is_new = ~match & ~is_repeat
        if n == 0:
            assert_uniform((shown[is_new, 1] - shown[is_new, 0]) % 8, range(1, 8))
        for earlier in range(n + 1):
            assert (shown[is_new, n + 1] != shown[is_new, earlier]).all()
    # If all three tests are new, the third is uniform over the other five directions.
    is_new = (of["match"] == 0).all(1) & (shown[:, 1] != shown[:, 2])
    sequences = shown[is_new & (shown[:, 2] != shown[:, 3])]
    index = [sorted(set(range(8)) - set(s[:3])).index(s[3]) for s in sequences]
    assert_uniform(np.asarray(index), range(5))


@pytest.mark.parametrize("name", ["abba", "abca"])
def test_every_sequence_has_the_probability_of_a_plain_tree_of_draws(name):
    of, _ = drawn(name)
    probabilities = oracle.sequence_probabilities({"abba": 0.5, "abca": 0.0}[name])
    assert sum(probabilities.values()) == pytest.approx(1.0)
    turns = (of["test"] - of["sample"][:, None]) % 8
    counts = collections.Counter(map(tuple, turns.tolist()))
    assert set(counts) <= set(probabilities)
    for sequence, p in probabilities.items():
        error = np.sqrt(p * (1 - p) * len(turns))
        assert abs(counts[sequence] - p * len(turns)) < STANDARD_ERRORS * error


def test_distribution_of_two_samples():
    of, _ = drawn("dual_dms")
    sample, rule, match = of["sample"], of["rule"], of["match"]
    assert_uniform(8 * sample[:, 0] + sample[:, 1], range(64))
    assert_uniform(rule @ [1, 2] + match @ [4, 8], range(16))
    for n in range(2):
        each = np.arange(len(rule))
        cued = rule[:, n]
        turn = (of["test"][each, n, cued] - sample[each, cued]) % 8
        np.testing.assert_array_equal(match[:, n] == 1, turn == 0)
        assert_uniform(turn[turn != 0], range(1, 8))
        other = of["test"][each, n, 1 - cued]
        assert_uniform(other, range(8))


def test_distribution_of_a_variable_delay():
    """The delay is 700 ms plus an exponential of mean 150; too long: catch trial."""
    of, epochs = drawn("variable")
    catch = of["is_catch"]
    assert_probable(catch, np.exp(-2))
    delay = np.diff(epochs["delay"], axis=1)[~catch, 0]
    assert delay.min() == 70
    assert delay.max() == 99
    steps = np.arange(30)
    p = np.exp(-steps / 15) * (1 - np.exp(-1 / 15)) / (1 - np.exp(-2))
    for step in (0, 1, 5, 12, 29):
        assert_probable(delay == 70 + step, p[step])
    mean = p @ steps
    error = np.sqrt((p @ steps**2 - mean**2) / len(delay))
    assert abs(delay.mean() - 70 - mean) < STANDARD_ERRORS * error
    stops = np.where(catch, 250, 100 + np.diff(epochs["delay"], axis=1)[:, 0])
    np.testing.assert_array_equal(epochs["test"][:, 0], stops)
    assert (epochs["test"][:, 1] == 250).all()
    assert_probable(of["match"][~catch], 0.5)


def test_sequences_of_a_condition_have_the_distribution_of_training():
    """Repeats are as in training, given that tests 2 and 3 do not match."""
    task = make("abba")

    def draw(condition):
        keys = jax.random.split(jax.random.key(8), 4000)
        return jax.vmap(task.render, (None, 0))(condition, keys).conditions

    draw = jax.jit(draw)
    test = np.asarray(draw(jnp.asarray(5))["test"])  # no test matches
    assert_uniform((test[:, 0] - 5) % 8, range(1, 8))
    assert_probable(test[:, 1] == test[:, 0], 0.5)
    assert_probable(test[:, 2] == test[:, 1], 0.5)
    test = np.asarray(draw(jnp.asarray(5 + 8))["test"])  # only test 1 matches
    assert_uniform((test[:, 1] - 5) % 8, range(1, 8))
    assert_probable(test[:, 2] == test[:, 1], 0.5)


def test_noise_has_the_published_strength_and_is_rectified(getkey):
    """The deviation is sqrt(2 / .1) .1 = .447; rectified, half of the power is left."""
    task = make("dms_dmrs")
    draw = jax.jit(lambda key: task.batch(key, 200).inputs[:, :50])
    inputs = np.asarray(draw(getkey()))
    assert inputs.min() == 0.0
    assert_probable(inputs.ravel() > 0, 0.5)
    share = (inputs**2).mean((0, 1)) / (0.447213595**2 / 2)
    n = inputs[..., 0].size  # the square of a rectified normal has variance 5/4
    assert (abs(share - 1) < 2 * STANDARD_ERRORS * np.sqrt(1.25 / n)).all()
