"""Several tasks in one: each trial is drawn and judged by its task."""

import equinox as eqx
from helpers import close, identical, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tasks.judged import as_numpy, judged

import ctrnn_jax as cj
from ctrnn_jax.tasks import (
    AbstractTask,
    Mixture,
    PerceptualDecision,
    PerceptualDecisionReactionTime,
    PerceptualDiscrimination,
    Trial,
)


KEY = jax.random.key(0)
MANY = 2000  # trials, the same for several tests
SHORT = PerceptualDecision(
    fixation=40.0, stimulus=100.0, decision=60.0, catch=200.0, coherences=(10.0, 50.0)
)  # 10 steps, 5 conditions
LONG = PerceptualDecision(
    fixation=40.0, stimulus=200.0, decision=100.0, catch=400.0, coherences=(20.0,),
    low=0.0, high=2.0,
)  # fmt: skip
OTHER = PerceptualDiscrimination(dt=20.0, duration=240.0)  # a custom loss
BOTH = Mixture([SHORT, LONG], weights=(1.0, 3.0))
THREE = Mixture((SHORT, LONG, OTHER))


class Direction(AbstractTask):
    """A task with a link, a different epoch, and conditions of the same names."""

    dt: float = eqx.field(static=True, default=20.0)
    input_names = ("x", "evidence for 2")
    output_names = ("p", "q")

    @property
    def n_steps(self):
        return 6

    @property
    def n_conditions(self):
        return 2

    def render(self, condition, key):
        side = jax.random.randint(key, (), 0, 2) if condition is None else condition
        shown = jnp.broadcast_to(jnp.arange(2) == side, (6, 2)).astype(float)
        conditions = {
            "choice": jnp.stack([side, 1 - side]),
            "t_end": jnp.asarray(5, jnp.int32),
            "is_catch": jnp.asarray(False),
            "side": side,
        }
        epochs = {"show": jnp.array([0, 6])}
        return Trial(shown, shown, jnp.ones((6, 2)), conditions, epochs)

    def link(self, outputs):
        return jax.nn.sigmoid(outputs)

    def score(self, outputs, trials):
        both = trials.conditions["choice"]
        return jnp.where(both[..., 0] + both[..., 1] == 1, 0.5, 0.0)


MIXED = Mixture([SHORT, Direction()])


def draw(task, size):
    return as_numpy(task.batch(KEY, size))


def outputs_like(trials):
    return np.random.default_rng(0).normal(size=trials.targets.shape)


@eqx.filter_jit
def call(method, *args):
    """Call a method of a task, compiled."""
    return method(*args)


def split(mixture, trials, outputs):
    """Yield the trials of each task as that task renders them."""
    for k, task in enumerate(mixture.tasks):
        where = np.flatnonzero(trials.conditions["task"] == k)
        part = jax.tree.map(lambda x: x[where], trials)  # noqa: B023
        names = dict(mixture.condition_names[k])

        def cut(x, steps=task.n_steps):
            return x[:, :steps]

        arrays = {
            "inputs": cut(part.inputs),
            "targets": cut(part.targets),
            "mask": cut(part.mask),
            "conditions": {n: part.conditions[public] for n, public in names.items()},
            "epochs": {n: part.epochs[public] for n, public in mixture.epoch_names[k]},
        }
        own = as_numpy(Trial(**jax.tree.map(jnp.asarray, arrays)))
        yield task, own, cut(outputs[where]), where


@pytest.fixture(scope="module")
def drawn():
    trials = draw(THREE, 40)
    return trials, outputs_like(trials)


def test_sizes_and_names():
    assert (BOTH.n_steps, BOTH.n_conditions, BOTH.dt) == (20, 8, 20.0)
    assert BOTH.input_names == SHORT.input_names
    assert MIXED.input_names == ("evidence for 1 / x", "evidence for 2")
    assert set(MIXED.units) == {*MIXED.input_names, *MIXED.output_names}
    assert MIXED.at(10.0).n_steps == 2 * SHORT.n_steps


def test_a_trial_is_that_of_its_task_padded():
    trials = draw(BOTH, MANY)
    keys = jax.random.split(KEY, MANY)
    for i, which in enumerate(trials.conditions["task"][:12]):
        task = BOTH.tasks[which]
        single = as_numpy(call(task.sample, jax.random.split(keys[i])[1]))
        end = task.n_steps
        for name in ("inputs", "targets", "mask"):
            whole = getattr(trials, name)[i]
            close(whole[:end], getattr(single, name))
            assert not whole[end:].any()
        for name, value in single.conditions.items():
            close(trials.conditions[name][i], value)
        for name, value in single.epochs.items():
            close(trials.epochs[name][i], value)


