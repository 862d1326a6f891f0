"""Stationary covariances and spectra: equations, closed forms and long simulations."""

from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import (
    expm,
    solve_continuous_lyapunov,
    solve_discrete_lyapunov,
)

import ctrnn_jax as cj
from ctrnn_jax.analysis import stationary
from ctrnn_jax.analysis.linear import _stationary
from ctrnn_jax.analysis.linear._lyapunov_equation import spectral_size


RNG = np.random.default_rng(0)
N, DT = 4, 20.0
TAU = np.array([50.0, 100.0, 80.0, 200.0])
W = np.random.default_rng(5).normal(0.0, 0.5, (N, N))
LEVELS = {
    "pre": np.array([0.05, 0.03, 0.08, 0.04]),
    "post": np.array([0.01, 0.02, 0.005, 0.015]),
    "rate": np.array([0.03, 0.02, 0.01, 0.04]),
}
EVERY = cj.StepNoise(**LEVELS)


def network(noise=EVERY, *, activation="linear", tau=TAU, dt=DT, **options):
    return cj.CTRNN(
        1, N, 0, dt=dt, tau=tau, noise=noise, activation=activation, w_hid=W,
        b_hid=0.2 * np.ones(N), key=jax.random.key(0), **options,
    )  # fmt: skip


def linear_step(tau=TAU):
    g = (DT / tau)[:, None]
    a = np.eye(N) + g * (W - np.eye(N))
    path = g * W
    q = np.diag((g[:, 0] * LEVELS["pre"]) ** 2 + LEVELS["post"] ** 2)
    return a, path, q + (path * LEVELS["rate"] ** 2) @ path.T


def test_covariance_solves_the_discrete_equation():
    """Per-unit gamma and all three noises of `StepNoise`, against SciPy."""
    found = stationary(network())
    a, path, q = linear_step()
    sigma = solve_discrete_lyapunov(a, q)
    close((found.propagator, found.injected), (a, q))
    close(found.covariance, sigma)
    close(found.mean, np.linalg.solve(np.eye(N) - W, 0.2 * np.ones(N)))
    radius = np.abs(np.linalg.eigvals(a)).max()
    close(found.radius, radius)
    assert bool(found.stable)
    assert float(found.residual) < 1e-13
    assert float(found.speed) < 1e-13
    for lag in (0, 1, 5):
        power = np.linalg.matrix_power(a, lag)
        close(found.lagged(lag), power @ sigma)
        rates = power @ sigma
        if lag:  # a rate's noise goes on through its synapses
            before = np.linalg.matrix_power(a, lag - 1)
            rates = rates + before @ path * LEVELS["rate"] ** 2
        else:
            rates = rates + np.diag(LEVELS["rate"] ** 2)
        close(found.lagged(lag, of="rates"), rates)


NOISES = {
    "diffusion": (cj.DiffusionNoise(0.3), {}),
    "exponential": (cj.DiffusionNoise(0.3), {"method": cj.ExponentialEuler()}),
    "all_terms": (EVERY, {}),
    "rate_form": (EVERY, {"form": cj.dynamics.RateForm(), "activation": "tanh"}),
    "rectified_leak": (
        EVERY,
        {"form": cj.dynamics.RectifiedLeakForm(), "activation": "softplus"},
    ),
    "tanh": (cj.StepNoise(pre=0.05, post=0.01, rate=0.01), {"activation": "tanh"}),
}


