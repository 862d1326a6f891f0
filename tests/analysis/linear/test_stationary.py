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
from ctrnn_jax.analysis.linear import _stationary_solution


N, DT = 4, 20.0
TAU = np.array([50.0, 100.0, 80.0, 200.0])
W = np.random.default_rng(5).normal(0.0, 0.5, (N, N))
STDS = {
    "pre": np.array([0.05, 0.03, 0.08, 0.04]),
    "post": np.array([0.01, 0.02, 0.005, 0.015]),
    "rate": np.array([0.03, 0.02, 0.01, 0.04]),
}
ALL_NOISES = cj.StepNoise(**STDS)


def network(noise=ALL_NOISES, *, activation="linear", tau=TAU, dt=DT, **options):
    return cj.CTRNN(
        1, N, 0, dt=dt, tau=tau, noise=noise, activation=activation, w_hid=W,
        b_hid=0.2 * np.ones(N), key=jax.random.key(0), **options,
    )  # fmt: skip


def cache_size(jitted):
    """Return how many times a function has been compiled."""
    return jitted._cache_size()


def linear_step():
    """Return A, B and Q of the linear network with all noises."""
    g = (DT / TAU)[:, None]
    a = np.eye(N) + g * (W - np.eye(N))
    b = g * W
    q = np.diag((g[:, 0] * STDS["pre"]) ** 2 + STDS["post"] ** 2)
    return a, b, q + (b * STDS["rate"] ** 2) @ b.T


def test_covariance_solves_the_discrete_equation():
    """Per-unit gamma and all three noises of `StepNoise`, against SciPy."""
    result = stationary(network())
    a, b, q = linear_step()
    sigma = solve_discrete_lyapunov(a, q)
    close((result.propagator, result.injected), (a, q))
    close(result.covariance, sigma)
    close(result.mean, np.linalg.solve(np.eye(N) - W, 0.2 * np.ones(N)))
    radius = np.abs(np.linalg.eigvals(a)).max()
    close(result.radius, radius)
    assert bool(result.stable)
    assert float(result.residual) < 1e-13
    assert float(result.speed) < 1e-13
    for lag in (0, 1, 5):
        power = np.linalg.matrix_power(a, lag)
        close(result.lagged(lag), power @ sigma)
        rates = power @ sigma
        if lag:  # noise on a rate reaches the state through its synapses
            previous = np.linalg.matrix_power(a, lag - 1)
            rates = rates + previous @ b * STDS["rate"] ** 2
        else:
            rates = rates + np.diag(STDS["rate"] ** 2)
        close(result.lagged(lag, of="rates"), rates)


NOISES = {
    "diffusion": (cj.DiffusionNoise(0.3), {}),
    "exponential": (cj.DiffusionNoise(0.3), {"method": cj.ExponentialEuler()}),
    "all_terms": (ALL_NOISES, {}),
    "rate_form": (ALL_NOISES, {"form": cj.dynamics.RateForm(), "activation": "tanh"}),
    "rectified_leak": (
        ALL_NOISES,
        {"form": cj.dynamics.RectifiedLeakForm(), "activation": "softplus"},
    ),
    "tanh": (
        cj.StepNoise(*(np.full(N, std) for std in (0.05, 0.01, 0.01))),
        {"activation": "tanh"},
    ),
}


@pytest.mark.parametrize(
    "name",
    [
        "tanh",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in (
                "rate_form",
                "diffusion",
                "exponential",
                "rectified_leak",
                "all_terms",
            )
        ),
    ],
)
def test_covariance_is_that_of_a_long_simulation(name):
    """Each entry at lags 0 and 2 within 5 standard errors over independent trials.

    Of the state and of the rates. Nonlinear networks have weak noise, so that the
    error of the linearisation is smaller.
    """
    noise, options = NOISES[name]
    net = network(noise, **options)
    result = stationary(net)
    trials, steps, burn = 400, 150, 80
    start = cj.State(np.broadcast_to(result.mean, (trials, N)))
    u = np.zeros((trials, burn + steps, 1))
    traj = cj.rollout(net, u, key=jax.random.key(1), state=start)
    for of, values in (("state", traj.potentials), ("rates", traj.rates)):
        x = np.asarray(values)[:, burn:]
        x = x - x.mean((0, 1))
        for lag in (0, 2):
            products = np.einsum("sti,stj->sij", x[:, lag:], x[:, : steps - lag])
            products /= steps - lag
            error = products.std(0, ddof=1) / np.sqrt(trials)
            lagged = np.asarray(result.lagged(lag, of=of))
            difference = np.abs(products.mean(0) - lagged)
            assert np.all(difference < STANDARD_ERRORS * error), (of, lag)


