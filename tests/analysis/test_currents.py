"""Currents by source along a trajectory."""

from helpers import close, identical
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import currents


def test_currents_add_up_to_the_change_of_the_potentials():
    net = cj.noiseless(cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, key=jax.random.key(0)))
    u = np.random.default_rng(0).random((3, 12, 2))
    start = cj.State(np.random.default_rng(1).random((3, 10)))
    traj = cj.rollout(net, u, state=start)
    parts = currents(net, traj, u, state=start)
    before = np.concatenate([start.potentials[:, None], traj.potentials[:, :-1]], 1)
    close(parts.total, (traj.potentials - before) * 5 + before, scale=10)
    assert float(parts.excitatory.min()) >= 0 >= float(parts.inhibitory.max())
    assert float(parts.inhibitory.min()) < 0
    weights = cj.effective(net)
    rates = np.asarray(traj.rates)[1, 4]
    excitatory = np.asarray(weights.w_hid)[:, :8] @ rates[:8]
    close(parts.excitatory[1, 5], excitatory)
    close(parts.inputs[2, 7], np.asarray(weights.w_in) @ u[2, 7])
    close(parts.bias[0, 0], weights.b_hid)
    # without `state`, the first step is from v0
    default = currents(net, cj.rollout(net, u[0]), u[0])
    close(default.total[0], np.asarray(cj.rollout(net, u[0]).potentials)[0] * 5)
    assert identical(jax.jit(currents)(net, traj, u, state=start).inputs, parts.inputs)


def test_currents_of_plastic_synapses_and_without_bias():
    synapses = cj.dynamics.ShortTermPlasticity.of_kinds(np.arange(6) % 2 == 0)
    net = cj.CTRNN(
        1, 6, 1, dt=10.0, tau=100.0, form=cj.dynamics.RectifiedLeakForm(),
        synapses=synapses, use_bias_hid=False, activation="relu", v0=np.full(6, 0.5),
        key=jax.random.key(0),
    )  # fmt: skip
    u = np.random.default_rng(0).random((20, 1))
    traj = cj.rollout(net, u, record=cj.Record(synapses=True))
    parts = currents(net, traj, u)
    before = np.concatenate([np.full((1, 6), 0.5), traj.potentials[:-1]])
    after = np.maximum(0.9 * before + 0.1 * np.asarray(parts.total), 0)
    close(traj.potentials, after, scale=10)
    close(parts.bias, np.zeros((20, 6)))
    with pytest.raises(ValueError, match="`trajectory` must hold rates and synapses"):
        currents(net, cj.rollout(net, u), u)
    with pytest.raises(ValueError, match="`inputs` must have shape"):
        currents(net, traj, u[1:])
    noisy = cj.replace(net, noise=cj.StepNoise(rate=0.1))
    with pytest.raises(ValueError, match="`net` must have no noise on its rates"):
        currents(noisy, traj, u)
    without_rates = cj.rollout(net, u, record=cj.Record(rates=False, synapses=True))
    with pytest.raises(ValueError, match="`trajectory` must hold"):
        currents(net, without_rates, u)
