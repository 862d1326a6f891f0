"""Known Lyapunov exponents: maps, random matrices, and the transition to chaos."""

from helpers import close, STANDARD_ERRORS
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import digamma, polygamma

import ctrnn_jax as cj
from ctrnn_jax.analysis import kaplan_yorke, lyapunov
from ctrnn_jax.analysis.lyapunov_exponents._benettin import growth


def gaussian(n, gain, dt, seed):
    """Return a network with tau = 1 ms, J ~ N(0, gain^2 / n) and a random start."""
    rng = np.random.default_rng(seed)
    w_hid = rng.normal(0, gain / np.sqrt(n), (n, n))
    return cj.CTRNN(0, n, 0, dt=dt, tau=1.0, w_hid=w_hid, v0=rng.normal(size=n),
                    key=jax.random.key(0))  # fmt: skip


def eigenvalues(net):
    w, g = np.asarray(cj.effective(net).w_hid), float(net.dt / net.tau)
    return np.linalg.eigvals((1 - g) * np.eye(len(w)) + g * w)


@pytest.mark.parametrize("gain", [0.5, pytest.param(0.8, marks=pytest.mark.slow)])
def test_largest_exponent_below_chaos_is_that_of_the_map(gain):
    """GT28: ln rho(A) / g of the discrete map, not the value of continuous time."""
    net = gaussian(200, gain, 0.1, seed=1)
    result = lyapunov(net, steps=4000, n_exponents=1, burn=1000)
    expected = np.log(np.abs(eigenvalues(net)).max()) / 0.1
    assert abs(float(result.per_tau[0]) - expected) < 1e-3


@pytest.mark.slow
def test_whole_spectrum_below_chaos_is_that_of_the_eigenvalues():
    """GT29: sorted ln |eig A| / g."""
    net = gaussian(40, 0.8, 0.1, seed=2)
    result = lyapunov(net, steps=16_000, burn=4000)
    expected = np.sort(np.log(np.abs(eigenvalues(net))) / 0.1)[::-1]
    np.testing.assert_allclose(result.per_tau, expected, rtol=0, atol=1e-3)
    assert bool(result.accurate)
    assert float(result.kaplan_yorke) == 0.0


@pytest.mark.slow
def test_exponents_add_up_to_the_contraction_of_volumes():
    """GT30: sum lambda = mean ln |det J| / g, along a chaotic trajectory."""
    net = gaussian(64, 3.0, 0.1, seed=3)
    result = lyapunov(net, steps=1000, burn=200)
    assert float(result.residual) < 1e-9
    v = cj.rollout(net, steps=1200, record=cj.Record(rates=False, outputs=False))
    before = np.asarray(v.potentials)[199:1199]
    w = np.asarray(cj.effective(net).w_hid)
    j = 0.9 * np.eye(64) + 0.1 * w * (1 - np.tanh(before) ** 2)[:, None, :]
    expected = np.mean(np.linalg.slogdet(j)[1])
    np.testing.assert_allclose(np.sum(result.per_step), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("n", "intervals"), [(3, 2000), pytest.param(16, 20_000, marks=pytest.mark.slow)]
)
def test_products_of_gaussian_matrices(n, intervals):
    """GT31: lambda_i = (ln 2 + psi((N - i + 1) / 2)) / 2 (Newman 1986).

    Logarithms of the diagonal of R are independent, of variance psi'((N - i + 1) / 2)
    / 4.
    """

    def push(key, x):
        matrix_key = jax.random.fold_in(key, x)
        return key, lambda q: jax.random.normal(matrix_key, (n, n)) @ q

    @jax.jit
    def run(key):
        directions = jnp.eye(n)
        _, (logs, _, _) = growth(
            push,
            (key, directions),
            directions,
            jnp.arange(intervals)[:, None],
            intervals=intervals,
            every=1,
            whole=False,
        )
        return logs

    logs = run(jax.random.key(4))
    i = np.arange(1, n + 1)
    expected = (np.log(2) + digamma((n - i + 1) / 2)) / 2
    error = np.sqrt(polygamma(1, (n - i + 1) / 2) / 4 / intervals)
    bound = np.minimum(STANDARD_ERRORS * error, 0.02 if n == 16 else np.inf)
    assert np.all(np.abs(np.mean(logs, axis=0) - expected) < bound)


