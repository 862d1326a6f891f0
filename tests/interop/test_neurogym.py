"""neurogym's trials as tasks: on a stand-in of its interface, and on the library."""

import copy
import itertools
import sys

import equinox as eqx
from helpers import close, identical, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj
from ctrnn_jax.interop import from_neurogym, prefetched
from ctrnn_jax.interop._environment import copy_of, seed_trials


# gymnasium 0.29 warns of what neurogym does with it
pytestmark = pytest.mark.filterwarnings("ignore:.*WARN")
HIGH, LOW, DECISION, FIXATION = 0.9, 0.1, 2.0, 0.25


class Space:
    """What the adapter knows of Discrete and Box."""

    def __init__(self, shape=(), n=None, name=None):
        self.shape, self.low, self.high = shape, -np.inf, np.inf
        if n is not None:
            self.n = n
        if name is not None:
            self.name = name


class Law:
    """A random duration with a generator of its own, like neurogym's TruncExp."""

    def __init__(self, high):
        self.vmax, self.rng = high, np.random.RandomState()

    def seed(self, seed=None):
        self.rng = np.random.RandomState(seed)

    def __call__(self):
        return self.rng.uniform(20, self.vmax)


class Endless(Law):
    """Without an upper bound."""

    def __init__(self):
        super().__init__(np.inf)

    def __call__(self):
        return self.rng.exponential(50)


