"""Perturbations written outside the package: an effect that answers for each step."""

import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


P = cj.perturbations
UNITS, STEPS, TRIALS, DT, TAU = 5, 12, 3, 10.0, 50.0
U = np.random.default_rng(1).normal(size=(TRIALS, STEPS, 2))


class SineEffect(P.AbstractEffect):
    """A current and a potential factor that both change at every step."""

    amplitude: jax.Array
    period: jax.Array

    def at(self, steps, dt):
        phase = 2 * jnp.pi * steps.astype(dt.dtype) * dt / self.period
        factor = jnp.outer(1 + 0.1 * jnp.cos(phase), jnp.ones_like(self.amplitude))
        return P.StepEffect(
            current=jnp.outer(jnp.sin(phase), self.amplitude),
            potentials=P.Affine(factor=factor),
        )


class Sine(P.AbstractPerturbation):
    """An oscillating current into some units, as of a rhythmic stimulation."""

    units: np.ndarray
    amplitude: float | jax.Array = 1.0
    period: float = 60.0

    def on(self, net):
        mask = jnp.asarray(np.isin(np.arange(net.n_hidden), self.units), net.dtype)
        amplitude = mask * jnp.asarray(self.amplitude, net.dtype)
        return SineEffect(amplitude, jnp.asarray(self.period, net.dtype))


class HalfGain(P.AbstractPerturbation):
    """All rates are halved, in a window."""

    window: tuple[float, float]

    def on(self, net):
        half = P.Affine(factor=jnp.full(net.n_hidden, 0.5))
        window = tuple(jnp.asarray(edge) for edge in self.window)
        return P.ActivityEffect(rates=half, window=window)


def make(key=0, **options):
    options = {"activation": "tanh", "use_bias_hid": True, **options}
    return cj.CTRNN(2, UNITS, 2, dt=DT, tau=TAU, key=jax.random.key(key), **options)


def loop(net, amplitude, window):
    """Return potentials and rates of the two perturbations, Sine then HalfGain."""
    w = cj.effective(net)
    v_all = np.zeros((TRIALS, STEPS, UNITS))
    r_all = np.zeros((TRIALS, STEPS, UNITS))

    def factor(t):
        return 0.5 if window[0] <= t * DT < window[1] else 1.0

    for trial in range(TRIALS):
        v = np.asarray(w.v0)
        for t in range(STEPS):
            phase = 2 * np.pi * t * DT / 60.0
            r = factor(t - 1) * np.tanh(v)
            current = np.asarray(w.w_hid) @ r + np.asarray(w.w_in) @ U[trial, t]
            current = current + np.asarray(w.b_hid) + np.sin(phase) * amplitude
            v = (v + DT / TAU * (-v + current)) * (1 + 0.1 * np.cos(phase))
            v_all[trial, t], r_all[trial, t] = v, factor(t) * np.tanh(v)
    return v_all, r_all


SINE, HALF = Sine(np.array([0, 3]), 0.7), HalfGain((30.0, 80.0))
AMPLITUDE = 0.7 * np.isin(np.arange(UNITS), [0, 3])


def test_it_acts_as_its_equation_alone_and_with_another():
    net = make()
    traj = cj.rollout(cj.perturb(net, SINE, HALF), U)
    close((traj.potentials, traj.rates), loop(net, AMPLITUDE, HALF.window))
    alone = cj.rollout(cj.perturb(net, SINE), U)
    close((alone.potentials, alone.rates), loop(net, AMPLITUDE, (0.0, 0.0)))


def test_steps_in_a_loop_and_a_carried_on_rollout_are_the_rollout():
    perturbed = cj.perturb(make(), SINE, HALF)
    whole = jax.tree.map(np.asarray, cj.rollout(perturbed, U))
    first = cj.rollout(perturbed, U[:, :6])
    rest = cj.rollout(perturbed, U[:, 6:], state=first.final_state)
    close(rest.rates, whole.rates[:, 6:])
    state = perturbed.initial_state((TRIALS,))
    for t in range(STEPS):
        traj = cj.step(perturbed, state, U[:, t])
        close(traj.rates, whole.rates[:, t])
        state = traj.final_state


@pytest.mark.parametrize(
    "adjoint",
    [
        cj.HoistedAdjoint(),
        pytest.param(cj.Checkpointed(4), marks=pytest.mark.slow),
    ],
)
def test_gradients_are_those_of_the_plain_scan(adjoint):
    def loss(net, amplitude, adjoint):
        perturbed = cj.perturb(net, Sine(np.array([0, 3]), amplitude), HALF)
        noisy = cj.rollout(perturbed, U, key=jax.random.key(5), adjoint=adjoint)
        return jnp.sum(noisy.outputs**2)

    net = make(noise=cj.StepNoise(pre=0.1, rate=0.1))
    grad = jax.jit(jax.grad(loss, argnums=(0, 1)), static_argnums=2)
    close(grad(net, 0.7, adjoint), grad(net, 0.7, cj.DirectAdjoint()))


@pytest.mark.slow
def test_a_network_trains_under_it():
    """A user's loop, with the perturbation in the loss, learns to undo it."""
    net = make()
    target = cj.rollout(net, U).outputs
    optimiser = optax.sgd(1.0, momentum=0.9)
    params, static = eqx.partition(net, cj.trainable(net))

    @jax.jit
    def update(params, opt_state):
        def loss(params):
            perturbed = cj.perturb(eqx.combine(params, static), SINE, HALF)
            return jnp.mean((cj.rollout(perturbed, U).outputs - target) ** 2)

        value, grads = jax.value_and_grad(loss)(params)
        updates, opt_state = optimiser.update(grads, opt_state)
        return eqx.apply_updates(params, updates), opt_state, value

    opt_state, losses = optimiser.init(params), []
    for _ in range(200):
        params, opt_state, value = update(params, opt_state)
        losses.append(float(value))
    assert losses[-1] < 0.6 * losses[0]


def test_vmap_over_networks_and_amplitudes_is_a_loop_without_compiling_again():
    nets = [make(0), make(1)]
    traces = []

    @jax.jit
    def outputs(net, amplitude):
        traces.append(1)
        perturbed = cj.perturb(net, Sine(np.array([0, 3]), amplitude), HALF)
        return cj.rollout(perturbed, U).outputs

    mapped = jax.vmap(outputs)(cj.stack(nets), jnp.array([0.5, 1.5]))
    for i, amplitude in enumerate((0.5, 1.5)):
        close(mapped[i], outputs(nets[i], jnp.asarray(amplitude)))
    assert len(traces) == 2  # one for the batch, one for a single network


def test_maps_compose_as_functions():
    rng = np.random.default_rng(2)
    maps = [P.Affine(), P.Affine(factor=jnp.asarray(rng.normal(size=UNITS))),
            P.Affine(addend=jnp.asarray(rng.normal(size=UNITS))),
            P.Affine(*jnp.asarray(rng.normal(size=(2, UNITS))))]  # fmt: skip
    x = jnp.asarray(rng.normal(size=(4, UNITS)))
    for first in maps:
        for second in maps:
            close(first.then(second)(x), second(first(x)))
