from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import decode_memory, memory_capacity, shuffle_memory
from ctrnn_jax.dynamics import SynapticState
from ctrnn_jax.network import State


RNG = np.random.default_rng(42)
KEY = jax.random.key(42)


def driven(w, w_in, u):
    """States of x <- W x + w_in u."""
    x, states = np.zeros(len(w)), []
    for drive in u:
        x = w @ x + w_in * drive
        states.append(x)
    return np.array(states)


def test_units_that_say_the_same_count_once():
    u = RNG.normal(size=500)
    states = driven(np.eye(3, k=-1), np.eye(3)[0], u)
    once = memory_capacity(states, u, lags=5)
    twice = memory_capacity(np.concatenate([states, 2 * states], axis=1), u, lags=5)
    close(twice.capacities, once.capacities)


def test_capacity_refuses_bad_input():
    u = RNG.normal(size=30)
    with pytest.raises(ValueError, match="one entry for each step"):
        memory_capacity(np.ones((29, 2)), u, lags=3)
    with pytest.raises(ValueError, match="leave more steps than units"):
        memory_capacity(RNG.normal(size=(30, 10)), u, lags=25)
    with pytest.raises(ValueError, match="`inputs` must vary"):
        memory_capacity(RNG.normal(size=(30, 3)), np.zeros(30), lags=3)
    for same in (0.1, 0.3, 0.7):  # whose mean is another number
        with pytest.raises(ValueError, match="`inputs` must vary"):
            memory_capacity(RNG.normal(size=(90, 3)), np.full(90, same), lags=3)


def test_silent_memory_is_in_the_synapses_only():
    """The label is in rates during the sample, in synapses from then on."""
    trials, steps, units = 60, 6, 5
    labels = np.arange(trials) % 2
    code = RNG.normal(size=units)
    sign = (2.0 * labels - 1)[:, None, None]
    at = lambda active: np.array(active, float)[None, :, None]
    rates = RNG.normal(size=(trials, steps, units))
    rates = 5 + rates + 3 * sign * at([0, 1, 1, 0, 0, 0]) * code
    x = 0.5 + 0.02 * RNG.normal(size=(trials, steps, units))
    x = x + 0.1 * sign * at([0, 0, 1, 1, 1, 1]) * code
    u = np.full_like(x, 0.4)
    found = decode_memory(rates, u, x, labels, shuffles=40, key=KEY)
    assert found.rates.chance == 0.5
    assert np.all(found.rates.accuracy[1:3] > 0.95)
    assert np.all(found.rates.accuracy[3:] < 0.75)
    assert np.all(found.synapses.accuracy[2:] > 0.95)
    assert np.all(found.synapses.accuracy[:2] < 0.75)
    assert np.all(found.synapses.p_values[2:] == 1 / 41)
    assert np.all(found.rates.p_values[3:] > 1 / 41)
    same = decode_memory(rates, x, u, labels, shuffles=40, key=KEY)
    close(same.synapses.accuracy, found.synapses.accuracy)


def test_efficacies_need_the_shape_of_the_rates():
    rates = RNG.normal(size=(10, 3, 4))
    with pytest.raises(ValueError, match="`x` must have the shape of the rates"):
        decode_memory(rates, rates, rates[:, :2], np.arange(10) % 2, key=KEY)


def a_state(trials=12):
    each = jnp.arange(trials, dtype=float)[:, None] * jnp.ones((1, 3))
    return State(each, 7, SynapticState(each + 100, each + 200))


def test_shuffling_exchanges_what_is_asked_for_among_trials():
    state = a_state()
    moved = shuffle_memory(state, key=KEY, synapses=True)
    assert identical(moved.potentials, state.potentials)
    assert identical(moved.step, state.step)
    order = np.asarray(moved.synapses.u[:, 0] - 100).astype(int)
    assert sorted(order) == list(range(12))
    assert list(order) != list(range(12))
    close(moved.synapses.x, state.synapses.x[order])  # u and x stay together
    other = shuffle_memory(state, key=KEY, activity=True)
    assert identical(other.synapses, state.synapses)
    assert identical(other.potentials, state.potentials[order])


def test_shuffling_within_labels():
    labels = np.array(list("aabbbcccabca"))
    moved = shuffle_memory(a_state(), key=KEY, activity=True, within=labels)
    order = np.asarray(moved.potentials[:, 0]).astype(int)
    assert sorted(order) == list(range(12))
    assert list(order) != list(range(12))
    np.testing.assert_array_equal(labels[order], labels)


def test_a_shuffled_state_rolls_on():
    net = cj.CTRNN(
        1, 3, 1, dt=20.0, tau=100.0, key=KEY,
        synapses=cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45),
    )  # fmt: skip
    u = jax.random.normal(KEY, (4, 3, 1))
    state = cj.rollout(net, u).final_state
    moved = shuffle_memory(state, key=KEY, synapses=True)
    close(jnp.sort(moved.synapses.x, axis=0), jnp.sort(state.synapses.x, axis=0))
    assert cj.rollout(net, u, state=moved).rates.shape == (4, 3, 3)


def test_shuffling_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match="batch with one axis"):
        shuffle_memory(State(jnp.ones(3)), key=KEY, activity=True)
    with pytest.raises(ValueError, match="be True, or synapses"):
        shuffle_memory(a_state(), key=KEY)
    with pytest.raises(ValueError, match="have synapses"):
        shuffle_memory(State(jnp.ones((4, 3))), key=KEY, synapses=True)