class Dots:
    """Trials of random length, with a delay in half of them, in one reused buffer."""

    def __init__(self, *, box=False, wrong=0, gt=True, dt=20):
        self.dt, self.box, self.wrong, self.has_gt = dt, box, wrong, gt
        self.observation_space = Space((3,), name={"cue": 0, "dots": range(1, 3)})
        self.action_space = Space(n=3, name={"fixate": 0, "choice": [1, 2]})
        if box:
            self.action_space = Space((2,))
        self.start_ind, self.end_ind = {}, {}
        self.rng = np.random.RandomState()
        self.timing = {
            "fixation": 40,
            "stimulus": lambda: self.rng.uniform(60, 200),
            "delay": Law(100),
            "decision": ("choice", [40, 60]),
        }
        self.buffer = np.zeros((100, 3), np.float32)

    @property
    def unwrapped(self):
        return self

    def seed(self, seed=None):
        """Everything gets the same seed, as in neurogym."""
        self.rng = np.random.RandomState(seed)
        self.timing["delay"].seed(seed)

    def new_trial(self):
        choice = self.rng.randint(1, 3)
        lengths = {"fixation": 40, "stimulus": self.timing["stimulus"]()}
        if self.rng.rand() < 0.5:
            lengths["delay"] = self.timing["delay"]()
        lengths["decision"] = self.rng.choice([40, 60])
        start = 0
        for name, length in lengths.items():
            stop = start + int(length // self.dt)
            self.start_ind[name], self.end_ind[name] = start, stop
            start = stop
        self.ob = self.buffer[:start]
        self.ob[:] = 0
        self.ob[: self.end_ind["fixation"], 0] = 1
        on = slice(self.start_ind["stimulus"], self.end_ind["stimulus"])
        self.ob[on, 1:] = self.rng.randn(on.stop - on.start, 2)
        self.ob[on, choice] += 1
        decision = slice(self.start_ind["decision"], start)
        if not self.has_gt:
            return {}
        self.gt = np.zeros(
            (start, 2) if self.box else start, float if self.box else int
        )
        self.gt[decision] = [0.5, choice] if self.box else choice + self.wrong
        self.end_ind["decision"] += 7  # a period may reach past the trial
        info = {"ground_truth": choice, "coh": 0.5 * choice, "pair": (choice, 7)}
        if "delay" in lengths:
            info["delay"] = 1.0
        return info | {"side": "left", "many": list(range(choice)), "on": choice == 1}


class Brief(Dots):
    """Trials of 1 to 3 steps, whatever the timing."""

    highest = 4

    def new_trial(self):
        steps = self.rng.randint(1, self.highest)
        self.ob, self.gt = np.zeros((steps, 3)), np.zeros(steps, int)


class NoGo(Dots):
    """The same trial each time."""

    def new_trial(self):
        self.ob, self.gt = np.zeros((4, 3)), np.array([0, 2, 0, 0])
        self.start_ind["decision"], self.end_ind["decision"] = 3, 4


class Wrapper:
    """A wrapper that pretends to have what is inside it, like gymnasium 0.29's."""

    def __init__(self, env):
        self.env = env

    def __getattr__(self, name):
        if name.startswith("_") or name == "env":
            raise AttributeError(name)
        return getattr(self.env, name)

    @property
    def unwrapped(self):
        return self.env.unwrapped


class Alternating(Wrapper):
    """Two environments in turn, with a cue; like ScheduleEnvs."""

    def __init__(self, envs):
        super().__init__(envs[0])
        self.envs, self.turn = envs, 0

    def seed(self, seed=None):
        for env in self.envs:
            env.seed(seed)

    def new_trial(self):
        self.env = self.envs[self.turn % 2]
        info = self.env.new_trial()
        self.env.ob[:, 0] = 10 + self.turn % 2
        self.turn += 1
        return info | {"which": self.turn % 2}


def loop(env, seed, size, n_steps):
    """The trials one by one, as (inputs, targets, mask, t_end, epochs, info)."""
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
    """A task whose environment has come to draw trials that are too long."""
    task = from_neurogym(Brief(), bank=20, held_out=1)
    task.source.env.highest = 90
    return task


@pytest.fixture(scope="module")
def env():
    return Dots()


@pytest.fixture(scope="module")
def task(env):
    return from_neurogym(env, seed=5, **OPTIONS)


def trial_of(trials, i):
    return jax.tree.map(lambda x: np.asarray(x[i]), trials)


def test_sizes_and_names_are_those_of_the_environment(task):
    # 2 steps fixation, at most 9 stimulus, 5 delay, 3 decision
    assert (task.n_steps, task.dt, task.n_conditions) == (19, 20.0, 20)
    assert task.input_names == ("cue", "dots 1", "dots 2")
    assert task.output_names == ("fixate", "choice 1", "choice 2")
    assert task.performance_name == "fraction correct"
    assert task.bank.inputs.shape == (60, 19, 3)


def test_trials_equal_a_plain_loop(env, task):
    whole = zip(loop(env, 5, 80, 19), range(80), strict=True)
    for (inputs, targets, mask, t_end, epochs, info, truth), i in whole:
        trial = trial_of(*((task.bank, i) if i < 60 else (task.held_out, i - 60)))
        close(trial.inputs, inputs)
        close(trial.targets, targets)
        close(trial.mask, mask)
        found = trial.conditions
        assert (found["t_end"], found["ground_truth"]) == (t_end, truth)
        assert (found["coh"], found["trial_ground_truth"]) == (info["coh"], truth)
        assert (found["on"], found["is_catch"]) == (info["on"], False)
        assert tuple(found["pair"]) == info["pair"]
        for name in ("fixation", "stimulus", "delay", "decision"):
            assert tuple(trial.epochs[name]) == epochs.get(name, (0, 0))
    # fields that are no numbers, of varying length, or of some trials only
    assert not {"side", "many", "delay"} & found.keys()


def test_mask_is_zero_past_the_end_and_lengths_vary(task):
    t_end = np.asarray(task.bank.conditions["t_end"])
    assert len(set(t_end.tolist())) > 5
    past = np.arange(19) >= t_end[:, None]
    assert not np.asarray(task.bank.mask)[past].any()
    assert np.asarray(task.bank.mask)[~past].all()


def test_same_seed_same_bits_whatever_was_drawn_before(env, task):
    other = Dots()
    other.seed(0)
    other.new_trial()
    for again in (task.redraw(5), from_neurogym(other, seed=5, **OPTIONS)):
        assert identical((again.bank, again.held_out), (task.bank, task.held_out))
    assert not np.array_equal(task.redraw(6).bank.inputs, task.bank.inputs)


def test_the_environment_that_was_given_is_left_alone():
    """Not even a timing that has closed over it draws from it."""
    env = Dots()
    env.seed(3)
    before = copy.deepcopy(env.rng.get_state())
    task = from_neurogym(env, **OPTIONS)
    task.redraw(1)
    assert str(env.rng.get_state()) == str(before)
    assert env.start_ind == {}
    first = task.redraw(2)
    env.has_gt = False
    assert identical(task.redraw(2).bank, first.bank)


def test_parts_do_not_share_their_random_numbers():
    """neurogym gives its one seed to all of them."""
    env = Dots()
    env.seed(1)
    assert env.rng.uniform() == env.timing["delay"].rng.uniform()
    seed_trials(env, 1)
    assert env.rng.uniform() != env.timing["delay"].rng.uniform()
    pair = Alternating([Dots(), Dots()])
    seed_trials(pair, 1)
    assert pair.envs[0].rng.uniform() != pair.envs[1].rng.uniform()


def test_wrappers_draw_and_their_trials_are_not_repeated():
    env = Wrapper(Alternating([Dots(), Dots()]))
    task = from_neurogym(env, **OPTIONS)
    cue = np.asarray(task.bank.inputs)[:, 0, 0]
    np.testing.assert_array_equal(cue, np.tile([10, 11], 30))
    np.testing.assert_array_equal(task.bank.conditions["which"], np.tile([1, 0], 30))
    dots = np.asarray(task.bank.inputs)[:, 2, 1]
    assert not np.any(dots[::2] == dots[1::2])
    assert identical(task.redraw(0).bank, task.bank)


def test_training_draws_from_the_bank_and_validation_shows_what_was_held_out(task):
    validation = task.validation(jax.random.key(0), 40)
    assert identical(jax.tree.map(lambda x: x[:20], validation), task.held_out)
    assert identical(jax.tree.map(lambda x: x[20:], validation), task.held_out)
    drawn = task.batch(jax.random.key(1), 3000)
    marks = lambda trials: np.asarray(trials.inputs)[:, 2, 1]
    assert set(marks(drawn)) == set(marks(task.bank))
    assert not set(marks(drawn)) & set(marks(task.held_out))
    _, counts = np.unique(marks(drawn), return_counts=True)
    chi2 = np.sum((counts - 50) ** 2 / 50)  # 59 degrees of freedom
    assert abs(chi2 - 59) < STANDARD_ERRORS * np.sqrt(2 * 59)


def test_same_key_same_bits_under_jit_and_vmap(task):
    key = jax.random.key(2)
    eager = task.batch(key, 4)
    assert identical(eager, eqx.filter_jit(lambda t, k: t.batch(k, 4))(task, key))
    assert identical(eager, jax.vmap(task.sample)(jax.random.split(key, 4)))


def test_scores_look_at_the_last_step(task):
    trials = task.held_out
    assert float(task.performance(trials.targets, trials)) == 1.0
    assert float(task.performance(-trials.targets, trials)) == 0.0
    fixate = jnp.zeros_like(trials.targets).at[..., 0].set(1.0)
    agree = jnp.argmax(trials.targets, -1) == 0
    valid = trials.mask[..., 0] > 0
    assert float(jnp.mean(agree[valid])) > 0.7  # right at most steps
    assert float(task.performance(fixate, trials)) == 0.0
    last = np.asarray(trials.conditions["t_end"]) - 1
    answer = np.asarray(trials.conditions["ground_truth"])
    outputs = np.array(-trials.targets)
    outputs[np.arange(20), last, answer] = 3.0
    assert float(task.performance(jnp.asarray(outputs), trials)) == 1.0
    outputs = np.array(trials.targets)
    outputs[np.arange(20), last, 3 - answer] = 3.0
    np.testing.assert_array_equal(task.score(jnp.asarray(outputs), trials), 0.0)


def test_cost_is_the_weighted_mean_of_squares(task, getkey):
    trials = task.held_out
    outputs = jax.random.normal(getkey(), trials.targets.shape)
    total = np.sum(trials.mask * (outputs - trials.targets) ** 2)
    close(task.output_loss(outputs, trials), np.float64(total / np.sum(trials.mask)))


def test_labels_and_the_decision_period_both_ask_for_an_action():
    """A go before the decision, and a no-go in it."""
    env = NoGo()
    task = from_neurogym(env, bank=1, held_out=1, decision_weight=3.0)
    assert task.bank.mask[0, :, 0].tolist() == [0.05, 3.0, 0.05, 3.0]


def test_cross_entropy(env, getkey):
    task = from_neurogym(env, loss="cross_entropy", bank=5, held_out=5)
    trials = task.held_out
    outputs = jax.random.normal(getkey(), trials.targets.shape)
    p = np.exp(outputs) / np.exp(outputs).sum(-1, keepdims=True)
    close(task.link(outputs), p)
    total, weight = 0.0, 0.0
    for i, t in itertools.product(range(5), range(task.n_steps)):
        right = int(np.argmax(trials.targets[i, t]))
        w = float(trials.mask[i, t, 0])
        total, weight = total - w * np.log(p[i, t, right]), weight + w
    close(task.output_loss(outputs, trials), np.float64(total / weight))
    assert {0.0, 0.05, 1.0} == set(np.unique(trials.mask).tolist())  # the defaults


def test_continuous_ground_truth_is_regressed(getkey):
    task = from_neurogym(Dots(box=True), bank=8, held_out=8)
    trials = task.held_out
    assert task.performance_name == "1 - RMSE"
    assert task.output_names == ("output 1", "output 2")
    assert trials.targets.shape == (8, task.n_steps, 2)
    end = int(trials.conditions["t_end"][0]) - 1
    choice = float(trials.conditions["trial_ground_truth"][0])
    close(trials.targets[0, end], np.array([0.5, choice]))
    close(trials.conditions["ground_truth"][0], np.array([0.5, choice]))
    start, stop = np.asarray(trials.epochs["decision"][0])
    mask = np.full((task.n_steps, 2), 0.05)
    mask[start:], mask[stop:] = 1.0, 0.0
    close(trials.mask[0], mask)
    close(task.performance(trials.targets, trials), np.float64(1.0))
    close(task.score(trials.targets + 0.25, trials), np.full(8, 0.75))
    close(task.performance(trials.targets - 0.25, trials), np.float64(0.75))
    np.testing.assert_array_equal(task.score(trials.targets + 2.0, trials), 0.0)


def test_padding_is_as_asked_and_trials_are_never_cut(env):
    options = OPTIONS | {"bank": 10, "held_out": 10}
    task = from_neurogym(env, n_steps=30, **options)
    assert task.bank.inputs.shape == (10, 30, 3)
    longest = max(int(t.conditions["t_end"].max()) for t in (task.bank, task.held_out))
    tight = from_neurogym(env, n_steps=longest, **options)
    close(tight.bank.inputs, task.bank.inputs[:, :longest])
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
        (Law(170), 8),
        (lambda: 165.0, 8),
        (Endless(), None),
    ],
)
def test_the_longest_trial_follows_from_the_timing(timing, steps):
    env = Dots()
    env.timing["stimulus"] = timing
    env.timing |= {"delay": Law(30), "decision": 60}
    env.__class__ = Brief
    task = from_neurogym(env, bank=10, held_out=10)
    drawn = max(int(t.conditions["t_end"].max()) for t in (task.bank, task.held_out))
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

    first = draw(task, jax.random.key(0))
    fresh = draw(task.redraw(9), jax.random.key(0))
    assert first.shape == fresh.shape
    assert not np.array_equal(first, fresh)


