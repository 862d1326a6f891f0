"""Lyapunov exponents: Jacobians, sum rule, conditions, errors."""

import functools

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import lyapunov
from ctrnn_jax.analysis.lyapunov_exponents import _exponents


KEY = jax.random.key(3)
N, T = 6, 40
RNG = np.random.default_rng(0)
U = RNG.normal(size=(T, 2))
SHORT = {"steps": T, "every": 2, "burn": 0, "blocks": 4}


def network(gain=2.0, **options):
    options = {
        "tau": 100.0,
        "b_hid": cj.initialisers.Uniform(1.0),
        "v0": cj.initialisers.Uniform(1.0),
        **options,
    }
    return cj.CTRNN(
        2, N, 1, dt=20.0, w_hid=cj.initialisers.Normal(gain), key=KEY, **options
    )


def cache_size(jitted):
    """Return how many times a function has been compiled."""
    return jitted._cache_size()


NOISE = cj.StepNoise(pre=0.3, post=0.1, rate=0.2)
NETWORKS = {
    "current": network(noise=NOISE, tau=np.linspace(40.0, 200.0, N)),
    "rate": network(
        noise=NOISE, form=cj.dynamics.RateForm(), method=cj.ExponentialEuler()
    ),
    "rectified_leak": network(
        noise=NOISE, form=cj.dynamics.RectifiedLeakForm(), activation="softplus"
    ),
    "perturbed": cj.perturb(
        network(noise=cj.DiffusionNoise(0.2)),
        cj.perturbations.Scale(0.3, pre=[0, 1], window=(100.0, 400.0)),
        cj.perturbations.Clamp([2], 0.5),
    ),
}


@pytest.mark.parametrize(
    "name",
    [
        "rate",
        pytest.param("perturbed", marks=pytest.mark.slow),
        pytest.param("current", marks=pytest.mark.slow),
        pytest.param("rectified_leak", marks=pytest.mark.slow),
    ],
)
def test_jacobians_are_those_of_the_steps_of_the_rollout(name):
    """With the same key: every form, noise inside f, windows that open and close."""
    net = NETWORKS[name]
    result = lyapunov(net, U, key=KEY, **SHORT)

    start = net.initial_state()
    traj = cj.rollout(net, U, key=KEY, record=cj.Record(rates=False, outputs=False))
    v = np.concatenate([start.potentials[None], traj.potentials[:-1]])
    rate_noise = start.rate_noise

    @jax.jit
    def log_det_of_step(v, t, u, rate_noise):
        def after(v):
            state = cj.State(v, t, rate_noise=rate_noise)
            return cj.step(net, state, u, key=KEY).final_state

        jacobian = jax.jacfwd(lambda v: after(v).potentials)(v)
        return jnp.linalg.slogdet(jacobian)[1], after(v).rate_noise

    total = 0.0
    for t in range(T):
        log_det, rate_noise = log_det_of_step(v[t], t, U[t], rate_noise)
        total += float(log_det)
    close(result.log_det, np.array(total / (T * 20.0)))
    assert float(result.residual) < 1e-12
    close(np.sum(result.exponents), np.asarray(result.log_det))
    assert bool(result.accurate)


@pytest.mark.slow
def test_synapses_are_part_of_the_state():
    """Three exponents for each unit; their sum against central differences."""
    is_facilitating = np.arange(N) % 2 == 0
    plasticity = cj.dynamics.ShortTermPlasticity.of_kinds(is_facilitating)
    net = network(synapses=plasticity, activation="sigmoid")

    @jax.jit
    @functools.partial(jax.vmap, in_axes=(0, None, None))
    def after(z, u, t):
        state = cj.State(z[:N], t, cj.dynamics.SynapticState(*jnp.split(z[N:], 2)))
        new = cj.step(net, state, u).final_state
        synapses = new.synapses
        assert synapses is not None
        return jnp.concatenate([new.potentials, synapses.u, synapses.x])

    start = net.initial_state()
    assert start.synapses is not None
    # x starts at its bound, where the derivative of the clip is one-sided
    x = jnp.full(N, 0.9)
    synapses = cj.dynamics.SynapticState(start.synapses.u, x)
    start = cj.State(start.potentials, 0, synapses)
    result = lyapunov(net, U, state=start, **SHORT)
    assert result.exponents.shape == (3 * N,)

    z, total, h = np.concatenate([start.potentials, synapses.u, x]), 0.0, 1e-5
    d = np.concatenate([h * np.eye(3 * N), -h * np.eye(3 * N), np.zeros((1, 3 * N))])
    for t in range(T):
        forward, backward, [z] = np.split(after(z[None] + d, U[t], t), [3 * N, 6 * N])
        total += np.linalg.slogdet((forward - backward) / (2 * h))[1]
    np.testing.assert_allclose(result.log_det, total / (T * 20.0), rtol=1e-6)


