"""Tasks from environments with neurogym's interface, by stand-ins."""

import copy
import itertools
import sys

import equinox as eqx
from helpers import close, identical, STANDARD_ERRORS
from interop.environments import (
    Alternating,
    Brief,
    Dots,
    Duration,
    NoGo,
    Space,
    UnboundedDuration,
    Wrapper,
)
import jax
import numpy as np
import optax
import pytest
from tasks.judged import as_numpy, changed, judged

import ctrnn_jax as cj
from ctrnn_jax import _progress
from ctrnn_jax.interop import from_neurogym, prefetched
from ctrnn_jax.interop._environment import copy_of, seed_trials


# gymnasium 0.29 warns when neurogym uses it
pytestmark = pytest.mark.filterwarnings("ignore:.*WARN")
HIGH, LOW, DECISION, FIXATION = 0.9, 0.1, 2.0, 0.25


def loop(env, seed, size, n_steps):
    """Yield trials as (inputs, targets, mask, t_end, epochs, info, ground truth)."""
    env = copy_of(env)
    seed_trials(env, seed)
    for _ in range(size):
        env.start_ind, env.end_ind = {}, {}
        info = env.new_trial()
        inputs = np.zeros((n_steps, 3))
        targets, mask = np.zeros((n_steps, 3)), np.zeros((n_steps, 3))
        t_end = len(env.gt)
        for t in range(t_end):
            inputs[t] = env.ob[t]
            targets[t] = LOW
            targets[t, env.gt[t]] = HIGH
            mask[t] = FIXATION if env.gt[t] == 0 else DECISION
        epochs = {
            n: (env.start_ind[n], min(env.end_ind[n], t_end)) for n in env.start_ind
        }
        yield inputs, targets, mask, t_end, epochs, info, env.gt[-1]


OPTIONS = {
    "high": HIGH,
    "low": LOW,
    "decision_weight": DECISION,
    "fixation_weight": FIXATION,
    "bank": 60,
    "held_out": 20,
}


def outgrown():
    """Return a task whose environment now draws trials that are too long."""
    task = from_neurogym(Brief(), bank=20, held_out=1)
    env = task.source.env
    assert isinstance(env, Brief)
    env.highest = 90
    return task


@pytest.fixture(scope="module")
def env():
    return Dots()


@pytest.fixture(scope="module")
def task(env):
    return from_neurogym(env, seed=5, **OPTIONS)


@pytest.fixture(scope="module")
def bank(task):
    return as_numpy(task.bank)


@pytest.fixture(scope="module")
def held_out(task):
    return as_numpy(task.held_out)


def test_sizes_and_names_are_those_of_the_environment(task):
    # 2 steps fixation, at most 9 stimulus, 5 delay, 3 decision
    assert (task.n_steps, task.dt, task.n_conditions) == (19, 20.0, 20)
    assert task.input_names == ("cue", "dots 1", "dots 2")
    assert task.output_names == ("fixate", "choice 1", "choice 2")
    assert task.performance_name == "fraction correct"
    assert task.bank.inputs.shape == (60, 19, 3)


def test_trials_equal_a_plain_loop(env, bank, held_out):
    expected = zip(loop(env, 5, 80, 19), range(80), strict=True)
    for (inputs, targets, mask, t_end, epochs, info, truth), i in expected:
        trials, index = (bank, i) if i < 60 else (held_out, i - 60)
        trial = jax.tree.map(lambda x, k=index: x[k], trials)
        close(trial.inputs, inputs)
        close(trial.targets, targets)
        close(trial.mask, mask)
        of = trial.conditions
        assert (of["t_end"], of["ground_truth"]) == (t_end, truth)
        assert (of["coh"], of["trial_ground_truth"]) == (info["coh"], truth)
        assert (of["on"], of["is_catch"]) == (info["on"], False)
        assert tuple(of["pair"]) == info["pair"]
        for name in ("fixation", "stimulus", "delay", "decision"):
            assert tuple(trial.epochs[name]) == epochs.get(name, (0, 0))
        # Not numbers, of varying length, or in some trials only.
        assert not {"side", "many", "delay"} & of.keys()


def test_mask_is_zero_past_the_end_and_lengths_vary(bank):
    t_end = bank.conditions["t_end"]
    assert len(set(t_end.tolist())) > 5
    past = np.arange(19) >= t_end[:, None]
    assert not bank.mask[past].any()
    assert bank.mask[~past].all()