def test_leak_only_units_have_lorentzians():
    """Var = s^2 / (g (2 - g)); S(f) of AR(1), and of Ornstein & Uhlenbeck."""
    sigma, ms = 0.3, 1e-3
    g = DT / TAU
    net = cj.replace(network(cj.DiffusionNoise(sigma)), w_hid=np.zeros((N, N)))
    discrete = stationary(net)
    close(discrete.covariance, np.diag(2 * sigma**2 / (2 - g)))
    f = np.array([0.0, 1.0, 7.5, 25.0])[:, None]
    w = 2 * np.pi * f * DT * ms
    density = DT * ms * 2 * g * sigma**2 / np.abs(np.exp(1j * w) - (1 - g)) ** 2
    close(discrete.power(f[:, 0]), density)
    limit = stationary(net, continuous=True)
    close(limit.covariance, np.diag(np.full(N, sigma**2)))
    density = 2 * sigma**2 * TAU * ms / (1 + (2 * np.pi * f * TAU * ms) ** 2)
    close(limit.power(f[:, 0]), density)
    close(limit.lagged(3), np.diag(sigma**2 * np.exp(-3 * g)))
    close(limit.radius, np.array(-1 / TAU.max()))


@pytest.mark.parametrize("of", ["rates", pytest.param("state", marks=pytest.mark.slow)])
def test_spectrum_integrates_to_the_covariance(of):
    """Over the band of the steps; and it is the transform of the lagged covariance."""
    net = network(activation="tanh")
    result = stationary(net, np.array([0.5]))
    f = np.linspace(-25.0, 25.0, 1001)
    cross = np.asarray(result.cross_spectrum(f, of=of))
    integral = np.real(np.trapezoid(cross, f, axis=0))
    close(integral, np.asarray(result.lagged(0, of=of)))
    phase = np.exp(2j * np.pi * f * DT / 1000 * 3)[:, None, None]
    lagged = np.trapezoid(cross * phase, f, axis=0)
    close(lagged, np.asarray(result.lagged(3, of=of)) + 0j)
    close(result.power(f[:5], of=of), np.real(np.diagonal(cross, axis1=1, axis2=2))[:5])


@pytest.mark.slow
def test_power_is_that_of_a_long_simulation():
    """Averaged periodograms at a few frequencies, within 5 standard errors."""
    net, steps, trials = network(activation="tanh"), 512, 200
    result = stationary(net)
    start = cj.State(jnp.broadcast_to(result.mean, (trials, N)))
    u = np.zeros((trials, 100 + steps, 1))
    rates = cj.rollout(net, u, key=jax.random.key(4), state=start).rates[:, 100:]
    x = np.asarray(rates) - np.asarray(rates).mean((0, 1))
    seconds = DT / 1000
    window = np.hanning(steps)[:, None]
    spectra = np.abs(np.fft.fft(x * window, axis=1)) ** 2 * seconds / (window**2).sum()
    index = np.array([5, 20, 60, 150, 250])
    mean, error = spectra.mean(0)[index], spectra.std(0)[index] / np.sqrt(trials)
    expected = result.power(index / (steps * seconds), of="rates")
    assert np.all(np.abs(mean - expected) < STANDARD_ERRORS * error)


