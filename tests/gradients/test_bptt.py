"""Backpropagation through time with teacher forcing."""

from canonical import ctrnn, TASK
import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


TRIALS, STEPS, UNITS = 6, 12, 5
RNG = np.random.default_rng(1)
U = RNG.normal(size=(TRIALS, STEPS, 2))
RATES = np.tanh(RNG.normal(size=(TRIALS, STEPS, 3)))
MISSING = np.zeros(RATES.shape, bool)
MISSING[1, 3:5, 0] = True


def task(rates=RATES, **options):
    return cj.tasks.RecordedActivity(
        U, rates, dt=20.0, units=(4, 0, 2), validation=(5,), **options
    )


def network():
    net = cj.CTRNN(
        2, UNITS, 1, dt=20.0, tau=60.0, activation="tanh", key=jax.random.key(0)
    )
    return cj.network.observe(net, (4, 0, 2))


def loss_of_loop(net, trials, strength):
    """The loss of a rollout that sends targets in part, step by step in plain JAX."""
    w = cj.effective(net)
    gamma = net.dt / w.tau
    outputs = []
    v = jnp.zeros((trials.inputs.shape[0], UNITS))
    for t in range(STEPS):
        sent = jnp.tanh(v)
        if t > 0:
            alpha = jnp.where(trials.mask[:, t - 1] > 0, strength, 0.0)
            for k, unit in enumerate((4, 0, 2)):
                rate, target = sent[:, unit], trials.targets[:, t - 1, k]
                mixed = (1 - alpha[:, k]) * rate + alpha[:, k] * target
                sent = sent.at[:, unit].set(mixed)
        current = sent @ w.w_hid.T + trials.inputs[:, t] @ w.w_in.T + w.b_hid[None]
        v = v + gamma * (-v + current)
        outputs.append(jnp.stack([jnp.tanh(v)[:, unit] for unit in (4, 0, 2)], -1))
    y = jnp.stack(outputs, axis=1)
    return cj.losses.masked_mse(y, trials.targets, trials.mask)


@eqx.filter_jit
def estimate(gradient, params, static, problem):
    return gradient(params, static, problem)


def forced(params, static, problem, strength):
    """Return the estimate of BPTT; one program for all strengths."""
    gradient = cj.gradients.BPTT(teacher_forcing=np.asarray(strength))
    return estimate(gradient, params, static, problem)


@eqx.filter_jit
def looped(params, static, trials, strength):
    """Return the loss of the loop and its gradient; one program for all strengths."""

    def objective(params):
        return loss_of_loop(eqx.combine(params, static), trials, strength)

    return jax.value_and_grad(objective)(params)


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
def test_teacher_forcing_matches_a_loop_that_sends_targets(strength):
    """Units that are held out and missing samples are not forced."""
    data = task(np.where(MISSING, np.nan, RATES), held_out=(1,))
    net = network()
    trials = data.batch(jax.random.key(3), 4)
    assert 0 < np.mean(np.asarray(trials.mask) > 0) < 1
    params, static = eqx.partition(net, cj.trainable(net))
    problem = cj.gradients.Problem(trials, jax.random.key(4), data, cj.Loss())
    value, terms, grads = forced(params, static, problem, strength)

    expected, expected_grads = looped(params, static, trials, np.asarray(strength))
    close(value, expected)
    close(terms, {"task": expected})
    close(grads, expected_grads)


def test_strength_zero_does_not_force_and_one_does():
    net, data = network(), task()
    trials = data.batch(jax.random.key(3), 4)
    parts = eqx.partition(net, cj.trainable(net))
    problem = cj.gradients.Problem(trials, jax.random.key(4), data, cj.Loss())
    unforced = estimate(cj.gradients.BPTT(), *parts, problem)
    close(forced(*parts, problem, 0.0), unforced)
    assert not np.allclose(forced(*parts, problem, 1.0)[0], unforced[0])


def test_invalid_forcing_is_an_error():
    with pytest.raises(ValueError, match=r"`teacher_forcing` must lie in \[0, 1\]"):
        cj.gradients.BPTT(teacher_forcing=1.5)
    net = ctrnn()
    parts = eqx.partition(net, cj.trainable(net))
    trials = jax.eval_shape(lambda: TASK.batch(jax.random.key(0), 2))
    problem = cj.gradients.Problem(trials, jax.random.key(4), TASK, cj.Loss())
    with pytest.raises(ValueError, match="a task that records no units"):
        cj.gradients.BPTT(teacher_forcing=0.5)(*parts, problem)
