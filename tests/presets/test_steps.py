"""Rollouts of presets against NumPy loops written from the papers and packages."""

import functools

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import cells
import pytest

import ctrnn_jax as cj
from ctrnn_jax._random import standard_normal


KEY = jax.random.key(3)


STEPS = 30
UNITS = 30  # the same in all networks, so that they share programs


@functools.cache
def draws_of():
    """Return the draws of a rollout with KEY, by stream."""
    times = jnp.arange(STEPS)
    draws = {
        stream: standard_normal(KEY, times, UNITS, stream, jnp.dtype(float))
        for stream in ("eps", "xi", "zeta")
    }
    return jax.tree.map(np.asarray, draws)


def parts(net):
    """Return effective weights, inputs and the draws of a rollout with KEY."""
    w = {
        name: None if x is None else np.asarray(x)
        for name, x in vars(cj.effective(net)).items()
    }
    u = np.random.default_rng(0).normal(size=(STEPS, net.n_in))
    return w, u, draws_of()


def test_song2016_has_the_step_of_pycog():
    net = cj.presets.song2016("mante_areas", n_hidden=UNITS, key=KEY)
    w, u, draws = parts(net)
    traj = cj.rollout(net, u, key=KEY)
    x, z = cells.song2016(u, draws["xi"], w, dt=20.0, tau=100.0, sigma=0.15)
    close((traj.potentials, traj.outputs), (x, z))


@pytest.mark.parametrize(
    "w_hid", ["orthogonal", pytest.param("identity", marks=pytest.mark.slow)]
)
def test_yang2019_has_the_step_of_multitask(w_hid):
    net = cj.presets.yang2019(5, UNITS, 3, w_hid=w_hid, key=KEY)
    w, u, draws = parts(net)
    traj = cj.rollout(net, u, key=KEY)
    r, y = cells.yang2019(u, draws["eps"], w, dt=20.0, tau=100.0, sigma=0.05)
    close((traj.rates, traj.outputs), (r, y))
    assert np.abs(np.linalg.eigvals(w["w_hid"])) == pytest.approx(np.full(UNITS, 0.5))


def test_yang2019_has_the_noise_of_the_conversion():
    net = cj.presets.yang2019(key=KEY)
    other = cj.dynamics.noise_from("yang2019", 0.05, dt=20.0, tau=100.0)
    close(net.noise, other)
    assert (net.n_in, net.n_hidden, net.n_out) == (85, 256, 33)


@pytest.mark.slow
def test_masse2019_has_the_published_step_with_short_term_plasticity():
    net = cj.presets.masse2019(6, UNITS, key=KEY)
    w, u, draws = parts(net)
    u = 20 * np.abs(u)  # rates of tens of Hz, so that synapses move
    traj = cj.rollout(net, u, key=KEY, record=cj.Record(synapses=True))
    facilitating = np.arange(UNITS) % 2 == 0
    h, s, x, y = cells.masse2019(
        u, draws["xi"], w, dt=10.0, tau=100.0, sigma=0.5, facilitating=facilitating
    )
    synapses = traj.synapses
    assert synapses is not None
    close((traj.rates, synapses.u, synapses.x, traj.outputs), (h, s, x, y))
    assert s.std(axis=0).min() > 0
    assert x.min() < 0.9
    assert traj.final_state.synapses is not None
    close(traj.final_state.synapses.x, x[-1])
    without = cj.presets.masse2019(short_term_plasticity=False, key=KEY)
    assert without.synapses is None


@pytest.mark.parametrize("ratio", [0.8, pytest.param(None, marks=pytest.mark.slow)])
def test_psychrnn_has_the_step_of_the_package(ratio):
    net = cj.presets.psychrnn(
        3, UNITS, 2, dale_ratio=ratio, rec_noise=0.2, dt=10.0, tau=100.0, key=KEY
    )
    w, u, draws = parts(net)
    traj = cj.rollout(net, u, key=KEY)
    s, y = cells.psychrnn(u, draws["xi"], w, dt=10.0, tau=100.0, rec_noise=0.2)
    close((traj.potentials, traj.outputs), (s, y))
    if ratio:
        assert w["w_in"] is not None
        assert w["w_out"] is not None
        assert (w["w_in"] >= 0).all()
        assert not w["w_out"][:, 24:].any()


@pytest.mark.slow
@pytest.mark.parametrize("dale", [True, False])
def test_nn4n_units_receive_noisy_rates(dale):
    net = cj.presets.nn4n(
        2, UNITS, 2, dale=dale, preact_noise=0.3, postact_noise=0.2, key=KEY
    )
    w, u, draws = parts(net)
    traj = cj.rollout(net, u, key=KEY)
    v, r, y = cells.nn4n(
        u, draws["eps"], draws["zeta"], w, dt=10.0, tau=100.0, pre=0.3, post=0.2
    )
    close((traj.potentials, traj.rates, traj.outputs), (v, r, y))
    assert (r < 0).any()  # noise on the rate is not rectified
    assert cj.presets.nn4n(key=KEY).noise is None


def test_noise_on_the_rate_is_part_of_the_final_state():
    """A rollout that continues another starts with the noise on its last rates."""
    net = cj.presets.nn4n(2, UNITS, 2, dale=True, postact_noise=0.5, key=KEY)
    u = np.random.default_rng(1).normal(size=(4, 12, 2))
    whole = cj.rollout(net, u, key=KEY)
    first = cj.rollout(net, u[:, :5], key=KEY)
    second = cj.rollout(net, u[:, 5:], key=KEY, state=first.final_state)
    close(second.rates, whole.rates[:, 5:])
    close(second.final_state, whole.final_state)
    outputs = cj.rollout(net, u, key=KEY, record=cj.Record(rates=False))
    close(outputs.outputs, whole.outputs)
    lean = cj.Record(potentials=False, rates=False)
    close(cj.rollout(net, u, key=KEY, record=lean).outputs, whole.outputs)