@pytest.mark.slow
def test_continuous_time_solves_its_equation():
    """Against SciPy, for both noises; lags by the matrix exponential."""
    net = network(cj.DiffusionNoise(0.3), activation="tanh")
    result = stationary(net, continuous=True)
    v = np.asarray(result.mean)
    slopes = 1 - np.tanh(v) ** 2
    a = (-np.eye(N) + W * slopes) / TAU[:, None]
    q = np.diag(2 * 0.3**2 / TAU)
    sigma = solve_continuous_lyapunov(a, -q)
    close((result.propagator, result.injected, result.covariance), (a, q, sigma))
    close(result.lagged(4), expm(a * 4 * DT) @ sigma)
    close(result.lagged(0, of="rates"), slopes[:, None] * sigma * slopes)
    close(result.radius, np.array(np.linalg.eigvals(a).real.max()))
    assert float(result.residual) < 1e-12
    exponential = network(cj.DiffusionNoise(0.3), activation="tanh",
                          method=cj.ExponentialEuler())  # fmt: skip
    close(stationary(exponential, continuous=True).covariance, sigma)
    per_step = stationary(network(), continuous=True)
    close(per_step.injected, linear_step()[2] / DT)


@pytest.mark.slow
def test_discrete_time_converges_to_continuous_time_at_first_order():
    """GT9: the relative gap of the two is of order dt."""

    def gap(g):
        net = network(cj.DiffusionNoise(0.3), tau=100.0, dt=100.0 * g)
        discrete = stationary(net).covariance
        limit = stationary(net, continuous=True).covariance
        return float(jnp.linalg.norm(discrete - limit) / jnp.linalg.norm(limit))

    assert 4.5 < gap(0.05) / gap(0.01) < 5.7
    assert gap(0.01) < 0.02 < gap(0.2)


@pytest.mark.parametrize("continuous", [False, True])
def test_networks_without_stationary_state_are_flagged(continuous):
    """Growing, and marginal: the variance of a perfect integrator grows without end."""
    for w in (1.5 * np.eye(N), np.diag([1.0, 0.0, 0.0, 0.5])):
        net = cj.replace(network(cj.DiffusionNoise(0.1)), w_hid=w, b_hid=np.zeros(N))
        result = stationary(net, continuous=continuous)
        assert not bool(result.stable)
        assert np.all(np.isnan(result.covariance))
        assert np.all(np.isnan(result.lagged(3)))
        assert np.all(np.isnan(result.power(np.arange(4.0))))
    slow_weights = np.diag([1 - 1e-6, 0.0, 0.0, 0.5])
    slow = cj.replace(
        network(cj.DiffusionNoise(0.1)), w_hid=slow_weights, b_hid=np.zeros(N)
    )
    result = stationary(slow, continuous=continuous)
    assert bool(result.stable)
    assert float(result.covariance[0, 0]) == pytest.approx(0.01 * 1e6, rel=1e-4)


def test_fixed_point_is_computed_or_an_argument():
    """From v0 the network reaches a stable one; `potentials` may be unstable."""
    net = cj.replace(network(cj.DiffusionNoise(0.05), activation="tanh"),
                     w_hid=2 * np.eye(N), b_hid=np.zeros(N),
                     v0=np.full(N, 0.3))  # fmt: skip
    upper = stationary(net)
    close(upper.mean, np.full(N, 1.915008048154537), scale=10)
    assert bool(upper.stable)
    middle = stationary(net, potentials=np.zeros(N))
    assert not bool(middle.stable)
    assert float(middle.speed) == 0.0
    elsewhere = stationary(net, potentials=np.ones(N))
    assert float(elsewhere.speed) > 0.01
    # a step contracts there, but the state is no fixed point
    assert float(elsewhere.radius) < 1
    assert not bool(elsewhere.stable)
    assert np.all(np.isnan(elsewhere.covariance))
    driven = stationary(network(), np.array([0.5]))
    w_in = np.asarray(cj.effective(network()).w_in)
    close(driven.mean, np.linalg.solve(np.eye(N) - W, 0.2 + 0.5 * w_in[:, 0]))


