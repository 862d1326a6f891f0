"""What a network does with a form, an activation or a method from another package."""

from collections.abc import Callable
from dataclasses import dataclass, field

from canonical import SGD, TASK
import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


UNITS, TRIALS, STEPS = 4, 3, 12
RNG = np.random.default_rng(4)
U = RNG.normal(size=(TRIALS, STEPS, 2))
OTHER_ADJOINTS = [
    cj.HoistedAdjoint(chunk_bytes=5 * TRIALS * UNITS * 8),
    cj.Checkpointed(5),
    cj.Truncated(STEPS),
]


def network(**parts):
    """Return a network with these parts, and with a time constant for each unit."""
    rng = np.random.default_rng(0)
    parts = {"activation": "tanh", **parts}
    return cj.CTRNN(
        2, UNITS, 2, dt=20.0, tau=80.0 + 10 * np.arange(UNITS),
        w_hid=rng.normal(size=(UNITS, UNITS)) / np.sqrt(UNITS),
        w_in=rng.normal(size=(UNITS, 2)), b_hid=0.3 * rng.normal(size=UNITS),
        w_out=rng.normal(size=(2, UNITS)), v0=0.2 * rng.normal(size=UNITS),
        train_v0=True, key=jax.random.key(0), **parts,
    )  # fmt: skip


def current_step(v, current, gain, f):
    """Return v after a step of the package's equation, for one unit."""
    del f
    return v + gain * (-v + current)


@dataclass
class Case:
    """A network with own parts, and these parts as functions of one number (NumPy).

    - `f`: the activation; `gain`: a function of dt / tau.
    - `rates(v, f)`, `advance(v, current, gain, f)`: the form.
    - `load`: the options that `cj.load` needs.
    """

    net: cj.AbstractNetwork
    f: Callable = np.tanh
    gain: Callable = float
    rates: Callable = lambda v, f: f(v)
    advance: Callable = current_step
    load: dict = field(default_factory=dict)

    def loop(self):
        """Return potentials and rates, `(trials, time, units)`, by plain loops."""
        weights = jax.tree.map(np.asarray, cj.effective(self.net))
        ratios = float(self.net.dt) / np.asarray(self.net.tau)
        potentials, rates = np.zeros((2, TRIALS, STEPS, UNITS))
        for trial in range(TRIALS):
            v = weights.v0
            for t in range(STEPS):
                r = np.array([self.rates(x, self.f) for x in v])
                current = weights.w_hid @ r + weights.w_in @ U[trial, t] + weights.b_hid
                args = zip(v, current, ratios, strict=True)
                v = np.array(
                    [self.advance(x, i, self.gain(q), self.f) for x, i, q in args]
                )
                potentials[trial, t] = v
                rates[trial, t] = [self.rates(x, self.f) for x in v]
        return potentials, rates


def simulates_as_a_plain_loop(case, folder):
    del folder
    traj = cj.rollout(case.net, U)
    potentials, rates = case.loop()
    close(traj.potentials, potentials)
    close(traj.rates, rates)


def loss_of(case, adjoint):
    """Return a loss of the floats of the case's network, and these floats."""
    floats, rest = eqx.partition(case.net, eqx.is_inexact_array)

    def loss(floats):
        traj = cj.rollout(eqx.combine(floats, rest), U, adjoint=adjoint)
        return jnp.sum(jnp.sin(3 * traj.outputs)) + jnp.sum(traj.rates**2)

    return loss, floats


def gradient(case, adjoint):
    loss, floats = loss_of(case, adjoint)
    return jax.jit(jax.grad(loss))(floats)


def has_the_gradient_of_plain_differentiation(case, folder):
    """One entry is compared with finite differences."""
    del folder
    expected = gradient(case, cj.DirectAdjoint())
    assert all(np.any(x != 0) for x in jax.tree.leaves(expected.raw.w_hid))
    close(gradient(case, cj.HoistedAdjoint()), expected)
    loss, floats = loss_of(case, cj.DirectAdjoint())
    w = np.asarray(case.net.raw.w_hid)
    sizes = 1e-6 * np.outer(np.arange(UNITS) == 1, np.arange(UNITS) == 2)

    def shifted(w):
        return loss(eqx.tree_at(lambda net: net.raw.w_hid, floats, w))

    ahead, behind = jax.jit(jax.vmap(shifted))(np.stack([w + sizes, w - sizes]))
    slope = (ahead - behind) / 2e-6
    np.testing.assert_allclose(expected.raw.w_hid[1, 2], slope, rtol=1e-6)


def has_one_gradient_for_all_adjoints(case, folder):
    del folder
    expected = gradient(case, cj.DirectAdjoint())
    for adjoint in OTHER_ADJOINTS:
        close(gradient(case, adjoint), expected)


