"""Gradients carried back through a trial, against loops and closed forms."""

import canonical
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles.lyapunov import carried_back, tanh_run
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import gradient_stability
from ctrnn_jax.analysis.lyapunov_exponents import _gradient_stability


KEY = jax.random.key(1)
N, T, DT, TAU = 8, 50, 20.0, 100.0
TASK = canonical.TASK


def network(w_hid=None, *, activation="tanh", tau=TAU, n_out=2, **options):
    w_hid = cj.initialisers.Normal(1.5) if w_hid is None else np.asarray(w_hid, float)
    return cj.CTRNN(2, N, n_out, dt=DT, tau=tau, w_hid=w_hid, activation=activation,
                    key=KEY, **options)  # fmt: skip


def cache_size(jitted):
    """Return how many times a function has been compiled."""
    return jitted._cache_size()


def test_gradients_of_a_task_are_those_of_a_loop():
    """All errors, and the last error alone, trial by trial, in plain NumPy."""
    net = network(tau=np.linspace(40.0, 150.0, N), v0=cj.initialisers.Uniform(1.0))
    num_trials = 2
    result = gradient_stability(net, TASK, key=KEY, size=num_trials)

    trials = TASK.batch(jax.random.split(KEY, 3)[0], num_trials)
    w = {name: np.asarray(x) for name, x in vars(cj.effective(net)).items()}
    outputs = cj.rollout(net, trials.inputs).outputs
    gradient = jax.jit(lambda y: jax.grad(TASK.output_loss)(y, trials))
    errors = np.asarray(gradient(outputs))
    squares, logs = [], []
    for trial in range(num_trials):
        drive = np.asarray(trials.inputs[trial]) @ w["w_in"].T + w["b_hid"]
        states, jacobians = tanh_run(w["v0"], w["w_hid"], DT / w["tau"], drive)
        slopes = 1 - np.tanh(states[1:]) ** 2
        direct = slopes * (errors[trial] @ w["w_out"])
        squares.append((carried_back(jacobians, direct) ** 2).sum(1))
        last = np.flatnonzero(errors[trial].any(1))[-1]
        last_alone = np.where(np.arange(len(direct))[:, None] == last, direct, 0)
        transported = carried_back(jacobians, last_alone)
        norms = np.linalg.norm(transported, axis=1)[last::-1]
        logs.append(np.log(norms / norms[0]))
    close(result.norms, np.sqrt(np.mean(squares, axis=0)))
    longest = max(map(len, logs))
    table = np.array([np.pad(x, (0, longest - len(x)), constant_values=np.nan)
                      for x in logs])  # fmt: skip
    mean = np.nanmean(table, axis=0)
    close(result.transported[:longest], np.exp(mean))
    assert np.all(np.isnan(result.transported[longest:]))
    rate = np.polyfit(np.arange(longest), mean, 1)[0] / DT
    close(result.rate, rate)
    close(result.factor, np.exp(rate * DT * (longest - 1)))
    assert result.verdict == "stable"


Q = np.linalg.qr(np.random.default_rng(0).normal(size=(N, N)))[0]
LINEAR = {
    # W, growth of an error in each step back, verdict
    "leak": (np.zeros((N, N)), 0.8, "vanishing"),
    "integrator": (np.eye(N), 1.0, "stable"),
    "unstable": (2.0 * np.eye(N), 1.2, "exploding"),
    "rotation": (5 * Q - 4 * np.eye(N), 1.0, "stable"),
}


@pytest.mark.parametrize("name", LINEAR)
def test_linear_networks_have_their_closed_form(name):
    """With inputs, the error at the end of each trial is a random unit vector."""
    w, growth, verdict = LINEAR[name]
    net = network(w, activation="linear", noise=cj.DiffusionNoise(0.1))
    result = gradient_stability(net, np.ones((4, T, 2)), key=KEY)
    close(result.transported, growth ** np.arange(T))
    close(result.norms[::-1], result.transported)
    assert abs(float(result.rate) - np.log(growth) / DT) < 1e-12
    assert result.verdict == verdict


def test_silent_units_transport_no_error():
    """The gradient vanishes; if the last error reaches no unit, it is unknown."""
    net = network(np.zeros((N, N)), activation="relu", tau=DT, b_hid=-np.ones(N))
    by_inputs = gradient_stability(net, np.zeros((T, 2)), key=KEY)
    assert np.isneginf(by_inputs.rate)
    assert by_inputs.verdict == "vanishing"
    by_task = gradient_stability(net, TASK, key=KEY, size=2)
    assert by_task.verdict == "unknown"
    assert float(jnp.max(by_task.norms)) == 0.0


