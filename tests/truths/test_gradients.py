"""Derivatives of a rollout compared with closed forms and forward sensitivities."""

import equinox as eqx
import jax
from jax.flatten_util import ravel_pytree
import jax.numpy as jnp
import numpy as np
from oracles.rtrl import tanh_gradients
import pytest

import ctrnn_jax as cj


N, N_IN, N_OUT, STEPS, DT = 6, 3, 2, 40, 10.0
GAIN = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.4])
adjoints = pytest.mark.parametrize(
    "adjoint",
    [
        pytest.param(cj.HoistedAdjoint(), id="hoisted"),
        pytest.param(cj.DirectAdjoint(), id="direct", marks=pytest.mark.slow),
    ],
)


def weights(seed=0):
    rng = np.random.default_rng(seed)
    return {
        "w_in": rng.normal(size=(N, N_IN)),
        "w_hid": rng.normal(0.0, 1.3 / np.sqrt(N), (N, N)),
        "b_hid": rng.normal(0.0, 0.5, N),
        "v0": rng.normal(size=N),
    }


def ctrnn(**options):
    settings = {"dt": DT, "tau": DT / GAIN, **weights(), **options}
    return cj.CTRNN(N_IN, N, N_OUT, **settings, key=jax.random.key(1))


def eirnn(**options):
    settings = {"dt": DT, "tau": DT / GAIN, "activation": "tanh", **options}
    v0 = np.random.default_rng(1).normal(size=N)
    return cj.EIRNN(
        N_IN, N, N_OUT, frac_excitatory=0.67, v0=v0, **settings, key=jax.random.key(2)
    )


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def with_parameters(net, parameters):
    """Return the network with these raw weights and gains dt / tau (may be tracers)."""
    raw, gain, dt_factor = parameters
    raw = eqx.tree_at(lambda w: w.tau, raw, net.raw.tau, is_leaf=lambda x: x is None)
    net = eqx.tree_at(lambda n: n.raw, net, raw)
    return cj.replace(net, dt=DT * dt_factor, tau=DT / gain)


def parameters_of(net):
    """Return every raw weight, one gain per unit, and a factor on dt."""
    raw = eqx.tree_at(lambda w: w.tau, net.raw, None)  # the gain replaces tau
    return raw, jnp.asarray(GAIN), jnp.asarray(1.0)


@adjoints
@pytest.mark.parametrize(
    ("kind", "noise"),
    [
        pytest.param(ctrnn, None, id="ctrnn", marks=pytest.mark.slow),
        pytest.param(eirnn, cj.StepNoise(0.3, 0.1), id="noisy_eirnn"),
    ],
)
def test_gradient_is_the_central_difference(kind, noise, adjoint):
    """GT34: W_hid, W_in, b_hid, gain, v0 (readout, dt too): h = 1e-5, 1e-6."""
    net, u = kind(noise=noise), normal(3, 2, STEPS, N_IN)
    flat, unravel = ravel_pytree(parameters_of(net))
    target = normal(4, 2, STEPS, N_OUT)
    key = jax.random.key(5)

    def loss(flat):
        moved = with_parameters(net, unravel(flat))
        traj = cj.rollout(moved, u, key=key, adjoint=adjoint)
        return jnp.mean((traj.outputs - target) ** 2) + jnp.sum(
            jnp.sin(traj.final_state.potentials)
        )

    h = 1e-5
    offsets = np.concatenate([h * np.eye(flat.size), -h * np.eye(flat.size)])
    shifted = np.asarray(flat) + offsets
    up, down = np.split(np.asarray(jax.jit(jax.vmap(loss))(shifted)), 2)
    difference = unravel(jnp.asarray((up - down) / (2 * h)))
    gradient = unravel(jax.jit(jax.grad(loss))(flat))
    for got, expected in zip(
        jax.tree.leaves(gradient), jax.tree.leaves(difference), strict=True
    ):
        assert np.any(np.abs(expected) > 1e-3)  # every parameter has an effect
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)


@adjoints
def test_gradient_is_that_of_forward_sensitivities(adjoint):
    """GT35: reverse mode compared with RTRL, dv_t/dp carried forward in NumPy."""
    net, p = ctrnn(), weights()
    u, c = normal(3, STEPS, N_IN), normal(4, STEPS, N)

    def loss(changes):
        changes = dict(changes)
        moved = cj.replace(net, tau=DT / changes.pop("gain"), **changes)
        return jnp.sum(c * cj.rollout(moved, u, adjoint=adjoint).potentials)

    point = {name: jnp.asarray(value) for name, value in (p | {"gain": GAIN}).items()}
    got = jax.jit(jax.grad(loss))(point)
    expected = tanh_gradients(**p, gain=GAIN, inputs=u, cotangents=c)
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        scale = np.abs(value).max()
        np.testing.assert_allclose(
            got[name] / scale, value / scale, rtol=0, atol=1e-12, err_msg=name
        )


@adjoints
def test_scalar_linear_gradients_have_closed_forms(adjoint):
    """GT36: dv_T/dw = T g A^(T-1) v0, dv_T/dg = T (w-1) A^(T-1) v0, A = 1 + g (w-1)."""
    w, g, steps, v0 = 0.7, 0.1, 50, 1.3
    net = cj.CTRNN(
        0,
        1,
        0,
        dt=DT,
        tau=DT / g,
        activation="linear",
        w_hid=[[w]],
        v0=[v0],
        key=jax.random.key(0),
    )

    def last(w, g):
        moved = cj.replace(net, w_hid=w.reshape(1, 1), tau=DT / g)
        return cj.rollout(moved, steps=steps, adjoint=adjoint).potentials[-1, 0]

    dw, dg = jax.jit(jax.grad(last, argnums=(0, 1)))(jnp.asarray(w), jnp.asarray(g))
    power = (1 + g * (w - 1)) ** (steps - 1)
    np.testing.assert_allclose(dw, steps * g * power * v0, rtol=0, atol=1e-10)
    np.testing.assert_allclose(dg, steps * (w - 1) * power * v0, rtol=0, atol=1e-10)
    np.testing.assert_allclose(dw, 1.46126282449, rtol=0, atol=1e-10)
    np.testing.assert_allclose(dg, -4.38378847348, rtol=0, atol=1e-10)