@pytest.mark.parametrize(
    "continuous", [False, pytest.param(True, marks=pytest.mark.slow)]
)
def test_a_cycle_is_no_stationary_state(continuous):
    net = cj.replace(network(cj.DiffusionNoise(0.05), activation="tanh"), tau=100.0,
                     w_hid=np.kron(np.eye(2), [[1.5, -2.0], [2.0, 1.5]]),
                     b_hid=np.zeros(N), v0=np.array([0.3, 0.0, 0.2, 0.1]))  # fmt: skip
    result = stationary(net, continuous=continuous)
    assert not bool(result.stable)
    assert np.all(np.isnan(result.covariance))


@pytest.mark.slow
def test_maps_differentiates_and_does_not_recompile():
    net = network(cj.DiffusionNoise(0.1))
    levels = np.array([0.1, 0.2])

    def covariance(sigma):
        return stationary(cj.replace(net, noise=cj.DiffusionNoise(sigma))).covariance

    def total_variance(sigma):
        return jnp.trace(covariance(sigma))

    mapped = np.asarray(jax.jit(jax.vmap(covariance))(levels))
    close(mapped[1], 4 * mapped[0])
    gradient = jax.jit(jax.grad(total_variance))(levels[0])
    close(float(gradient), 2 * np.trace(mapped[0]) / 0.1)
    num_compiled = cache_size(_stationary_solution._solve)
    covariance(0.3)
    stationary(cj.replace(net, tau=2 * TAU, w_hid=W / 2))
    assert cache_size(_stationary_solution._solve) <= num_compiled + 1


@pytest.mark.slow
def test_single_precision_networks_are_analysed_in_double_precision():
    expected = stationary(network(cj.DiffusionNoise(0.1))).covariance
    with jax.enable_x64(False):
        single = network(cj.DiffusionNoise(0.1), dtype=jnp.float32)
        result = stationary(single)
        assert result.covariance.dtype == jnp.float32
        assert result.cross_spectrum(np.ones(1, np.float32)).dtype == jnp.complex64

        def single_covariance(sigma):
            noise = cj.DiffusionNoise(sigma)
            return stationary(cj.replace(single, noise=noise)).covariance

        within_jit = jax.jit(jax.vmap(single_covariance))(jnp.array([0.1, 0.2]))
        assert within_jit.dtype == jnp.float32
    np.testing.assert_allclose(result.covariance, expected, rtol=2e-6)
    np.testing.assert_allclose(within_jit[0], expected, rtol=1e-4)
    np.testing.assert_allclose(within_jit[1], 4 * expected, rtol=1e-4)


def test_invalid_arguments_raise_an_error():
    net = network()
    synapses = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
    plastic = network(synapses=synapses)
    perturbed = cj.perturb(net, cj.perturbations.Lesion(0))
    leak = network(form=cj.dynamics.RectifiedLeakForm(), activation="relu")
    discrete, continuous = stationary(net), stationary(net, continuous=True)
    for call, message in [
        (lambda: stationary(cj.noiseless(net)), "`net` must have noise"),
        (lambda: stationary(plastic), "without short-term plasticity"),
        (lambda: stationary(perturbed), "be a network; got a Perturbed"),
        (lambda: stationary(cj.stack([net, net])), "be one network"),
        (lambda: stationary(leak, continuous=True), "False for RectifiedLeakForm"),
        (lambda: stationary(net, np.zeros(3)), r"`inputs` must have shape \(1,\)"),
        (lambda: stationary(net, np.zeros((2, 1))), "`inputs` must have shape"),
        (
            lambda: stationary(net, potentials=np.zeros(3)),
            "`potentials` must have shape",
        ),
        (lambda: discrete.lagged(-1), "`lag` must be a whole number"),
        (lambda: discrete.lagged(1, of="outputs"), "`of` must be a known name"),
        (
            lambda: discrete.power(np.array(1.0)),
            "`frequencies` must be a list of numbers",
        ),
        (
            lambda: continuous.lagged(0, of="rates"),
            "noise on the rates in continuous time",
        ),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
