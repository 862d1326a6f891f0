"""Currents by source along a trajectory."""

import canonical
from helpers import close
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import currents


def test_currents_add_up_to_the_change_of_the_potentials():
    net = canonical.eirnn()
    u = np.random.default_rng(0).random((3, 12, 2))
    start = cj.State(np.random.default_rng(1).random((3, 5)))
    traj = cj.rollout(net, u, state=start)
    parts = currents(net, traj, u, state=start)
    after = np.asarray(traj.potentials)
    before = np.concatenate([start.potentials[:, None], after[:, :-1]], 1)
    close(parts.total, (after - before) * 5 + before, scale=10)
    inhibitory = np.asarray(parts.inhibitory)
    assert np.min(np.asarray(parts.excitatory)) >= 0 >= inhibitory.max()
    assert inhibitory.min() < 0
    weights = cj.effective(net)
    rates = np.asarray(traj.rates)[1, 4]
    excitatory = np.asarray(weights.w_hid)[:, :4] @ rates[:4]
    close(np.asarray(parts.excitatory)[1, 5], excitatory)
    close(np.asarray(parts.inputs)[2, 7], np.asarray(weights.w_in) @ u[2, 7])
    close(np.asarray(parts.bias)[0, 0], weights.b_hid)
    # without `state`, the first step is from v0
    from_v0 = cj.rollout(net, u)
    default = np.asarray(currents(net, from_v0, u).total)
    close(default[:, 0], np.asarray(from_v0.potentials)[:, 0] * 5)
    inputs = jax.jit(currents)(net, traj, u, state=start).inputs
    np.testing.assert_array_equal(inputs, parts.inputs)


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
    before = np.concatenate([np.full((1, 6), 0.5), np.asarray(traj.potentials)[:-1]])
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
