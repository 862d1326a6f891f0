"""Tests of memory capacity, memory decoding and shuffled memory."""

import canonical
from helpers import close
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
    """Return the states of x <- W x + w_in u."""
    x, states = np.zeros(len(w)), []
    for input_value in u:
        x = w @ x + w_in * input_value
        states.append(x)
    return np.array(states)


def test_copies_of_units_add_no_capacity():
    u = RNG.normal(size=500)
    states = driven(np.eye(3, k=-1), np.eye(3)[0], u)
    capacity = memory_capacity(states, u, lags=5)
    with_copies = np.concatenate([states, 2 * states], axis=1)
    close(memory_capacity(with_copies, u, lags=5).capacities, capacity.capacities)


def test_invalid_activity_and_inputs_raise():
    u = RNG.normal(size=30)
    with pytest.raises(ValueError, match=r"`inputs` must have shape \("):
        memory_capacity(np.ones((29, 2)), u, lags=3)
    with pytest.raises(ValueError, match="leave more steps than units"):
        memory_capacity(RNG.normal(size=(30, 10)), u, lags=25)
    with pytest.raises(ValueError, match="`inputs` must vary"):
        memory_capacity(RNG.normal(size=(30, 3)), np.zeros(30), lags=3)
    for constant in (0.1, 0.3, 0.7):  # by rounding, the mean is another number
        with pytest.raises(ValueError, match="`inputs` must vary"):
            memory_capacity(RNG.normal(size=(90, 3)), np.full(90, constant), lags=3)


def test_silent_memory_is_in_the_synapses_only():
    """Rates depend on the label during the sample, synapses from the sample on."""
    trials, steps, units = 60, 6, 5
    labels = np.arange(trials) % 2
    code = RNG.normal(size=units)
    sign = (2.0 * labels - 1)[:, None, None]
    in_rates = np.array([0.0, 1, 1, 0, 0, 0])[None, :, None]
    in_synapses = np.array([0.0, 0, 1, 1, 1, 1])[None, :, None]
    rates = RNG.normal(size=(trials, steps, units))
    rates = 5 + rates + 3 * sign * in_rates * code
    x = 0.5 + 0.02 * RNG.normal(size=(trials, steps, units))
    x = x + 0.1 * sign * in_synapses * code
    u = np.full_like(x, 0.4)
    memory = decode_memory(rates, u, x, labels, shuffles=40, key=KEY)
    assert memory.rates.chance == 0.5
    assert np.all(memory.rates.accuracy[1:3] > 0.95)
    assert np.all(memory.rates.accuracy[3:] < 0.75)
    assert np.all(memory.synapses.accuracy[2:] > 0.95)
    assert np.all(memory.synapses.accuracy[:2] < 0.75)
    assert np.all(memory.synapses.p_values[2:] == 1 / 41)
    assert np.all(memory.rates.p_values[3:] > 1 / 41)
    swapped = decode_memory(rates, x, u, labels, shuffles=40, key=KEY)
    close(swapped.synapses.accuracy, memory.synapses.accuracy)


def test_efficacies_need_the_shape_of_the_rates():
    rates = RNG.normal(size=(10, 3, 4))
    with pytest.raises(ValueError, match="`x` must have shape"):
        decode_memory(rates, rates, rates[:, :2], np.arange(10) % 2, key=KEY)


def numbered_state(trials=12):
    """Return a state with the index of the trial in each value."""
    index = np.arange(trials, dtype=float)[:, None] * np.ones((1, 3))
    synapses = SynapticState(jnp.asarray(index + 100), jnp.asarray(index + 200))
    return State(jnp.asarray(index), 7, synapses)


def test_shuffling_permutes_activity_or_synapses_among_trials():
    state = numbered_state()
    shuffled = shuffle_memory(state, key=KEY, synapses=True)
    assert state.synapses is not None
    assert shuffled.synapses is not None
    np.testing.assert_array_equal(shuffled.potentials, state.potentials)
    np.testing.assert_array_equal(shuffled.step, state.step)
    order = (np.asarray(shuffled.synapses.u)[:, 0] - 100).astype(int)
    assert sorted(order) == list(range(12))
    assert list(order) != list(range(12))
    x = np.asarray(state.synapses.x)
    close(shuffled.synapses.x, x[order])  # u and x stay together
    shuffled = shuffle_memory(state, key=KEY, activity=True)
    close(shuffled.synapses, state.synapses, scale=0)
    before = np.asarray(state.potentials)
    np.testing.assert_array_equal(shuffled.potentials, before[order])


def test_shuffling_within_labels_keeps_the_labels():
    labels = np.array(list("aabbbcccabca"))
    shuffled = shuffle_memory(numbered_state(), key=KEY, activity=True, within=labels)
    order = np.asarray(shuffled.potentials)[:, 0].astype(int)
    assert sorted(order) == list(range(12))
    assert list(order) != list(range(12))
    np.testing.assert_array_equal(labels[order], labels)


def test_a_rollout_continues_from_a_shuffled_state():
    synapses = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
    net = canonical.ctrnn(synapses=synapses)
    u = canonical.inputs(4)
    state = cj.rollout(net, u).final_state
    shuffled = shuffle_memory(state, key=KEY, synapses=True)
    assert state.synapses is not None
    assert shuffled.synapses is not None
    close(np.sort(shuffled.synapses.x, axis=0), np.sort(state.synapses.x, axis=0))
    after = jax.eval_shape(lambda: cj.rollout(net, u, state=shuffled).rates)
    assert after.shape == (4, canonical.STEPS, 5)


def test_invalid_states_and_options_raise():
    with pytest.raises(ValueError, match="batch with one axis"):
        shuffle_memory(State(jnp.ones(3)), key=KEY, activity=True)
    with pytest.raises(ValueError, match="be True, or synapses"):
        shuffle_memory(numbered_state(), key=KEY)
    with pytest.raises(ValueError, match="have synapses"):
        shuffle_memory(State(jnp.ones((4, 3))), key=KEY, synapses=True)
