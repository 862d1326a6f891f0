"""Arrays of trials as a task: batches, validation, scores, training, and errors."""

import re

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
from oracles.recorded import r2_loop
import pytest
from tasks.judged import as_numpy, judged

import ctrnn_jax as cj
from ctrnn_jax.tasks import from_arrays


KEY = jax.random.key(0)
RNG = np.random.default_rng(5)
TRIALS, STEPS = 10, 6
U = RNG.normal(size=(TRIALS, STEPS, 2))
Y = RNG.normal(size=(TRIALS, STEPS, 3))
MASK = RNG.random(Y.shape) + 0.1
MASK[3, 4:] = 0.0
CLASSES = np.arange(TRIALS) % 3
ONE_HOT = np.eye(3)[CLASSES][:, None] * np.ones((1, STEPS, 1))
HELD_BACK = (1, 4, 9)
TASK = from_arrays(U, Y, MASK, dt=20.0, validation=HELD_BACK, conditions={"c": CLASSES})


def test_trials_are_those_of_the_arrays():
    trials = as_numpy(TASK.batch(KEY, 60))
    index = trials.conditions["trial"]
    assert set(index) == set(range(TRIALS)) - set(HELD_BACK)
    assert identical(trials.inputs, U[index])
    close(trials.targets, np.where(MASK > 0, Y, 0.0)[index])
    assert identical(trials.mask, MASK[index])
    assert (trials.conditions["c"] == CLASSES[index]).all()
    assert (trials.conditions["t_end"] == np.where(index == 3, 4, 6)).all()
    assert (trials.epochs["trial"][:, 1] == trials.conditions["t_end"]).all()
    assert not trials.conditions["is_catch"].any()
    validation = as_numpy(TASK.validation(KEY))
    assert list(validation.conditions["trial"]) == list(HELD_BACK)
    assert (TASK.n_in, TASK.n_out, TASK.n_steps, TASK.dt) == (2, 3, STEPS, 20.0)
    assert TASK.output_names == ("output 1", "output 2", "output 3")


def test_separate_arrays_validate():
    rest = slice(7, None)
    task = from_arrays(
        U[:7], Y[:7], dt=20.0, validation=(U[rest], Y[rest], MASK[rest, :, 0])
    )
    assert np.asarray(task.training_trials).tolist() == [*range(7)]
    trials = as_numpy(task.validation(KEY))
    assert identical(trials.inputs, U[rest])
    assert identical(trials.mask, np.repeat(MASK[rest, :, :1], 3, axis=-1))
    assert as_numpy(task.batch(KEY, 3)).mask.all()


def test_missing_targets_have_no_effect():
    missing = np.where(MASK > 0, Y, np.nan)
    task = from_arrays(U, missing, MASK, dt=20.0, validation=HELD_BACK)
    trials = as_numpy(task.validation(KEY))
    assert identical(trials.targets, as_numpy(TASK.validation(KEY)).targets)
    assert np.isfinite(judged(task, trials.targets, trials).output_loss)


def test_the_default_score_is_explained_variance():
    trials = as_numpy(TASK.validation(KEY))
    outputs = trials.targets + 0.3 * RNG.normal(size=trials.targets.shape)
    rows = list(HELD_BACK)
    found = judged(TASK, outputs, trials)
    expected = r2_loop(outputs, trials.targets, MASK[rows], range(3))
    assert 0.5 < expected < 0.99
    close(found.performance, expected)
    error = (MASK[rows] * (outputs - trials.targets) ** 2).sum()
    close(found.output_loss, error / MASK[rows].sum())
    assert ((found.score > 0) & (found.score < 1)).all()
    assert TASK.performance_name == "R^2"


