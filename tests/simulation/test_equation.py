"""`rollout` against plain loops, for every part of the equation."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles.rollout_loop import ACTIVATIONS, rollout_loop
import pytest

import ctrnn_jax as cj
from ctrnn_jax._random import standard_normal, trial_keys


TRIALS, STEPS, N_IN, UNITS, N_OUT = 2, 4, 2, 5, 2
DT, TAU = 20.0, 100.0
NOISES = {
    "none": None,
    "pre": cj.StepNoise(pre=0.3),
    "post": cj.StepNoise(post=0.2),
    "both": cj.StepNoise(pre=0.3, post=np.linspace(0.1, 0.5, UNITS)),
    "diffusion": cj.DiffusionNoise(0.15),
}
CONSTRAINTS = {
    "free": None,
    "masked": None,
    "abs": cj.constraints.Abs(),
    "relu": cj.constraints.Relu(),
    "softplus": cj.constraints.Softplus(),
}


def build(noise, activation, bias, per_unit, constraint, method):
    options = {
        "dt": DT,
        "tau": np.linspace(50.0, 150.0, UNITS) if per_unit else TAU,
        "activation": activation,
        "noise": NOISES[noise],
        "method": method,
        "use_bias_hid": bias,
        "use_bias_out": bias,
        "v0": cj.initialisers.Uniform(1.0),
        "key": jax.random.key(1),
    }
    if bias:
        options |= {
            "b_hid": cj.initialisers.Uniform(1.0),
            "b_out": cj.initialisers.Uniform(1.0),
        }
    if constraint == "free":
        return cj.CTRNN(N_IN, UNITS, N_OUT, **options)
    if constraint == "masked":
        masked = {"w_hid": cj.constraints.Masked(np.tri(UNITS, dtype=bool))}
        return cj.CTRNN(N_IN, UNITS, N_OUT, constraints=masked, **options)
    sign_map = CONSTRAINTS[constraint]
    return cj.EIRNN(N_IN, UNITS, N_OUT, sign_map=sign_map, **options)


def noise_terms(noise, gain, tau, key, method):
    """Return eps and xi (trials, time, units) from the documented definitions."""
    keys = trial_keys(key, (TRIALS,))
    times = jnp.arange(STEPS)

    def draw(stream):
        return np.moveaxis(
            np.asarray(standard_normal(keys, times, UNITS, stream, jnp.dtype(float))),
            0,
            1,
        )

    if noise == "none":
        return None, None
    if noise == "diffusion":
        ratio = DT / np.asarray(tau)
        exact = np.sqrt(1 - np.exp(-2 * ratio))
        std = np.sqrt(2 * gain) if isinstance(method, cj.Euler) else exact
        return None, 0.15 * std * draw("xi")
    eps = 0.3 * draw("eps") if noise in ("pre", "both") else None
    level = {"post": 0.2, "both": np.linspace(0.1, 0.5, UNITS)}.get(noise)
    return eps, None if level is None else level * draw("xi")


def check(noise, activation, bias, per_unit, constraint, method, function=None):
    net = build(noise, function or activation, bias, per_unit, constraint, method)
    u = jax.random.normal(jax.random.key(2), (TRIALS, STEPS, N_IN))
    key = jax.random.key(3)
    traj = cj.rollout(net, u, key=key)
    ratio = DT / np.asarray(net.tau)
    gain = ratio if isinstance(method, cj.Euler) else 1 - np.exp(-ratio)
    eps, xi = noise_terms(noise, gain, net.tau, key, method)
    weights = {
        name: None if w is None else np.asarray(w)
        for name, w in vars(cj.effective(net)).items()
    }
    v, r, y = rollout_loop(
        np.asarray(u), weights["v0"], weights, gain, ACTIVATIONS[activation], eps, xi
    )
    close((traj.potentials, traj.rates, traj.outputs), (v, r, y))
    close(traj.final_state.potentials, v[:, -1])
    assert int(traj.final_state.step) == STEPS


METHODS = [cj.Euler(), cj.ExponentialEuler()]


def cases():
    """Every value of every option is in a quick case.

    Pairs of values are in some case, unless the options do not meet in the equation
    (noises, activations and constraints of the weights).
    """
    noises, activations, constraints = map(list, (NOISES, ACTIVATIONS, CONSTRAINTS))
    for i in range(20):
        case = (
            noises[i % 5],
            activations[i % 7],
            i % 2 == 0,  # biases
            i // 2 % 2 == 0,  # tau per unit
            constraints[(2 * i + i // 5) % 5],
            METHODS[i // 5 % 2],
        )
        yield pytest.param(*case, marks=() if i < 10 else pytest.mark.slow)


@pytest.mark.parametrize(
    ("noise", "activation", "bias", "per_unit", "constraint", "method"), list(cases())
)
def test_every_part_of_the_equation(
    noise, activation, bias, per_unit, constraint, method
):
    check(noise, activation, bias, per_unit, constraint, method)


def test_any_function_and_power_laws_can_be_activations():
    def cube(v):
        return v**3 / (1 + v**2)

    ACTIVATIONS["cube"] = cube
    try:
        check("both", "cube", True, True, "free", cj.Euler(), function=cube)
    finally:
        del ACTIVATIONS["cube"]
    law = cj.dynamics.PowerLaw(exponent=2.0, gain=1.0)
    check("none", "power_law", True, False, "free", cj.Euler(), function=law)


def test_simplified_model_is_the_case_without_input_bias_and_noise():
    """v_t = gamma W r_{t-1} + (1 - gamma) v_{t-1} (nn4n's introduction)."""
    net = build("none", "tanh", False, False, "free", cj.Euler())
    traj = cj.rollout(net, jnp.zeros((STEPS, N_IN)))
    w, v = np.asarray(cj.effective(net).w_hid), np.asarray(cj.effective(net).v0)
    gamma = DT / TAU
    for t in range(STEPS):
        v = gamma * w @ np.tanh(v) + (1 - gamma) * v
        close(traj.potentials[t], v)


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_with_dt_equal_to_tau_it_is_the_rnn_of_pytorch(name):
    """h_t = f(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), h_0 = 0; then a linear layer."""
    rng = np.random.default_rng(0)
    w_ih, w_hh, w_out = (rng.normal(size=(5, n)) / 2 for n in (2, 5, 5))
    w_out, b_out = w_out[:1], rng.normal(size=1)
    b_ih, b_hh, inputs = *rng.normal(size=(2, 5)), rng.normal(size=(3, 4, 2))
    f = {"tanh": np.tanh, "relu": lambda x: np.maximum(x, 0.0)}[name]
    hidden = np.zeros((3, 5, 5))
    for t in range(4):
        before = hidden[:, t] @ w_hh.T + b_hh
        hidden[:, t + 1] = f(inputs[:, t] @ w_ih.T + b_ih + before)
    net = cj.CTRNN(
        2, 5, 1, dt=1.0, tau=1.0, activation=name, w_in=w_ih, w_hid=w_hh, w_out=w_out,
        b_hid=b_ih + b_hh, b_out=b_out, key=jax.random.key(0),
    )  # fmt: skip
    traj = cj.rollout(net, inputs)
    close(traj.rates, hidden[:, 1:])
    close(traj.outputs, hidden[:, 1:] @ w_out.T + b_out)
