"""Recorded activity: training and held-back trials, loss, R^2 and invalid options."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
from oracles.recorded import r2_loop
import pytest
from tasks.judged import as_numpy, judged
from tasks.recorded.recordings import (
    ACTIVITY,
    BEHAVIOUR,
    MASK,
    RATES,
    STEPS,
    TRIALS,
    U,
    UNITS,
)

import ctrnn_jax as cj
from ctrnn_jax.network import observe
from ctrnn_jax.tasks import RecordedActivity


KEY = jax.random.key(0)
RNG = np.random.default_rng(1)


@eqx.filter_jit
def unit_r2_of(task, outputs, trials):
    return task.unit_r2(outputs, trials)


def weights():
    """Return the weights of the samples; those of missing samples are 0."""
    return np.where(np.isnan(RATES), 0.0, MASK)


def test_training_draws_training_trials_with_replacement():
    trials = as_numpy(ACTIVITY.batch(KEY, 200))
    index = trials.conditions["trial"]
    assert set(index) == set(range(TRIALS)) - {1, 2, 5}
    assert identical(trials, as_numpy(ACTIVITY.batch(KEY, 200)))
    for i in (0, 1, 77):
        k = index[i]
        close(trials.inputs[i], U[k])
        close(trials.targets[i], np.nan_to_num(RATES[k]))
        expected = weights()[k]
        expected[:, 2] = 0.0  # held out
        close(trials.mask[i], expected)
    t_end = np.where(index == 4, 5, 7)  # trial 4 has no samples at the end
    assert (trials.conditions["t_end"] == t_end).all()
    assert (trials.epochs["recording"][:, 1] == t_end).all()
    assert not trials.conditions["is_catch"].any()


def test_validation_is_each_held_back_trial():
    assert ACTIVITY.n_conditions == ACTIVITY.validation_size == 3
    trials = as_numpy(ACTIVITY.validation(KEY))
    assert list(trials.conditions["trial"]) == [1, 2, 5]
    close(trials.inputs, U[[1, 2, 5]])
    assert not trials.mask[..., 2].any()
    twice = as_numpy(ACTIVITY.validation(KEY, 6))
    assert list(twice.conditions["trial"]) == [1, 2, 5, 1, 2, 5]


@pytest.mark.parametrize(("share", "held_back"), [(0.2, 2), (0.01, 1), (0.55, 6)])
def test_a_fraction_of_trials_is_held_back(share, held_back):
    task = RecordedActivity(U, RATES, dt=20.0, validation=share)
    train, rest = (
        np.asarray(x) for x in (task.training_trials, task.validation_trials)
    )
    assert len(rest) == held_back
    assert sorted([*train, *rest]) == list(range(TRIALS))
    again = RecordedActivity(U, -RATES, dt=20.0, validation=share)
    assert identical(again.validation_trials, task.validation_trials)


def test_the_loss_is_the_error_of_units_that_are_not_held_out():
    trials = as_numpy(ACTIVITY.batch(KEY, 5))
    outputs = RNG.normal(size=trials.targets.shape)
    w = weights()[trials.conditions["trial"]][..., [0, 1, 3]]
    error = (outputs - trials.targets)[..., [0, 1, 3]]
    of_outputs = jax.jit(jax.value_and_grad(ACTIVITY.output_loss))
    value, grad = as_numpy(of_outputs(outputs, trials))
    close(value, (w * error**2).sum() / w.sum())
    assert not grad[..., 2].any()
    assert grad[..., [0, 1, 3]].any()


@pytest.mark.parametrize("held_out", [(2,), (0, 3), ()])
def test_performance_is_co_smoothing(held_out):
    """Performance is R^2 of the held-out units, with missing samples and weights."""
    task = RecordedActivity(
        U, RATES, dt=20.0, held_out=held_out, validation=(1, 2, 5), mask=MASK
    )
    trials = as_numpy(task.validation(KEY))
    performance = jax.jit(lambda outputs: task.performance(outputs, trials))
    rates, w = (x[[1, 2, 5]] for x in (RATES, weights()))
    outputs = np.nan_to_num(rates) + 0.3 * RNG.normal(size=rates.shape)
    units = held_out or range(UNITS)
    expected = r2_loop(outputs, rates, w, units)
    assert 0.5 < expected < 0.99
    close(performance(outputs), expected)
    assert task.performance_name == "R^2" + " of held-out units" * bool(held_out)
    unit_r2 = [r2_loop(outputs, rates, w, [unit]) for unit in range(UNITS)]
    close(unit_r2_of(task, outputs, trials), np.array(unit_r2))
    close(performance(trials.targets), 1.0)
    # The mean of each unit explains no variance.
    mean = (w * np.nan_to_num(rates)).sum((0, 1)) / w.sum((0, 1))
    flat = np.broadcast_to(mean, rates.shape)
    np.testing.assert_allclose(performance(flat), 0.0, atol=1e-12)


def test_scores_are_those_of_each_trial():
    trials = as_numpy(ACTIVITY.validation(KEY))
    outputs = trials.targets + np.array([0.0, 0.5, 100.0])[:, None, None]
    w, x = weights()[[1, 2, 5]][..., 2], trials.targets[..., 2]
    mean = (w * x).sum() / w.sum()
    second = 1 - (w[1] * 0.25).sum() / (w[1] * (x[1] - mean) ** 2).sum()
    close(judged(ACTIVITY, outputs, trials).score, np.array([1.0, second, 0.0]))


def test_constant_or_missing_units_leave_the_r2_of_other_units_finite():
    rates = RNG.normal(size=(6, 5, 3))
    rates[..., 0] = 0.1  # the rounded mean differs from 0.1
    rates[4:, :, 1] = np.nan  # never in validation
    task = RecordedActivity(U[:6, :5], rates, dt=20.0, validation=(4, 5))
    trials = as_numpy(task.validation(KEY))
    outputs = trials.targets + 0.1
    unit_r2 = np.asarray(unit_r2_of(task, outputs, trials))
    assert list(np.isnan(unit_r2)) == [True, True, False]
    w = np.where(np.isnan(rates), 0.0, 1.0)[4:]
    assert np.isfinite(judged(task, outputs, trials).performance)
    close(unit_r2[2], r2_loop(outputs, rates[4:], w, [2]))


def test_names_sizes_and_one_dt():
    assert ACTIVITY.observed_units == (5, 0, 3, 2)
    assert ACTIVITY.output_names == ("unit 5", "unit 0", "unit 3", "unit 2")
    assert (ACTIVITY.n_in, ACTIVITY.n_out, ACTIVITY.n_steps) == (2, 4, STEPS)
    assert RecordedActivity(U, RATES, dt=20.0).observed_units == (0, 1, 2, 3)
    assert ACTIVITY.at(20.0) is ACTIVITY
    with pytest.raises(ValueError, match="`dt` must be that of the recording, 20 ms"):
        ACTIVITY.at(10.0)
    whole = RecordedActivity(U, RATES, dt=20.0, mask=np.arange(70).reshape(10, 7))
    close(whole.counted[3, :, 0], np.arange(21.0, 28.0))
    assert BEHAVIOUR.output_names == ("choice 0", "choice 1", "choice 2")


def to_float32(x):
    dtype = jnp.float32 if x.dtype == jnp.float64 else x.dtype
    return jax.ShapeDtypeStruct(x.shape, dtype)


def test_float32_data_stay_float32_and_tasks_are_vmapped():
    small = RecordedActivity(U.astype(np.float32), RATES.astype(np.float32), dt=20.0)
    trials = jax.eval_shape(small.validation, KEY)
    assert trials.inputs.dtype == trials.mask.dtype == jnp.float32
    for judge in (small.score, small.performance, small.output_loss, small.unit_r2):
        judgement = jax.eval_shape(judge, trials.targets, trials)
        assert judgement.dtype == jnp.float32
    # Scores of float32 outputs are float32, also for a float64 recording.
    for task in (ACTIVITY, BEHAVIOUR):
        trials = jax.tree.map(to_float32, jax.eval_shape(task.validation, KEY))
        for judge in (task.score, task.performance, task.output_loss):
            judgement = jax.eval_shape(judge, trials.targets, trials)
            assert judgement.dtype == jnp.float32

    @jax.jit
    @jax.vmap
    def targets(inputs, rates):
        task = RecordedActivity(inputs, rates, dt=20.0, validation=(0, 4))
        return task.validation(KEY).targets

    both = targets(np.stack([U, -U]), np.stack([RATES, 2 * RATES]))
    close(both[1], 2 * np.nan_to_num(RATES)[[0, 4]])


@pytest.mark.slow
@pytest.mark.usefixtures("optax_promotes")
def test_a_network_learns_the_activity_of_another():
    """A network predicts held-out units after training on the other units."""
    rng = np.random.default_rng(2)
    teacher = cj.CTRNN(2, 6, 1, dt=20.0, tau=60.0, key=jax.random.key(3))
    w = cj.effective(teacher)
    w_in = w.w_in.at[4].set(0.0)  # unit 4 gets input only from other units
    teacher = cj.replace(teacher, w_in=w_in, w_hid=2 * w.w_hid)
    u = 2 * rng.normal(size=(120, 12, 2))
    rates = cj.rollout(teacher, u).rates
    task = RecordedActivity(u, rates, dt=20.0, held_out=(4,))
    trials = task.validation(KEY)

    def performance(net):
        return task.performance(cj.rollout(net, trials.inputs).outputs, trials)

    close(performance(observe(teacher, task.observed_units)), 1.0)
    change = rng.normal(size=(6, 2)) * (np.arange(6) != 4)[:, None]
    changed = cj.replace(teacher, w_in=w_in + change)
    start = observe(changed, task.observed_units)
    result = cj.fit(
        start,
        task,
        optax.adam(2e-2),
        num_updates=150,
        batch_size=16,
        validate_every=50,
        key=KEY,
    )
    before, after = float(performance(start)), float(performance(result.network))
    assert result.history.loss[-1] < 0.1 * result.history.loss[0]
    close(result.history.performance[-1], after)
    assert before < 0 < 0.8 < after, (before, after)
    assert identical(result.network.raw.w_out, start.raw.w_out)


def build(inputs=U, rates=RATES, **options):
    return lambda: RecordedActivity(inputs, rates, **({"dt": 20.0} | options))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (build(U[0]), r"`inputs` must have shape \(trials, time, n_in\)"),
        (build(U[:, :3]), "`rates` must have the trials and time of `inputs`"),
        (build(np.where(U > 2, np.inf, U)), "`inputs` must be finite"),
        (build(rates=np.full_like(RATES, np.inf)), "`rates` must be finite or NaN"),
        (build(rates=np.full_like(RATES, np.nan)), "a sample that counts in trai"),
        (build(mask=np.ones((3, 2))), "`mask` must have shape"),
        (build(mask=-MASK), "`mask` must not be negative"),
        (build(units=(0, 1)), "`units` must be 4, one for each recorded unit"),
        (build(units=(0, 1, 1, 2)), "`units` must be different whole numbers"),
        (build(units=(0, 1, -1, 2)), "`units` must not be negative"),
        (build(held_out=(0, 1, 2, 3)), "`held_out` must leave a unit to train on"),
        (build(held_out=(4,)), "`held_out` must be indices below 4"),
        (build("abc"), "`inputs` must be numbers; got 'abc'"),
        (build(validation=3), "`validation` must be a list of indices; got 3"),
        (build(validation=0.0), r"`validation` must lie in \(0, 1\)"),
        (build(validation=0.99), "leave at least one trial to train"),
        (build(validation=()), "leave at least one trial to train"),
        (build(validation=tuple(range(10))), "leave at least one trial to train"),
        (build(validation=(10,)), "`validation` must be indices below 10"),
        (build(dt=0.0), "`dt` must be positive"),
    ],
)
def test_invalid_options_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()