@pytest.fixture(scope="module")
def chaotic():
    return cj.CTRNN(0, 20, 0, dt=20.0, tau=100.0, w_hid=cj.initialisers.Normal(3.0),
                    v0=cj.initialisers.Uniform(1.0), key=jax.random.key(5))  # fmt: skip


def test_units_blocks_and_errors_of_exponents():
    """And a constant input may be one vector."""
    net = network()
    result = lyapunov(net, np.tile(U[0], (T, 1)), **SHORT)
    close(lyapunov(net, U[0], **SHORT).exponents, result.exponents)
    assert np.all(np.diff(result.exponents) <= 0)
    close(np.asarray(result.per_tau), np.asarray(result.exponents) * 100.0)
    close(np.asarray(result.per_step), np.asarray(result.exponents) * 20.0)
    close(np.mean(result.by_block, axis=0), np.asarray(result.exponents))
    error = np.std(result.by_block, axis=0, ddof=1) / np.sqrt(4)
    assert np.all(0.999 * error <= result.standard_error)
    positive = result.exponents > 0
    close(float(result.entropy), float(np.sum(np.where(positive, result.exponents, 0))))


@pytest.mark.slow
def test_fewer_exponents_are_the_first_of_all(chaotic):
    options = {"steps": 4000, "burn": 4000, "blocks": 10}
    complete = lyapunov(chaotic, **options)
    leading = lyapunov(chaotic, n_exponents=3, key=jax.random.key(9), **options)
    np.testing.assert_allclose(leading.per_tau, complete.per_tau[:3], atol=2e-3)
    assert leading.log_det is None
    assert leading.residual is None
    assert np.all(np.diff(complete.exponents) <= 0)
    close(complete.per_tau, complete.exponents * 100.0)
    close(complete.per_step, complete.exponents * 20.0)
    close(jnp.mean(complete.by_block, axis=0), complete.exponents)
    error = np.std(complete.by_block, axis=0, ddof=1) / np.sqrt(10)
    assert np.all(0.999 * error <= complete.standard_error)
    assert np.all(complete.standard_error < 3 * error)
    assert float(complete.residual) < 1e-12
    # the number of steps between orthonormalisations makes no difference
    frequent = lyapunov(chaotic, every=2, **options)
    np.testing.assert_allclose(frequent.per_tau, complete.per_tau, atol=2e-3)


@pytest.mark.slow
def test_conditional_exponents_are_independent_of_the_start():
    """A driven contraction has one spectrum; constant inputs may be one vector."""
    net = network(0.5)
    options = {"steps": 40, "burn": 200, "every": 2, "blocks": 4}
    u = np.tile(U, (6, 1))

    def exponents_from(v):
        return lyapunov(net, u, state=cj.State(v), **options)

    result = jax.vmap(exponents_from)(RNG.normal(size=(3, N)))
    assert result.exponents.shape == result.per_tau.shape == (3, N)
    assert np.all(np.asarray(result.exponents) < 0)
    # directions converge more slowly than states
    assert result.log_det is not None
    close(result.log_det[1:], result.log_det[:1].repeat(2), scale=100)
    largest = np.asarray(result.exponents)[:, 0]
    np.testing.assert_allclose(largest[1:], largest[0], rtol=1e-3)
    assert np.all(np.asarray(result.kaplan_yorke) == 0)
    assert np.all(np.asarray(result.entropy) == 0)
    constant = lyapunov(net, U[0], **options)
    tiled = lyapunov(net, np.tile(U[0], (240, 1)), **options)
    close(constant.exponents, tiled.exponents)
    assert np.abs(constant.exponents - result.exponents[0]).max() > 1e-4


def test_too_many_steps_between_orthonormalisations_are_reported():
    """With dt = tau directions collapse quickly: the sum rule fails."""
    net = cj.CTRNN(0, 30, 0, dt=10.0, tau=10.0, w_hid=cj.initialisers.Normal(2.0),
                   v0=cj.initialisers.Uniform(1.0), key=KEY)  # fmt: skip
    good = lyapunov(net, steps=200, every=1, blocks=2, burn=20)
    assert bool(good.accurate)
    assert float(good.residual) < 1e-10
    bad = lyapunov(net, steps=200, every=20, blocks=2, burn=20)
    assert not bool(bad.accurate)
    assert float(bad.residual) > 1e-3