def test_banks_are_prefetched_in_the_order_of_their_seeds(task):
    found = list(itertools.islice(prefetched(task, seed=7), 3))
    for seed, one in enumerate(found, start=7):
        assert identical(one.bank, task.redraw(seed).bank)
    assert identical(next(prefetched(task)).bank, task.redraw(1).bank)


def test_errors_of_the_thread_reach_the_caller():
    banks = prefetched(outgrown())
    with pytest.raises(ValueError, match="Trials are never cut"):
        next(banks)


def test_a_network_learns_it_from_one_bank_after_another(env):
    task = from_neurogym(env, bank=300, held_out=200)
    net = cj.CTRNN(3, 16, 3, dt=20.0, tau=60.0, key=jax.random.key(0))
    options = {"num_updates": 40, "batch_size": 32, "validate_every": 40}
    options |= {"validation_size": 200}
    adam = optax.adam(0.02)
    with jax.numpy_dtype_promotion("standard"):  # optax needs it
        result = cj.fit(net, task, adam, key=jax.random.key(1), **options)
        for fresh in itertools.islice(prefetched(task), 3):
            now = result.state
            result = cj.fit(result.network, fresh, adam, state=now, **options)
    assert result.history.performance[-1] > 0.8  # 0.5 by chance


def test_at_another_step_needs_an_id(task):
    with pytest.raises(
        ValueError, match="`dt` must be that of the environment; got 10"
    ):
        task.at(10.0)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: from_neurogym(Dots(gt=False)),
            "say what is right .* got Dots. Use cj",
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
def test_bad_options_and_environments_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_rare_periods_are_refused_in_a_redraw():
    env = Dots()
    tasks = [
        from_neurogym(env, bank=1, held_out=1, n_steps=30, seed=s) for s in range(25)
    ]
    delayed = ["delay" in task.bank.epochs for task in tasks]
    task, seed = tasks[delayed.index(True)], delayed.index(False)
    with pytest.raises(ValueError, match="`seed` must draw the same periods; got "):
        task.redraw(seed)


