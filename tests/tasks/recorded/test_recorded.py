"""Fitting recorded activity and choices: what trains, what is judged, and how well."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
from oracles.recorded import choice_probability, r2_loop
import pytest

import ctrnn_jax as cj
from ctrnn_jax.network import observe
from ctrnn_jax.tasks import RecordedActivity, RecordedChoices


KEY = jax.random.key(0)
RNG = np.random.default_rng(0)
TRIALS, STEPS, UNITS = 10, 7, 4
U = RNG.normal(size=(TRIALS, STEPS, 2))
RATES = RNG.normal(size=(TRIALS, STEPS, UNITS))
RATES[2, 3, 1] = RATES[4, 5:, :] = RATES[5, 0, 2] = np.nan
MASK = RNG.random(RATES.shape) + 0.1
TASK = RecordedActivity(
    U, RATES, dt=20.0, units=(5, 0, 3, 2), held_out=(2,), validation=(1, 2, 5),
    mask=MASK,
)  # fmt: skip
CHOICES = RNG.integers(0, 3, TRIALS)
BEHAVIOUR = RecordedChoices(
    U, CHOICES, dt=20.0, response=(80.0, 120.0), lapse=0.1, validation=(0, 7, 9)
)


def weights():
    return np.where(np.isnan(RATES), 0.0, MASK)


def test_training_draws_with_replacement_among_the_trials_that_train():
    trials = eqx.filter_jit(TASK.batch)(KEY, 200)
    index = np.asarray(trials.conditions["trial"])
    assert set(index) == set(range(TRIALS)) - {1, 2, 5}
    assert identical(trials, eqx.filter_jit(TASK.batch)(KEY, 200))
    for i in (0, 1, 77):
        k = index[i]
        close(trials.inputs[i], U[k])
        close(trials.targets[i], np.nan_to_num(RATES[k]))
        expected = weights()[k]
        expected[:, 2] = 0.0  # held out
        close(trials.mask[i], expected)
    cut = index == 4
    assert (np.asarray(trials.conditions["t_end"]) == np.where(cut, 5, 7)).all()
    assert (np.asarray(trials.epochs["recording"])[:, 1] == np.where(cut, 5, 7)).all()
    assert not np.asarray(trials.conditions["is_catch"]).any()


def test_validation_is_each_trial_that_is_held_back():
    assert TASK.n_conditions == TASK.validation_size == 3
    trials = TASK.validation(KEY)
    assert list(np.asarray(trials.conditions["trial"])) == [1, 2, 5]
    close(trials.inputs, U[[1, 2, 5]])
    assert not np.asarray(trials.mask)[..., 2].any()
    twice = TASK.validation(KEY, 6)
    assert list(np.asarray(twice.conditions["trial"])) == [1, 2, 5, 1, 2, 5]


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


def test_the_cost_is_the_error_of_units_that_are_not_held_out():
    trials = TASK.batch(KEY, 5)
    outputs = jnp.asarray(RNG.normal(size=trials.targets.shape))
    w = weights()[np.asarray(trials.conditions["trial"])][..., [0, 1, 3]]
    error = np.asarray(outputs - trials.targets)[..., [0, 1, 3]]
    close(TASK.output_loss(outputs, trials), (w * error**2).sum() / w.sum())
    grad = np.asarray(jax.grad(TASK.output_loss)(outputs, trials))
    assert not grad[..., 2].any()
    assert grad[..., [0, 1, 3]].any()


@pytest.mark.parametrize("held_out", [(2,), (0, 3), ()])
def test_performance_is_co_smoothing(held_out):
    """R^2 of the units that are held out, missing samples and weights included."""
    task = RecordedActivity(
        U, RATES, dt=20.0, held_out=held_out, validation=(1, 2, 5), mask=MASK
    )
    trials = task.validation(KEY)
    rates, w = (x[[1, 2, 5]] for x in (RATES, weights()))
    outputs = np.nan_to_num(rates) + 0.3 * RNG.normal(size=rates.shape)
    units = held_out or range(UNITS)
    judged = r2_loop(outputs, rates, w, units)
    assert 0.5 < judged < 0.99
    close(task.performance(jnp.asarray(outputs), trials), judged)
    assert task.performance_name == "R^2" + " of held-out units" * bool(held_out)
    each = [r2_loop(outputs, rates, w, [unit]) for unit in range(UNITS)]
    close(task.unit_r2(jnp.asarray(outputs), trials), np.array(each))
    close(task.performance(trials.targets, trials), 1.0)
    # the mean of each unit explains nothing
    mean = (w * np.nan_to_num(rates)).sum((0, 1)) / w.sum((0, 1))
    flat = jnp.broadcast_to(jnp.asarray(mean), rates.shape)
    np.testing.assert_allclose(task.performance(flat, trials), 0.0, atol=1e-12)


def test_scores_are_those_of_each_trial():
    trials = TASK.validation(KEY)
    outputs = trials.targets.at[1].add(0.5).at[2].add(100.0)
    w, x = weights()[[1, 2, 5]][..., 2], np.asarray(trials.targets)[..., 2]
    mean = (w * x).sum() / w.sum()
    second = 1 - (w[1] * 0.25).sum() / (w[1] * (x[1] - mean) ** 2).sum()
    close(TASK.score(outputs, trials), np.array([1.0, second, 0.0]))


def test_units_that_never_vary_or_count_do_not_hide_the_others():
    rates = RNG.normal(size=(6, 5, 3))
    rates[..., 0] = 0.1  # whose mean is another number
    rates[4:, :, 1] = np.nan  # never in validation
    task = RecordedActivity(U[:6, :5], rates, dt=20.0, validation=(4, 5))
    trials = task.validation(KEY)
    outputs = trials.targets + 0.1
    found = np.asarray(task.unit_r2(outputs, trials))
    assert list(np.isnan(found)) == [True, True, False]
    w = np.where(np.isnan(rates), 0.0, 1.0)[4:]
    assert np.isfinite(float(task.performance(outputs, trials)))
    close(found[2], r2_loop(np.asarray(outputs), rates[4:], w, [2]))


def test_names_sizes_and_one_dt():
    assert TASK.observed_units == (5, 0, 3, 2)
    assert TASK.output_names == ("unit 5", "unit 0", "unit 3", "unit 2")
    assert (TASK.n_in, TASK.n_out, TASK.n_steps) == (2, 4, STEPS)
    assert RecordedActivity(U, RATES, dt=20.0).observed_units == (0, 1, 2, 3)
    assert TASK.at(20.0) is TASK
    with pytest.raises(ValueError, match="`dt` must be that of the recording, 20 ms"):
        TASK.at(10.0)
    whole = RecordedActivity(U, RATES, dt=20.0, mask=np.arange(70).reshape(10, 7))
    close(whole.counted[3, :, 0], np.arange(21.0, 28.0))
    assert BEHAVIOUR.output_names == ("choice 0", "choice 1", "choice 2")


def test_data_of_32_bits_stay_so_and_stacks_map():
    small = RecordedActivity(U.astype(np.float32), RATES.astype(np.float32), dt=20.0)
    trials = small.validation(KEY)
    assert trials.inputs.dtype == trials.mask.dtype == jnp.float32
    for judge in (small.score, small.performance, small.output_loss, small.unit_r2):
        assert judge(trials.targets, trials).dtype == jnp.float32
    # a network of 32 bits is judged in 32 bits, whatever the recording has
    for task in (TASK, BEHAVIOUR):
        to_32 = lambda x: x.astype(jnp.float32) if x.dtype == jnp.float64 else x
        shown = jax.tree.map(to_32, task.validation(KEY))
        for judge in (task.score, task.performance, task.output_loss):
            assert judge(shown.targets, shown).dtype == jnp.float32
    make = lambda u, r: RecordedActivity(u, r, dt=20.0, validation=(0, 4))
    stack = eqx.filter_vmap(make)(np.stack([U, -U]), np.stack([RATES, 2 * RATES]))
    both = eqx.filter_vmap(lambda task: task.validation(KEY))(stack)
    close(both.targets[1], 2 * np.nan_to_num(RATES)[[0, 4]])


@pytest.mark.usefixtures("optax_promotes")
def test_a_network_learns_the_activity_of_another():
    """Held-out units of a known network are predicted after training on the others."""
    rng = np.random.default_rng(2)
    teacher = cj.CTRNN(2, 6, 1, dt=20.0, tau=60.0, key=jax.random.key(3))
    w = cj.effective(teacher)
    w_in = w.w_in.at[4].set(0.0)  # it is driven by the others alone
    teacher = cj.replace(teacher, w_in=w_in, w_hid=2 * w.w_hid)
    u = 2 * rng.normal(size=(120, 12, 2))
    rates = cj.rollout(teacher, u).rates
    task = RecordedActivity(u, rates, dt=20.0, held_out=(4,))
    trials = task.validation(KEY)

    def judged(net):
        return task.performance(cj.rollout(net, trials.inputs).outputs, trials)

    close(judged(observe(teacher, task.observed_units)), 1.0)
    away = rng.normal(size=(6, 2)) * (np.arange(6) != 4)[:, None]
    pushed = cj.replace(teacher, w_in=w_in + away)
    start = observe(pushed, task.observed_units)
    result = cj.fit(
        start,
        task,
        optax.adam(2e-2),
        num_updates=150,
        batch_size=16,
        validate_every=50,
        key=KEY,
    )
    before, after = float(judged(start)), float(judged(result.network))
    assert result.history.loss[-1] < 0.1 * result.history.loss[0]
    close(result.history.performance[-1], after)
    assert before < 0 < 0.8 < after, (before, after)
    assert identical(result.network.raw.w_out, start.raw.w_out)


@pytest.mark.parametrize("lapse", [0.0, 0.1])
def test_the_likelihood_of_choices(lapse):
    task = RecordedChoices(
        U, CHOICES, dt=20.0, response=(80.0, 120.0), lapse=lapse, validation=(0, 7, 9)
    )
    trials = task.validation(KEY)
    close(trials.conditions["choice"], CHOICES[[0, 7, 9]])
    outputs = RNG.normal(size=(3, STEPS, 3))
    made = [
        choice_probability(y, c, (4, 6), lapse)
        for y, c in zip(outputs, CHOICES[[0, 7, 9]], strict=True)
    ]
    y = jnp.asarray(outputs)
    close(task.score(y, trials), np.array(made))
    close(task.output_loss(y, trials), -np.mean(np.log(made)))
    close(task.performance(y, trials), np.prod(made) ** (1 / 3))
    assert task.performance(jnp.zeros_like(y), trials) == pytest.approx(1 / 3)
    steady = jnp.broadcast_to(y[:, :1], y.shape)
    chosen = jnp.take_along_axis(
        task.link(steady)[:, 0], trials.conditions["choice"][:, None], axis=1
    )
    close(chosen[:, 0], task.score(steady, trials))
    grad = np.asarray(jax.grad(task.output_loss)(y, trials))
    assert grad[:, 4:6].all()
    assert not grad[:, [0, 1, 2, 3, 6]].any()


def test_choices_held_to_be_impossible_cost_no_more_than_a_lapse():
    trials = BEHAVIOUR.validation(KEY)
    wrong = (1 - trials.targets) * 1e4
    close(BEHAVIOUR.score(wrong, trials), np.full(3, 0.1 / 3))
    assert np.isfinite(np.asarray(jax.grad(BEHAVIOUR.output_loss)(wrong, trials))).all()
    sure = RecordedChoices(U, CHOICES, dt=20.0, response=(80.0, 120.0))
    for scale in (1e3, -1e3):
        trials = sure.validation(KEY)
        grad = jax.grad(sure.output_loss)(scale * trials.targets, trials)
        assert np.isfinite(np.asarray(grad)).all()
    lapse = lambda x: eqx.tree_at(lambda t: t.lapse, BEHAVIOUR, x).output_loss(
        trials.targets, trials
    )
    assert np.isfinite(float(jax.grad(lapse)(jnp.asarray(0.1))))


def test_trials_of_choices_show_the_answer_in_the_window():
    trials = BEHAVIOUR.batch(KEY, 6)
    index = np.asarray(trials.conditions["trial"])
    assert set(index) <= set(range(TRIALS)) - {0, 7, 9}
    on = np.isin(np.arange(STEPS), (4, 5))
    close(trials.mask, np.broadcast_to(on[None, :, None], (6, STEPS, 3)).astype(float))
    expected = on[None, :, None] * np.eye(3)[CHOICES[index]][:, None]
    close(trials.targets, expected)
    assert (np.asarray(trials.epochs["response"]) == (4, 6)).all()


def test_both_stand_in_a_mixture_with_their_own_costs():
    from ctrnn_jax.tasks import Mixture

    three = RecordedActivity(U, RATES[..., :3], dt=20.0, validation=(1, 2, 5))
    mixed = Mixture([BEHAVIOUR, three])
    trials = mixed.validation(KEY, 6)
    outputs = trials.targets + 0.1
    own = [task.validation(KEY) for task in mixed.tasks]
    expected = [
        task.performance(outputs[where], part)
        for task, part, where in zip(mixed.tasks, own, (slice(3), slice(3, 6)),
                                     strict=True)
    ]  # fmt: skip
    close(mixed.performances(outputs, trials), np.array(expected))


ACTIVITY = {"dt": 20.0}
WINDOW = {"dt": 20.0, "response": (80.0, 120.0)}


def activity(inputs=U, rates=RATES, **options):
    return lambda: RecordedActivity(inputs, rates, **(ACTIVITY | options))


def behaviour(inputs=U, choices=CHOICES, **options):
    return lambda: RecordedChoices(inputs, choices, **(WINDOW | options))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (activity(U[0]), r"`inputs` must have shape \(trials, time, n_in\)"),
        (activity(U[:, :3]), "`rates` must have the trials and time of `inputs`"),
        (activity(np.where(U > 2, np.inf, U)), "`inputs` must be finite"),
        (activity(rates=np.full_like(RATES, np.inf)), "`rates` must be finite or NaN"),
        (activity(rates=np.full_like(RATES, np.nan)), "a sample that counts in trai"),
        (activity(mask=np.ones((3, 2))), "`mask` must have shape"),
        (activity(mask=-MASK), "`mask` must not be negative"),
        (activity(units=(0, 1)), "`units` must be 4, one for each recorded unit"),
        (activity(units=(0, 1, 1, 2)), "`units` must be different whole numbers"),
        (activity(units=(0, 1, -1, 2)), "`units` must not be negative"),
        (activity(held_out=(0, 1, 2, 3)), "`held_out` must leave a unit to train on"),
        (activity(held_out=(4,)), "`held_out` must be indices below 4"),
        (activity(validation=0.0), r"`validation` must lie in \(0, 1\)"),
        (activity(validation=0.99), "leave at least one trial to train"),
        (activity(validation=()), "leave at least one trial to train"),
        (activity(validation=tuple(range(10))), "leave at least one trial to train"),
        (activity(validation=(10,)), "`validation` must be indices below 10"),
        (activity(dt=0.0), "`dt` must be positive"),
        (behaviour(choices=CHOICES[:3]), r"be whole numbers of shape \(10,\)"),
        (behaviour(choices=CHOICES.astype(float)), "be whole numbers of shape"),
        (behaviour(choices=CHOICES - 1), "`choices` must be from 0 to"),
        (behaviour(n_choices=2), "`choices` must be from 0 to 1; got 2"),
        (behaviour(n_choices=1), "`n_choices` must be a whole number, at least 2"),
        (behaviour(response=(80.0, 160.0)), r"start < stop <= 140; got \(80.0, 160.0"),
        (behaviour(response=(80.0, 80.0)), "`response` must be"),
        (behaviour(response=(80.0, 110.0)), "be a multiple of dt"),
        (behaviour(lapse=1.0), r"`lapse` must lie in \[0, 1\)"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