@pytest.mark.parametrize("name", NOISES)
def test_covariance_is_that_of_a_long_simulation(name):
    """Each entry at lags 0 and 2 within 5 standard errors over independent trials.

    Of the state and of the rates. Nonlinear networks have weak noise, so that the
    linearisation is good to less than that error.
    """
    noise, options = NOISES[name]
    net = network(noise, **options)
    found = stationary(net)
    trials, steps, burn, lag = 400, 150, 80, 2
    start = cj.State(jnp.broadcast_to(found.mean, (trials, N)))
    u = np.zeros((trials, burn + steps, 1))
    traj = cj.rollout(net, u, key=jax.random.key(1), state=start)
    for of, values in (("state", traj.potentials), ("rates", traj.rates)):
        x = np.asarray(values)[:, burn:]
        x = x - x.mean((0, 1))
        for k in (0, lag):
            products = np.einsum("sti,stj->sij", x[:, k:], x[:, : steps - k])
            products /= steps - k
            error = products.std(0, ddof=1) / np.sqrt(trials)
            difference = np.abs(products.mean(0) - found.lagged(k, of=of))
            assert np.all(difference < STANDARD_ERRORS * error), (of, k)


def test_leak_only_unit_has_a_lorentzian():
    """Var = s^2 / (g (2 - g)); S(f) of AR(1), and of Ornstein & Uhlenbeck."""
    g, sigma, tau, ms = 0.2, 0.3, 100.0, 1e-3
    net = cj.CTRNN(
        0, 1, 0, dt=g * tau, tau=tau, noise=cj.DiffusionNoise(sigma),
        activation="linear", w_hid=[[0.0]], key=jax.random.key(0),
    )  # fmt: skip
    found = stationary(net)
    close(found.covariance, np.array([[2 * sigma**2 / (2 - g)]]))
    f = np.array([0.0, 1.0, 7.5, 25.0])
    w = 2 * np.pi * f * g * tau * ms
    density = g * tau * ms * 2 * g * sigma**2 / np.abs(np.exp(1j * w) - (1 - g)) ** 2
    close(found.power(f), density[:, None])
    limit = stationary(net, continuous=True)
    close(limit.covariance, np.array([[sigma**2]]))
    density = 2 * sigma**2 * tau * ms / (1 + (2 * np.pi * f * tau * ms) ** 2)
    close(limit.power(f), density[:, None])
    close(limit.lagged(3), np.array([[sigma**2 * np.exp(-3 * g)]]))
    close(limit.radius, np.array(-1 / tau))


@pytest.mark.parametrize("of", ["state", "rates"])
def test_spectrum_integrates_to_the_covariance(of):
    """Over the band of the steps; and it is the transform of the lagged covariance."""
    net = network(activation="tanh")
    found = stationary(net, np.array([0.5]))
    f = np.linspace(-25.0, 25.0, 1001)
    cross = np.asarray(found.cross_spectrum(f, of=of))
    close(np.trapezoid(cross, f, axis=0).real, np.asarray(found.lagged(0, of=of)))
    phase = np.exp(2j * np.pi * f * DT / 1000 * 3)[:, None, None]
    lagged = np.trapezoid(cross * phase, f, axis=0)
    close(lagged, np.asarray(found.lagged(3, of=of)) + 0j)
    close(found.power(f[:5], of=of), np.diagonal(cross, axis1=1, axis2=2).real[:5])


def test_power_is_that_of_a_long_simulation():
    """Averaged periodograms at a few frequencies, within 5 standard errors."""
    net, steps, trials = network(activation="tanh"), 512, 200
    found = stationary(net)
    start = cj.State(jnp.broadcast_to(found.mean, (trials, N)))
    u = np.zeros((trials, 100 + steps, 1))
    rates = cj.rollout(net, u, key=jax.random.key(4), state=start).rates[:, 100:]
    x = np.asarray(rates) - np.asarray(rates).mean((0, 1))
    seconds = DT / 1000
    window = np.hanning(steps)[:, None]
    spectra = np.abs(np.fft.fft(x * window, axis=1)) ** 2 * seconds / (window**2).sum()
    index = np.array([5, 20, 60, 150, 250])
    mean, error = spectra.mean(0)[index], spectra.std(0)[index] / np.sqrt(trials)
    expected = found.power(index / (steps * seconds), of="rates")
    assert np.all(np.abs(mean - expected) < STANDARD_ERRORS * error)


