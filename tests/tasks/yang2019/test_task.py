import equinox as eqx
from helpers import close, identical, STANDARD_ERRORS
import jax
import numpy as np
from oracles.yang2019 import bump, correct, render, RULES
import pytest
from tasks.judged import as_numpy, changed, judged

from ctrnn_jax.tasks import Yang2019, YANG2019_RULES
from ctrnn_jax.tasks.yang2019 import YANG2019_DESCRIPTIONS
from ctrnn_jax.tasks.yang2019._channels import population_vector


N = 200  # 10 trials of each rule
INDEX = {name: i for i, name in enumerate(RULES)}


def key(i):
    return jax.random.fold_in(jax.random.key(2019), i)


@pytest.fixture(scope="module")
def task():
    return Yang2019(sigma_x=0.0)


@pytest.fixture(scope="module")
def trials(task):
    """Return trials without noise, the rules in turn."""
    return as_numpy(task.validation(key(0), N))


def logits(targets):
    p = np.clip(targets, 1e-3, 1 - 1e-3)
    return np.log(p / (1 - p))


def pointing(angles, fixation):
    """Return raw outputs that point to the angles, `(trials, time, 33)`."""
    ring = np.stack([0.05 + bump(angle) for angle in angles])
    first = np.full((len(ring), 1), fixation)
    return np.repeat(logits(np.concatenate([first, ring], 1))[:, None], 209, 1)


def test_sizes_are_those_of_the_paper(task):
    assert (task.n_steps, task.n_in, task.n_out, task.n_conditions) == (209, 85, 33, 20)
    assert list(YANG2019_RULES) == RULES == list(task.rules)
    assert task.input_names[65] == "rule fdgo"
    assert task.input_names[1] == "ring 1, 0 deg"
    assert task.output_names[9] == "90 deg"
    assert task.performance_name == "fraction correct of the worst rule"
    assert Yang2019("dm1").performance_name == "fraction correct"
    assert list(YANG2019_DESCRIPTIONS) == RULES
    assert all(0 < len(text) <= 70 for text in YANG2019_DESCRIPTIONS.values())


def test_trials_equal_plain_loops(trials):
    for i in range(N):
        of = {name: x[i] for name, x in trials.conditions.items()}
        parts = {name: tuple(x[i]) for name, x in trials.epochs.items()}
        rule = RULES[of["rule"]]
        assert of["rule"] == i % 20
        inputs, targets, mask, target = render(
            rule, parts, of["locations"], of["strengths"], 209
        )
        close(trials.inputs[i], inputs)
        close(trials.targets[i], targets)
        close(trials.mask[i], mask**2)
        assert of["target"] == pytest.approx(target)
        assert of["t_end"] == parts["response"][1]
        assert of["response_onset"] == parts["response"][0]
        assert of["fixation_off"] == inputs[:, 0].sum()
        assert not of["is_catch"]


def test_steps_of_a_named_trial(trials):
    """delaygo: mask 0 to step 5, 1 (4) to the response, 0 for 5 steps, 25 (100)."""
    index = INDEX["delaygo"]
    trial = jax.tree.map(lambda x: x[index], trials)
    response, end = (int(x) for x in trial.epochs["response"])
    assert end - response == 25
    mask = trial.mask
    edges = {0: 0, 4: 0, 5: 1, response - 1: 1, response: 0, response + 4: 0}
    edges |= {response + 5: 25, end - 1: 25}
    for step, weight in edges.items():
        np.testing.assert_array_equal(mask[step, 1:], weight)
        assert mask[step, 0] == 4 * weight
    assert mask.sum() == (32 + 4) * (response - 5 + 20 * 25)
    assert not mask[end:].any()
    assert not trial.inputs[end:].any()
    np.testing.assert_array_equal(trial.inputs[:end, 65 + index], 1.0)
    assert trial.inputs[:, 65:].sum() == end
    np.testing.assert_array_equal(trial.targets[:response, 0], 0.8)
    np.testing.assert_array_equal(trial.targets[:response, 1:], 0.05)
    np.testing.assert_array_equal(trial.targets[response:end, 0], 0.05)


def test_population_vector_of_a_bump_is_its_location():
    angles = np.linspace(0.01, 6.27, 50)
    ring = np.stack([bump(a) for a in angles])
    flat = np.repeat([0.0, 0.7], 25)[:, None] * np.ones(32)
    direction = jax.jit(population_vector)
    for offset in (0.0, 0.05):
        angle, points = direction(ring + offset)
        np.testing.assert_allclose(angle, angles, atol=2e-4)  # 32 units sample it
        assert np.asarray(points).all()
    assert not np.asarray(direction(flat)[1]).any()


