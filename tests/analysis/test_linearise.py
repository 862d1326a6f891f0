from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.linalg

import ctrnn_jax as cj
from ctrnn_jax.analysis import (
    amplification,
    currents,
    henrici,
    jacobian,
    modes,
    numerical_abscissa,
    selection,
)


def matrix(n=6, seed=0):
    return np.random.default_rng(seed).normal(size=(n, n)) / np.sqrt(n)


def test_a_mode_that_stays_has_an_infinite_time_constant():
    """Of either sign of zero, where others decay or grow."""
    found = modes(np.diag([0.02, 0.0, -0.0, -0.01]))
    np.testing.assert_array_equal(found.time_constants, [-50.0, np.inf, np.inf, 100.0])


def test_modes_against_scipy():
    a = matrix() - np.eye(6)
    found = modes(a)
    values, left, right = scipy.linalg.eig(a, left=True)
    assert np.all(np.diff(found.eigenvalues.real) <= 1e-12)
    close(np.sort_complex(found.eigenvalues), np.sort_complex(values), scale=1e3)
    close(a @ found.right, found.right * found.eigenvalues, scale=1e3)
    close(found.left.conj().T @ a, found.eigenvalues[:, None] * found.left.conj().T,
          scale=1e3)  # fmt: skip
    close(found.left.conj().T @ found.right, np.eye(6) + 0j, scale=1e3)
    for k, value in enumerate(found.eigenvalues):
        at = np.argmin(np.abs(values - value))
        overlap = np.abs(np.vdot(right[:, at], found.right[:, k]))
        np.testing.assert_allclose(overlap, 1.0, rtol=1e-8)
        scaled = found.left[:, k] / np.linalg.norm(found.left[:, k])
        np.testing.assert_allclose(np.abs(np.vdot(left[:, at], scaled)), 1.0, rtol=1e-8)
    close(found.time_constants, -1 / found.eigenvalues.real)
    close(found.frequencies, 1000 * found.eigenvalues.imag / (2 * np.pi))
    symmetric = modes(a + a.T)
    np.testing.assert_allclose(symmetric.condition, 1.0, rtol=1e-8)
    np.testing.assert_allclose(np.abs(symmetric.left), np.abs(symmetric.right))
    defective = modes(np.array([[-1.0, 1.0], [0.0, -1.0]]))
    assert not defective.condition < 1e12
    close(np.abs(defective.right[:, 0]), np.array([1.0, 0.0]), scale=1e4)
    close(np.abs(defective.left[:, 0]), np.array([0.0, 1.0]), scale=1e4)