def test_tasks_are_drawn_by_weight():
    which = draw(BOTH, MANY).conditions["task"]
    share = float(np.mean(which))
    assert abs(share - 0.75) < STANDARD_ERRORS * np.sqrt(0.75 * 0.25 / MANY)
    never = Mixture([SHORT, LONG], weights=(0.0, 1.0))
    assert draw(never, MANY).conditions["task"].all()


def test_validation_has_every_condition_of_every_task():
    conditions = as_numpy(BOTH.validation(KEY, 16)).conditions
    of = {name: x.reshape(2, 8) for name, x in conditions.items()}
    assert (of["task"] == [0, 0, 0, 0, 0, 1, 1, 1]).all()
    assert (of["is_catch"] == [1, 0, 0, 0, 0, 1, 0, 0]).all()
    expected = [10.0, 50.0, -10.0, -50.0, 20.0, -20.0]
    close(of["evidence"][:, [1, 2, 3, 4, 6, 7]], np.array([expected] * 2))
    with pytest.raises(ValueError, match="a multiple of the 8 conditions"):
        BOTH.validation(KEY, 12)


def test_the_standard_loss_is_one_masked_mean_over_the_batch():
    trials = jax.tree.map(lambda x: x[:12], draw(BOTH, MANY))
    outputs = outputs_like(trials)
    y, x, m = outputs, trials.targets, trials.mask
    total = weight = 0.0
    for i in range(12):
        for t in range(20):
            for k in range(2):
                total += m[i, t, k] * (y[i, t, k] - x[i, t, k]) ** 2
                weight += m[i, t, k]
    close(judged(BOTH, outputs, trials).output_loss, total / weight)
    alone = Mixture([SHORT])
    trials = draw(alone, 12)
    outputs = outputs_like(trials)
    of_short = judged(SHORT, outputs, trials).output_loss
    close(judged(alone, outputs, trials).output_loss, of_short)


def test_links_are_those_of_the_tasks():
    trials = draw(MIXED, 8)
    outputs = outputs_like(trials)
    sigmoid = 1 / (1 + np.exp(-outputs))
    mine = trials.conditions["task"][:, None, None] == 1
    linked = np.where(mine, sigmoid, outputs)
    close(call(MIXED.linked, outputs, trials), linked)
    error = trials.mask * (linked - trials.targets) ** 2
    loss = judged(MIXED, outputs, trials).output_loss
    close(loss, error.sum() / trials.mask.sum())
    with pytest.raises(ValueError, match="`tasks` must have one link; got 2"):
        call(MIXED.link, outputs)
    close(call(Mixture([Direction()]).link, outputs), sigmoid)


def test_custom_losses_are_those_of_each_trial_alone(drawn):
    trials, outputs = drawn
    found = []
    for task, own, y, where in split(THREE, trials, outputs):
        for i in range(len(where)):
            single = jax.tree.map(lambda x: x[i : i + 1], own)  # noqa: B023
            found.append(judged(task, y[i : i + 1], single).output_loss)
    assert len(found) == 40
    close(judged(THREE, outputs, trials).output_loss, np.mean(found))


def test_gradients_of_the_loss_are_finite_and_zero_in_the_padding(drawn):
    trials, outputs = drawn
    grad = np.asarray(jax.jit(jax.grad(THREE.output_loss))(outputs, trials))
    assert np.isfinite(grad).all()
    task = trials.conditions["task"]
    for k, steps in enumerate(t.n_steps for t in THREE.tasks):
        assert grad[task == k].any()
        assert not grad[task == k, steps:].any()


def test_scores_and_performances_are_those_of_the_tasks(drawn):
    trials, outputs = drawn
    outputs = outputs + 0.5 * trials.targets
    found = judged(THREE, outputs, trials)
    each = np.asarray(call(THREE.performances, outputs, trials))
    for k, (task, own, y, where) in enumerate(split(THREE, trials, outputs)):
        alone = judged(task, y, own)
        close(found.score[where], alone.score)
        close(each[k], alone.performance)
    assert len(set(each)) == 3
    close(found.performance, each.mean())