@pytest.mark.parametrize("missing", ["neurogym", "torch"])
def test_missing_neurogym_names_the_extra(monkeypatch, missing):
    if missing == "torch":  # which neurogym needs without saying so
        pytest.importorskip("neurogym")
        for name in [n for n in sys.modules if n.split(".")[0] == "neurogym"]:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(
        ModuleNotFoundError, match=r"pip install 'ctrnn-jax\[neurogym\]'"
    ):
        from_neurogym("PerceptualDecisionMaking-v0")


# the library itself


@pytest.fixture(scope="module")
def neurogym():
    return pytest.importorskip("neurogym")


SAFE = {
    "PerceptualDecisionMaking-v0": (3, 3, 22),
    "ContextDecisionMaking-v0": (5, 3, 41),
    "DelayMatchSample-v0": (3, 3, 32),
    "DelayComparison-v0": (2, 3, 26),
    "DelayMatchCategory-v0": (3, 3, 27),
    "GoNogo-v0": (3, 2, 15),
    "MultiSensoryIntegration-v0": (5, 3, 11),
    "ReachingDelayResponse-v0": (2, 2, 30),
    "IntervalDiscrimination-v0": (3, 3, 44),
    "HierarchicalReasoning-v0": (5, 5, 47),
    "yang19.go-v0": (33, 17, 15),
    "yang19.dm1-v0": (33, 17, 13),
}


