"""Checkpointed and truncated gradients, and every cell option under every adjoint."""

import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
UNITS, TRIALS, STEPS = 6, 3, 12
U = jnp.asarray(np.random.default_rng(1).normal(size=(TRIALS, STEPS, 2)))
DIRECT = cj.DirectAdjoint()
ADJOINTS = {
    "hoisted": cj.HoistedAdjoint(),
    "hoisted in chunks": cj.HoistedAdjoint(chunk_bytes=5 * TRIALS * UNITS * 8),
    "checkpointed": cj.Checkpointed(),
    "checkpointed by 5": cj.Checkpointed(5),
    "checkpointed, direct within": cj.Checkpointed(4, inner=DIRECT),
    "one window": cj.Truncated(STEPS),
}
HOISTED, SEGMENTED = list(ADJOINTS)[:2], list(ADJOINTS)[2:]
QUICK = [
    ("rectified leak, softplus", "checkpointed, direct within"),
    ("retanh", "one window"),
]
CELLS = {
    "both noises": {"noise": cj.StepNoise(pre=0.3, post=np.linspace(0.1, 0.2, UNITS))},
    "noise on the rate, learned tau per unit": {
        "noise": cj.StepNoise(post=0.1, rate=0.2),
        "tau": np.linspace(60.0, 120.0, UNITS),
        "train_tau": True,
    },
    "diffusion, exponential": {
        "noise": cj.DiffusionNoise(0.2),
        "method": cj.ExponentialEuler(),
    },
    "plastic synapses, sigmoid": {
        "synapses": cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45),
        "activation": "sigmoid",
    },
    "rate form": {"form": cj.dynamics.RateForm(), "noise": cj.StepNoise(pre=0.3)},
    "rectified leak, softplus": {
        "form": cj.dynamics.RectifiedLeakForm(),
        "activation": "softplus",
    },
    "retanh": {"activation": "retanh"},
    "custom activation": {"activation": jnp.sin},
}


def make(**options):
    defaults = {
        "tau": 100.0,
        "activation": "tanh",
        "train_v0": True,
        "v0": cj.initialisers.Uniform(),
    }
    return cj.EIRNN(2, UNITS, 2, dt=20.0, key=KEY, **{**defaults, **options})


def loss_of(net, adjoint, u=U):
    key = None if net.noise is None else KEY
    traj = cj.rollout(net, u, key=key, adjoint=adjoint)
    recorded = (traj.potentials, traj.rates, traj.outputs, traj.final_state.potentials)
    return sum(jnp.sum(jnp.sin(3 * x)) for x in recorded if x is not None)


@eqx.filter_jit
def gradient(net, adjoint):
    """Return the loss and its gradient in all floats, as one program."""
    floats, rest = eqx.partition(net, eqx.is_inexact_array)

    def fn(floats):
        return loss_of(eqx.combine(floats, rest), adjoint)

    return jax.value_and_grad(fn)(floats)


def cells_and_adjoints():
    """Each cell under the hoisted adjoints and under two of those with segments."""
    for i, cell in enumerate(CELLS):
        for name in (*HOISTED, *SEGMENTED[1 - i % 2 :: 2]):
            is_quick = name == HOISTED[i % 2] or (cell, name) in QUICK
            marks = () if is_quick else pytest.mark.slow
            yield pytest.param(cell, name, marks=marks)


@pytest.mark.parametrize(("cell", "adjoint"), list(cells_and_adjoints()))
def test_every_cell_option_has_the_gradient_of_plain_autodiff(cell, adjoint):
    """Of every float: weights, biases, v0, dt, tau, noise levels, plasticity."""
    net = make(**CELLS[cell])
    close(gradient(net, ADJOINTS[adjoint]), gradient(net, DIRECT), scale=100)


def but_slow(options, *quick):
    """Return the options; all but the quick ones are slow."""
    return [
        pytest.param(x, marks=() if x in quick else pytest.mark.slow) for x in options
    ]


@pytest.mark.parametrize("adjoint", but_slow(ADJOINTS, "checkpointed by 5"))
def test_perturbed_networks_and_strides(adjoint):
    """Windows of perturbations span segments; every second step is recorded."""
    record = cj.Record(stride=1 if adjoint.endswith("5") else 2, rates=False)

    @eqx.filter_jit
    def gradient(net, adjoint):
        def loss(w):
            perturbed = cj.perturb(
                eqx.tree_at(lambda n: n.raw.w_hid, net, w),
                cj.perturbations.Clamp(1, rate=0.5, window=(40.0, 140.0)),
                cj.perturbations.Scale(0.5, post=0, window=(60.0, 200.0)),
            )
            traj = cj.rollout(perturbed, U, key=KEY, adjoint=adjoint, record=record)
            return jnp.sum(jnp.sin(3 * traj.outputs)) + jnp.sum(traj.potentials**2)

        return jax.grad(loss)(net.raw.w_hid)

    net = make(noise=cj.DiffusionNoise(0.1))
    close(gradient(net, ADJOINTS[adjoint]), gradient(net, DIRECT), scale=100)


@pytest.mark.parametrize("adjoint", [cj.Checkpointed(5), cj.Truncated(4)])
def test_the_trajectory_is_that_of_the_default(adjoint):
    net = make(noise=cj.DiffusionNoise(0.1))
    traj = cj.rollout(net, U, key=KEY, adjoint=adjoint)
    close(traj, cj.rollout(net, U, key=KEY))
    assert int(traj.final_state.step) == STEPS


