"""The flow of a network and its Jacobians, against loops and derivatives."""

from helpers import close, has_float64
import jax
import jax.numpy as jnp
import numpy as np
from oracles import fixed_points as oracle
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import jacobian, step_jacobian, velocity


N = 4
FORMS = {
    "current": cj.dynamics.CurrentForm(),
    "rate": cj.dynamics.RateForm(),
    "leak": cj.dynamics.RectifiedLeakForm(),
}


def network(form="current", activation="tanh", **options):
    rng = np.random.default_rng(0)
    return cj.CTRNN(
        2, N, 1, form=FORMS[form], activation=activation, dt=20.0,
        tau=80.0 + 10 * np.arange(N), w_hid=1.5 * rng.normal(size=(N, N)) / np.sqrt(N),
        w_in=rng.normal(size=(N, 2)), b_hid=0.3 * rng.normal(size=N),
        key=jax.random.key(0), **options,
    )  # fmt: skip


def parts(net, u):
    """Return weights, drive and gain of a network, as the oracles need them."""
    w = cj.effective(net)
    drive = np.asarray(w.w_in) @ u + np.asarray(w.b_hid)
    gain = np.broadcast_to(net.method.gain(net.dt, net.tau), (net.n_hidden,))
    return np.asarray(w.w_hid), drive, np.asarray(gain)


@pytest.mark.parametrize(
    ("form", "method"),
    [
        ("current", cj.Euler()),
        ("rate", cj.ExponentialEuler()),
        ("leak", cj.Euler()),
        pytest.param("current", cj.ExponentialEuler(), marks=pytest.mark.slow),
        pytest.param("rate", cj.Euler(), marks=pytest.mark.slow),
        pytest.param("leak", cj.ExponentialEuler(), marks=pytest.mark.slow),
    ],
)
def test_flow_and_jacobians_against_loops(form, method):
    activation = "relu" if form == "leak" else "tanh"
    net = network(form=form, activation=activation, method=method)
    rng = np.random.default_rng(1)
    v, u = np.abs(rng.normal(size=(3, N))), rng.normal(size=(3, 2))
    flow, matrix = np.asarray(velocity(net, v, u)), np.asarray(jacobian(net, v, u))
    assert matrix.shape == (3, N, N)
    tau = np.asarray(net.tau)
    for k in range(3):
        args = (*parts(net, u[k]), activation, form)
        close(flow[k], oracle.force(v[k], *args) / tau)
        close(matrix[k], oracle.force_jacobian(v[k], *args) / tau[:, None])
    if form == "current":
        # one input for all states, and one state for all inputs
        close(velocity(net, v, u[0])[0], flow[0])
        close(velocity(net, v[0], u)[0], flow[0])
    # a step moves the state by the flow
    after = np.asarray(cj.step(net, cj.State(v), u).potentials)
    gain = np.asarray(method.gain(net.dt, net.tau))
    close(after - v, flow * (gain * tau))

    def step(v):
        return cj.step(net, cj.State(v), u[0]).potentials

    by_step = jax.jit(jax.jacobian(step))(v[0])
    close(step_jacobian(net, v[0], u[0]), by_step)


@pytest.mark.parametrize(
    "form",
    [
        "rate",
        pytest.param("current", marks=pytest.mark.slow),
        pytest.param("leak", marks=pytest.mark.slow),
    ],
)
def test_jacobians_along_a_trajectory_multiply_to_that_of_the_rollout(form):
    """The step from v[t] consumes the input of t + 1, as documented."""
    net = network(form=form, activation="relu" if form == "leak" else "tanh")
    u = np.random.default_rng(8).normal(size=(12, net.n_in))
    start = np.random.default_rng(9).uniform(0.1, 1, net.n_hidden)

    def run(v, inputs):
        return cj.rollout(net, inputs, state=cj.State(v)).potentials

    @jax.jit
    def jacobian_of_run(v, inputs):
        return jax.jacobian(run)(v, inputs)[-1]

    v = np.asarray(run(start, u))
    steps = step_jacobian(net, v[:-1], u[1:])
    product = np.linalg.multi_dot(list(np.asarray(steps)[::-1]))
    close(product, jacobian_of_run(v[0], u[1:]))
    to_first_state = step_jacobian(net, start, u[0])
    close(product @ to_first_state, jacobian_of_run(start, u))


@pytest.mark.slow
def test_flow_transforms_and_keeps_its_dtype():
    net = network(dtype=jnp.float32)
    v, u = np.ones((5, N), np.float32), np.ones(2, np.float32)
    assert velocity(net, v, u).dtype == jnp.float32
    assert not has_float64(jax.jit(jacobian)(net, v, u))
    batched = jax.vmap(lambda v: velocity(net, v, u))(v)
    close(batched, velocity(net, v, u), dtype="float32")
    slope = jax.jit(jax.grad(lambda n: velocity(n, v, u).sum(), allow_int=True))(net)
    assert float(jnp.abs(slope.raw.w_hid).max()) > 0
    close(velocity(net, v), velocity(net, v, np.zeros(2, np.float32)))


def test_invalid_networks_raise_an_error():
    """In the flow, and in the search for its fixed points."""
    net, noisy = network(), network(noise=cj.DiffusionNoise(0.1))
    synapses = cj.dynamics.ShortTermPlasticity.of_kinds(np.ones(N, bool))
    plastic = network(synapses=synapses, form="leak", activation="relu")
    calls = [
        lambda n: velocity(n, np.zeros(N)),
        lambda n: cj.analysis.find_fixed_points(n, key=jax.random.key(0)),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"no noise.*cj.noiseless"):
            call(noisy)
        with pytest.raises(ValueError, match="short-term plasticity"):
            call(plastic)
        with pytest.raises(ValueError, match="one network"):
            call(cj.stack([net, net]))
        with pytest.raises(ValueError, match="be a network"):
            call(cj.perturb(net, cj.perturbations.Lesion([0])))


def test_invalid_shapes_raise_an_error():
    net = network()
    with pytest.raises(ValueError, match=r"`potentials` must have shape.*4"):
        velocity(net, np.zeros(3))
    with pytest.raises(ValueError, match=r"`inputs` must have shape \(..., 2\)"):
        velocity(net, np.zeros(N), np.zeros(3))
    with pytest.raises(ValueError, match="fits that of potentials"):
        velocity(net, np.zeros((3, N)), np.zeros((2, 2)))
