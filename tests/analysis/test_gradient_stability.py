"""Gradients on their way back through a trial, against loops and closed forms."""

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
TASK = cj.tasks.PerceptualDecision(
    fixation=40.0, stimulus=100.0, decision=60.0, catch=200.0
)


def network(w_hid=None, *, activation="tanh", tau=TAU, n_out=2, **options):
    w_hid = cj.initialisers.Normal(1.5) if w_hid is None else np.asarray(w_hid, float)
    return cj.CTRNN(2, N, n_out, dt=DT, tau=tau, w_hid=w_hid, activation=activation,
                    key=KEY, **options)  # fmt: skip


def test_gradients_of_a_task_are_those_of_a_loop():
    """Total, and the last error alone, trial by trial, in plain NumPy."""
    net, size = (
        network(tau=np.linspace(40.0, 150.0, N), v0=cj.initialisers.Uniform(1.0)),
        3,
    )
    found = gradient_stability(net, TASK, key=KEY, size=size)

    trials = TASK.batch(jax.random.split(KEY, 3)[0], size)
    w = {name: np.asarray(x) for name, x in vars(cj.effective(net)).items()}
    outputs = cj.rollout(net, trials.inputs).outputs
    errors = np.asarray(jax.grad(TASK.output_loss)(outputs, trials))
    squares, logs = [], []
    for trial in range(size):
        drive = np.asarray(trials.inputs[trial]) @ w["w_in"].T + w["b_hid"]
        states, jacobians = tanh_run(w["v0"], w["w_hid"], DT / w["tau"], drive)
        slopes = 1 - np.tanh(states[1:]) ** 2
        direct = slopes * (errors[trial] @ w["w_out"])
        squares.append((carried_back(jacobians, direct) ** 2).sum(1))
        last = np.flatnonzero(errors[trial].any(1))[-1]
        alone = np.where(np.arange(len(direct))[:, None] == last, direct, 0)
        sizes = np.linalg.norm(carried_back(jacobians, alone), axis=1)[last::-1]
        logs.append(np.log(sizes / sizes[0]))
    close(found.norms, np.sqrt(np.mean(squares, axis=0)))
    longest = max(map(len, logs))
    table = np.array([np.pad(x, (0, longest - len(x)), constant_values=np.nan)
                      for x in logs])  # fmt: skip
    mean = np.nanmean(table, axis=0)
    close(found.transported[:longest], np.exp(mean))
    assert np.all(np.isnan(found.transported[longest:]))
    rate = np.polyfit(np.arange(longest), mean, 1)[0] / DT
    close(found.rate, rate)
    close(found.factor, np.exp(rate * DT * (longest - 1)))
    assert found.verdict == "stable"


Q = np.linalg.qr(np.random.default_rng(0).normal(size=(N, N)))[0]
LINEAR = {
    # W: growth of an error in each step back, and the word for it
    "leak": (np.zeros((N, N)), 0.8, "vanishing"),
    "integrator": (np.eye(N), 1.0, "stable"),
    "unstable": (2.0 * np.eye(N), 1.2, "exploding"),
    "rotation": (5 * Q - 4 * np.eye(N), 1.0, "stable"),
}


@pytest.mark.parametrize("name", LINEAR)
def test_linear_networks_have_their_closed_form(name):
    """From inputs alone: a random unit error at the end, for each trial."""
    w, growth, verdict = LINEAR[name]
    net = network(w, activation="linear", noise=cj.DiffusionNoise(0.1))
    found = gradient_stability(net, np.ones((4, T, 2)), key=KEY)
    close(found.transported, growth ** np.arange(T))
    close(found.norms[::-1], found.transported)
    assert abs(float(found.rate) - np.log(growth) / DT) < 1e-12
    assert found.verdict == verdict