def trains_and_resumes(case, folder):
    """In two parts as in one, from a state and from a checkpoint."""
    options = {"batch_size": 4, "validate_every": 2, "validation_size": 11}

    def fit(num_updates, **more):
        more = {"num_updates": num_updates, "key": jax.random.key(7), **more}
        return cj.fit(case.net, TASK, SGD, **options, **more)

    whole = fit(4)
    assert not identical(whole.network.raw.w_hid, case.net.raw.w_hid)
    part = fit(2)
    rest = fit(2, state=part.state, key=None)
    assert identical(rest.network, whole.network)
    for num_updates in (2, 4):
        with cj.Checkpoints(folder / "run", every=2) as checkpoints:
            resumed = fit(num_updates, checkpoints=checkpoints, resume=True)
    assert identical(resumed.network, whole.network)


def maps_over_a_stack(case, folder):
    del folder
    nets = [case.net, cj.replace(case.net, w_hid=-cj.effective(case.net).w_hid)]
    mapped = eqx.filter_vmap(lambda net: cj.rollout(net, U).rates)(cj.stack(nets))
    close(mapped, np.stack([cj.rollout(net, U).rates for net in nets]))


def is_linearised(case, folder):
    """Against finite differences of the flow and of the simulated step."""
    del folder
    net, u = case.net, U[0, 0]
    v = 0.5 * RNG.normal(size=UNITS)

    def differences(function):
        ahead, behind = (np.stack([function(v + s * e) for e in np.eye(UNITS)])
                         for s in (1e-6, -1e-6))  # fmt: skip
        return (ahead - behind).T / 2e-6

    def flow(v):
        return np.asarray(cj.analysis.velocity(net, v, u))

    def step(v):
        return np.asarray(cj.step(net, cj.State(jnp.asarray(v)), u).potentials)

    flow_jacobian = cj.analysis.jacobian(net, v, u)
    np.testing.assert_allclose(flow_jacobian, differences(flow), atol=1e-8)
    step_jacobian = cj.analysis.step_jacobian(net, v, u)
    np.testing.assert_allclose(step_jacobian, differences(step), atol=1e-8)
    # a step moves the state by gain tau dv/dt
    gain = np.asarray(net.method.gain(net.dt, net.tau))
    close(step(v) - v, gain * np.asarray(net.tau) * flow(v))
    # the same Jacobian in the other analyses
    spectrum = cj.analysis.spectrum(net, potentials=v, inputs=u, growth=False)
    eigenvalues = np.sort_complex(np.linalg.eigvals(flow_jacobian))
    close(np.sort_complex(spectrum.jacobian_eigenvalues), eigenvalues)


def is_analysed(case, folder):
    """Fixed points are zeros of the flow; exponents there are the eigenvalues."""
    del folder
    net, u = case.net, np.array([0.3, -0.2])
    points = cj.analysis.find_fixed_points(net, u, key=jax.random.key(1), candidates=32)
    assert points.converged[0]
    v = points.points[0]
    assert np.abs(cj.analysis.velocity(net, v, u)).max() < 1e-11
    assert cj.analysis.verify_fixed_points(points.where([0])).agrees.all()
    # at this point every step has the same Jacobian
    exponents = cj.analysis.lyapunov(
        net, u, steps=2000, every=5, blocks=4, state=cj.State(jnp.asarray(v))
    )
    step_jacobian = np.asarray(cj.analysis.step_jacobian(net, v, u))
    noisy = cj.replace(net, noise=cj.StepNoise(pre=0.1, post=0.2, rate=0.1))
    stationary = cj.analysis.stationary(noisy, u, potentials=v)
    close(stationary.propagator, step_jacobian)
    log_det = np.linalg.slogdet(step_jacobian)[1]
    close(float(exponents.log_det * net.dt), log_det)
    np.testing.assert_allclose(
        exponents.per_step[0], np.log(np.abs(points.multipliers[0, 0])), atol=1e-3
    )


def is_saved_and_loaded(case, folder):
    path = cj.save(folder / "network.safetensors", case.net)
    loaded = cj.load(path, **case.load)
    assert identical(loaded, case.net)


FOR_ALL = [
    simulates_as_a_plain_loop,
    has_the_gradient_of_plain_differentiation,
    is_linearised,
    is_saved_and_loaded,
]


def checks_of(cases, quick=(), slow=()):
    """Return the checks that all cases need, and more pairs (case, check)."""
    pairs = [(case, check) for check in FOR_ALL for case in cases]
    return [
        pytest.param(check, case, id=f"{case}-{check.__name__}", marks=marks)
        for some, marks in (([*pairs, *quick], []), (slow, [pytest.mark.slow]))
        for case, check in some
    ]