def test_directions_that_vanish_are_reported():
    """Silent relu units with dt = tau: J = 0 for the columns of these units."""
    net = cj.CTRNN(0, 3, 0, dt=10.0, tau=10.0, activation="relu", key=KEY,
                   b_hid=[1.0, -1.0, 1.0], w_hid=np.diag([0.5, 0.5, 0.25]))  # fmt: skip
    result = lyapunov(net, steps=80, every=1, blocks=4)
    close(result.per_step[:2], np.log([0.5, 0.25]), scale=100)
    assert float(result.per_step[2]) < -20  # -inf except for rounding
    assert np.isneginf(result.log_det)
    assert float(result.kaplan_yorke) == 0.0
    assert not bool(result.accurate)


@pytest.mark.slow
def test_single_precision_networks_are_measured_in_double_precision():
    net = network(dtype=jnp.float32)
    u = U.astype(np.float32)
    expected = lyapunov(cj.astype(net, jnp.float64), u, key=KEY, **SHORT)
    with jax.enable_x64(False):
        result = lyapunov(net, jnp.asarray(u), key=KEY, **SHORT)
        # a jit of the caller has one precision
        within_jit = jax.jit(lambda u, key: lyapunov(net, u, key=key, **SHORT))(u, KEY)
    dtypes = {leaf.dtype for leaf in jax.tree.leaves(result)}
    assert dtypes == {np.dtype("float32"), np.dtype(bool)}
    exponents = np.asarray(expected.exponents, np.float32)
    close(np.asarray(result.exponents), exponents, dtype="float32")
    np.testing.assert_allclose(within_jit.log_det, expected.log_det, rtol=1e-3)


def test_other_numbers_do_not_recompile():
    net = network(noise=cj.DiffusionNoise(0.1))
    options = {"n_exponents": 2, **SHORT}
    lyapunov(net, U, key=KEY, **options)
    num_compiled = cache_size(_exponents._grow)
    for seed in (1, 2):
        changed = cj.replace(net, dt=10.0 * seed, noise=cj.DiffusionNoise(0.2 * seed))
        state = cj.State(RNG.normal(size=N), seed)
        result = lyapunov(changed, U + seed, key=jax.random.key(seed), state=state,
                          **options)  # fmt: skip
        assert np.all(np.isfinite(result.exponents))
        assert result.exponents.shape == (2,)
        assert result.log_det is None
        assert result.residual is None
        assert np.isnan(result.kaplan_yorke) or float(result.kaplan_yorke) < 2
    assert cache_size(_exponents._grow) == num_compiled


def test_the_key_is_that_of_the_noise():
    net = network(noise=cj.DiffusionNoise(0.1))
    one, same, other = (
        lyapunov(net, U, key=jax.random.key(seed), n_exponents=2, **SHORT)
        for seed in (1, 1, 2)
    )
    close(one, same, scale=0)
    assert np.abs(one.exponents - other.exponents).max() > 1e-5


INVALID = [
    ({"steps": 30, "every": 10, "blocks": 20}, "`steps` must be a multiple of blocks"),
    ({"steps": 0, "every": 10, "blocks": 20}, "at least 200"),
    ({"burn": 3}, "`burn` must be a multiple of every"),
    ({"n_exponents": 7}, "`n_exponents` must be at most the 6"),
    ({"every": 0}, "`every` must be a whole number"),
    ({"blocks": 1}, "`blocks` must be a whole number, at least 2"),
    ({"inputs": U[:7]}, r"`inputs` must have shape \(40, 2"),
    ({"inputs": U[:, :1]}, r"`inputs` must have shape \(..., 2\)"),
    ({"inputs": U * np.nan}, "`inputs` must be finite"),
    (
        {"state": cj.State(np.zeros((2, N)))},
        r"`state.potentials` must have shape \(6,",
    ),
]


@pytest.mark.parametrize(("options", "message"), INVALID)
def test_invalid_arguments_raise_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        lyapunov(network(), **{"inputs": U, **SHORT, **options})


def test_networks_that_cannot_be_run_raise_an_error():
    with pytest.raises(ValueError, match="`key` must be given to a network with noise"):
        lyapunov(network(noise=cj.DiffusionNoise(0.1)), U, **SHORT)
    with pytest.raises(ValueError, match="`net` must be one network"):
        lyapunov(cj.stack([network(), network()]), U, **SHORT)