def test_truncated_stops_gradients_between_windows():
    net, window = make(noise=cj.DiffusionNoise(0.1)), 4

    def windows_in_a_loop(net):
        state, total = None, 0.0
        for start in range(0, STEPS, window):
            part = U[:, start : start + window]
            traj = cj.rollout(net, part, key=KEY, state=state, adjoint=DIRECT)
            state = jax.tree.map(jax.lax.stop_gradient, traj.final_state)
            total = total + jnp.sum(jnp.sin(3 * traj.outputs))
        return total

    def ours(net):
        traj = cj.rollout(net, U, key=KEY, adjoint=cj.Truncated(window))
        return jnp.sum(jnp.sin(3 * traj.outputs))

    floats, rest = eqx.partition(net, eqx.is_inexact_array)
    truncated, looped = (
        jax.jit(jax.grad(lambda f, fn=fn: fn(eqx.combine(f, rest))))(floats)
        for fn in (ours, windows_in_a_loop)
    )
    close(truncated, looped, scale=100)
    exact = gradient(net, DIRECT)[1].raw.w_hid
    assert not np.allclose(exact, truncated.raw.w_hid, rtol=1e-3)


MODES = {
    "jvp": lambda f, x, d: jax.jvp(f, (x,), (d,)),
    "hessian-vector": lambda f, x, d: jax.jvp(jax.grad(f), (x,), (d,))[1],
    "reverse twice": lambda f, x, d: jax.grad(lambda y: jnp.vdot(jax.grad(f)(y), d))(x),
}


@pytest.mark.parametrize(
    ("mode", "one_by_one"),
    [
        ("jvp", True),
        ("hessian-vector", False),
        pytest.param("reverse twice", True, marks=pytest.mark.slow),
        pytest.param("jvp", False, marks=pytest.mark.slow),
        pytest.param("hessian-vector", True, marks=pytest.mark.slow),
        pytest.param("reverse twice", False, marks=pytest.mark.slow),
    ],
)
def test_checkpointed_works_in_every_mode(mode, one_by_one):
    net = make(w_hid=cj.initialisers.Normal(0.3))
    d = np.cos(np.arange(36.0)).reshape(6, 6)
    results = []
    for adjoint in (cj.Checkpointed(), DIRECT):

        def loss(w, adjoint=adjoint):
            moved = eqx.tree_at(lambda n: n.raw.w_hid, net, w)

            def one(u):
                return loss_of(moved, adjoint, u=u)

            return jnp.sum(jax.vmap(one)(U)) if one_by_one else one(U)

        run = jax.jit(lambda w, loss=loss: MODES[mode](loss, w, d))
        results.append(run(net.raw.w_hid))
    close(*results, scale=100)


def test_outputs_alone_under_vmap_of_jit_of_grad():
    """The JVP rule and the scan batch their outputs along the same axes."""
    net, record = make(), cj.Record(potentials=False, rates=False)

    def weights(w):
        return eqx.tree_at(lambda n: n.raw.w_hid, net, w)

    def mapped(w, adjoint):
        def run(u):
            return jnp.mean(
                cj.rollout(weights(w), u, record=record, adjoint=adjoint).outputs ** 2
            )

        return jnp.mean(jax.vmap(run)(U))

    results = [
        eqx.filter_jit(jax.grad(mapped))(net.raw.w_hid, adjoint)
        for adjoint in (cj.HoistedAdjoint(), DIRECT)
    ]
    close(*results)


def bytes_of(adjoint, steps):
    net = cj.CTRNN(1, 32, 1, dt=20.0, tau=100.0, key=KEY)
    record = cj.Record(potentials=False, rates=False)

    def loss(net):
        return jnp.sum(
            cj.rollout(net, steps=steps, record=record, adjoint=adjoint).outputs
        )

    compiled = jax.jit(lambda net: eqx.filter_grad(loss)(net)).lower(net).compile()
    memory = compiled.memory_analysis()
    assert memory is not None
    return memory.temp_size_in_bytes


@pytest.mark.optimised
def test_memory_grows_as_the_root_of_time():
    def outputs(steps):
        return 4 * 8 * steps  # the record grows with time itself

    root = [bytes_of(cj.Checkpointed(), t) - outputs(t) for t in (1024, 16384)]
    whole = [bytes_of(cj.HoistedAdjoint(), t) - outputs(t) for t in (1024, 16384)]
    assert root[1] < 6 * root[0]
    assert whole[1] > 10 * root[1]


INVALID = {
    "window": (cj.Truncated(5), {}, "windows that divide the 12 steps"),
    "window of a stride": (
        cj.Truncated(3), {"record": cj.Record(stride=2)}, "multiple of the record's",
    ),
    "segment too long": (cj.Checkpointed(13), {}, "at most all 12 steps"),
    "segment of a stride": (
        cj.Checkpointed(3), {"record": cj.Record(stride=2)}, "multiple of the record's",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", INVALID)
def test_segments_that_do_not_divide_raise(case):
    adjoint, options, message = INVALID[case]
    with pytest.raises(ValueError, match=message):
        cj.rollout(make(), U, adjoint=adjoint, **options)


@pytest.mark.parametrize("steps", [0, 1])
def test_runs_too_short_to_checkpoint_raise(steps):
    with pytest.raises(ValueError, match=f"got Checkpointed for {steps}"):
        cj.rollout(make(), U[:, :steps], adjoint=cj.Checkpointed())


@pytest.mark.parametrize("kind", [cj.Checkpointed, cj.Truncated])
def test_segments_without_steps_raise(kind):
    with pytest.raises(ValueError, match="`steps` must be a whole number"):
        kind(0)