def test_continuous_time_solves_its_equation():
    """Against SciPy, for both noises; lags by the matrix exponential."""
    net = network(cj.DiffusionNoise(0.3), activation="tanh")
    found = stationary(net, continuous=True)
    v = np.asarray(found.mean)
    a = (-np.eye(N) + W * (1 - np.tanh(v) ** 2)) / TAU[:, None]
    q = np.diag(2 * 0.3**2 / TAU)
    sigma = solve_continuous_lyapunov(a, -q)
    close((found.propagator, found.injected, found.covariance), (a, q, sigma))
    close(found.lagged(4), expm(a * 4 * DT) @ sigma)
    slopes = 1 - np.tanh(v) ** 2
    close(found.lagged(0, of="rates"), slopes[:, None] * sigma * slopes)
    close(found.radius, np.array(np.linalg.eigvals(a).real.max()))
    assert float(found.residual) < 1e-12
    exact = network(cj.DiffusionNoise(0.3), activation="tanh",
                    method=cj.ExponentialEuler())  # fmt: skip
    close(stationary(exact, continuous=True).covariance, sigma)
    step = stationary(network(cj.StepNoise(pre=0.1, post=0.05)), continuous=True)
    close(step.injected, np.diag((DT / TAU * 0.1) ** 2 + 0.05**2) / DT)


def test_steps_go_to_continuous_time_at_first_order():
    """GT9: the relative gap of the two is of order dt."""

    def gap(g):
        net = network(cj.DiffusionNoise(0.3), tau=100.0, dt=100.0 * g)
        steps = stationary(net).covariance
        limit = stationary(net, continuous=True).covariance
        return float(jnp.linalg.norm(steps - limit) / jnp.linalg.norm(limit))

    assert 4.5 < gap(0.05) / gap(0.01) < 5.7
    assert gap(0.01) < 0.02 < gap(0.2)


@pytest.mark.parametrize("continuous", [False, True])
def test_what_has_no_stationary_state_is_flagged(continuous):
    """Growing, and marginal: a perfect integrator's variance grows for ever."""
    for w in (1.5 * np.eye(N), np.diag([1.0, 0.0, 0.0, 0.5])):
        net = cj.replace(network(cj.DiffusionNoise(0.1)), w_hid=w, b_hid=np.zeros(N))
        found = stationary(net, continuous=continuous)
        assert not bool(found.stable)
        assert np.all(np.isnan(found.covariance))
        assert np.all(np.isnan(found.lagged(2)))
        assert np.all(np.isnan(found.power(np.array([1.0]))))
    slow = cj.replace(net, w_hid=np.diag([1 - 1e-6, 0.0, 0.0, 0.5]))
    found = stationary(slow, continuous=continuous)
    assert bool(found.stable)
    assert float(found.covariance[0, 0]) == pytest.approx(0.01 * 1e6, rel=1e-4)


def test_fixed_point_is_found_or_given():
    """Where it settles from v0; an unstable one only if it is asked for."""
    net = cj.CTRNN(0, 1, 0, dt=10.0, tau=100.0, noise=cj.DiffusionNoise(0.05),
                   w_hid=[[2.0]], v0=[0.3], key=jax.random.key(0))  # fmt: skip
    up = stationary(net)
    close(up.mean, np.array([1.915008048154537]), scale=10)
    assert bool(up.stable)
    middle = stationary(net, potentials=np.zeros(1))
    assert not bool(middle.stable)
    assert float(middle.speed) == 0.0
    elsewhere = stationary(net, potentials=np.ones(1))
    assert float(elsewhere.speed) > 0.01
    # it moves, although a step contracts there
    assert float(elsewhere.radius) < 1
    assert not bool(elsewhere.stable)
    assert np.all(np.isnan(elsewhere.covariance))
    driven = stationary(network(), np.array([0.5]))
    w_in = np.asarray(cj.effective(network()).w_in)
    close(driven.mean, np.linalg.solve(np.eye(N) - W, 0.2 + 0.5 * w_in[:, 0]))