def test_silent_units_lose_the_error_and_no_error_is_unknown():
    net = network(np.zeros((N, N)), activation="relu", tau=DT, b_hid=-np.ones(N))
    lost = gradient_stability(net, np.zeros((T, 2)), key=KEY)
    assert np.isneginf(lost.rate)
    assert lost.verdict == "vanishing"
    silent = gradient_stability(net, TASK, key=KEY, size=2)
    assert silent.verdict == "unknown"
    assert float(jnp.max(silent.norms)) == 0.0


@pytest.mark.parametrize(
    "options",
    [
        {"noise": cj.StepNoise(0.1, 0.1, 0.3)},
        {"form": cj.dynamics.RateForm(), "noise": cj.StepNoise(pre=0.3)},
        {
            "synapses": cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.4),
            "activation": "sigmoid",
        },
    ],
    ids=["rate_noise", "rate_form", "synapses"],
)
def test_gradient_at_the_start_is_that_of_a_rollout(options):
    """dL/dv_0 of public `rollout` with the same noise is J^T of that after step 1."""
    net = network(v0=cj.initialisers.Uniform(1.0), **options)
    found = gradient_stability(net, TASK, key=KEY, size=2)
    draw, noise, _ = jax.random.split(KEY, 3)
    trials = TASK.batch(draw, 2)
    first = cj.rollout(net, trials.inputs[:, :1], key=noise).final_state

    def cost(v):
        state = cj.State(v, 1, first.synapses, first.rate_noise)
        rest = cj.rollout(net, trials.inputs[:, 1:], key=noise, state=state).outputs
        r = net.form.rates(v, net.activation)
        r = r if first.rate_noise is None else r + first.rate_noise
        y = r @ cj.effective(net).w_out.T
        return TASK.output_loss(jnp.concatenate([y[:, None], rest], axis=1), trials)

    norms = jnp.linalg.norm(jax.grad(cost)(first.potentials), axis=1)
    close(found.norms[0], jnp.sqrt(jnp.mean(norms**2)))


def test_numbers_do_not_recompile_and_single_precision_stays():
    net = network(noise=cj.DiffusionNoise(0.1))
    u = np.ones((2, T, 2))
    gradient_stability(net, u, key=KEY)
    before = _gradient_stability._of_inputs._cache_size()
    for seed in (1, 2):
        changed = cj.replace(net, tau=100.0 * seed, noise=cj.DiffusionNoise(0.3))
        gradient_stability(changed, seed * u, key=jax.random.key(seed))
    assert _gradient_stability._of_inputs._cache_size() == before
    with jax.enable_x64(False):
        single = cj.astype(net, jnp.float32)
        found = gradient_stability(single, u.astype(np.float32), key=KEY)
        assert {x.dtype for x in jax.tree.leaves(found)} == {np.dtype("float32")}


def test_a_network_without_input():
    """A linear chain: the rate is that of its slowest mode."""
    net = cj.CTRNN(
        0, 3, 1, dt=10.0, tau=100.0, w_hid=0.5 * np.eye(3), activation="linear",
        key=jax.random.key(0),
    )  # fmt: skip
    found = gradient_stability(net, np.zeros((20, 0)), key=jax.random.key(1))
    assert float(found.factor) == pytest.approx(0.95**19, rel=1e-6)


def test_what_does_not_fit_is_refused():
    net = network()
    for inputs, message in [
        (np.zeros((1, 2)), "of at least two steps"),
        (np.zeros(2), "be a task, or inputs"),
        (np.zeros((T, 3)), "have the 2 channels"),
        (cj.tasks.PerceptualDecision(dt=10.0), "have the network's dt of 20 ms"),
    ]:
        with pytest.raises(ValueError, match=message):
            gradient_stability(net, inputs, key=KEY)
    with pytest.raises(ValueError, match="network's 2 inputs and 3 outputs"):
        gradient_stability(network(n_out=3), TASK, key=KEY)
    with pytest.raises(ValueError, match="`size` must be a whole number"):
        gradient_stability(net, TASK, key=KEY, size=0)
    with pytest.raises(ValueError, match="a perturbed one"):
        gradient_stability(cj.perturb(net, cj.perturbations.Lesion(0)), TASK, key=KEY)