@pytest.mark.parametrize("form", [cj.dynamics.CurrentForm(), cj.dynamics.RateForm()])
def test_selection_of_a_line_attractor(form):
    """W = a b' / (b'a): the line is along a, and inputs are selected by b."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 5))
    net = cj.CTRNN(
        3, 5, 2, dt=10.0, tau=50.0, w_hid=np.outer(a, b) / (a @ b), form=form,
        activation="linear", key=jax.random.key(0),
    )  # fmt: skip
    found = selection(net, 0.3 * a)
    weights = cj.effective(net)
    assert abs(found.eigenvalue) < 1e-12
    line = a / np.linalg.norm(a)
    sign = np.sign(found.right @ line)
    close(found.right * sign, line, scale=1e3)
    close(found.left * sign, b / (b @ line), scale=1e3)
    close(
        found.inputs * sign, b @ np.asarray(weights.w_in) / 50 / (b @ line), scale=1e3
    )
    close(found.outputs * sign, np.asarray(weights.w_out) @ line, scale=1e3)
    # a pulse moves the state along the line by what the selection vector says
    pulse = np.zeros((3000, 3))
    pulse[0] = [1.0, -2.0, 0.5]
    end = cj.rollout(net, pulse).final_state.potentials
    close(np.asarray(end), found.right * (found.inputs @ pulse[0]) * 10.0, scale=1e4)
    with pytest.raises(ValueError, match="`rank` must be below the 5 units"):
        selection(net, a, rank=5)
    with pytest.raises(ValueError, match="`potentials` must be one state"):
        selection(net, np.zeros((2, 5)))


@pytest.mark.parametrize("form", [cj.dynamics.CurrentForm(), cj.dynamics.RateForm()])
def test_selection_predicts_a_small_step(form):
    """With f = tanh: inputs and outputs by finite differences of the linear mode."""
    net = cj.CTRNN(
        2, 4, 2, dt=1.0, tau=np.array([50.0, 60.0, 70.0, 80.0]), form=form,
        w_hid=matrix(4, 3), activation="tanh", key=jax.random.key(1),
    )  # fmt: skip
    v, u = np.array([0.3, -0.2, 0.5, 0.1]), np.array([0.4, -0.3])
    found = selection(net, v, u, rank=1)
    assert np.iscomplexobj(found.right) == (np.imag(found.eigenvalue) != 0)
    flow = np.asarray(jacobian(net, v, u))
    close(flow @ found.right, found.right * found.eigenvalue, scale=1e3)
    move = lambda u: cj.step(net, cj.State(v), u).potentials
    per_input = np.asarray(jax.jacobian(move)(jnp.asarray(u)))  # dt = 1
    close(found.inputs, found.left.conj() @ per_input, scale=1e3)
    readout = cj.effective(net).w_out
    rates = net.form.rates
    slope = jax.jacobian(lambda v: readout @ rates(v, net.activation))(jnp.asarray(v))
    close(found.outputs, np.asarray(slope) @ found.right, scale=1e3)


def test_a_jordan_block_elsewhere_leaves_a_simple_mode_its_scale():
    """Left and right vectors by hand, of W with one feedforward pair beside."""
    w = np.zeros((4, 4))
    w[0, 0], w[0, 1], w[1, 1], w[3, 2] = 0.95, 2.0, 0.2, 1.0
    found = modes(w - np.eye(4))
    assert found.condition > 1e12
    close(found.eigenvalues, np.array([-0.05, -0.8, -1, -1], complex))
    right = np.array([-2 / 0.75, 1, 0, 0])
    right = right / np.linalg.norm(right)
    overlap = found.left[:, :2].conj().T @ found.right
    np.testing.assert_allclose(overlap, np.eye(4)[:2], atol=1e-12)
    np.testing.assert_allclose(np.abs(found.right[:, 1]), np.abs(right), atol=1e-12)
    np.testing.assert_allclose(found.left[:2, 0], [1, 2 / 0.75], atol=1e-12)
    # the pair keeps left vectors of length 1 that solve their equation
    for i in (2, 3):
        left = found.left[:, i]
        assert np.linalg.norm(left) == pytest.approx(1)
        np.testing.assert_allclose(left.conj() @ (w - np.eye(4)), -left.conj())
    # eigenvalues that are equal without being defective
    rng = np.random.default_rng(3)
    basis = rng.normal(size=(6, 6))
    values = [-1.0, -1, -1, -2, -3, -3]
    both = np.zeros((8, 8))
    both[:6, :6] = basis @ np.diag(values) @ np.linalg.inv(basis)
    both[6, 7] = 1.0
    found = modes(both)
    good = np.abs(found.eigenvalues) > 0.5
    overlap = (found.left.conj().T @ found.right)[np.ix_(good, good)]
    np.testing.assert_allclose(overlap, np.eye(6), atol=1e-9)


def test_non_normality_in_closed_form():
    jordan = np.array([[-1.0, 3.0], [0.0, -1.0]])
    np.testing.assert_allclose(henrici(jordan, relative=False), 3.0)
    np.testing.assert_allclose(henrici(jordan), 3 / np.sqrt(11))
    np.testing.assert_allclose(numerical_abscissa(jordan), -1 + 1.5)
    orthogonal = np.linalg.qr(matrix())[0]
    assert henrici(orthogonal) < 1e-6
    assert henrici(np.zeros((2, 2))) == 0
    skew = matrix() - matrix().T
    np.testing.assert_allclose(numerical_abscissa(skew), 0, atol=1e-12)
    with pytest.raises(ValueError, match="square matrix"):
        henrici(np.zeros((2, 3)))
    with pytest.raises(ValueError, match="square matrix"):
        numerical_abscissa(np.full((2, 2), np.nan))
    long = amplification(np.diag([-1.0, -2.0]), np.array([0.0, 1e6]))
    np.testing.assert_array_equal(long.gain, [1.0, 0.0])
    with pytest.raises(ValueError, match=r"`times` must leave exp.* finite; got 1000"):
        amplification(np.eye(1), np.array([0.0, 1000.0]))


def test_transient_amplification():
    """GT12: W = [[w, -w], [w, -w]] grows on its way to 0; and against scipy's expm."""
    w = 6.0
    pair = np.array([[w - 1, -w], [w, -w - 1]])
    times = np.linspace(0, 5, 101)
    found = amplification(pair, times)
    nilpotent = pair + np.eye(2)
    exact = [np.linalg.norm(np.exp(-t) * (np.eye(2) + t * nilpotent), 2) for t in times]
    np.testing.assert_allclose(found.gain, exact, rtol=1e-10)
    assert found.peak == found.gain.max() > 4
    assert found.peak_time == times[np.argmax(exact)]
    grown = scipy.linalg.expm(pair * found.peak_time) @ found.direction
    np.testing.assert_allclose(np.linalg.norm(grown), found.peak, rtol=1e-10)
    slope = np.log(found.gain[1] / found.gain[0]) / times[1]
    assert slope < numerical_abscissa(pair) < 1.5 * slope
    a = matrix() - np.eye(6)
    expected = [np.linalg.norm(scipy.linalg.expm(a * t), 2) for t in (0.0, 0.7, 3.0)]
    got = amplification(a, np.array([0.0, 0.7, 3.0]))
    np.testing.assert_allclose(got.gain, expected, rtol=1e-10)
    for times in (np.zeros((0,)), np.array(-1.0), np.array([-1.0])):
        with pytest.raises(ValueError, match="`times` must"):
            amplification(a, times)