def test_same_seed_same_bits_after_any_earlier_draws(env, task):
    other = Dots()
    other.seed(0)
    other.new_trial()
    for same in (task.redraw(5), from_neurogym(other, seed=5, **OPTIONS)):
        assert identical((same.bank, same.held_out), (task.bank, task.held_out))
    assert not np.array_equal(task.redraw(6).bank.inputs, task.bank.inputs)


def test_the_argument_environment_is_not_changed():
    """A timing that closes over the environment draws from the copy too."""
    env = Dots()
    env.seed(3)
    before = copy.deepcopy(env.rng.get_state())
    task = from_neurogym(env, **OPTIONS)
    task.redraw(1)
    assert str(env.rng.get_state()) == str(before)
    assert env.start_ind == {}
    bank = task.redraw(2).bank
    env.has_gt = False
    assert identical(task.redraw(2).bank, bank)


def test_wrappers_are_applied_and_their_trials_are_not_repeated():
    env = Wrapper(Alternating([Dots(), Dots()]))
    task = from_neurogym(env, **OPTIONS)
    cue = np.asarray(task.bank.inputs)[:, 0, 0]
    np.testing.assert_array_equal(cue, np.tile([10, 11], 30))
    np.testing.assert_array_equal(task.bank.conditions["which"], np.tile([1, 0], 30))
    dots = np.asarray(task.bank.inputs)[:, 2, 1]
    assert not np.any(dots[::2] == dots[1::2])
    assert identical(task.redraw(0).bank, task.bank)


def test_training_draws_from_the_bank_and_validation_from_held_out_trials(
    task, bank, held_out
):
    validation = as_numpy(task.validation(jax.random.key(0), 40))
    assert identical(jax.tree.map(lambda x: x[:20], validation), held_out)
    assert identical(jax.tree.map(lambda x: x[20:], validation), held_out)
    drawn = as_numpy(task.batch(jax.random.key(1), 3000))

    def marks(trials):
        return trials.inputs[:, 2, 1]

    assert set(marks(drawn)) == set(marks(bank))
    assert not set(marks(drawn)) & set(marks(held_out))
    _, counts = np.unique(marks(drawn), return_counts=True)
    chi2 = np.sum((counts - 50) ** 2 / 50)  # 59 degrees of freedom
    assert abs(chi2 - 59) < STANDARD_ERRORS * np.sqrt(2 * 59)


def test_same_key_same_bits_under_jit_and_vmap(task):
    key = jax.random.key(2)
    called = task.batch(key, 4)
    assert identical(called, eqx.filter_jit(lambda t, k: t.batch(k, 4))(task, key))
    sample = jax.jit(jax.vmap(lambda key: task.sample(key)))
    assert identical(called, sample(jax.random.split(key, 4)))


def test_scores_depend_on_the_last_step(task, held_out):
    trials = held_out
    assert judged(task, trials.targets, trials).performance == 1.0
    assert judged(task, -trials.targets, trials).performance == 0.0
    fixate = changed(np.zeros_like(trials.targets), (..., 0), 1.0)
    agree = np.argmax(trials.targets, -1) == 0
    valid = trials.mask[..., 0] > 0
    assert np.mean(agree[valid]) > 0.7  # correct at most steps
    assert judged(task, fixate, trials).performance == 0.0
    last = trials.conditions["t_end"] - 1
    answer = trials.conditions["ground_truth"]
    right = changed(-trials.targets, (np.arange(20), last, answer), 3.0)
    assert judged(task, right, trials).performance == 1.0
    wrong = changed(trials.targets, (np.arange(20), last, 3 - answer), 3.0)
    np.testing.assert_array_equal(judged(task, wrong, trials).score, 0.0)


def random_outputs(trials):
    return np.random.default_rng(0).normal(size=trials.targets.shape)


def test_loss_is_the_weighted_mean_of_squares(task, held_out):
    outputs = random_outputs(held_out)
    total = np.sum(held_out.mask * (outputs - held_out.targets) ** 2)
    loss = judged(task, outputs, held_out).output_loss
    close(loss, total / np.sum(held_out.mask))


def test_labels_and_the_decision_period_both_require_an_action():
    """The trial has a go before the decision, and a no-go in it."""
    env = NoGo()
    task = from_neurogym(env, bank=1, held_out=1, decision_weight=3.0)
    assert task.bank.mask[0, :, 0].tolist() == [0.05, 3.0, 0.05, 3.0]


