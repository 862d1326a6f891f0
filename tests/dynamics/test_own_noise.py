"""Noise written outside the package: strengths per unit that depend on dt and tau."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
from oracles.rollout_loop import rollout_loop

import ctrnn_jax as cj
from ctrnn_jax._random import standard_normal, trial_keys


UNITS, TRIALS, STEPS, DT, TAU = 4, 3, 10, 20.0, 80.0
KEY = jax.random.key(3)
U = np.random.default_rng(4).normal(size=(TRIALS, STEPS, 2))


class SynapticBackground(cj.dynamics.AbstractNoise):
    """Background input as shot noise: eps of variance `rate / dt`, xi of one unit each.

    `rate` is in 1/ms, `membrane` the std of xi per square root of a ms.
    """

    rate: jax.Array
    membrane: jax.Array

    def pre_std(self, method, dt, tau):
        return jnp.sqrt(self.rate / dt)

    def post_std(self, method, dt, tau):
        return self.membrane * jnp.sqrt(dt)

    def rate_std(self):
        return None


NOISE = SynapticBackground(jnp.asarray(0.4), jnp.linspace(0.01, 0.04, UNITS))


def make(key=0, noise=NOISE):
    return cj.CTRNN(
        2, UNITS, 2, dt=DT, tau=TAU, activation="tanh", noise=noise,
        key=jax.random.key(key),
    )  # fmt: skip


def draws(stream):
    """Return the standard normal draws of a noise term, (trials, time, units)."""
    keys = trial_keys(KEY, (TRIALS,))
    normal = standard_normal(keys, jnp.arange(STEPS), UNITS, stream, jnp.dtype(float))
    return np.moveaxis(np.asarray(normal), 0, 1)


def test_it_acts_as_the_equation():
    net = make()
    weights = {k: None if w is None else np.asarray(w)
               for k, w in vars(cj.effective(net)).items()}  # fmt: skip
    eps = np.sqrt(0.4 / DT) * draws("eps")
    xi = np.asarray(NOISE.membrane) * np.sqrt(DT) * draws("xi")
    expected = rollout_loop(U, weights["v0"], weights, DT / TAU, np.tanh, eps, xi)
    traj = cj.rollout(net, U, key=KEY)
    close((traj.potentials, traj.rates, traj.outputs), expected)
    quiet = cj.rollout(cj.noiseless(net), U)
    assert not np.allclose(quiet.potentials, traj.potentials)


def test_a_sweep_over_its_numbers_does_not_compile_again():
    traces = []

    @jax.jit
    def rates(net):
        traces.append(1)
        return cj.rollout(net, U, key=KEY).rates

    for rate in (0.1, 0.4, 0.9):
        noise = SynapticBackground(jnp.asarray(rate), NOISE.membrane)
        rates(make(noise=noise))
    assert len(traces) == 1


def test_gradients_of_weights_and_strengths_are_those_of_the_plain_scan():
    net = make()
    floats, rest = eqx.partition(net, eqx.is_inexact_array)

    def gradient(adjoint):
        def loss(floats):
            traj = cj.rollout(eqx.combine(floats, rest), U, key=KEY, adjoint=adjoint)
            return jnp.sum(traj.outputs**2)

        return jax.jit(jax.grad(loss))(floats)

    expected = gradient(cj.DirectAdjoint())
    assert float(expected.noise.rate) != 0
    # segments of the hoisted adjoint draw their own noise
    close(gradient(cj.HoistedAdjoint(chunk_bytes=5 * TRIALS * UNITS * 8)), expected)


def test_it_maps_over_a_stack_of_networks():
    nets = [make(0), make(1)]
    mapped = jax.vmap(lambda net: cj.rollout(net, U, key=KEY).rates)(cj.stack(nets))
    close(mapped, np.stack([cj.rollout(net, U, key=KEY).rates for net in nets]))


def test_a_network_with_it_is_saved_and_loaded(tmp_path):
    net = make()
    path = cj.save(tmp_path / "network.safetensors", net)
    loaded = cj.load(path, classes=[SynapticBackground])
    assert identical(loaded, net)


def test_it_does_not_train():
    assert not any(jax.tree.leaves(cj.trainable(make()).noise))