@pytest.mark.parametrize("continuous", [False, True])
def test_a_cycle_is_no_stationary_state(continuous):
    net = cj.CTRNN(0, 2, 0, dt=10.0, tau=100.0, noise=cj.DiffusionNoise(0.05),
                   w_hid=[[1.5, -2.0], [2.0, 1.5]], v0=[0.3, 0.0], activation="tanh",
                   key=jax.random.key(0))  # fmt: skip
    found = stationary(net, continuous=continuous)
    assert not bool(found.stable)
    assert np.all(np.isnan(found.covariance))


def test_spectral_size_is_the_spectral_radius():
    for seed in range(3):
        w = np.random.default_rng(seed).normal(size=(20, 20))
        close(spectral_size(jnp.asarray(w)), np.abs(np.linalg.eigvals(w)).max())
    assert float(spectral_size(jnp.zeros((3, 3)))) == 0.0
    nilpotent = jnp.asarray(np.eye(4, k=1) * 3.0)
    assert float(spectral_size(nilpotent)) == 0.0
    jordan = jnp.asarray(0.9 * np.eye(4) + np.eye(4, k=1))
    close(spectral_size(jordan), np.array(0.9), scale=10)


def test_maps_differentiates_and_does_not_recompile():
    net = network(cj.DiffusionNoise(0.1))
    levels = jnp.array([0.1, 0.2])
    run = lambda s: stationary(cj.replace(net, noise=cj.DiffusionNoise(s))).covariance
    many = jax.vmap(run)(levels)
    close(many[1], 4 * many[0])
    total = lambda s: jnp.trace(run(s))
    close(jax.grad(total)(levels[0]), 2 * total(levels[0]) / levels[0])
    before = _stationary._solve._cache_size()
    run(jnp.asarray(0.3))
    stationary(cj.replace(net, tau=2 * TAU, w_hid=W / 2))
    assert _stationary._solve._cache_size() <= before + 1
    with jax.enable_x64(False):
        single = network(cj.DiffusionNoise(0.1), dtype=jnp.float32)
        found = stationary(single)
        assert found.covariance.dtype == jnp.float32
        assert found.cross_spectrum(np.ones(1, np.float32)).dtype == jnp.complex64
        run = lambda s: stationary(cj.replace(single, noise=cj.DiffusionNoise(s)))
        within = jax.jit(jax.vmap(run))(jnp.array([0.1, 0.2]))
        assert within.covariance.dtype == jnp.float32
    np.testing.assert_allclose(found.covariance, many[0], rtol=2e-6)
    np.testing.assert_allclose(within.covariance, many, rtol=1e-4)


def test_what_makes_no_sense_is_refused():
    net = network()
    stp = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
    leak = network(form=cj.dynamics.RectifiedLeakForm(), activation="relu")
    found = stationary(net)
    for call, message in [
        (lambda: stationary(cj.noiseless(net)), "`net` must have noise"),
        (lambda: stationary(network(synapses=stp)), "without short-term plasticity"),
        (
            lambda: stationary(cj.perturb(net, cj.perturbations.Lesion(0))),
            "a perturbed one",
        ),
        (lambda: stationary(cj.stack([net, net])), "be one network"),
        (lambda: stationary(leak, continuous=True), "False for RectifiedLeakForm"),
        (lambda: stationary(net, np.zeros(3)), "have the 1 channels"),
        (lambda: stationary(net, np.zeros((2, 1))), "`inputs` must have shape"),
        (lambda: stationary(net, potentials=np.zeros(3)), "`at` must have shape"),
        (lambda: found.lagged(-1), "`lag` must be a whole number"),
        (lambda: found.lagged(1, of="outputs"), "`of` must be a known name"),
        (lambda: found.power(np.array(1.0)), "`frequencies` must have one axis"),
        (
            lambda: stationary(net, continuous=True).lagged(0, of="rates"),
            "noise on the rates in continuous time",
        ),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