def test_scores_of_perfect_and_other_answers(task, trials):
    target = trials.conditions["target"]
    go = target >= 0

    def scored(outputs):
        return judged(task, outputs, trials).score

    perfect = judged(task, logits(trials.targets), trials)
    np.testing.assert_array_equal(perfect.score, 1.0)
    assert perfect.performance == 1.0
    for turn, right in ((0.19, 1), (-0.19, 1), (0.21, 0), (-0.21, 0), (1.0, 0)):
        angles = target + turn * np.pi
        np.testing.assert_array_equal(scored(pointing(angles, 0.05)), right * go)
        np.testing.assert_array_equal(scored(pointing(angles, 0.8)), ~go)
    none = np.zeros((N, 209, 33))
    np.testing.assert_array_equal(scored(none), 0.0)
    fixating = judged(task, changed(none, (..., 0), 1.0), trials)
    np.testing.assert_array_equal(fixating.score, ~go)
    assert fixating.performance == 0.0


def test_scores_of_random_answers_equal_a_plain_loop(task, trials):
    outputs = 3 * np.random.default_rng(5).normal(size=(N, 209, 33))
    found = judged(task, outputs, trials).score
    linked = 1 / (1 + np.exp(-outputs))
    for i in range(N):
        last = int(trials.conditions["t_end"][i]) - 1
        target = float(trials.conditions["target"][i])
        assert found[i] == correct(linked[i, last], target)
    assert 0.0 < found.mean() < 1.0


def test_score_looks_at_the_last_valid_step_only(task, trials):
    right = logits(trials.targets)
    last = np.arange(N), trials.conditions["t_end"] - 1
    only_last = changed(np.zeros_like(right), last, right[last])
    assert judged(task, only_last, trials).performance == 1.0
    assert not judged(task, changed(right, last, 0.0), trials).score.any()


def test_performance_is_that_of_the_worst_rule(task, trials):
    outputs = logits(trials.targets)
    wrong = changed(outputs, slice(7, None, 40), 0.0)  # half of the trials of rule 7
    found = judged(task, wrong, trials)
    assert found.performance == 0.5
    np.testing.assert_allclose(found.score.mean(), 1 - 5 / N)
    without = jax.tree.map(lambda x: x[:7], trials)  # no trials of rules 7 to 19
    assert judged(task, outputs[:7], without).performance == 1.0
    worse = changed(outputs[:7], 3, 0.0)
    assert judged(task, worse, without).performance == 0.0


def test_performance_of_one_rule_is_the_mean_score(trials):
    some = jax.tree.map(lambda x: x[INDEX["dm2"] :: 20][:8], trials)
    rule = np.zeros(8, int)
    some = eqx.tree_at(lambda t: t.conditions, some, some.conditions | {"rule": rule})
    outputs = changed(logits(some.targets), slice(2), 0.0)
    assert judged(Yang2019("dm2"), outputs, some).performance == 0.75


def theirs(outputs, trials, i):
    """Return their loss of one trial: a plain mean over its steps and outputs."""
    of = {name: x[i] for name, x in trials.conditions.items()}
    parts = {name: tuple(x[i]) for name, x in trials.epochs.items()}
    end = parts["response"][1]
    rule = RULES[of["rule"]]
    _, targets, mask, _ = render(rule, parts, of["locations"], of["strengths"], end)
    linked = 1 / (1 + np.exp(-outputs[i, :end]))
    return np.mean(((linked - targets) * mask) ** 2)


def test_loss_is_theirs(task, trials):
    """To the rounding; of trials of one length it is the mean over everything."""
    outputs = np.random.default_rng(7).normal(size=(N, 209, 33))
    expected = [theirs(outputs, trials, i) for i in range(N)]
    close(judged(task, outputs, trials).output_loss, np.mean(expected))
    one = jax.tree.map(lambda x: x[:1], trials)
    close(judged(task, outputs[:1], one).output_loss, expected[0])
    # a constant 0.5 before the link is perfect nowhere: value by hand for one trial
    response, end = trials.epochs["response"][11]
    zero = jax.tree.map(lambda x: x[11:12], trials)
    ring = ((0.5 - trials.targets[11, end - 1, 1:]) ** 2).sum()
    early = (response - 5) * (4 * 0.3**2 + 32 * 0.45**2)
    late = 20 * (100 * 0.45**2 + 25 * ring)
    loss = judged(task, np.zeros((1, 209, 33)), zero).output_loss
    close(loss, (early + late) / (end * 33))


def test_outputs_beyond_the_end_do_not_matter(task, trials):
    outputs = logits(trials.targets)
    beyond = np.arange(209)[None] >= trials.conditions["t_end"][:, None]
    other = judged(task, np.where(beyond[..., None], 9.0, outputs), trials)
    found = judged(task, outputs, trials)
    assert identical(found.output_loss, other.output_loss)
    assert identical(found.score, other.score)
    assert found.output_loss < 1e-20


