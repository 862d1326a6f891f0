"""Stationary variance of every noise convention, and covariance of linear networks."""

from typing import Any

from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
from oracles.ar1 import autocovariance, standard_error
from oracles.linear import propagator
import pytest
from scipy.linalg import solve_continuous_lyapunov, solve_discrete_lyapunov
from scipy.stats import kstest, kurtosis

import ctrnn_jax as cj


TAU = 100.0
G = 0.2
DT = G * TAU
SIG = 0.3
Q = 0.04  # per square root of a ms
TRIALS, STEPS = 1000, 500
LAGS = (0, 1, 2, 5)


def linear_net(noise, *, w_hid=None, dt=DT, tau: Any = TAU, method=None):
    w_hid = np.zeros((1, 1)) if w_hid is None else w_hid
    return cj.CTRNN(
        0,
        len(w_hid),
        0,
        dt=dt,
        tau=tau,
        noise=noise,
        method=cj.Euler() if method is None else method,
        activation="linear",
        w_hid=w_hid,
        key=jax.random.key(0),
    )


def stationary(net, *, trials, steps, burn, seed):
    """Return v after a burn-in from 0, `(trials, steps, n_hidden)`."""
    start = cj.State(np.zeros((trials, net.n_hidden)))
    record = cj.Record(rates=False, outputs=False)
    traj = cj.rollout(
        net, steps=burn + steps, state=start, key=jax.random.key(seed), record=record
    )
    return np.asarray(traj.potentials)[:, burn:]


def check_leak(net, variance, a, seed, *, lags=LAGS, burn=100):
    """Compare variance and autocovariance of a leak-only unit with AR(1)."""
    v = stationary(net, trials=TRIALS, steps=STEPS, burn=burn, seed=seed)[..., 0]
    for lag in lags:
        pairs = v[:, : STEPS - lag] * v[:, lag:]
        expected = autocovariance(variance, a, lag)
        allowed = STANDARD_ERRORS * standard_error(variance, a, lag, pairs.size)
        assert abs(pairs.mean() - expected) < allowed, (lag, pairs.mean(), expected)


def convention(name, level):
    return cj.dynamics.noise_from(name, level, dt=DT, tau=TAU)


