"""Dimensions of known data, and the memory capacity of linear networks."""

from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import memory_capacity, participation_ratio


def test_participation_ratio_of_few_samples():
    """GT33: isotropic, N = 50, T = 200: N T / (N + T) = 40, and 50 corrected."""
    rng = np.random.default_rng(33)
    draws = [rng.normal(size=(200, 50)) for _ in range(40)]
    for corrected, expected, tolerance in ((False, 40.0, 0.3), (True, 50.0, 0.0)):
        ratios = [float(participation_ratio(x, corrected=corrected)) for x in draws]
        error = np.std(ratios) / np.sqrt(len(ratios))
        assert abs(np.mean(ratios) - expected) < STANDARD_ERRORS * error + tolerance
        assert error < 0.2


def unit_gain_network(w, w_in):
    """Return a linear network whose step is v <- W v + W_in u: gamma = 1."""
    return cj.CTRNN(
        1, len(w), 1, w_hid=w, w_in=w_in[:, None], activation="linear", dt=20.0,
        tau=20.0, key=jax.random.key(0),
    )  # fmt: skip


def test_capacities_of_a_linear_network_add_up_to_its_units():
    """GT42: N = 10, T = 20,000: total 10, plus a bias of N / T at each of 150 lags."""
    units, steps, lags = 10, 20_000, 150
    rng = np.random.default_rng(42)
    w = 0.95 * np.linalg.qr(rng.normal(size=(units, units)))[0]
    net, u = unit_gain_network(w, rng.normal(size=units)), rng.normal(size=steps)
    states = cj.rollout(net, jnp.asarray(u)[:, None]).potentials
    memory = memory_capacity(states, u, lags=lags, washout=200)
    assert float(memory.total) == pytest.approx(units + lags * units / steps, rel=0.03)
    close(memory.total, jnp.sum(memory.capacities))
    assert np.all(memory.capacities[:5] > memory.capacities[60])
    unbiased = memory_capacity(states, u, lags=lags, washout=200, corrected=True)
    bias = (lags - units) * units / (steps - 200)
    assert float(memory.total - unbiased.total) == pytest.approx(bias, rel=0.05)


def test_a_shift_register_is_an_exact_delay_line():
    """GT42: `W_ij` = 1 for i = j + 1: unit k holds the input of k steps ago."""
    rng = np.random.default_rng(6)
    net, u = unit_gain_network(np.eye(6, k=-1), np.eye(6)[0]), rng.normal(size=2000)
    states = np.asarray(cj.rollout(net, jnp.asarray(u)[:, None]).potentials)
    for lag in range(6):
        close(states[lag:, lag], u[: 2000 - lag])
    memory = memory_capacity(states @ rng.normal(size=(6, 6)), u, lags=9)
    close(memory.capacities[:6], np.ones(6))
    assert np.all(memory.capacities[6:] < 0.02)
