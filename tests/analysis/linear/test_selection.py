"""Selection vectors, against closed forms and finite differences."""

from helpers import close
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import jacobian, selection


FORMS = [cj.dynamics.CurrentForm(), cj.dynamics.RateForm()]


@pytest.mark.parametrize("form", FORMS)
def test_selection_of_a_line_attractor(form):
    """W = a b' / (b'a): the line is along a, and inputs are selected by b."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 5))
    net = cj.CTRNN(
        3, 5, 2, dt=10.0, tau=50.0, w_hid=np.outer(a, b) / (a @ b), form=form,
        activation="linear", key=jax.random.key(0),
    )  # fmt: skip
    mode = selection(net, 0.3 * a)
    weights = cj.effective(net)
    assert abs(mode.eigenvalue) < 1e-12
    line = a / np.linalg.norm(a)
    sign = np.sign(mode.right @ line)
    close(mode.right * sign, line, scale=1e3)
    close(mode.left * sign, b / (b @ line), scale=1e3)
    expected = b @ np.asarray(weights.w_in) / 50 / (b @ line)
    close(mode.inputs * sign, expected, scale=1e3)
    close(mode.outputs * sign, np.asarray(weights.w_out) @ line, scale=1e3)
    # a pulse moves the state along the line, by the overlap with the selection vector
    pulse = np.zeros((3000, 3))
    pulse[0] = [1.0, -2.0, 0.5]
    end = cj.rollout(net, pulse).final_state.potentials
    close(np.asarray(end), mode.right * (mode.inputs @ pulse[0]) * 10.0, scale=1e4)
    with pytest.raises(ValueError, match="`rank` must be below the 5 units"):
        selection(net, a, rank=5)
    with pytest.raises(ValueError, match="`potentials` must have shape"):
        selection(net, np.zeros((2, 5)))


@pytest.mark.parametrize("form", FORMS)
def test_selection_predicts_a_small_step(form):
    """With f = tanh: inputs and outputs by derivatives of the step and the readout."""
    w_hid = np.random.default_rng(3).normal(size=(4, 4)) / 2
    net = cj.CTRNN(
        2, 4, 2, dt=1.0, tau=np.array([50.0, 60.0, 70.0, 80.0]), form=form,
        w_hid=w_hid, activation="tanh", key=jax.random.key(1),
    )  # fmt: skip
    v, u = np.array([0.3, -0.2, 0.5, 0.1]), np.array([0.4, -0.3])
    mode = selection(net, v, u, rank=1)
    assert np.iscomplexobj(mode.right) == (np.imag(mode.eigenvalue) != 0)
    flow = np.asarray(jacobian(net, v, u))
    close(flow @ mode.right, mode.right * mode.eigenvalue, scale=1e3)

    def step(u):
        return cj.step(net, cj.State(v), u).potentials

    def readout(v):
        return cj.effective(net).w_out @ net.form.rates(v, net.activation)

    by_input = np.asarray(jax.jit(jax.jacobian(step))(u))  # per ms, as dt = 1
    close(mode.inputs, mode.left.conj() @ by_input, scale=1e3)
    by_state = np.asarray(jax.jit(jax.jacobian(readout))(v))
    close(mode.outputs, by_state @ mode.right, scale=1e3)