def test_a_choice_is_the_output_with_the_largest_sum():
    task = from_arrays(U, ONE_HOT, MASK, dt=20.0, validation=HELD_BACK, score="choice")
    trials = as_numpy(task.validation(KEY))
    outputs = RNG.normal(size=trials.targets.shape)
    expected = []
    for trial, row in enumerate(HELD_BACK):
        sums = [
            sum(MASK[row, t, i] * outputs[trial, t, i] for t in range(STEPS))
            for i in range(3)
        ]
        expected.append(float(int(np.argmax(sums)) == CLASSES[row]))
    found = judged(task, outputs, trials)
    assert found.score.tolist() == expected
    close(found.performance, np.mean(expected))
    assert judged(task, trials.targets, trials).performance == 1.0
    assert judged(task, np.full_like(outputs, np.nan), trials).performance == 0.0
    assert task.performance_name == "fraction correct"


def last_is_near(outputs, targets, mask):
    del mask
    return (jnp.abs(outputs - targets)[:, -1].max(axis=-1) < 0.5).astype(outputs.dtype)


def test_a_score_may_be_a_function_and_catch_trials_do_not_count():
    is_catch = np.arange(TRIALS) == 4
    task = from_arrays(
        U, Y, dt=20.0, score=last_is_near, validation=HELD_BACK,
        conditions={"is_catch": is_catch, "t_end": np.full(TRIALS, 5)},
    )  # fmt: skip
    trials = as_numpy(task.validation(KEY))
    assert trials.conditions["t_end"].tolist() == [5, 5, 5]
    outputs = np.array(trials.targets)
    outputs[2] += 1.0
    found = judged(task, outputs, trials)
    assert found.score.tolist() == [1.0, 1.0, 0.0]
    assert found.performance == 0.5
    assert task.performance_name == "score"
    r2 = from_arrays(
        U, Y, dt=20.0, validation=HELD_BACK, conditions={"is_catch": is_catch}
    )
    expected = r2_loop(outputs[[0, 2]], Y[[1, 9]], np.ones((2, STEPS, 3)), range(3))
    close(judged(r2, outputs, trials).performance, expected)


def test_lists_integers_and_float32_are_arrays():
    small = from_arrays(U.astype(np.float32), Y.astype(np.float32), dt=20.0)
    trials = jax.eval_shape(small.validation, KEY)
    assert trials.inputs.dtype == trials.mask.dtype == jnp.float32
    whole = from_arrays(jnp.asarray(np.arange(20).reshape(5, 2, 2)), Y[:5, :2], dt=20.0)
    assert whole.inputs.dtype == jnp.asarray(0.0).dtype


class Tensor:
    """An array of another library, which NumPy reads."""

    def __init__(self, values, error=None):
        self.values, self.error = values, error
        self.shape, self.dtype, self.ndim = values.shape, "torch.float64", values.ndim

    def __array__(self, dtype=None, copy=None):
        if self.error is not None:
            raise self.error
        return np.asarray(self.values, dtype)


@pytest.mark.usefixtures("as_for_a_user")
def test_tensors_of_another_library_are_read():
    task = from_arrays(Tensor(U), Tensor(Y), Tensor(MASK), dt=20.0)
    assert identical(np.asarray(task.inputs), U)


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("Can't call numpy() on Tensor that requires grad."),
        TypeError("can't convert cuda:0 device type tensor to numpy."),
    ],
)
def test_tensors_that_numpy_cannot_read_say_what_to_do(error, monkeypatch):
    monkeypatch.setattr(Tensor, "__module__", "torch")
    message = (
        r"`targets` must be numbers; .* Pass targets\.detach\(\)\.cpu\(\)\.numpy\(\)"
    )
    with pytest.raises(ValueError, match=message) as raised:
        from_arrays(U, Tensor(Y, error), dt=20.0)
    assert raised.value.__cause__ is error


NET = cj.CTRNN(2, 5, 3, dt=20.0, tau=100.0, key=jax.random.key(1))
SGD = optax.sgd(0.05)
SETTINGS = {"batch_size": 4, "validate_every": 5}


def fit(num_updates, **options):
    options = {"key": jax.random.key(2), **SETTINGS, **options}
    return cj.fit(NET, TASK, SGD, num_updates=num_updates, **options)


