"""Real-time recurrent learning: equal to BPTT and to plain NumPy."""

import functools

import equinox as eqx
from helpers import close, has_float64
import jax
import jax.numpy as jnp
import numpy as np
from oracles.rtrl import tanh_gradients
import pytest

import ctrnn_jax as cj
from ctrnn_jax import Loss
from ctrnn_jax.gradients import BPTT, Problem, RTRL
from ctrnn_jax.penalties import AbstractPenalty
from ctrnn_jax.training._train_step import in_dtype


N, TRIALS = 5, 3
TAUS = np.linspace(25.0, 120.0, N)
TASK = cj.tasks.PerceptualDecision(
    fixation=40.0, stimulus=100.0, decision=60.0, catch=200.0, sigma_in=0.1
)


class Everything(AbstractPenalty):
    """A penalty on everything in a trajectory, and directly on the weights."""

    needs = ("potentials", "rates")

    def __call__(self, net, traj, trials, output_loss):
        weights = cj.effective(net)
        path = jnp.mean(jnp.sin(traj.potentials) * traj.rates)
        last = jnp.mean(jnp.cos(traj.final_state.potentials))
        return path * jnp.sum(weights.w_hid**2) + last + output_loss(0.5 * traj.outputs)


class Synapses(AbstractPenalty):
    needs = ("synapses",)

    def __call__(self, net, traj, trials, output_loss):
        synapses, final_synapses = traj.synapses, traj.final_state.synapses
        assert synapses is not None
        assert final_synapses is not None
        return jnp.mean(synapses.u * synapses.x) + jnp.mean(final_synapses.x**2)


def small(kind=cj.CTRNN, **options):
    settings = {
        "dt": 20.0,
        "tau": TAUS,
        "train_v0": True,
        "v0": np.linspace(-0.5, 0.8, N),
        "key": jax.random.key(0),
    }
    return kind(2, N, 2, **settings | options)


@functools.cache
def draw_trials():
    return jax.jit(lambda: TASK.batch(jax.random.key(1), TRIALS))()


def gradients(net, loss, *estimators, key=None):
    """Return losses, terms and gradients of every estimator."""
    key = jax.random.key(2) if key is None else key
    problem = Problem(in_dtype(draw_trials(), net), key, TASK, loss)
    params, static = eqx.partition(net, cj.trainable(net))
    return jax.jit(lambda p: [e(p, static, problem) for e in estimators])(params)


CASES = {
    "plain": (small, {"train_v0": False}, Loss()),
    "constrained, noisy, learned tau": (
        lambda **options: small(cj.EIRNN, **options),
        {"noise": cj.StepNoise(0.1, 0.2, 0.3), "train_tau": True},
        Loss(all=Everything(0.7)),
    ),
    "diffusion, exponential": (
        small,
        {
            "noise": cj.DiffusionNoise(0.2),
            "method": cj.ExponentialEuler(),
            "train_tau": True,
            "use_bias_out": False,
        },
        Loss(all=Everything(0.7)),
    ),
    "rates as the state": (
        small,
        {
            "form": cj.dynamics.RectifiedLeakForm(),
            "activation": "relu",
            "constraints": {"w_hid": cj.constraints.LowRank(2)},
            "v0": np.linspace(0.1, 0.8, N),
        },
        Loss(all=Everything(0.7)),
    ),
    "plastic synapses": (
        small,
        {
            "synapses": cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45),
            "activation": "softplus",
        },
        Loss(synapses=Synapses(0.7)),
    ),
}


QUICK = ("constrained, noisy, learned tau", "plastic synapses")


@pytest.mark.parametrize(
    "case",
    [c if c in QUICK else pytest.param(c, marks=pytest.mark.slow) for c in CASES],
)
def test_it_equals_backpropagation_through_time(case):
    """Loss, terms and gradient agree to 1e-10."""
    build, options, loss = CASES[case]
    net = build(**options)
    exact, forward = gradients(net, loss, BPTT(), RTRL())
    close(forward, exact)
    assert all(np.any(np.asarray(g)) for g in jax.tree.leaves(exact[2].raw))


class Potentials(AbstractPenalty):
    cotangents: jax.Array
    needs = ("potentials",)

    def __call__(self, net, traj, trials, output_loss):
        return jnp.sum(self.cotangents * traj.potentials)


def test_it_equals_influence_matrices_in_numpy():
    """Trial by trial, for every weight and tau."""
    rng = np.random.default_rng(0)
    weights = {
        "w_hid": rng.normal(size=(N, N)),
        "w_in": rng.normal(size=(N, 2)),
        "b_hid": rng.normal(size=N),
        "v0": rng.normal(size=N),
    }
    net = small(**weights, train_tau=True)
    cotangents = rng.normal(size=(TRIALS, TASK.n_steps, N))
    penalty = Potentials(1.0, jnp.asarray(cotangents))
    loss = Loss(lambda outputs, targets, mask: jnp.asarray(0.0), potentials=penalty)
    grads = gradients(net, loss, RTRL())[0][2].raw
    inputs = np.asarray(draw_trials().inputs)
    of_trials = [
        tanh_gradients(**weights, gain=20.0 / TAUS, inputs=u, cotangents=c)
        for u, c in zip(inputs, cotangents, strict=True)
    ]
    for name in weights:
        close(getattr(grads, name), sum(g[name] for g in of_trials))
    close(grads.tau, sum(g["gain"] for g in of_trials) * -20.0 / TAUS**2)
    assert not np.any(grads.w_out)


@pytest.mark.slow
def test_float32_stays_float32_and_raw_keys_work():
    net = small(dtype=jnp.float32, noise=cj.DiffusionNoise(0.2))
    net = eqx.tree_at(lambda n: n.noise.sigma, net, jnp.float32(0.1))
    results = gradients(net, Loss(), RTRL(), BPTT(), key=jax.random.PRNGKey(2))
    assert not has_float64(results[0])
    close(*results, dtype="float32", scale=10)


def test_influence_matrices_beyond_the_memory_are_an_error():
    net = cj.CTRNN(2, 120, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    # 64 trials x 120 potentials x (2 x 240 + 120^2 + 120 + 2) weights
    trials = jax.eval_shape(lambda: TASK.batch(jax.random.key(1), 64))
    params, static = eqx.partition(net, cj.trainable(net))

    def update(params, trials):
        problem = Problem(trials, jax.random.key(2), TASK, Loss())
        return RTRL()(params, static, problem)

    with pytest.raises(
        ValueError, match=r"of at most 100,000,000 numbers; got 115,215"
    ):
        jax.eval_shape(update, params, trials)