def test_softmax_is_cross_entropy_with_the_nearest_unit():
    task = Yang2019(("fdanti", "delaydm2", "dmcgo"), loss="softmax", sigma_x=0.0)
    found = as_numpy(task.validation(key(0), 30))
    outputs = np.random.default_rng(8).normal(size=(30, 209, 33))
    log_p = outputs - np.log(np.exp(outputs).sum(-1, keepdims=True))
    losses = []
    for i in range(30):
        response, end = found.epochs["response"][i]
        parts = {name: tuple(x[i]) for name, x in found.epochs.items()}
        of = {name: x[i] for name, x in found.conditions.items()}
        rule = task.rules[of["rule"]]
        inputs, *_, target = render(rule, parts, of["locations"], of["strengths"], 209)
        close(found.inputs[i], inputs)
        unit = 1 + round(target / (2 * np.pi / 32)) % 32
        answer = np.where(np.arange(end) < response, 0, 0 if target < 0 else unit)
        np.testing.assert_array_equal(found.targets[i, :end], np.eye(33)[answer])
        weight = np.zeros(end)
        weight[5:response], weight[response + 5 :] = 1.0, 5.0
        columns = np.repeat(weight[:, None], 33, 1)
        np.testing.assert_array_equal(found.mask[i, :end], columns)
        assert not found.mask[i, end:].any()
        weight /= weight.mean()
        losses.append(-np.mean(weight * log_p[i, np.arange(end), answer]))
    close(judged(task, outputs, found).output_loss, np.mean(losses))
    assert judged(task, 20 * found.targets, found).performance == 1.0
    assert judged(task, -20 * found.targets, found).performance == 0.0
    close(np.asarray(eqx.filter_jit(task.link)(outputs)), np.exp(log_p))


def test_input_noise_has_the_published_strength():
    """sigma_x sqrt(2 / alpha) = .0316 on all 85 channels, not rectified."""

    def inputs(task):
        return np.asarray(task.validation(key(9), 100).inputs)

    quiet = inputs(Yang2019("dm1", sigma_x=0.0))
    noise = inputs(Yang2019("dm1")) - quiet
    expected = 0.01 * np.sqrt(2 / 0.2)
    size = noise.shape[0] * noise.shape[1]
    ratios = noise.std((0, 1)) / expected
    assert ratios.shape == (85,)
    assert np.all(np.abs(ratios - 1) < STANDARD_ERRORS / np.sqrt(2 * size))
    error = expected / np.sqrt(noise.size)
    assert abs(noise.mean()) < STANDARD_ERRORS * error
    assert (noise + quiet).min() < 0
    for beside in (noise[:, :, 1:], noise[:, 1:]):  # neighbours are independent
        product = noise[:, : beside.shape[1], : beside.shape[2]] * beside
        error = expected**2 / np.sqrt(product.size)
        assert abs(product.mean()) < STANDARD_ERRORS * error
    slower = inputs(Yang2019("dm1", tau=200.0)) - quiet
    close(slower, np.sqrt(2) * noise, scale=100)


def test_same_key_same_bits_and_the_rule_may_be_drawn_or_given():
    task = Yang2019(("dmcgo", "fdgo"))
    assert (task.n_steps, task.n_conditions, task.n_in) == (170, 2, 85)
    batch = as_numpy(task.batch(key(10), 6))
    assert identical(batch, as_numpy(task.batch(key(10), 6)))
    assert not np.allclose(batch.inputs, np.asarray(task.batch(key(11), 6).inputs))
    rule = batch.conditions["rule"]
    assert set(rule) == {0, 1}
    render_all = jax.jit(jax.vmap(task.render))
    close(batch, render_all(rule, jax.random.split(key(10), 6)))
    lines = np.argmax(batch.inputs[:, 3, 65:], axis=1)
    expected = np.asarray([INDEX["dmcgo"], INDEX["fdgo"]])
    np.testing.assert_array_equal(lines, expected[rule])


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rules": "go"}, "`rules` must be a known name; got 'go'"),
        ({"rules": ("dm1", "dm3")}, "`rules` must be a known name; got 'dm3'"),
        ({"rules": ()}, "`rules` must be different rules, at least one"),
        ({"rules": ("dm1", "dm1")}, "`rules` must be different rules"),
        ({"dt": 30.0}, "`dt` must divide 100 ms; got 30 ms"),
        ({"dt": 200.0}, "`dt` must divide 100 ms; got 200 ms"),
        ({"dt": 0.0}, "`dt` must be positive"),
        ({"weights": (1.0, 2.0)}, r"`weights` must have shape \(20,\); got shape"),
        ({"rules": "dm1", "weights": (-1.0,)}, "`weights` must not be negative"),
        ({"rules": "dm1", "weights": (0.0,)}, "`weights` must have a positive sum"),
        ({"loss": "mse"}, "`loss` must be a known name; got 'mse'"),
        ({"sigma_x": -0.1}, "`sigma_x` must not be negative"),
        ({"tau": 0.0}, "`tau` must be positive"),
    ],
)
def test_invalid_options_raise(options, message):
    with pytest.raises(ValueError, match=message):
        Yang2019(**options)


def test_a_size_below_one_raises():
    task = Yang2019("dm1", one_rule_per_batch=True)
    with pytest.raises(ValueError, match="`size` must be a whole number, at least 1"):
        task.batch(key(0), 0)
