import equinox as eqx
from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles.yang2019 import bump, RULES
import pytest
from tasks.judged import as_numpy

from ctrnn_jax.tasks import Trial, Yang2019


MANY = 3000
SLOW = pytest.mark.slow
INDEX = {name: i for i, name in enumerate(RULES)}
PARTS = ("fixation", "stimulus 1", "delay", "stimulus 2", "wait", "response")
LONGEST = {
    "fd": 133, "react": 149, "delaygo": 170, "delayanti": 170, "dms": 165, "dmc": 170,
    "dm": 124, "contextdm": 124, "multidm": 124, "delaydm": 209, "contextdelaydm": 209,
    "multidelaydm": 209,
}  # fmt: skip
LEVELS = ([0.01, 0.02, 0.04, 0.08], [0.08, 0.16, 0.32])


def key(i):
    return jax.random.fold_in(jax.random.key(2019), i)


@pytest.fixture(scope="module")
def task():
    return Yang2019(sigma_x=0.0)


def longest(rule):
    return LONGEST[max((p for p in LONGEST if rule.startswith(p)), key=len)]


@pytest.fixture(scope="module")
def drawn(task):
    """Return conditions and epochs of MANY trials for each rule, `[rule][trial]`."""

    def draw(k):
        many = task.validation(k, 20 * MANY)
        return many.conditions, many.epochs

    def by_rule(x):
        return np.asarray(x).reshape(MANY, 20, *x.shape[1:]).swapaxes(0, 1)

    return jax.tree.map(by_rule, jax.jit(draw)(key(1)))


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_longest_trial_of_a_rule(rule, drawn):
    assert Yang2019(rule).n_steps == longest(rule)
    t_end = drawn[0]["t_end"][INDEX[rule]]
    assert longest(rule) - 8 <= t_end.max() <= longest(rule)


def test_parts_follow_each_other(drawn):
    _, epochs = drawn
    last = np.zeros((20, MANY))
    assert set(epochs) == set(PARTS)
    for name in PARTS:
        np.testing.assert_array_equal(epochs[name][..., 0], last)
        last = epochs[name][..., 1]