def test_cross_entropy(env):
    task = from_neurogym(env, loss="cross_entropy", bank=5, held_out=5)
    trials = as_numpy(task.held_out)
    outputs = random_outputs(trials)
    p = np.exp(outputs) / np.exp(outputs).sum(-1, keepdims=True)
    close(eqx.filter_jit(task.link)(outputs), p)
    total, weight = 0.0, 0.0
    for i, t in itertools.product(range(5), range(task.n_steps)):
        label = int(np.argmax(trials.targets[i, t]))
        w = float(trials.mask[i, t, 0])
        total, weight = total - w * np.log(p[i, t, label]), weight + w
    close(judged(task, outputs, trials).output_loss, np.float64(total / weight))
    assert {0.0, 0.05, 1.0} == set(np.unique(trials.mask).tolist())  # the defaults


def test_the_cross_entropy_is_the_default_for_discrete_actions_without_targets(env):
    few = {"bank": 1, "held_out": 1}
    for options, loss in (({}, "cross_entropy"), ({"high": 0.9}, "mse")):
        assert from_neurogym(env, **few, **options).source.settings.loss == loss
    assert from_neurogym(env, **few, loss="mse").source.settings.loss == "mse"
    box = from_neurogym(Dots(box=True), **few)
    assert box.source.settings.loss == "mse"


def test_continuous_ground_truth_is_regressed():
    task = from_neurogym(Dots(box=True), bank=8, held_out=8)
    trials = as_numpy(task.held_out)
    assert task.performance_name == "1 - RMSE"
    assert task.output_names == ("output 1", "output 2")
    assert trials.targets.shape == (8, task.n_steps, 2)
    end = int(trials.conditions["t_end"][0]) - 1
    choice = float(trials.conditions["trial_ground_truth"][0])
    close(trials.targets[0, end], np.array([0.5, choice]))
    close(trials.conditions["ground_truth"][0], np.array([0.5, choice]))
    start, stop = trials.epochs["decision"][0]
    mask = np.full((task.n_steps, 2), 0.05)
    mask[start:], mask[stop:] = 1.0, 0.0
    close(trials.mask[0], mask)
    assert judged(task, trials.targets, trials).performance == 1.0
    close(judged(task, trials.targets + 0.25, trials).score, np.full(8, 0.75))
    close(judged(task, trials.targets - 0.25, trials).performance, np.float64(0.75))
    far = judged(task, trials.targets + 2.0, trials)
    np.testing.assert_array_equal(far.score, 0.0)


def test_padding_is_n_steps_and_trials_are_never_cut(env):
    options = OPTIONS | {"bank": 10, "held_out": 10}
    task = from_neurogym(env, n_steps=30, **options)
    assert task.bank.inputs.shape == (10, 30, 3)
    parts = as_numpy((task.bank, task.held_out))
    longest = max(int(part.conditions["t_end"].max()) for part in parts)
    tight = from_neurogym(env, n_steps=longest, **options)
    close(tight.bank.inputs, np.asarray(task.bank.inputs)[:, :longest])
    message = f"`n_steps` must hold the longest trial of seed 0, {longest} steps; got 5"
    with pytest.raises(ValueError, match=message):
        from_neurogym(env, n_steps=5, **options)
    with pytest.raises(ValueError, match="Trials are never cut"):
        outgrown().redraw(1)


@pytest.mark.parametrize(
    ("timing", "steps"),
    [
        (90, 4),
        ([90, 150], 7),
        (np.array([90, 150]), 7),
        (("uniform", (20, 130)), 6),
        (("truncated_exponential", (80, 20, 130)), 6),
        (("constant", 130), 6),
        (Duration(170), 8),
        (lambda: 165.0, 8),
        (UnboundedDuration(), None),
    ],
)
def test_the_longest_trial_is_that_of_the_timing(timing, steps):
    env = Dots()
    env.timing["stimulus"] = timing
    env.timing |= {"delay": Duration(30), "decision": 60}
    env.__class__ = Brief
    task = from_neurogym(env, bank=10, held_out=10)
    parts = as_numpy((task.bank, task.held_out))
    drawn = max(int(part.conditions["t_end"].max()) for part in parts)
    assert task.n_steps == (drawn if steps is None else 2 + steps + 1 + 3)


def test_equal_lengths_need_no_padding():
    env = Brief()
    env.highest = 2
    assert from_neurogym(env, bank=2, held_out=2).n_steps == 1


def test_banks_are_exchanged_without_compiling_again(task):
    @eqx.filter_jit
    @eqx.debug.assert_max_traces(max_traces=1)
    def draw(task, key):
        return task.batch(key, 3).inputs

    old = draw(task, jax.random.key(0))
    new = draw(task.redraw(9), jax.random.key(0))
    assert old.shape == new.shape
    assert not np.array_equal(old, new)