def logistic(v):
    return v * (1 - v)


def test_logistic_map():
    """dt = tau makes the network the map v -> 4 v (1 - v), whose exponent is ln 2."""
    net = cj.CTRNN(0, 3, 0, dt=5.0, tau=5.0, activation=logistic, v0=[0.1, 0.2, 0.37],
                   w_hid=4 * np.eye(3), key=jax.random.key(0))  # fmt: skip
    result = lyapunov(net, steps=40_000, every=1, n_exponents=1, burn=1000)
    assert abs(float(result.per_step[0]) - np.log(2)) < 2e-3
    assert 1e-5 < float(result.standard_error[0] * 5.0) < 3e-3
    close(result.per_tau, result.per_step)
    period = cj.replace(net, w_hid=3.2 * np.eye(3))  # a cycle of two points
    result = lyapunov(period, steps=40_000, every=1, n_exponents=1, burn=1000)
    r = 3.2
    expected = np.log(np.abs(4 + 2 * r - r**2)) / 2
    assert abs(float(result.per_step[0]) - expected) < 1e-9


def test_cycle_has_dimension_one():
    """A limit cycle of two units: one exponent is 0 up to rounding, one negative."""
    net = cj.CTRNN(0, 2, 0, dt=0.05, tau=1.0, w_hid=np.array([[1.5, -1.0], [1.0, 1.5]]),
                   v0=[0.5, 0.0], key=jax.random.key(0))  # fmt: skip
    result = lyapunov(net, steps=40_000, burn=4000)
    assert abs(float(result.per_tau[0])) < 1e-3
    assert float(result.per_tau[1]) < -0.1
    assert abs(float(result.kaplan_yorke) - 1.0) < 1e-3


@pytest.mark.slow
def test_a_network_is_chaotic_beyond_the_onset():
    """GT32 for one network: g = 1, N = 300, gain 2."""
    net = gaussian(300, 2.0, 1.0, seed=0)
    result = lyapunov(net, steps=1000, every=1, n_exponents=1, burn=300)
    assert 0.12 < float(result.per_tau[0]) < 0.2


@pytest.mark.slow
def test_onset_of_chaos_at_the_mean_field_value():
    """GT32: g = 1, N = 300, gain 2: .1548 -8 % / +3 %, mean of four networks."""
    nets = cj.stack([gaussian(300, 2.0, 1.0, seed) for seed in range(4)])

    def run(net):
        return lyapunov(net, steps=2000, every=1, n_exponents=1, burn=300)

    result = jax.vmap(run)(nets)
    assert 0.92 * 0.1548 < float(jnp.mean(result.per_tau)) < 1.03 * 0.1548
    assert np.all(np.asarray(result.per_tau) > 0.12)


@pytest.mark.slow
def test_chaos_in_small_steps():
    """GT32: g = 0.1: above .05 at gain 2 and .15 at gain 3, below 0 at gain .8."""

    def run(net):
        return lyapunov(net, steps=3000, n_exponents=1, burn=1000)

    exponent = {}
    for gain in (0.8, 2.0, 3.0):
        nets = cj.stack([gaussian(300, gain, 0.1, seed) for seed in range(3)])
        exponent[gain] = float(jnp.mean(jax.vmap(run)(nets).per_tau))
    assert exponent[0.8] < -0.1
    assert exponent[2.0] > 0.05
    assert exponent[3.0] > 0.15


def test_kaplan_yorke_dimension_of_fixed_lists():
    """GT33: Lorenz, and 2.5 for (1, 0, -2)."""
    dimension = jax.jit(kaplan_yorke)
    lorenz = dimension(np.array([0.9056, 0.0, -14.5723]))
    close(lorenz, np.array(2 + 0.9056 / 14.5723))
    close(dimension(np.array([1.0, 0.0, -2.0])), np.array(2.5))