def inner(first, second):
    return sum(
        float(np.vdot(a, b))
        for a, b in zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True)
    )


def random_like(tree, seed):
    rng = np.random.default_rng(seed)
    return jax.tree.map(lambda x: jnp.asarray(rng.normal(size=x.shape)), tree)


def relative(first, second):
    """Return the largest difference of two trees, relative to the maximum of a leaf."""
    pairs = zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True)
    pairs = ((np.asarray(a), np.asarray(b)) for a, b in pairs)
    return max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs)


def wide_case():
    """Return states of 32 KiB, so that the hoisted scan runs its 79 steps in chunks."""
    rng = np.random.default_rng(6)
    net = cj.CTRNN(
        N_IN, 64, N_OUT, dt=DT, tau=rng.uniform(25, 200, 64), key=jax.random.key(3)
    )
    return net, DT / net.tau, normal(7, 64, 79, N_IN)


CASES = {
    "ctrnn": lambda: (ctrnn(), jnp.asarray(GAIN), normal(3, 4, STEPS, N_IN)),
    "eirnn": lambda: (eirnn(), jnp.asarray(GAIN), normal(3, 4, STEPS, N_IN)),
    "chunked": wide_case,
}
SLOW = ("eirnn", "chunked")


@pytest.mark.parametrize(
    "case",
    [pytest.param(c, marks=pytest.mark.slow) if c in SLOW else c for c in CASES],
)
def test_reverse_is_the_transpose_of_forward(case):
    """GT37: <J x, y> = <x, J^T y> through the rollout, and both adjoints agree."""
    net, gain, u = CASES[case]()
    record = cj.Record(rates=False)
    point = (parameters_of(net)[0], gain, jnp.asarray(1.0)), jnp.asarray(u)
    x = random_like(point, 8)

    def products(adjoint):
        def run(parameters, u):
            moved = with_parameters(net, parameters)
            traj = cj.rollout(moved, u, record=record, adjoint=adjoint)
            return traj.potentials, traj.outputs, traj.final_state.potentials

        out, pushed = jax.jit(lambda p, x: jax.jvp(run, p, x))(point, x)
        y = random_like(out, 9)
        pulled = jax.jit(lambda p, y: jax.vjp(run, *p)[1](y))(point, y)
        return out, pushed, pulled, y

    hoisted, direct = products(cj.HoistedAdjoint()), products(cj.DirectAdjoint())
    for _, pushed, pulled, y in (hoisted, direct):
        scale = np.sqrt(inner(pushed, pushed) * inner(y, y))
        assert abs(inner(pushed, y) - inner(x, pulled)) < 1e-12 * scale
    for first, second in zip(hoisted[:3], direct[:3], strict=True):
        assert relative(first, second) < 1e-12


@adjoints
@pytest.mark.parametrize("jacobian", [jax.jacrev, jax.jacfwd], ids=["rev", "fwd"])
def test_state_depends_on_inputs_up_to_its_own_step(jacobian, adjoint):
    """GT38: d v[t] / d u[k] = 0 for t < k; d v[t] / d u[t] = diag(g) W_in."""
    net, u = ctrnn(), jnp.asarray(normal(3, STEPS, N_IN))

    def run(u):
        return cj.rollout(net, u, adjoint=adjoint).potentials

    j = np.asarray(jax.jit(jacobian(run))(u))
    j = j.transpose(0, 2, 1, 3)  # (t, k, unit, channel)
    later = np.triu_indices(STEPS, 1)
    assert not np.any(j[later])
    same_step = GAIN[:, None] * weights()["w_in"]
    for t in range(STEPS):
        np.testing.assert_allclose(j[t, t], same_step, rtol=1e-15, atol=0)
    # earlier inputs have an effect: one step back, through the Jacobian
    assert np.all(np.abs(j[-1, -2]).max(axis=-1) > 0)


@pytest.mark.parametrize("kind", [ctrnn, eirnn])
def test_jacobian_of_a_step_is_analytic_and_signed(kind):
    """GT40: J = I + diag(g) (-I + W f'(v)); columns have the signs of Dale's law."""
    net, u = kind(), normal(3, N_IN)
    v = normal(10, N)

    def advance(v):
        return cj.step(net, cj.State(v), u).potentials

    w = np.asarray(cj.effective(net).w_hid)
    slope = 1 - np.tanh(v) ** 2
    expected = np.eye(N) + GAIN[:, None] * (-np.eye(N) + w * slope[None, :])
    for jacobian in (jax.jacrev, jax.jacfwd):
        got = np.asarray(jax.jit(jacobian(advance))(v))
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-13)
    if kind is eirnn:
        signs = np.where(np.arange(N) < net.n_excitatory, 1.0, -1.0)
        assert 0 < net.n_excitatory < N
        off = ~np.eye(N, dtype=bool)
        jacobian_signs = np.sign(got)
        assert np.array_equal(jacobian_signs[off], np.broadcast_to(signs, (N, N))[off])