def test_fit_takes_the_trials_of_epochs():
    """The losses are those of a loop over `jax.grad` of a mean in NumPy's order."""
    losses = fit(9).history.loss
    train_key, _ = jax.random.split(jax.random.key(2))
    params, static = eqx.partition(NET, cj.trainable(NET))

    u, targets, mask = map(jnp.asarray, (U, np.where(MASK > 0, Y, 0.0), MASK))

    @jax.jit
    def gradient(params, trials):
        def loss(params):
            y = cj.rollout(eqx.combine(params, static), u[trials]).outputs
            error = targets[trials] - y
            weight = mask[trials]
            return (weight * error**2).sum() / weight.sum()

        return jax.value_and_grad(loss)(params)

    batch = eqx.filter_jit(lambda i: TASK.at_update(train_key, i).batch(KEY, 4))
    for i, expected in enumerate(losses):
        trials = np.asarray(batch(i).conditions["trial"])
        value, grads = as_numpy(gradient(params, jnp.asarray(trials)))
        close(value, expected)
        params = jax.tree.map(lambda p, g: p - 0.05 * g, params, grads)


def test_training_in_two_parts_has_the_same_bits_as_in_one():
    whole, part = fit(9), fit(4)
    rest = fit(5, state=part.state, key=None)
    assert identical(as_numpy(rest.network), as_numpy(whole.network))
    assert identical(rest.history, whole.history)


def test_each_member_of_an_ensemble_has_the_order_of_its_key():
    def make(key):
        return cj.CTRNN(2, 5, 3, dt=20.0, tau=100.0, key=key)

    many = cj.fit_ensemble(make, TASK, SGD, seeds=[3, 4], num_updates=6, **SETTINGS)
    for i, seed in enumerate((3, 4)):
        net_key, key = jax.random.split(jax.random.key(seed))
        alone = cj.fit(make(net_key), TASK, SGD, num_updates=6, key=key, **SETTINGS)
        close(many.member(i).history.loss, alone.history.loss)


def test_an_array_that_diverges_is_diagnosed_at_its_trials():
    huge = from_arrays(U, 1e200 * Y, MASK, dt=20.0, validation=HELD_BACK)
    with pytest.raises(ValueError, match="be finite at the first update"):
        cj.fit(NET, huge, SGD, num_updates=5, key=KEY, **SETTINGS)


def build(inputs=U, targets=Y, mask=None, **options):
    return lambda: from_arrays(inputs, targets, mask, **({"dt": 20.0} | options))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("targets", CLASSES, ONE_HOT),
        ("targets", ONE_HOT[:, 0], ONE_HOT),
        ("targets", ONE_HOT[:, :1], ONE_HOT),
        ("targets", 0.5 * ONE_HOT[..., 1], 0.5 * ONE_HOT[..., 1:2]),
        (
            "targets",
            0.5 * CLASSES,
            np.full((1, STEPS, 1), 0.5) * CLASSES[:, None, None],
        ),
        ("targets", Y.swapaxes(0, 1), Y),
        ("targets", Y.swapaxes(1, 2), Y),
        ("mask", np.arange(STEPS) > 2, np.tile(np.arange(STEPS) > 2, (TRIALS, 1))),
        ("mask", 1 + CLASSES, np.tile(1 + CLASSES[:, None], (1, STEPS))),
        ("mask", MASK[..., 0].T, MASK[..., 0]),
    ],
)
def test_the_code_of_errors_makes_valid_arrays(name, wrong, right):
    arguments = {"targets": Y} | {name: wrong}
    with pytest.raises(ValueError, match=r"; got shape \(") as raised:
        from_arrays(U, **arguments, dt=20.0)
    (code,) = re.findall(r"[Uu]se (.*?)(?: for| with| of|\.$)", str(raised.value))
    code = name + code if code.startswith(".") else code
    array = eval(code, {"np": np, name: wrong})
    np.testing.assert_array_equal(array, right)
    task = from_arrays(U, **(arguments | {name: array}), dt=20.0)
    assert task.n_steps == STEPS