def test_banks_are_prefetched_in_the_order_of_their_seeds(task):
    tasks = list(itertools.islice(prefetched(task, seed=7), 3))
    for seed, redrawn in enumerate(tasks, start=7):
        assert identical(redrawn.bank, task.redraw(seed).bank)
    assert identical(next(prefetched(task)).bank, task.redraw(1).bank)


def test_errors_of_the_thread_are_raised_in_the_caller():
    banks = prefetched(outgrown())
    with pytest.raises(ValueError, match="Trials are never cut"):
        next(banks)


@pytest.mark.slow
def test_a_network_learns_from_a_sequence_of_banks(env):
    task = from_neurogym(env, bank=300, held_out=200)
    net = cj.CTRNN(3, 16, 3, dt=20.0, tau=60.0, key=jax.random.key(0))
    options = {"num_updates": 40, "batch_size": 32, "validate_every": 40}
    options |= {"validation_size": 200}
    adam = optax.adam(0.02)
    with jax.numpy_dtype_promotion("standard"):  # optax needs it
        result = cj.fit(net, task, adam, key=jax.random.key(1), **options)
        for fresh in itertools.islice(prefetched(task), 3):
            state = result.state
            result = cj.fit(result.network, fresh, adam, state=state, **options)
    assert result.history.performance[-1] > 0.8  # 0.5 by chance


def test_another_dt_requires_an_id(task):
    with pytest.raises(
        ValueError, match="`dt` must be that of the environment; got 10"
    ):
        task.at(10.0)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: from_neurogym(Dots(gt=False)),
            "have a ground truth .* got Dots. Use cj",
        ),
        (lambda: from_neurogym(Dots(wrong=1)), "labels below its 3 actions; got 3"),
        (lambda: from_neurogym(Dots(wrong=-3)), "labels below its 3 actions"),
        (lambda: from_neurogym(Space((3,))), "`env` must have new_trial"),
        (lambda: from_neurogym(Dots(), dim_ring=3), r"`options` .* got \['dim_ring'\]"),
        (lambda: from_neurogym(Dots(), bank=0), "`bank` must be a whole number"),
        (
            lambda: from_neurogym(Dots(), held_out=0),
            "`held_out` must be a whole number",
        ),
        (lambda: from_neurogym(Dots(), seed=-1), "`seed` must be a whole number"),
        (lambda: from_neurogym(Dots(), loss="mae"), "`loss` must be a known name"),
        (lambda: from_neurogym(Dots(), decision_weight=-1.0), "`decision_weight` must"),
        (lambda: from_neurogym(Dots(), fixation_weight=-1.0), "`fixation_weight` must"),
        (
            lambda: from_neurogym(Dots(), loss="cross_entropy", high=0.8),
            "`loss` must be mse for targets other than 1",
        ),
        (
            lambda: from_neurogym(Dots(box=True), loss="cross_entropy"),
            "`loss` must be mse for targets other than 1",
        ),
    ],
)
def test_invalid_options_and_environments_raise(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_other_periods_in_a_redraw_raise():
    env = Dots()
    tasks = [
        from_neurogym(env, bank=1, held_out=1, n_steps=30, seed=s) for s in range(25)
    ]
    delayed = ["delay" in task.bank.epochs for task in tasks]
    task, seed = tasks[delayed.index(True)], delayed.index(False)
    with pytest.raises(
        ValueError, match="`seed` must draw the same periods and states; got"
    ):
        task.redraw(seed)


@pytest.mark.parametrize("missing", ["neurogym", "torch"])
def test_missing_neurogym_names_the_extra(monkeypatch, missing):
    if missing == "torch":  # which neurogym imports without declaring it
        pytest.importorskip("neurogym")
        for name in [n for n in sys.modules if n.split(".")[0] == "neurogym"]:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(
        ModuleNotFoundError, match=r"pip install 'ctrnn-jax\[neurogym\]'"
    ):
        from_neurogym("PerceptualDecisionMaking-v0")


def test_drawing_trials_shows_how_many(capsys, monkeypatch):
    monkeypatch.setattr(_progress, "spacing", lambda elapsed: 0.0)
    options = {"bank": 3, "held_out": 2, "seed": 1}
    plain = from_neurogym(Dots(), **options)
    assert capsys.readouterr().err == ""
    shown = from_neurogym(Dots(), progress=True, **options)
    assert identical(plain.bank, shown.bank)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("  ")[0] for line in lines[:-1]] == [
        f"from_neurogym: trials {i}/5" for i in range(1, 6)
    ]
    expected = f"from_neurogym: 5 trials of {plain.n_steps} steps in "
    assert lines[-1].startswith(expected)
