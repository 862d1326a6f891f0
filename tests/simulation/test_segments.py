"""Checkpointed and truncated gradients, and every cell option under every adjoint."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
UNITS, TRIALS, STEPS = 6, 3, 12
U = jax.random.normal(jax.random.key(1), (TRIALS, STEPS, 2))
DIRECT = cj.DirectAdjoint()
ADJOINTS = {
    "hoisted": cj.HoistedAdjoint(),
    "hoisted in chunks": cj.HoistedAdjoint(chunk_bytes=5 * TRIALS * UNITS * 8),
    "checkpointed": cj.Checkpointed(),
    "checkpointed by 5": cj.Checkpointed(5),
    "checkpointed, direct within": cj.Checkpointed(4, inner=DIRECT),
    "one window": cj.Truncated(STEPS),
}
CELLS = {
    "plain": {},
    "both noises": {"noise": cj.StepNoise(pre=0.3, post=jnp.linspace(0.1, 0.2, UNITS))},
    "noise on the rate": {"noise": cj.StepNoise(post=0.1, rate=0.2)},
    "diffusion": {"noise": cj.DiffusionNoise(0.2)},
    "learned tau per unit": {
        "tau": jnp.linspace(60.0, 120.0, UNITS),
        "train_tau": True,
    },
    "plastic synapses": {
        "synapses": cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
    },
    "rate form": {"form": cj.dynamics.RateForm(), "noise": cj.StepNoise(pre=0.3)},
    "rectified leak": {
        "form": cj.dynamics.RectifiedLeakForm(),
        "activation": "softplus",
    },
    "softplus": {"activation": "softplus"},
    "sigmoid": {"activation": "sigmoid"},
    "retanh": {"activation": "retanh"},
    "of its own": {"activation": jnp.sin},
    "exponential": {"method": cj.ExponentialEuler()},
}


def make(**options):
    defaults = {
        "tau": 100.0,
        "activation": "tanh",
        "train_v0": True,
        "v0": cj.initialisers.Uniform(),
    }
    return cj.EIRNN(2, UNITS, 2, dt=20.0, key=KEY, **{**defaults, **options})


ALL = cj.Record()


def loss_of(net, adjoint, u=U, record=ALL):
    key = None if net.noise is None else KEY
    traj = cj.rollout(net, u, key=key, adjoint=adjoint, record=record)
    kept = (traj.potentials, traj.rates, traj.outputs, traj.final_state.potentials)
    return sum(jnp.sum(jnp.sin(3 * x)) for x in kept if x is not None)


def gradient(net, adjoint, **options):
    floats, rest = eqx.partition(net, eqx.is_inexact_array)

    def fn(floats):
        return loss_of(eqx.combine(floats, rest), adjoint, **options)

    return jax.value_and_grad(fn)(floats)


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_option_has_the_gradient_of_plain_autodiff(cell):
    """Of every float: weights, biases, v0, dt, tau, noise levels, plasticity."""
    net = make(**CELLS[cell])
    want = gradient(net, DIRECT)
    for adjoint in ADJOINTS.values():
        close(gradient(net, adjoint), want, scale=100)


@pytest.mark.parametrize("adjoint", ADJOINTS)
def test_perturbed_networks_and_strides(adjoint):
    """Windows of perturbations lie across segments; kept is every second step."""
    record = cj.Record(stride=1 if adjoint.endswith("5") else 2, rates=False)

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


@pytest.mark.parametrize("adjoint", [cj.Checkpointed(), cj.Truncated(4)])
def test_the_trajectory_is_that_of_the_default(adjoint):
    net = make(noise=cj.DiffusionNoise(0.1))
    found = cj.rollout(net, U, key=KEY, adjoint=adjoint)
    close(found, cj.rollout(net, U, key=KEY))
    assert int(found.final_state.step) == STEPS


def test_truncated_is_windows_whose_start_is_held_fixed():
    net, window = make(noise=cj.DiffusionNoise(0.1)), 4

    def by_hand(net):
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
    found, want = (
        jax.grad(lambda f, fn=fn: fn(eqx.combine(f, rest)))(floats)
        for fn in (ours, by_hand)
    )
    close(found, want, scale=100)
    exact = gradient(net, DIRECT)[1].raw.w_hid
    assert not np.allclose(exact, found.raw.w_hid, rtol=1e-3)


MODES = {
    "jvp": lambda f, x, d: jax.jvp(f, (x,), (d,)),
    "hessian-vector": lambda f, x, d: jax.jvp(jax.grad(f), (x,), (d,))[1],
    "reverse twice": lambda f, x, d: jax.grad(lambda y: jnp.vdot(jax.grad(f)(y), d))(x),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("one_by_one", [False, True])
def test_checkpointed_works_in_every_mode(mode, one_by_one):
    net = make(w_hid=cj.initialisers.Normal(0.3))
    d = jnp.cos(jnp.arange(36.0)).reshape(6, 6)
    found = []
    for adjoint in (cj.Checkpointed(), DIRECT):

        def loss(w, adjoint=adjoint):
            moved = eqx.tree_at(lambda n: n.raw.w_hid, net, w)

            def one(u):
                return loss_of(moved, adjoint, u=u)

            return jnp.sum(jax.vmap(one)(U)) if one_by_one else one(U)

        found.append(MODES[mode](loss, net.raw.w_hid, d))
    close(*found, scale=100)


def test_outputs_alone_under_vmap_of_jit_of_grad():
    """The mapped axes of a custom rule and of its function once disagreed here."""
    net, record = make(), cj.Record(potentials=False, rates=False)

    def weights(w):
        return eqx.tree_at(lambda n: n.raw.w_hid, net, w)

    def mapped(w, adjoint):
        def run(u):
            return jnp.mean(
                cj.rollout(weights(w), u, record=record, adjoint=adjoint).outputs ** 2
            )

        return jnp.mean(jax.vmap(run)(U))

    found = [
        jax.grad(mapped)(net.raw.w_hid, adjoint)
        for adjoint in (cj.HoistedAdjoint(), DIRECT)
    ]
    close(*found)


def bytes_of(adjoint, steps):
    net = cj.CTRNN(1, 32, 1, dt=20.0, tau=100.0, key=KEY)
    record = cj.Record(potentials=False, rates=False)

    def loss(net):
        return jnp.sum(
            cj.rollout(net, steps=steps, record=record, adjoint=adjoint).outputs
        )

    compiled = jax.jit(lambda net: eqx.filter_grad(loss)(net)).lower(net).compile()
    return compiled.memory_analysis().temp_size_in_bytes


def test_memory_grows_as_the_root_of_time():
    def outputs(steps):
        return 4 * 8 * steps  # what is asked for grows with time itself

    root = [bytes_of(cj.Checkpointed(), t) - outputs(t) for t in (1024, 16384)]
    whole = [bytes_of(cj.HoistedAdjoint(), t) - outputs(t) for t in (1024, 16384)]
    assert root[1] < 6 * root[0]
    assert whole[1] > 10 * root[1]


REFUSED = {
    "window": (cj.Truncated(5), {}, "windows that divide the 12 steps"),
    "window of a stride": (
        cj.Truncated(3), {"record": cj.Record(stride=2)}, "multiple of the record's",
    ),
    "segment too long": (cj.Checkpointed(13), {}, "at most all 12 steps"),
    "segment of a stride": (
        cj.Checkpointed(3), {"record": cj.Record(stride=2)}, "multiple of the record's",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_divide_is_refused(case):
    adjoint, options, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        cj.rollout(make(), U, adjoint=adjoint, **options)


@pytest.mark.parametrize("steps", [0, 1])
def test_nothing_to_checkpoint_is_refused(steps):
    with pytest.raises(ValueError, match=f"got Checkpointed for {steps}"):
        cj.rollout(make(), U[:, :steps], adjoint=cj.Checkpointed())


@pytest.mark.parametrize("kind", [cj.Checkpointed, cj.Truncated])
def test_adjoints_refuse_what_they_cannot_be(kind):
    with pytest.raises(ValueError, match="`steps` must be a whole number"):
        kind(0)


@pytest.mark.parametrize("precision", ["default", "highest"])
def test_matmul_precision_is_respected(precision):
    net = cj.astype(make(), jnp.float32)
    with jax.default_matmul_precision(precision):
        lowered = jax.jit(lambda n: cj.rollout(n, U.astype(jnp.float32)).outputs)
        text = lowered.lower(net).as_text()
    wanted = precision.upper()
    products = [line for line in text.splitlines() if "dot_general" in line]
    assert products
    assert all(f"[{wanted}, {wanted}]" in line for line in products)


def test_weights_of_lower_precision_keep_the_state_and_gradients():
    net = cj.astype(make(), jnp.float32)
    u = U.astype(jnp.float32)

    def low(n):
        return cj.rollout(n, u, weight_dtype=jnp.bfloat16)

    full = cj.rollout(net, u)
    traj = low(net)
    assert traj.potentials.dtype == traj.outputs.dtype == jnp.float32
    error = np.abs(traj.potentials - full.potentials).max()
    assert 0 < error < 2e-2 * np.abs(full.potentials).max()

    def mean(run):
        return lambda n: jnp.mean(run(n).outputs ** 2)

    a = eqx.filter_grad(mean(low))(net).raw.w_hid
    b = eqx.filter_grad(mean(lambda n: cj.rollout(n, u)))(net).raw.w_hid
    assert a.dtype == jnp.float32
    cosine = jnp.vdot(a, b) / jnp.sqrt(jnp.vdot(a, a) * jnp.vdot(b, b))
    assert cosine > 0.999
    same = cj.rollout(net, u, weight_dtype=jnp.float32)
    assert identical(same.potentials, full.potentials)


@pytest.mark.parametrize("dtype", [jnp.int32, jnp.float64, "bfloat"])
def test_other_weight_dtypes_are_refused(dtype):
    net = cj.astype(make(), jnp.float32)
    with pytest.raises(ValueError, match="`weight_dtype` must be a float"):
        cj.rollout(net, U.astype(jnp.float32), weight_dtype=dtype)
