"""Recorded choices: likelihood, lapses, trials, mixtures and invalid options."""

import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles.recorded import choice_probability
import pytest
from tasks.judged import as_numpy, judged
from tasks.recorded.recordings import BEHAVIOUR, CHOICES, RATES, STEPS, TRIALS, U

from ctrnn_jax.tasks import Mixture, RecordedActivity, RecordedChoices


KEY = jax.random.key(0)
RNG = np.random.default_rng(2)


@eqx.filter_jit
def loss_slope(task, outputs, trials):
    return jax.grad(task.output_loss)(outputs, trials)


@pytest.mark.parametrize("lapse", [0.0, 0.1])
def test_the_likelihood_of_choices(lapse):
    task = RecordedChoices(
        U, CHOICES, dt=20.0, response=(80.0, 120.0), lapse=lapse, validation=(0, 7, 9)
    )
    trials = as_numpy(task.validation(KEY))
    close(trials.conditions["choice"], CHOICES[[0, 7, 9]])
    outputs = RNG.normal(size=(3, STEPS, 3))
    probabilities = [
        choice_probability(y, c, (4, 6), lapse)
        for y, c in zip(outputs, CHOICES[[0, 7, 9]], strict=True)
    ]
    found = judged(task, outputs, trials)
    close(found.score, np.array(probabilities))
    close(found.output_loss, -np.mean(np.log(probabilities)))
    close(found.performance, np.prod(probabilities) ** (1 / 3))
    flat = judged(task, np.zeros_like(outputs), trials)
    assert flat.performance == pytest.approx(1 / 3)
    steady = np.repeat(outputs[:, :1], STEPS, axis=1)
    linked = np.asarray(eqx.filter_jit(task.link)(steady))[:, 0]
    chosen = linked[np.arange(3), trials.conditions["choice"]]
    close(chosen, judged(task, steady, trials).score)
    grad = np.asarray(loss_slope(task, outputs, trials))
    assert grad[:, 4:6].all()
    assert not grad[:, [0, 1, 2, 3, 6]].any()


def test_improbable_choices_have_the_probability_of_a_lapse():
    trials = as_numpy(BEHAVIOUR.validation(KEY))
    wrong = (1 - trials.targets) * 1e4
    close(judged(BEHAVIOUR, wrong, trials).score, np.full(3, 0.1 / 3))
    assert np.isfinite(np.asarray(loss_slope(BEHAVIOUR, wrong, trials))).all()
    no_lapse = eqx.tree_at(lambda t: t.lapse, BEHAVIOUR, jnp.zeros(()))
    for scale in (1e3, -1e3):
        grad = loss_slope(no_lapse, scale * trials.targets, trials)
        assert np.isfinite(np.asarray(grad)).all()

    @jax.jit
    @jax.grad
    def slope(lapse, trials):
        task = eqx.tree_at(lambda t: t.lapse, BEHAVIOUR, lapse)
        return task.output_loss(trials.targets, trials)

    assert np.isfinite(float(slope(0.1, trials)))


def test_targets_are_the_choice_in_the_response_window():
    trials = as_numpy(BEHAVIOUR.batch(KEY, 6))
    index = trials.conditions["trial"]
    assert set(index) <= set(range(TRIALS)) - {0, 7, 9}
    on = np.isin(np.arange(STEPS), (4, 5))
    close(trials.mask, np.broadcast_to(on[None, :, None], (6, STEPS, 3)).astype(float))
    expected = on[None, :, None] * np.eye(3)[CHOICES[index]][:, None]
    close(trials.targets, expected)
    assert (trials.epochs["response"] == (4, 6)).all()


def test_a_mixture_of_both_has_the_performance_of_each():
    three = RecordedActivity(U, RATES[..., :3], dt=20.0, validation=(1, 2, 5))
    mixed = Mixture([BEHAVIOUR, three])
    trials = as_numpy(mixed.validation(KEY, 6))
    outputs = trials.targets + 0.1
    separate = [task.validation(KEY) for task in mixed.tasks]
    expected = [
        judged(task, outputs[where], part).performance
        for task, part, where in zip(mixed.tasks, separate, (slice(3), slice(3, 6)),
                                     strict=True)
    ]  # fmt: skip
    each = eqx.filter_jit(mixed.performances)(outputs, trials)
    close(each, np.array(expected))


def build(inputs=U, choices=CHOICES, **options):
    window = {"dt": 20.0, "response": (80.0, 120.0)}
    return lambda: RecordedChoices(inputs, choices, **(window | options))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (build(choices=CHOICES[:3]), r"be whole numbers of shape \(10,\)"),
        (build(choices=CHOICES.astype(float)), "be whole numbers of shape"),
        (build(choices=CHOICES - 1), "`choices` must be from 0 to"),
        (build(np.full_like(U, np.nan)), "`inputs` must be finite; got nan"),
        (build(response=5.0), "`response` must be a list; got 5.0"),
        (build(n_choices=2), "`choices` must be from 0 to 1; got 2"),
        (build(n_choices=1), "`n_choices` must be a whole number, at least 2"),
        (build(response=(80.0, 160.0)), r"start < stop <= 140; got \(80.0, 160.0"),
        (build(response=(80.0, 80.0)), "`response` must be"),
        (build(response=(80.0, 110.0)), "be a multiple of dt"),
        (build(lapse=1.0), r"`lapse` must lie in \[0, 1\)"),
    ],
)
def test_invalid_options_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_number_of_choices_is_given_inside_of_jit():
    def steps(choices, **options):
        return build(choices=choices, validation=(0,), **options)().choices

    close(jax.jit(lambda c: steps(c, n_choices=3))(CHOICES), CHOICES)
    with pytest.raises(ValueError, match="`n_choices` must be given inside of jit"):
        jax.jit(steps)(CHOICES)