# name: noise, and the variance of the leak-only unit in the number of the convention
ROWS = {
    "raw_pre": (cj.StepNoise(pre=SIG), G * SIG**2 / (2 - G)),
    "raw_post": (cj.StepNoise(post=SIG), SIG**2 / (G * (2 - G))),
    "raw_both": (
        cj.StepNoise(pre=0.6, post=0.1),
        (G**2 * 0.6**2 + 0.1**2) / (G * (2 - G)),
    ),
    "song2016": (cj.DiffusionNoise(SIG), 2 * SIG**2 / (2 - G)),
    # tau dv = (...) dt + sqrt(tau) c dW with c = SIG
    "em_sqrt_tau": (cj.DiffusionNoise(SIG / np.sqrt(2)), SIG**2 / (2 - G)),
    # dv = (...) dt / tau + q dW
    "em_per_ms": (
        cj.DiffusionNoise(Q * np.sqrt(TAU / 2)),
        Q**2 * DT / (G * (2 - G)),
    ),
    "psychrnn": (convention("psychrnn", SIG), 2 * SIG**2 / (2 - G)),
    # pycog's number is a variance
    "pycog": (convention("pycog", SIG**2), 2 * SIG**2 / (2 - G)),
    "yang2019_linear": (convention("yang2019", SIG), 2 * SIG**2 / (2 - G)),
    "nn4n_recurrent_layer": (convention("nn4n", SIG), G * SIG**2 / (2 - G)),
    "nn4n_hidden_layer": (
        convention("nn4n_hidden_layer", SIG),
        SIG**2 / (G * (2 - G)),
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_leak_noise_is_the_ar1_of_its_convention(row):
    """GT6: Var = s^2 / (g (2 - g)) and Cov(k) = Var (1 - g)^k, for every convention."""
    noise, variance = ROWS[row]
    check_leak(linear_net(noise), variance, 1 - G, seed=list(ROWS).index(row))


def test_exponential_step_is_the_exact_ornstein_uhlenbeck_process():
    """GT6, exact OU row: Var = sigma^2 at every g, Cov(k) = Var exp(-k g)."""
    net = linear_net(cj.DiffusionNoise(SIG), method=cj.ExponentialEuler())
    check_leak(net, SIG**2, np.exp(-G), seed=100)


@pytest.mark.parametrize("dt", [5.0, pytest.param(10.0, marks=pytest.mark.slow)])
def test_diffusion_does_not_depend_on_dt(dt):
    """GT6, dt-invariance: one sigma at any dt, at fixed lags in ms.

    The exact step gives sigma^2 exp(-lag / tau); Euler 2 sigma^2 / (2 - g), which
    differs from it exactly by the factor 1 / (1 - g / 2).
    """
    g, noise = dt / TAU, cj.DiffusionNoise(SIG)
    lags, burn = (0, round(20.0 / dt), round(100.0 / dt)), round(1500.0 / dt)
    exact = linear_net(noise, dt=dt, method=cj.ExponentialEuler())
    check_leak(exact, SIG**2, np.exp(-g), seed=101, lags=lags, burn=burn)
    euler = linear_net(noise, dt=dt)
    check_leak(euler, 2 * SIG**2 / (2 - g), 1 - g, seed=102, lags=lags, burn=burn)


def test_conventions_convert_by_the_table():
    """GT6, conversions: s^2 = g^2 se^2 + sx^2, in the number of every convention."""
    tau = np.array([50.0, 100.0, 400.0])
    se, sx, g = 0.7, 0.2, DT / tau
    s = np.sqrt((g * se) ** 2 + sx**2)
    sigma = np.sqrt((g * se**2 + sx**2 / g) / 2)
    numbers = {
        "pre": s / g,
        "post": s,
        "diffusion": sigma,
        "pycog": sigma**2,
        "psychrnn": sigma,
        "yang2019": sigma,
        "nn4n": s / g,
        "nn4n_hidden_layer": s,
    }
    for name, number in numbers.items():
        both = cj.StepNoise(pre=se, post=sx)
        close(cj.dynamics.noise_to(name, both, dt=DT, tau=tau), number)
        noise = cj.dynamics.noise_from(name, number, dt=DT, tau=tau)
        close(cj.dynamics.noise_to("post", noise, dt=DT, tau=tau), s)


def test_a_memoryless_unit_equals_its_noise():
    """GT7: g = 1 and W = 0: v is eps + xi, white, Gaussian, variance se^2 + sx^2."""
    trials, steps, units = 200, 50, 20  # 2e5 draws
    net = linear_net(
        cj.StepNoise(pre=0.6, post=0.8), w_hid=np.zeros((units, units)), dt=TAU
    )
    v = stationary(net, trials=trials, steps=steps, burn=0, seed=7)
    error = 1 / np.sqrt(v.size)
    assert abs(v.mean()) < STANDARD_ERRORS * error
    # eps and xi with the same draws would give 1.96 or 0.04
    assert abs(v.var() - 1.0) < STANDARD_ERRORS * np.sqrt(2) * error
    assert abs(kurtosis(v.ravel(), fisher=False) - 3.0) < STANDARD_ERRORS * (
        np.sqrt(24) * error
    )
    assert kstest(v.ravel(), "norm").pvalue > 1e-3
    for product in (v[:, 1:] * v[:, :-1], v[1:] * v[:-1]):
        assert abs(np.mean(product)) < STANDARD_ERRORS / np.sqrt(product.size)
    for lines in (v.reshape(-1, units), v.reshape(trials, -1).T):
        across = np.corrcoef(lines, rowvar=False) - np.eye(lines.shape[1])
        assert np.abs(across).max() < STANDARD_ERRORS / np.sqrt(len(lines))


def test_stationary_covariance_solves_the_discrete_lyapunov_equation():
    """GT8: Sigma = A Sigma A^T + diag(g^2 se^2 + sx^2); lag 1: A Sigma."""
    g = np.array([0.1, 0.2, 0.3, 0.15])
    se, sx = np.array([0.5, 0.3, 0.8, 0.4]), np.array([0.1, 0.2, 0.05, 0.15])
    w = np.random.default_rng(5).normal(0.0, 0.4, (4, 4))
    a = propagator(w, g)
    sigma = solve_discrete_lyapunov(a, np.diag((g * se) ** 2 + sx**2))
    assert np.max(np.abs(np.linalg.eigvals(a))) < 0.98  # the burn-in is long enough

    net = linear_net(cj.StepNoise(pre=se, post=sx), w_hid=w, dt=10.0, tau=10.0 / g)
    v = stationary(net, trials=1000, steps=650, burn=350, seed=8)
    now, later = v[:, :-1].reshape(-1, 4), v[:, 1:].reshape(-1, 4)
    for measured, expected in [
        (now.T @ now / len(now), sigma),
        (later.T @ now / len(now), a @ sigma),
    ]:
        error = np.linalg.norm(measured - expected) / np.linalg.norm(expected)
        assert error < 0.03


def test_euler_maruyama_covariance_converges_to_the_continuous_one():
    """GT9: (W-I) S + S (W-I)^T + 2 sigma^2 I = 0 is reached at order 1 in g."""
    w = np.random.default_rng(6).normal(0.0, 0.4, (4, 4))
    drift = w - np.eye(4)
    continuous = solve_continuous_lyapunov(drift, -2 * SIG**2 * np.eye(4))
    start, key = cj.State(np.zeros(4)), jax.random.key(9)

    def gap(g):
        net = linear_net(cj.DiffusionNoise(SIG), w_hid=w, dt=g * TAU)
        noise_free = cj.noiseless(net)
        a = jax.jacobian(lambda v: cj.step(noise_free, cj.State(v)).potentials)(
            jnp.zeros(4)
        )
        # the same key draws the same xi, so this ratio is the std that a step adds
        unit = cj.replace(net, noise=cj.StepNoise(post=1.0))
        std = np.asarray(cj.step(net, start, key=key).potentials) / np.asarray(
            cj.step(unit, start, key=key).potentials
        )
        stepped = solve_discrete_lyapunov(np.asarray(a), np.diag(std**2))
        return np.linalg.norm(stepped - continuous) / np.linalg.norm(continuous)

    gaps = {g: gap(g) for g in (0.2, 0.1, 0.05, 0.01)}
    assert 4.5 < gaps[0.05] / gaps[0.01] < 5.7
    assert 1.8 < gaps[0.1] / gaps[0.05] < 2.3
    assert gaps[0.01] < 0.02 < gaps[0.2]