def durations_of(rule):
    """Return the numbers of steps that each part of a rule may last, at 20 ms."""

    def span(low, high):
        return list(range(low // 20, high // 20))

    def some(*ms):
        return [m // 20 for m in ms]

    short, delay, response = some(200, 400, 600), some(200, 400, 800, 1600), [25]
    none = [0]
    if rule.startswith("fd"):
        return [span(300, 700), span(500, 1500), none, none, none, response]
    if rule.startswith("react"):
        return [span(500, 2500), none, none, none, none, response]
    if rule in ("delaygo", "delayanti"):
        return [some(300, 500, 700), short, delay, none, none, response]
    if rule.startswith("dms"):
        return [short, short, delay, none, none, response]
    if rule.startswith("dmc"):
        return [short, short, delay, none, none, short]
    if "delay" in rule:
        return [short, short, delay, short, span(100, 300), response]
    return [span(100, 400), some(400, 800, 1600), none, none, none, response]


@pytest.mark.parametrize("rule", RULES)
def test_every_random_time(rule, drawn):
    """All values occur, no other does, and each as often as the rest."""
    expected = durations_of(rule)
    for values, part in zip(expected, PARTS, strict=True):
        steps = np.diff(drawn[1][part][INDEX[rule]], axis=-1)[:, 0]
        found, counts = np.unique(steps, return_counts=True)
        np.testing.assert_array_equal(found, values)
        p = 1 / len(values)
        error = np.sqrt(MANY * p * (1 - p))
        assert np.all(np.abs(counts - MANY * p) <= STANDARD_ERRORS * error)


def test_times_are_independent_of_each_other(drawn):
    epochs = [drawn[1][part][INDEX["delaydm1"]] for part in PARTS[:5]]
    steps = np.stack([np.diff(x)[:, 0] for x in epochs])
    correlation = np.corrcoef(steps)[np.triu_indices(5, 1)]
    assert np.all(np.abs(correlation) < STANDARD_ERRORS / np.sqrt(MANY))


@pytest.mark.parametrize("rule", RULES)
def test_first_location_is_uniform(rule, drawn):
    first = drawn[0]["locations"][INDEX[rule], :, 0]
    assert np.all((first >= 0) & (first < 2 * np.pi))
    for wave in (np.cos(first), np.sin(first)):
        assert abs(wave.mean()) < STANDARD_ERRORS * np.sqrt(0.5 / MANY)


def test_anti_is_opposite_and_go_is_there(drawn):
    for rule in RULES[:6]:
        first = drawn[0]["locations"][INDEX[rule], :, 0]
        turn = np.pi if rule.endswith("anti") else 0.0
        target = drawn[0]["target"][INDEX[rule]]
        close(target, (first + turn) % (2 * np.pi))
        assert np.all((target >= 0) & (target < 2 * np.pi))


def test_one_stimulus_is_on_either_ring(drawn):
    for rule in RULES[:6]:
        strengths = drawn[0]["strengths"][INDEX[rule]]
        np.testing.assert_array_equal(strengths.sum((1, 2)), 1.0)
        assert not strengths[:, :, 1].any()
        error = np.sqrt(0.25 / MANY)
        assert abs(strengths[:, 0, 0].mean() - 0.5) < STANDARD_ERRORS * error


@pytest.mark.parametrize("rule", RULES[6:16])
def test_pairs_are_a_quarter_turn_apart(rule, drawn):
    first, second = drawn[0]["locations"][INDEX[rule]].T
    apart = (second - first) % (2 * np.pi)
    assert np.all((apart >= 0.5 * np.pi) & (apart <= 1.5 * np.pi))
    error = np.pi / np.sqrt(12 * MANY)
    assert abs(apart.mean() - np.pi) < STANDARD_ERRORS * error


def check_pair(pair, levels):
    """Assert that strengths are m + c s and m - c s in many trials, `(trials, 2)`."""
    mean, difference = pair.mean(1), (pair[:, 0] - pair[:, 1]) / 2
    assert np.all((mean > 0.8 - 1e-9) & (mean < 1.2))
    error = 0.4 / np.sqrt(12 * len(pair))
    assert abs(mean.mean() - 1.0) < STANDARD_ERRORS * error
    p = 1 / (2 * len(levels))
    shares = [np.isclose(difference, s * c).mean() for s in (1, -1) for c in levels]
    assert sum(shares) == pytest.approx(1.0)
    error = np.sqrt(p * (1 - p) / len(pair))
    assert np.all(np.abs(np.asarray(shares) - p) < STANDARD_ERRORS * error)


@pytest.mark.parametrize("rule", RULES[6:16])
def test_strengths_of_pairs(rule, drawn):
    strengths = drawn[0]["strengths"][INDEX[rule]]  # (trials, ring, stimulus)
    levels = LEVELS["delay" in rule]
    if rule.startswith("context"):
        check_pair(strengths[:, 0], levels)
        check_pair(strengths[:, 1], levels)
        signs = np.sign(strengths[..., 0] - strengths[..., 1])
        error = 1 / np.sqrt(MANY)
        assert abs((signs[:, 0] * signs[:, 1]).mean()) < STANDARD_ERRORS * error
    elif rule.startswith("multi"):
        check_pair(strengths.mean(1), levels)
    else:
        ring = int(rule[-1]) - 1
        check_pair(strengths[:, ring], levels)
        assert not strengths[:, 1 - ring].any()


@pytest.mark.parametrize("rule", ["multidm", "multidelaydm"])
def test_each_stimulus_is_split_over_the_rings(rule, drawn):
    """By 0.2 to 0.8 of its strength, either way, the two stimuli independently."""
    strengths = drawn[0]["strengths"][INDEX[rule]]
    share = (strengths[:, 0] - strengths[:, 1]) / strengths.mean(1)
    assert np.all((np.abs(share) > 0.2 - 1e-9) & (np.abs(share) < 0.8))
    error = 0.6 / np.sqrt(12 * MANY)
    assert np.all(np.abs(np.abs(share).mean(0) - 0.5) < STANDARD_ERRORS * error)
    signs = np.sign(share)
    for mean in (*signs.mean(0), (signs[:, 0] * signs[:, 1]).mean()):
        assert abs(mean) < STANDARD_ERRORS / np.sqrt(MANY)


@pytest.mark.parametrize("rule", [name for name in RULES if "context" in name])
def test_context_target_follows_the_attended_ring(rule, drawn):
    """A subject that adds the rings is correct in at most 75 % of the trials."""
    of = {name: x[INDEX[rule]] for name, x in drawn[0].items()}
    towards_first = np.isclose(of["target"], of["locations"][:, 0])
    stronger = of["strengths"][..., 0] > of["strengths"][..., 1]
    ring = int(rule[-1]) - 1
    np.testing.assert_array_equal(towards_first, stronger[:, ring])
    error = STANDARD_ERRORS * np.sqrt(0.25 / MANY)
    assert abs((towards_first == stronger[:, 1 - ring]).mean() - 0.5) < error
    total = of["strengths"].sum(1)
    assert (towards_first == (total[:, 0] > total[:, 1])).mean() < 0.75 + error


@pytest.mark.parametrize("rule", RULES[16:])
def test_matches(rule, drawn):
    of = {name: x[INDEX[rule]] for name, x in drawn[0].items()}
    first, second = of["locations"].T
    if rule.startswith("dms"):
        match = first == second
        apart = (second - first)[~match] % (2 * np.pi)
        low, high = np.pi / 9, 17 * np.pi / 9
        assert np.all((apart > low - 1e-9) & (apart < high + 1e-9))
        assert apart.min() < low + 0.1
        error = (high - low) / np.sqrt(12 * len(apart))
        assert abs(apart.mean() - np.pi) < STANDARD_ERRORS * error
    else:
        places = np.round(of["locations"] / np.pi * 10)
        close(of["locations"], places * np.pi / 10)
        error = np.sqrt(0.09 / MANY)
        for place in range(1, 20, 2):
            share = (places == place).mean(0)
            assert np.all(np.abs(share - 0.1) < STANDARD_ERRORS * error)
        assert set(np.unique(places)) == set(range(1, 20, 2))
        match = (places[:, 0] < 10) == (places[:, 1] < 10)
    assert abs(match.mean() - 0.5) < STANDARD_ERRORS * np.sqrt(0.25 / MANY)
    goes = match if rule.endswith("cgo") or rule.endswith("sgo") else ~match
    close(of["target"], np.where(goes, second, -1.0))


@pytest.mark.parametrize("rule", RULES[16:])
def test_either_stimulus_of_a_match_is_on_either_ring(rule, drawn):
    strengths = drawn[0]["strengths"][INDEX[rule]]
    np.testing.assert_array_equal(strengths.sum(1), 1.0)
    np.testing.assert_array_equal(np.unique(strengths), [0.0, 1.0])
    for both in [(i, j) for i in (0, 1) for j in (0, 1)]:
        share = np.all(strengths[:, 0] == both, axis=1).mean()
        error = np.sqrt(0.25 * 0.75 / MANY)
        assert abs(share - 0.25) < STANDARD_ERRORS * error


@eqx.filter_jit
def conditions(task, key, size):
    """Return the conditions of counterbalanced trials."""
    return task.validation(key, size).conditions


@eqx.filter_jit
def drawn_rules(task, key, size):
    """Return the rules of training trials."""
    return task.batch(key, size).conditions["rule"]


def test_easy_strengths():
    task = Yang2019(("dm1", "delaydm2"), easy=True)
    strengths = np.asarray(conditions(task, key(2), 4000)["strengths"])
    check_pair(strengths[0::2, 0], [0.1, 0.2, 0.4, 0.8])
    check_pair(strengths[1::2, 1], [0.16, 0.32, 0.64])


@pytest.mark.parametrize("weights", [(1.0, 5.0, 1.0, 1.0), (0.0, 3.0, 1.0, 0.0)])
def test_rules_are_mixed_by_weight(weights):
    task = Yang2019(("fdgo", "contextdm1", "dm1", "reactanti"), weights=weights)
    n = 30_000
    rule = drawn_rules(task, key(3), n)
    p = np.asarray(weights) / sum(weights)
    counts = np.bincount(np.asarray(rule), minlength=4)
    error = STANDARD_ERRORS * np.sqrt(n * p * (1 - p))
    assert np.all(np.abs(counts - n * p) <= error)


def test_default_weights():
    """All rules: contextdm1 and contextdm2 five times as often as the others."""
    expected = np.asarray([5.0 if "contextdm" in rule else 1.0 for rule in RULES])
    close(Yang2019().weights, expected)
    close(Yang2019(("contextdm1", "dm1")).weights, np.ones(2))


@pytest.mark.slow
def test_one_rule_per_batch():
    """By weight; trials differ in all else, and each is the trial of its rule."""
    names = ("fdgo", "dmcgo", "dm1")
    task, n = Yang2019(names, weights=(1.0, 0.0, 3.0), one_rule_per_batch=True), 2000
    draw = jax.jit(jax.vmap(lambda k: task.batch(k, 3).conditions))
    of = as_numpy(draw(jax.random.split(key(4), n)))
    rule = of["rule"]
    assert np.all(rule == rule[:, :1])
    assert set(rule[:, 0]) == {0, 2}
    share = (rule[:, 0] == 2).mean()
    assert abs(share - 0.75) < STANDARD_ERRORS * np.sqrt(0.75 * 0.25 / n)
    assert np.all(of["locations"][:, 0, 0] != of["locations"][:, 1, 0])
    batch = jax.jit(lambda k: task.batch(k, 3))(key(5))
    keys = jax.random.split(jax.random.split(key(5))[1], 3)
    given = jax.jit(jax.vmap(task.render))(batch.conditions["rule"], keys)
    close(batch, given)
    assert task.at(10.0).one_rule_per_batch


def test_a_fixed_direction_is_right_by_chance(task, drawn):
    """A fifth of the circle is within 36 degrees of it."""
    target = jnp.asarray(drawn[0]["target"][INDEX["reactanti"]])
    none = jnp.asarray(np.zeros((MANY, 1, 33)))
    ends = jnp.asarray(np.ones(MANY, int))
    trials = Trial(none, none, none, {"target": target, "t_end": ends}, {})
    outputs = np.tile(3.0 * np.r_[0.0, bump(1.0)] - 2.0, (MANY, 1, 1))
    score = np.asarray(eqx.filter_jit(task.score)(outputs, trials))
    error = np.sqrt(0.2 * 0.8 / MANY)
    assert abs(score.mean() - 0.2) < STANDARD_ERRORS * error


@pytest.mark.parametrize(
    "rules", [("reactgo", "delaydm1", "dmcgo"), pytest.param(tuple(RULES), marks=SLOW)]
)
def test_other_dt_floors_the_same_times(rules):
    coarse = Yang2019(rules, sigma_x=0.0, weights=tuple([1.0] * len(rules)))
    fine = coarse.at(10.0)
    assert (fine.n_steps, fine.dt) == (419, 10.0)
    close(fine.weights, np.ones(len(rules)))
    size = MANY * len(rules)

    def durations(task):
        epochs = jax.jit(lambda k: task.validation(k, size).epochs)(key(1))
        return {name: x[:, 1] - x[:, 0] for name, x in as_numpy(epochs).items()}

    of_coarse = durations(coarse)
    for name, steps in durations(fine).items():
        np.testing.assert_array_equal(steps // 2, of_coarse[name])