@pytest.mark.parametrize(
    "options",
    [
        {"form": cj.dynamics.RateForm(), "noise": cj.StepNoise(0.1, 0.1, 0.3)},
        {
            "synapses": cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.4),
            "activation": "sigmoid",
        },
        pytest.param({"noise": cj.StepNoise(pre=0.3)}, marks=pytest.mark.slow),
        pytest.param({"noise": cj.StepNoise(rate=0.3)}, marks=pytest.mark.slow),
    ],
    ids=["rate_form", "synapses", "current_form", "current_form, noise on rates"],
)
def test_gradient_at_the_start_is_that_of_a_rollout(options):
    """dL/dv after step 0, by the public `rollout` with the same noise."""
    net = network(v0=cj.initialisers.Uniform(1.0), **options)
    result = gradient_stability(net, TASK, key=KEY, size=2)
    trial_key, noise_key, _ = jax.random.split(KEY, 3)
    trials = TASK.batch(trial_key, 2)
    after = cj.rollout(net, trials.inputs[:, :1], key=noise_key).final_state

    def loss(v):
        state = cj.State(v, 1, after.synapses, after.rate_noise)
        inputs = trials.inputs[:, 1:]
        later_outputs = cj.rollout(net, inputs, key=noise_key, state=state).outputs
        r = net.form.rates(v, net.activation)
        r = r if after.rate_noise is None else r + after.rate_noise
        y = r @ cj.effective(net).w_out.T
        outputs = jnp.concatenate([y[:, None], later_outputs], axis=1)
        return TASK.output_loss(outputs, trials)

    gradient = np.asarray(jax.jit(jax.grad(loss))(after.potentials))
    close(float(result.norms[0]), np.sqrt(np.mean(np.sum(gradient**2, axis=1))))


def test_other_numbers_do_not_recompile_and_single_precision_stays():
    net = network(noise=cj.DiffusionNoise(0.1))
    u = np.ones((2, T, 2))
    gradient_stability(net, u, key=KEY)
    num_compiled = cache_size(_gradient_stability._of_inputs)
    for seed in (1, 2):
        changed = cj.replace(net, tau=100.0 * seed, noise=cj.DiffusionNoise(0.3))
        gradient_stability(changed, seed * u, key=jax.random.key(seed))
    assert cache_size(_gradient_stability._of_inputs) == num_compiled
    with jax.enable_x64(False):
        single = cj.astype(net, jnp.float32)
        result = jax.eval_shape(
            lambda u: gradient_stability(single, u, key=KEY), u.astype(np.float32)
        )
        assert {x.dtype for x in jax.tree.leaves(result)} == {np.dtype("float32")}


def test_a_network_without_input():
    """Three separate linear units: the rate is that of their leak and self-loop."""
    net = cj.CTRNN(
        0, 3, 1, dt=10.0, tau=100.0, w_hid=0.5 * np.eye(3), activation="linear",
        key=jax.random.key(0),
    )  # fmt: skip
    result = gradient_stability(net, np.zeros((20, 0)), key=jax.random.key(1))
    assert float(result.factor) == pytest.approx(0.95**19, rel=1e-6)


def test_invalid_arguments_raise_an_error():
    net = network()
    for inputs, message in [
        (np.zeros((1, 2)), "of at least two steps"),
        (np.zeros(2), "be a task, or inputs"),
        (np.zeros((T, 3)), r"`trials` must have shape \(..., 2\)"),
        (cj.tasks.PerceptualDecision(dt=10.0), "have the network's dt of 20 ms"),
    ]:
        with pytest.raises(ValueError, match=message):
            gradient_stability(net, inputs, key=KEY)
    with pytest.raises(ValueError, match="network's 2 inputs and 3 outputs"):
        gradient_stability(network(n_out=3), TASK, key=KEY)
    with pytest.raises(ValueError, match="`size` must be a whole number"):
        gradient_stability(net, TASK, key=KEY, size=0)
    with pytest.raises(ValueError, match="be a network; got a Perturbed"):
        gradient_stability(cj.perturb(net, cj.perturbations.Lesion(0)), TASK, key=KEY)
