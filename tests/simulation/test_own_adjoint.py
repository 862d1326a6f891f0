"""Adjoints written outside the package, as users write them."""

import functools

from canonical import SGD, TASK
import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


UNITS, TRIALS, STEPS = 5, 3, 9
RNG = np.random.default_rng(3)
U = jnp.asarray(RNG.normal(size=(TRIALS, STEPS, 2)))


class Recomputed(cj.simulation.AbstractAdjoint):
    """Each step is computed again in the reverse pass."""

    def scan(self, theta, state, xs, *, cell, stride):
        step = jax.checkpoint(cell.step, prevent_cse=False)
        recomputing = cell._replace(step=step)
        return cj.simulation.plain_scan(
            theta, state, xs, cell=recomputing, stride=stride
        )


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def clip(v, bound):
    del bound
    return v


clip.defvjp(
    lambda v, bound: (v, None),
    lambda bound, _, g: (jnp.clip(g, -bound, bound),),
)


class Clipped(cj.simulation.AbstractAdjoint):
    """The sensitivity of the state is clipped before each step it passes."""

    bound: float

    def scan(self, theta, state, xs, *, cell, stride):
        def step(theta, state, *rest):
            return cell.step(theta, state._replace(v=clip(state.v, self.bound)), *rest)

        return cj.simulation.plain_scan(
            theta, state, xs, cell=cell._replace(step=step), stride=stride
        )


def make(key=0, **options):
    return cj.CTRNN(
        2, UNITS, 2, dt=20.0, tau=80.0, activation="tanh", key=jax.random.key(key),
        **options,
    )  # fmt: skip


def loss(net, adjoint, **options):
    traj = cj.rollout(net, U, adjoint=adjoint, **options)
    return jnp.sum(traj.outputs**2) + jnp.sum(jnp.sin(traj.rates))


@pytest.mark.parametrize(
    ("noise", "stride"), [(None, 1), (cj.StepNoise(pre=0.1, rate=0.1), 2)]
)
def test_recomputed_steps_have_the_gradients_of_the_plain_scan(noise, stride):
    record, key = cj.Record(stride=stride), jax.random.key(1)
    ours = grad(make(noise=noise), Recomputed(), record=record, key=key)
    close(ours, grad(make(noise=noise), cj.DirectAdjoint(), record=record, key=key))


@eqx.filter_jit
def grad(net, adjoint, **options):
    return jax.grad(loss)(net, adjoint, **options)


def clipped_gradient(net, bound):
    """Return the gradient of the sum of squared outputs in w_hid, by a NumPy loop."""
    w = jax.tree.map(np.asarray, cj.effective(net))
    gain, total = 20.0 / 80.0, np.zeros((UNITS, UNITS))
    for trial in range(TRIALS):
        v = [np.asarray(w.v0)]
        for t in range(STEPS):
            current = w.w_hid @ np.tanh(v[-1]) + w.w_in @ U[trial, t]
            v.append(v[-1] + gain * (-v[-1] + current))
        sensitivity = np.zeros(UNITS)  # of the loss to v after step t, from later steps
        for t in reversed(range(STEPS)):
            r = np.tanh(v[t + 1])
            at_output = 2 * w.w_out.T @ (w.w_out @ r) * (1 - r**2)
            after = sensitivity + at_output
            total += gain * np.outer(after, np.tanh(v[t]))
            slope = 1 - np.tanh(v[t]) ** 2
            before = (1 - gain) * after + gain * slope * (w.w_hid.T @ after)
            sensitivity = np.clip(before, -bound, bound)
    return total


@pytest.mark.parametrize("bound", [0.01, 100.0])
def test_clipped_sensitivities_are_those_of_a_plain_loop(bound):
    net = make(use_bias_hid=False, use_bias_out=False)

    @jax.jit
    @jax.grad
    def squares(net):
        return jnp.sum(cj.rollout(net, U, adjoint=Clipped(bound)).outputs ** 2)

    close(squares(net).raw.w_hid, clipped_gradient(net, bound))


@pytest.mark.parametrize(
    "equal", [close, pytest.param(identical, marks=pytest.mark.optimised)]
)
def test_the_trajectory_is_that_of_every_adjoint(equal):
    net = make()
    ours = cj.rollout(net, U, adjoint=Clipped(0.1))
    result = equal(ours, cj.rollout(net, U, adjoint=cj.DirectAdjoint()))
    assert result is not False  # `close` asserts, `identical` answers


def test_an_own_adjoint_differentiates_the_segments_of_others():
    net = make()
    inner = cj.Checkpointed(4, inner=Recomputed())
    close(grad(net, inner), grad(net, cj.DirectAdjoint()))
    cut = cj.Truncated(3, inner=Recomputed())
    close(grad(net, cut), grad(net, cj.Truncated(3, inner=cj.DirectAdjoint())))
    with pytest.raises(ValueError, match="`inner` must be an adjoint without segments"):
        cj.Truncated(3, inner=cj.Checkpointed(4))


def test_vmap_over_networks_is_a_loop():
    nets = [make(0), make(1)]
    mapped = jax.jit(jax.vmap(lambda net: grad(net, Recomputed())))(cj.stack(nets))
    close(mapped, cj.stack([grad(net, Recomputed()) for net in nets]))


@pytest.mark.slow
def test_fit_trains_with_it():
    options = {"num_updates": 2, "batch_size": 4, "key": jax.random.key(7)}
    ours, plain = (
        cj.fit(
            make(), TASK, SGD, gradient=cj.gradients.BPTT(adjoint=adjoint), **options
        )
        for adjoint in (Recomputed(), cj.DirectAdjoint())
    )
    close(ours.network, plain.network)
    assert not identical(ours.network, make())


@pytest.mark.slow
def test_fit_trains_with_it_and_resumes(tmp_path):
    options = {"batch_size": 4, "validate_every": 2, "validation_size": 44}

    def fit(adjoint, num_updates, **more):
        return cj.fit(
            make(), TASK, SGD, num_updates=num_updates,
            gradient=cj.gradients.BPTT(adjoint=adjoint), key=jax.random.key(7),
            **options, **more,
        ).network  # fmt: skip

    ours = fit(Recomputed(), 4)
    close(ours, fit(cj.DirectAdjoint(), 4))
    assert not identical(ours, make())
    for num_updates in (2, 4):
        with cj.Checkpoints(tmp_path / "run", every=2) as checkpoints:
            resumed = fit(
                Recomputed(), num_updates, checkpoints=checkpoints, resume=True
            )
    assert identical(resumed, ours)
