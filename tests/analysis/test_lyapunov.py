"""Lyapunov exponents: the right Jacobians, the right algebra, the right refusals."""

import functools

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles.lyapunov import qr_logs, tanh_run
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import kaplan_yorke, lyapunov
from ctrnn_jax.analysis.lyapunov_exponents import _exponents
from ctrnn_jax.analysis.lyapunov_exponents._benettin import benettin, orthonormal


KEY = jax.random.key(3)
N, T = 6, 40
RNG = np.random.default_rng(0)
U = RNG.normal(size=(T, 2))
SHORT = {"steps": T, "every": 2, "burn": 0, "blocks": 4}


def small(gain=2.0, **options):
    options = {
        "tau": 100.0,
        "b_hid": cj.initialisers.Uniform(1.0),
        "v0": cj.initialisers.Uniform(1.0),
        **options,
    }
    return cj.CTRNN(
        2, N, 1, dt=20.0, w_hid=cj.initialisers.Normal(gain), key=KEY, **options
    )


NOISE = cj.StepNoise(pre=0.3, post=0.1, rate=0.2)
PER_UNIT = np.linspace(40.0, 200.0, N)
KINDS = {
    "current": small(noise=NOISE, tau=PER_UNIT),
    "rate": small(
        noise=NOISE, form=cj.dynamics.RateForm(), method=cj.ExponentialEuler()
    ),
    "rectified_leak": small(
        noise=NOISE, form=cj.dynamics.RectifiedLeakForm(), activation="softplus"
    ),
    "perturbed": cj.perturb(
        small(noise=cj.DiffusionNoise(0.2)),
        cj.perturbations.Scale(0.3, pre=[0, 1], window=(100.0, 400.0)),
        cj.perturbations.Clamp([2], 0.5),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_jacobians_are_those_of_the_steps_of_the_rollout(kind):
    """With the same key: of every form, noise inside f, windows that open and close."""
    net = KINDS[kind]
    found = lyapunov(net, U, key=KEY, **SHORT)

    start = net.initial_state()
    traj = cj.rollout(net, U, key=KEY, record=cj.Record(rates=False, outputs=False))
    v = jnp.concatenate([start.potentials[None], traj.potentials[:-1]])
    noise = start.rate_noise

    @jax.jit
    def log_det(v, t, u, noise):
        def after(v):
            state = cj.State(v, t, rate_noise=noise)
            return cj.step(net, state, u, key=KEY).final_state

        jacobian = jax.jacfwd(lambda v: after(v).potentials)(v)
        return jnp.linalg.slogdet(jacobian)[1], after(v).rate_noise

    total = 0.0
    for t in range(T):
        log, noise = log_det(v[t], t, U[t], noise)
        total += float(log)
    close(found.log_det, np.array(total / (T * 20.0)))
    assert float(found.residual) < 1e-12
    close(jnp.sum(found.exponents), found.log_det)
    assert bool(found.accurate)


def test_synapses_are_part_of_the_state():
    """Three exponents for each unit; their sum against central differences."""
    stp = cj.dynamics.ShortTermPlasticity.of_kinds(np.arange(N) % 2 == 0)
    net = small(synapses=stp, activation="sigmoid")

    @jax.jit
    @functools.partial(jax.vmap, in_axes=(0, None, None))
    def after(z, u, t):
        state = cj.State(z[:N], t, cj.dynamics.SynapticState(*jnp.split(z[N:], 2)))
        new = cj.step(net, state, u).final_state
        return jnp.concatenate([new.potentials, new.synapses.u, new.synapses.x])

    start, total, h = net.initial_state(), 0.0, 1e-5
    z = np.concatenate([start.potentials, start.synapses.u, start.synapses.x])
    # x starts at its bound, where the derivative of the clip is one-sided
    z[2 * N :] = 0.9
    synapses = cj.dynamics.SynapticState(
        jnp.asarray(z[N : 2 * N]), jnp.asarray(z[2 * N :])
    )
    start = cj.State(start.potentials, 0, synapses)
    found = lyapunov(net, U, state=start, **SHORT)
    assert found.exponents.shape == (3 * N,)
    for t in range(T):
        d = h * np.eye(3 * N)
        step = lambda z: after(z, U[t], t)  # noqa: B023
        rows = (step(z[None] + d) - step(z[None] - d)) / (2 * h)
        total += np.linalg.slogdet(rows)[1]
        z = step(z[None])[0]
    np.testing.assert_allclose(found.log_det, total / (T * 20.0), rtol=1e-6)


def test_growth_of_directions_is_that_of_householder_qr():
    """Each direction and interval, from the same first ones, against NumPy's QR."""
    rng = np.random.default_rng(1)
    w, gain = rng.normal(0, 0.8, (40, 40)), np.linspace(0.1, 0.5, 40)
    _, jacobians = tanh_run(rng.normal(size=40), w, gain, rng.normal(size=(30, 40)))
    q = np.linalg.qr(rng.normal(size=(40, 40)))[0]
    push = lambda state, matrix: (state, lambda x: matrix @ x)
    for count in (40, 35, 3):
        logs, log_det, condition = benettin(
            push, 0, jacobians.reshape(10, 3, 40, 40), jnp.asarray(q[:, :count].T),
            intervals=10, every=3, burn=0, whole=count == 40,
        )  # fmt: skip
        close(logs, qr_logs(jacobians, q[:, :count], 3))
        assert 1 < condition < 1e5
    assert log_det is None


def test_orthonormal_rows_span_what_the_first_ones_span():
    rows = RNG.normal(size=(70, 90)) @ np.diag(np.geomspace(1, 1e-5, 90))
    q, sizes = orthonormal(jnp.asarray(rows), jnp.asarray(rows))
    r = np.linalg.qr(rows.T)[1]
    close(sizes, np.abs(np.diag(r)), scale=100)
    close(q @ q.T, np.eye(70), scale=100)
    close(np.tril(rows @ q.T), rows @ q.T)  # row i needs the first i only
    # nearly dependent rows are orthogonal all the same: once is not enough
    flat = RNG.normal(size=(70, 90)) @ np.diag(np.geomspace(1, 1e-11, 90))
    q, _ = orthonormal(jnp.asarray(flat), jnp.asarray(flat))
    np.testing.assert_allclose(q @ q.T, np.eye(70), atol=1e-13)
    # of a row of zeros nothing is left: a spare one goes on
    gone = jnp.asarray(rows).at[40].set(0.0)
    q, sizes = orthonormal(gone, jnp.asarray(RNG.normal(size=(70, 90))))
    assert np.flatnonzero(np.asarray(sizes) == 0.0).tolist() == [40]
    close(q @ q.T, np.eye(70), scale=100)


@pytest.fixture(scope="module")
def chaotic():
    return cj.CTRNN(0, 20, 0, dt=20.0, tau=100.0, w_hid=cj.initialisers.Normal(3.0),
                    v0=cj.initialisers.Uniform(1.0), key=jax.random.key(5))  # fmt: skip


def test_fewer_exponents_are_the_first_of_all(chaotic):
    options = {"steps": 4000, "burn": 4000, "blocks": 10}
    every = lyapunov(chaotic, **options)
    few = lyapunov(chaotic, n_exponents=3, key=jax.random.key(9), **options)
    np.testing.assert_allclose(few.per_tau, every.per_tau[:3], atol=2e-3)
    assert few.log_det is None
    assert few.residual is None
    assert np.all(np.diff(every.exponents) <= 0)
    close(every.per_tau, every.exponents * 100.0)
    close(every.per_step, every.exponents * 20.0)
    close(jnp.mean(every.by_block, axis=0), every.exponents)
    error = np.std(every.by_block, axis=0, ddof=1) / np.sqrt(10)
    assert np.all(0.999 * error <= every.standard_error)
    assert np.all(every.standard_error < 3 * error)
    assert float(every.residual) < 1e-12
    # as many steps between orthonormalisations make no difference
    often = lyapunov(chaotic, every=2, **options)
    np.testing.assert_allclose(often.per_tau, every.per_tau, atol=2e-3)


def test_conditional_exponents_forget_the_start():
    """A driven contraction: one spectrum from every start; constant inputs as such."""
    net = small(0.5)
    options = {"steps": 40, "burn": 200, "every": 2, "blocks": 4}
    u = np.tile(U, (6, 1))
    run = lambda v: lyapunov(net, u, state=cj.State(v), **options)
    found = jax.vmap(run)(RNG.normal(size=(3, N)))
    assert found.exponents.shape == found.per_tau.shape == (3, N)
    assert np.all(np.asarray(found.exponents) < 0)
    # directions take longer to settle than states
    close(found.log_det[1:], found.log_det[:1].repeat(2), scale=100)
    first = np.asarray(found.exponents)[:, 0]
    np.testing.assert_allclose(first[1:], first[0], rtol=1e-3)
    assert np.all(np.asarray(found.kaplan_yorke) == 0)
    assert np.all(np.asarray(found.entropy) == 0)
    constant = lyapunov(net, U[0], **options)
    tiled = lyapunov(net, np.tile(U[0], (240, 1)), **options)
    close(constant.exponents, tiled.exponents)
    assert np.abs(constant.exponents - found.exponents[0]).max() > 1e-4


def test_too_long_between_orthonormalisations_is_told():
    """With dt = tau directions collapse quickly: the sum rule fails, and says so."""
    net = cj.CTRNN(0, 30, 0, dt=10.0, tau=10.0, w_hid=cj.initialisers.Normal(2.0),
                   v0=cj.initialisers.Uniform(1.0), key=KEY)  # fmt: skip
    good = lyapunov(net, steps=200, every=1, blocks=2, burn=20)
    assert bool(good.accurate)
    assert float(good.residual) < 1e-10
    bad = lyapunov(net, steps=200, every=20, blocks=2, burn=20)
    assert not bool(bad.accurate)
    assert float(bad.residual) > 1e-3


def test_directions_that_are_wiped_out_are_told():
    """Silent relu units with dt = tau: J = 0 for all that they send."""
    net = cj.CTRNN(0, 3, 0, dt=10.0, tau=10.0, activation="relu", key=KEY,
                   b_hid=[1.0, -1.0, 1.0], w_hid=np.diag([0.5, 0.5, 0.25]))  # fmt: skip
    found = lyapunov(net, steps=80, every=1, blocks=4)
    close(found.per_step[:2], np.log([0.5, 0.25]), scale=100)
    assert float(found.per_step[2]) < -20  # -inf but for rounding
    assert np.isneginf(found.log_det)
    assert float(found.kaplan_yorke) == 0.0
    assert not bool(found.accurate)


def test_single_precision_networks_are_measured_in_double():
    net = small(dtype=jnp.float32)
    double = cj.astype(net, jnp.float64)
    u = U.astype(np.float32)
    expected = lyapunov(double, u, key=KEY, **SHORT)
    with jax.enable_x64(False):
        found = lyapunov(net, jnp.asarray(u), key=KEY, **SHORT)
        # a program of the caller's has one precision
        single = jax.jit(lambda u, key: lyapunov(net, u, key=key, **SHORT))(u, KEY)
    assert {leaf.dtype for leaf in jax.tree.leaves(found)} == {
        np.dtype("float32"),
        np.dtype(bool),
    }
    close(np.asarray(found.exponents), np.asarray(expected.exponents, np.float32),
          dtype="float32")  # fmt: skip
    np.testing.assert_allclose(single.log_det, expected.log_det, rtol=1e-3)


def test_numbers_do_not_recompile():
    net = small(noise=cj.DiffusionNoise(0.1))
    options = {"n_exponents": 2, **SHORT}
    lyapunov(net, U, key=KEY, **options)
    before = _exponents._measure._cache_size()
    for seed in (1, 2):
        changed = cj.replace(net, dt=10.0 * seed, noise=cj.DiffusionNoise(0.2 * seed))
        state = cj.State(RNG.normal(size=N), seed)
        found = lyapunov(changed, U + seed, key=jax.random.key(seed), state=state,
                         **options)  # fmt: skip
        assert np.all(np.isfinite(found.exponents))
        assert np.isnan(found.kaplan_yorke) or float(found.kaplan_yorke) < 2
    assert _exponents._measure._cache_size() == before


def test_the_key_is_that_of_the_noise():
    net = small(noise=cj.DiffusionNoise(0.5))
    first, again, other = (
        lyapunov(net, U, key=jax.random.key(seed), n_exponents=2, **SHORT)
        for seed in (1, 1, 2)
    )
    close(first, again, scale=0)
    assert np.abs(first.exponents - other.exponents).max() > 1e-5


BAD = {
    "steps must be a multiple of blocks": {"steps": 30, "every": 10, "blocks": 20},
    "at least 200": {"steps": 0, "every": 10, "blocks": 20},
    "burn. must be a multiple of every": {"burn": 3},
    "n_exponents. must be at most the 6": {"n_exponents": 7},
    "every. must be a whole number": {"every": 0},
    "blocks. must be a whole number, at least 2": {"blocks": 1},
    "inputs. must have shape .40, 2": {"inputs": U[:7]},
    "2 channels": {"inputs": U[:, :1]},
    "inputs. must be finite": {"inputs": U * np.nan},
    "state.potentials. must have shape .6,": {"state": cj.State(np.zeros((2, N)))},
}


@pytest.mark.parametrize("message", BAD)
def test_what_makes_no_sense_is_refused(message):
    options = {"inputs": U, **SHORT, **BAD[message]}
    with pytest.raises(ValueError, match=message.replace("steps must", "steps. must")):
        lyapunov(small(), **options)


def test_networks_that_cannot_be_run_are_refused():
    with pytest.raises(ValueError, match="`key` must be given to a network with noise"):
        lyapunov(small(noise=cj.DiffusionNoise(0.1)), U, **SHORT)
    with pytest.raises(ValueError, match="`net` must be one network"):
        lyapunov(cj.stack([small(), small()]), U, **SHORT)


def test_kaplan_yorke_of_lists():
    """Zeros by their standard error; what is left out; whole volumes; NaN."""
    close(kaplan_yorke([-1e-4, -1.0], standard_error=[1e-3, 1e-3]), np.array(1.0))
    close(kaplan_yorke([-1e-4, -1.0]), np.array(0.0))
    close(kaplan_yorke([-2.0, 0.5]), np.array(1.25))
    assert np.isnan(kaplan_yorke([1.0, -0.5], complete=False))
    close(kaplan_yorke([1.0, -0.5, -1.0], complete=False), np.array(2.5))
    close(kaplan_yorke([1.0, -0.5]), np.array(2.0))
    close(kaplan_yorke([1.0, 0.0, -1.0]), np.array(3.0))
    close(kaplan_yorke([0.5, -np.inf]), np.array(1.0))
    assert np.isnan(kaplan_yorke([np.nan, -0.5]))
    close(kaplan_yorke([1, 0, -2], complete=False), np.array(2.5))
    with pytest.raises(ValueError, match="`exponents` must be a list"):
        kaplan_yorke(np.ones((2, 2)))