@pytest.mark.parametrize("name", SAFE)
def test_environments_of_the_library(neurogym, name):
    task = from_neurogym(name, bank=40, held_out=20, seed=4)
    assert (task.n_in, task.n_out, task.n_steps) == SAFE[name]
    trials = task.validation(jax.random.key(0))
    close(task.performance(trials.targets, trials), np.float64(1.0))
    again = from_neurogym(name, bank=40, held_out=20, seed=4)  # made anew
    assert identical((again.bank, again.held_out), (task.bank, task.held_out))
    assert not np.array_equal(task.redraw(5).bank.inputs, task.bank.inputs)


def test_reset_would_not_have_seeded_the_trials(neurogym):
    def inputs(seed):
        env = neurogym.make("PerceptualDecisionMaking-v0")
        env.reset(seed=seed)
        env.unwrapped.new_trial()
        return env.unwrapped.ob

    assert not np.array_equal(inputs(1), inputs(1))


def test_most_steps_of_perceptual_decision_making_ask_for_fixation(neurogym):
    task = from_neurogym("PerceptualDecisionMaking-v0", bank=20, held_out=20)
    label = np.argmax(task.bank.targets, -1)
    assert np.mean(label == 0) == pytest.approx(21 / 22)
    fixate = jnp.zeros_like(task.held_out.targets).at[..., 0].set(1.0)
    assert float(task.performance(fixate, task.held_out)) == 0.0
    close(task.bank.mask[:, :, 0].sum(1), np.full(20, 21 * 0.05 + 1.0))
    assert task.input_names == ("fixation", "stimulus 1", "stimulus 2")
    found = task.bank.conditions  # the environment's own is the index of the choice
    close(found["trial_ground_truth"] + 1, found["ground_truth"])