def test_a_performance_that_depends_on_the_mask_uses_the_trials_of_its_task():
    class Precise(Direction):
        def performance(self, outputs, trials):
            return -self.output_loss(outputs, trials)

    mixed = Mixture([Precise(), SHORT])
    trials = draw(mixed, 10)
    outputs = outputs_like(trials)
    (task, own, y, _), _ = split(mixed, trials, outputs)
    each = call(mixed.performances, outputs, trials)
    close(each[0], judged(task, y, own).performance)


def test_names_in_conflict_have_the_index_of_their_task():
    trials = draw(MIXED, 8)
    assert trials.conditions["choice (0)"].shape == (8,)
    assert trials.conditions["choice (1)"].shape == (8, 2)
    which = trials.conditions["task"]
    assert set(which) == {0, 1}
    assert not trials.conditions["choice (1)"][which == 0].any()
    assert not trials.epochs["show"][which == 0].any()
    close(trials.conditions["t_end"][which == 1], 5 * np.ones(sum(which)))
    scores = judged(MIXED, outputs_like(trials), trials).score
    close(scores[which == 1], np.full(sum(which), 0.5))


def test_a_task_without_trials_is_left_out():
    trials = draw(Mixture([SHORT, LONG], weights=(1.0, 0.0)), MANY)
    trials = jax.tree.map(lambda x: x[:12], trials)
    outputs = trials.targets
    each = np.asarray(call(BOTH.performances, outputs, trials))
    assert np.isnan(each[1])
    close(judged(BOTH, outputs, trials).performance, each[0])


@pytest.mark.slow
def test_weights_are_numbers_that_do_not_compile_again_and_32_bits_stay():
    traces = []

    @eqx.filter_jit
    def counting(task, key):
        traces.append(1)
        return task.batch(key, 12)

    first = counting(BOTH, KEY)
    second = counting(Mixture([SHORT, LONG], weights=(1.0, 3.0)), KEY)
    counting(Mixture([SHORT, LONG]), KEY)
    assert identical(*as_numpy((first, second)))
    assert len(traces) == 1

    def to_32(x):
        dtype = jnp.float32 if x.dtype == jnp.float64 else x.dtype
        return jax.ShapeDtypeStruct(x.shape, dtype)

    small = jax.tree.map(to_32, first)
    for judge in (BOTH.score, BOTH.performance, BOTH.output_loss):
        assert jax.eval_shape(judge, small.targets, small).dtype == jnp.float32


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Mixture([]), "`tasks` must hold at least one task"),
        (lambda: Mixture(SHORT), "`tasks` must be a list; got a PerceptualDecision"),
        (lambda: Mixture([BOTH, SHORT]), "`tasks` must be tasks, not mixtures"),
        (lambda: Mixture([SHORT, SHORT.at(10.0)]), "must have the same dt"),
        (
            lambda: Mixture([SHORT, PerceptualDecisionReactionTime()]),
            "must have the same n_in",
        ),
        (lambda: Mixture([SHORT], weights=(1.0, 2.0)), r"`weights` must have shape"),
        (lambda: Mixture([SHORT], weights=(-1.0,)), "`weights` must not be negative"),
        (lambda: Mixture([SHORT], weights=(0.0,)), "have a positive sum"),
        (lambda: BOTH.at(30.0), "be a multiple of dt"),
    ],
)
def test_invalid_mixtures_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_condition_named_task_raises():
    class Named(Direction):
        def render(self, condition, key):
            trial = super().render(condition, key)
            conditions = {**trial.conditions, "task": trial.conditions["side"]}
            return eqx.tree_at(lambda t: t.conditions, trial, conditions)

    with pytest.raises(ValueError, match="no condition named 'task'"):
        Mixture([Named(), SHORT])


def test_a_network_runs_on_a_mixture(drawn):
    net = cj.CTRNN(2, 8, 2, dt=20.0, tau=100.0, key=KEY)
    trials = drawn[0]

    @eqx.filter_jit
    @eqx.filter_grad
    def slopes(net, trials):
        return THREE.output_loss(cj.rollout(net, trials.inputs).outputs, trials)

    grads = slopes(net, trials)
    assert np.isfinite(np.asarray(grads.raw.w_hid)).all()
    assert np.asarray(grads.raw.w_hid).any()