def test_currents_add_up_to_what_moves_the_network():
    net = cj.noiseless(cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, key=jax.random.key(0)))
    u = np.random.default_rng(0).random((3, 12, 2))
    start = cj.State(np.random.default_rng(1).random((3, 10)))
    traj = cj.rollout(net, u, state=start)
    parts = currents(net, traj, u, state=start)
    before = np.concatenate([start.potentials[:, None], traj.potentials[:, :-1]], 1)
    close(parts.total, (traj.potentials - before) * 5 + before, scale=10)
    assert float(parts.excitatory.min()) >= 0 >= float(parts.inhibitory.max())
    assert float(parts.inhibitory.min()) < 0
    weights = cj.effective(net)
    rates = np.asarray(traj.rates)[1, 4]
    excitatory = np.asarray(weights.w_hid)[:, :8] @ rates[:8]
    close(parts.excitatory[1, 5], excitatory)
    close(parts.inputs[2, 7], np.asarray(weights.w_in) @ u[2, 7])
    close(parts.bias[0, 0], weights.b_hid)
    # a first step without `state` is from v0
    default = currents(net, cj.rollout(net, u[0]), u[0])
    close(default.total[0], np.asarray(cj.rollout(net, u[0]).potentials)[0] * 5)
    assert identical(jax.jit(currents)(net, traj, u, state=start).inputs, parts.inputs)


def test_currents_of_plastic_synapses_and_without_bias():
    synapses = cj.dynamics.ShortTermPlasticity.of_kinds(np.arange(6) % 2 == 0)
    net = cj.CTRNN(
        1,
        6,
        1,
        dt=10.0,
        tau=100.0,
        form=cj.dynamics.RectifiedLeakForm(),
        synapses=synapses,
        use_bias_hid=False,
        activation="relu",
        v0=np.full(6, 0.5),
        key=jax.random.key(0),
    )
    u = np.random.default_rng(0).random((20, 1))
    traj = cj.rollout(net, u, record=cj.Record(synapses=True))
    parts = currents(net, traj, u)
    before = np.concatenate([np.full((1, 6), 0.5), traj.potentials[:-1]])
    after = np.maximum(0.9 * before + 0.1 * np.asarray(parts.total), 0)
    close(traj.potentials, after, scale=10)
    close(parts.bias, np.zeros((20, 6)))
    with pytest.raises(ValueError, match="`trajectory` must hold rates and synapses"):
        currents(net, cj.rollout(net, u), u)
    with pytest.raises(ValueError, match="`inputs` must have shape"):
        currents(net, traj, u[1:])
    only = cj.rollout(net, u, record=cj.Record(rates=False, synapses=True))
    with pytest.raises(ValueError, match="`trajectory` must hold"):
        currents(net, only, u)