def test_an_ideal_observer_reaches_the_known_ceiling(neurogym):
    """.896: the evidence summed over the stimulus, at the default coherences."""
    task = from_neurogym("PerceptualDecisionMaking-v0", bank=4000, held_out=1)
    evidence = np.asarray(task.bank.inputs)[:, 1:21].sum(1)
    truth = np.asarray(task.bank.conditions["ground_truth"])
    right = 1 + (evidence[:, 2] > evidence[:, 1]) == truth
    error = np.sqrt(0.896 * 0.104 / 4000)
    assert abs(np.mean(right) - 0.896) < STANDARD_ERRORS * error + 0.0005


def test_two_units_do_not_tell_the_categories_apart(neurogym):
    """The note on dim_ring: cos(angle) and its negative know no more than cos."""
    name, options = "DelayMatchCategory-v0", {"bank": 100, "held_out": 1, "sigma": 0.0}
    seen = lambda task: np.asarray(task.bank.inputs)[:, 6, 1:]
    two = seen(from_neurogym(name, **options))
    many = seen(from_neurogym(name, dim_ring=16, **options))
    rank = lambda x: np.linalg.matrix_rank(x - x.mean(0), tol=1e-4)
    assert (rank(two), rank(many)) == (1, 2)


def test_both_modalities_of_a_schedule_occur_and_no_trial_is_repeated(neurogym):
    task = from_neurogym("yang19.go-v0", bank=200, held_out=1)
    stimulus = np.asarray(task.bank.inputs)[:, 6, 1:].reshape(200, 2, 16)
    modality = np.argmax(stimulus.max(-1), -1)
    np.testing.assert_array_equal(modality, np.arange(200) % 2)  # they alternate
    truth = np.asarray(task.bank.conditions["ground_truth"])
    same = np.mean(truth[::2] == truth[1::2])
    assert same < 1 / 16 + STANDARD_ERRORS * np.sqrt(1 / 16 * 15 / 16 / 100)


def test_the_step_of_an_environment_is_an_option(neurogym):
    task = from_neurogym("PerceptualDecisionMaking-v0", bank=10, held_out=5)
    fine = task.at(20.0)
    assert (fine.dt, fine.n_steps, fine.n_conditions) == (20.0, 110, 5)
    assert identical(fine.at(100.0).bank, task.bank)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("EconomicDecisionMaking-v0", "say what is right"),
        ("Bandit-v0", "say what is right"),
        ("DawTwoStep-v0", "say what is right"),
        ("Null-v0", "say what is right"),
        ("Reaching1D-v0", "labels below its 3 actions"),
        ("Reaching1DWithSelfDistraction-v0", "labels below its 3 actions"),
        ("CartPole-v1", "`env` must have new_trial"),
        ("PerceptualDecisonMaking-v0", "Did you mean 'PerceptualDecisionMaking-v0'"),
        ("GoNogo", "Did you mean 'GoNogo-v0'"),
    ],
)
def test_environments_without_ground_truth_are_refused(neurogym, name, message):
    with pytest.raises(ValueError, match=message):
        from_neurogym(name)