@pytest.mark.usefixtures("as_for_a_user")
def test_a_task_prints_its_trials_steps_channels_and_split():
    printed = repr(from_arrays(U, Y, MASK, dt=20.0, validation=[1, 5, 7]))
    title, trials, *_ = printed.splitlines()
    assert title == "ArrayTask: 2 inputs -> 3 outputs, at most 6 steps of 20 ms"
    assert trials.split()[1:] == ["7", "for", "training,", "3", "for", "validation"]
    assert "training_trials" not in printed
    batches = cj.tasks.from_batches([(U, Y)], dt=20.0, validation=(U[:4], Y[:4]))
    assert repr(batches) == (
        "Batches: 2 inputs -> 3 outputs, at most 6 steps of 20 ms\n"
        "validation    4 trials\n"
        "input_names   input 1, input 2\n"
        "output_names  output 1, output 2, output 3\n"
        "scored_by     r2"
    )


def spoiled(array, value, index=(2, 1, 0)):
    array = np.array(array)
    array[index] = value
    return array


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (build(U[..., 0]), r"got shape \(10, 6\). Use inputs\[..., None\] for one ch"),
        (build(targets=CLASSES), r"`targets` must have shape \(trials, time, n_out\)"),
        (build(targets=Y[:9]), "`targets` must have the trials and time of `inputs`"),
        (build(targets=Y.transpose(0, 2, 1)), r"use targets\.swapaxes\(1, 2\)"),
        (
            build(U.transpose(0, 2, 1), Y.transpose(0, 2, 1)),
            r"last axis: use \.swapaxes\(1, 2\) of both",
        ),
        (build(spoiled(U, np.nan)), "finite; got nan in trial 2, step 1, channel 0"),
        (build(targets=spoiled(Y, np.inf)), "`targets` must be finite; got inf in tr"),
        (build(mask=np.ones((10, 5))), "`mask` must have shape"),
        (build(mask=-MASK), "`mask` must not be negative"),
        (build(mask=spoiled(MASK, 0.0, 7)), "`mask` must have a sample .* in trial 7"),
        (build(inputs=U + 1j), "`inputs` must be real numbers; got complex128"),
        (build(inputs=[["a"]]), "`inputs` must be real numbers; got"),
        (build(inputs=[[1.0], [1.0, 2.0]]), "`inputs` must be numbers; got"),
        (build(dt=0.0), "`dt` must be positive"),
        (build(score="r3"), "`score` must be a known name; got 'r3'. Did you mean"),
        (build(score=3), "`score` must be a word or a function; got 3"),
        (build(score=lambda y, t, m: y), r"each trial, shape \(2,\); got float64"),
        (build(targets=np.ones_like(Y)), "`targets` must vary in the validation tri"),
        (build(validation=1.5), r"`validation` must lie in \(0, 1\)"),
        (build(validation=(U,)), "be .inputs, targets. or .*; got 1 arrays"),
        (build(validation=(U[:, :3], Y[:, :3])), "have inputs of shape"),
        (build(validation=(U, Y[..., :2])), "have targets of shape"),
        (build(validation=(U, Y[:3])), "`validation targets` must have the trials"),
        (
            build(validation=(U, Y), conditions={"c": CLASSES}),
            "`conditions` must be left out if `validation` has other trials",
        ),
        (build(conditions={"c": CLASSES[:4]}), r"`conditions\['c'\]` must have an"),
        (build(conditions={"c": ["a"] * 10}), r"`conditions\['c'\]` must be numbers"),
        (build(conditions={"c": np.full(10, np.nan)}), r"\['c'\]` must be finite"),
        (build(conditions={"mask": CLASSES}), "have names, other than inputs"),
    ],
)  # fmt: skip
def test_wrong_arrays_are_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()
