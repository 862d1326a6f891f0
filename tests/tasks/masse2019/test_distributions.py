import collections
import functools

from helpers import STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles import masse2019 as oracle
import pytest
from tasks.masse2019_trials import make, MIXED, ROTATIONS, RULES


@functools.cache
def drawn(name, n=20_000):
    """Conditions and epochs of many trials of training."""
    task = make(name)

    def draw(key):
        trials = task.batch(key, n)
        return trials.conditions, trials.epochs

    return jax.tree.map(np.asarray, jax.jit(draw)(jax.random.key(5)))


def probable(found, p):
    """Whether a share of 0/1 values is p, to five standard errors."""
    error = np.sqrt(p * (1 - p) / len(found))
    assert abs(np.mean(found) - p) < STANDARD_ERRORS * error, (np.mean(found), p)


def uniform(values, options):
    assert set(np.unique(values)) == set(options)
    for option in options if len(options) > 1 else ():
        probable(values == option, 1 / len(options))


@pytest.mark.parametrize("name", RULES)
def test_law_of_samples_matches_rules_and_tests(name):
    of, _ = drawn(name)
    rules = MIXED[name][0] if name in MIXED else (name,)
    uniform(of["rule"], range(len(rules)))
    uniform(of["sample"], range(8))
    probable(of["match"], 0.5)
    probable(of["match"][of["sample"] == 3], 0.5)
    for index, rule in enumerate(rules):
        here = of["rule"] == index
        sample, test = of["sample"][here], of["test"][here]
        match = of["match"][here] == 1
        if rule == "dmc":  # the sample is among the four that match
            np.testing.assert_array_equal(match, sample // 4 == test // 4)
            uniform(test[match & (sample == 2)], range(4))
            uniform(test[match & (sample == 6)], range(4, 8))
            uniform(test[~match & (sample == 2)], range(4, 8))
            uniform(test[~match & (sample == 6)], range(4))
        else:
            turn = (test - sample - ROTATIONS[rule]) % 8
            np.testing.assert_array_equal(match, turn == 0)
            uniform(turn[~match], range(1, 8))


def test_law_of_the_place_of_a_test():
    of, _ = drawn("location_dms")
    uniform(of["field"], (1, 2))
    turn = (of["test"] - of["sample"]) % 8
    np.testing.assert_array_equal(of["match"] == 1, turn == 0)
    uniform(turn[turn != 0], range(1, 8))
    probable(of["match"][of["field"] == 2], 0.5)


@pytest.mark.parametrize("name", ["abba", "abca"])
def test_law_of_sequences(name):
    of, _ = drawn(name)
    uniform(of["sample"], range(8))
    shown = np.concatenate([of["sample"][:, None], of["test"]], axis=1)
    np.testing.assert_array_equal(of["match"], shown[:, 1:] == shown[:, :1])
    repeats = 0.5 if name == "abba" else 0.0
    chance = 0.5
    for n in range(3):
        probable(of["match"][:, n], chance)
        chance = 0.5 + 0.5 * repeats * chance  # of the next one, by a repeat too
        match, before = of["match"][:, n] == 1, shown[:, n]
        again = shown[:, n + 1] == before
        if n:  # whether a test that matched comes again, and one that did not
            followed = of["match"][:, n - 1] == 1
            probable(match[followed], 0.5 + 0.5 * repeats)
            probable(match[~followed], 0.5)
            assert not (again & ~match)[followed].any()
            if name == "abca":
                assert not again[~followed].any()
            else:
                probable(again[~followed & ~match], 0.5)
        new = ~match & ~again
        if n == 0:
            uniform((shown[new, 1] - shown[new, 0]) % 8, range(1, 8))
        for earlier in range(n + 1):
            assert (shown[new, n + 1] != shown[new, earlier]).all()
    three = (of["match"] == 0).all(1) & (shown[:, 1] != shown[:, 2])
    third = shown[three & (shown[:, 2] != shown[:, 3])]
    place = [sorted(set(range(8)) - set(s[:3])).index(s[3]) for s in third]
    uniform(np.asarray(place), range(5))


@pytest.mark.parametrize("name", ["abba", "abca"])
def test_every_sequence_is_as_likely_as_in_a_plain_tree_of_draws(name):
    of, _ = drawn(name)
    law = oracle.law_of_sequences({"abba": 0.5, "abca": 0.0}[name])
    assert sum(law.values()) == pytest.approx(1.0)
    turns = (of["test"] - of["sample"][:, None]) % 8
    found = collections.Counter(map(tuple, turns.tolist()))
    assert set(found) <= set(law)
    for sequence, p in law.items():
        error = np.sqrt(p * (1 - p) * len(turns))
        assert abs(found[sequence] - p * len(turns)) < STANDARD_ERRORS * error


def test_law_of_two_samples():
    of, _ = drawn("dual_dms")
    sample, rule, match = of["sample"], of["rule"], of["match"]
    uniform(8 * sample[:, 0] + sample[:, 1], range(64))
    uniform(rule @ [1, 2] + match @ [4, 8], range(16))
    for n in range(2):
        each = np.arange(len(rule))
        cued = rule[:, n]
        turn = (of["test"][each, n, cued] - sample[each, cued]) % 8
        np.testing.assert_array_equal(match[:, n] == 1, turn == 0)
        uniform(turn[turn != 0], range(1, 8))
        other = of["test"][each, n, 1 - cued]
        uniform(other, range(8))


def test_law_of_a_variable_delay():
    """700 ms plus an exponential of mean 150, in steps of 10; too long are catch."""
    of, epochs = drawn("variable")
    catch = of["is_catch"]
    probable(catch, np.exp(-2))
    delay = np.diff(epochs["delay"], axis=1)[~catch, 0]
    assert delay.min() == 70
    assert delay.max() == 99
    steps = np.arange(30)
    p = np.exp(-steps / 15) * (1 - np.exp(-1 / 15)) / (1 - np.exp(-2))
    for step in (0, 1, 5, 12, 29):
        probable(delay == 70 + step, p[step])
    mean = p @ steps
    error = np.sqrt((p @ steps**2 - mean**2) / len(delay))
    assert abs(delay.mean() - 70 - mean) < STANDARD_ERRORS * error
    stops = np.where(catch, 250, 100 + np.diff(epochs["delay"], axis=1)[:, 0])
    np.testing.assert_array_equal(epochs["test"][:, 0], stops)
    assert (epochs["test"][:, 1] == 250).all()
    probable(of["match"][~catch], 0.5)


def test_sequences_of_given_matches_follow_the_law_of_training():
    """Repeats given that tests 2 and 3 do not match: as in training."""
    task = make("abba")

    def draw(condition):
        keys = jax.random.split(jax.random.key(8), 4000)
        return jax.vmap(task.render, (None, 0))(condition, keys).conditions

    draw = jax.jit(draw)
    test = np.asarray(draw(jnp.asarray(5))["test"])  # none matches
    uniform((test[:, 0] - 5) % 8, range(1, 8))
    probable(test[:, 1] == test[:, 0], 0.5)
    probable(test[:, 2] == test[:, 1], 0.5)
    test = np.asarray(draw(jnp.asarray(5 + 8))["test"])  # the first one only
    uniform((test[:, 1] - 5) % 8, range(1, 8))
    probable(test[:, 2] == test[:, 1], 0.5)


def test_noise_has_the_published_strength_and_is_rectified(getkey):
    """sd sqrt(2 / .1) .1 = .447 on every channel; half of its square is left."""
    task = make("dms_dmrs")
    draw = jax.jit(lambda key: task.batch(key, 200).inputs[:, :50])
    inputs = np.asarray(draw(getkey()))
    assert inputs.min() == 0.0
    probable(inputs.ravel() > 0, 0.5)
    share = (inputs**2).mean((0, 1)) / (0.447213595**2 / 2)
    n = inputs[..., 0].size  # the square of half a normal has variance 5/4
    assert (abs(share - 1) < 2 * STANDARD_ERRORS * np.sqrt(1.25 / n)).all()
