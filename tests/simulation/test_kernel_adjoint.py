"""The kernel for GPUs: its arithmetic in JAX's interpreter, and compiled for CUDA."""

import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.simulation.kernel import _kernel, _kernel_adjoint


try:  # the public place is newer than JAX 0.11
    from jax.experimental.pallas.mosaic_gpu import (
        InterpretGPUParams,  # pyright: ignore[reportAttributeAccessIssue]
    )
except ImportError:
    from jax._src.pallas.mosaic_gpu.interpret.params import InterpretGPUParams

KEY = jax.random.key(0)
KERNEL = cj.simulation.KernelAdjoint()
PLAIN = cj.DirectAdjoint()
SYNAPSES = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
UNITS, STEPS = 5, 3


@pytest.fixture
def interpreted(monkeypatch):
    """Return an adjoint that runs in the interpreter, which reports races."""
    # older interpreters have no product with a transposed reference
    if jax.__version_info__ < (0, 11, 1):
        monkeypatch.setattr(_kernel, "times_transposed", plain_product)
    params = InterpretGPUParams(detect_races=True)
    return cj.simulation.KernelAdjoint(interpret=params)


def plain_product(x, w):
    return x[...] @ w[...].T


def make(units=UNITS, **options):
    options = {
        "dt": 20.0,
        "tau": np.linspace(60.0, 120.0, units),
        "activation": "tanh",
        "dtype": "float32",
        "train_v0": True,
        "v0": cj.initialisers.Uniform(1.0),
        **options,
    }
    return cj.CTRNN(2, units, 2, key=KEY, **options)


def inputs(*batch):
    return np.random.default_rng(1).normal(size=(*batch, STEPS, 2)).astype("float32")


def value_and_gradients(adjoint, net, u, state=None, **options):
    """Return a loss of all that is recorded, and its gradients by every float."""
    floats, rest = eqx.partition(net, eqx.is_inexact_array)

    @jax.jit
    @jax.value_and_grad
    def loss(differentiated):
        floats, u, v = differentiated
        state = None if v is None else cj.State(v)
        net = eqx.combine(floats, rest)
        key = KEY if net.noise is not None else None
        traj = cj.rollout(net, u, key=key, state=state, adjoint=adjoint, **options)
        recorded = (traj.potentials, traj.rates, traj.outputs)
        recorded = (*recorded, traj.final_state.potentials)
        return sum(jnp.sum(jnp.sin(3 * x)) for x in recorded)

    return loss((floats, u, state))


def agree(adjoint, net, u, **options):
    """Compare the kernel with the plain scan; both are in float32."""
    results = [value_and_gradients(a, net, u, **options) for a in (adjoint, PLAIN)]
    close(*results, dtype="float32", scale=10)


def test_gradients_agree_and_no_step_has_a_race(interpreted, capfd):
    agree(interpreted, make(), inputs(3))
    assert "RACE" not in capfd.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("activation", "batch"),
    [("relu", (2, 3)), ("sigmoid", ()), ("retanh", ()), ("softplus", ()),
     ("linear", ())],
)  # fmt: skip
def test_gradients_of_every_number_agree(interpreted, activation, batch):
    """Of weights, biases, v0, tau, dt, noise, inputs and the state."""
    noise = cj.StepNoise(pre=0.3, post=0.2)
    state = np.random.default_rng(2).normal(size=(*batch, UNITS)).astype("float32")
    net = make(activation=activation, noise=noise)
    agree(interpreted, net, inputs(*batch), state=state)


@pytest.mark.slow
def test_several_blocks_of_trials_and_tiles_of_units_agree(interpreted, capfd):
    agree(interpreted, make(33), inputs(65))
    assert "RACE" not in capfd.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"time_major": True, "record": cj.Record(stride=3)},
        {"record": cj.Record(stride=2)},
    ],
)
def test_records_agree(interpreted, options):
    u = inputs(3)
    u = np.moveaxis(u, 1, 0) if "time_major" in options else u
    agree(interpreted, make(), u, **options)


@pytest.mark.slow
def test_networks_and_trials_can_be_mapped_over(interpreted):
    nets = cj.stack([make(), cj.replace(make(), tau=90.0 * np.ones(UNITS))])
    floats = eqx.filter(nets, eqx.is_inexact_array)
    _, rest = eqx.partition(make(), eqx.is_inexact_array)
    results = []
    for adjoint in (interpreted, PLAIN):

        def loss(floats, u, adjoint=adjoint):
            traj = cj.rollout(eqx.combine(floats, rest), u, adjoint=adjoint)
            return jnp.sum(jnp.sin(3 * traj.outputs))

        by_trial = jax.vmap(loss, (None, 0))

        def total(floats, u, by_trial=by_trial):
            return jnp.sum(by_trial(floats, u))

        results.append(jax.jit(jax.vmap(jax.grad(total), (0, None)))(floats, inputs(3)))
    close(*results, dtype="float32", scale=10)


@pytest.mark.parametrize("name", ["linear", "relu", "retanh", "softplus"])
def test_activations_of_the_kernel_are_those_of_the_network(name):
    f = cj.dynamics.ACTIVATIONS[name]
    v = np.array([-200.0, -20.0, -1.0, -1e-4, 0.0, 1e-4, 1.0, 20.0, 200.0], "float32")
    v = jnp.asarray(v)
    close(_kernel_adjoint.IN_KERNEL[f](v), f(v), dtype="float32")


def lowered(net, u, transform):
    def loss(u):
        return jnp.sum(cj.rollout(net, u, adjoint=KERNEL).outputs)

    run = jax.jit(transform(loss)).trace(u)
    return run.lower(lowering_platforms=("cuda",)).as_text()


@pytest.mark.parametrize(
    ("units", "activation"),
    [(1, "relu"), (33, "sigmoid"), (96, "retanh"), (128, "softplus"), (128, "linear")],
)
def test_both_kernels_compile_for_cuda_without_a_gpu(units, activation):
    """As far as JAX compiles: the layouts in registers and shared memory are found."""
    net = make(units, activation=activation)
    text = lowered(net, inputs(65), jax.value_and_grad)
    assert text.count("stablehlo.custom_call @mosaic_gpu") == 2
    assert "stablehlo.while" not in text


@pytest.mark.slow
def test_mapped_kernels_compile_for_cuda_without_a_gpu():
    text = lowered(make(), inputs(3, 2), lambda loss: jax.vmap(jax.grad(loss)))
    assert text.count("stablehlo.custom_call @mosaic_gpu") == 2


@pytest.mark.parametrize(
    ("options", "got"),
    [
        ({"units": 129}, "129 units (at most 128)"),
        ({"dtype": "float64"}, "float64 (only float32)"),
        ({"form": cj.dynamics.RateForm()}, "RateForm (only CurrentForm)"),
        (
            {"activation": jnp.sin},
            "(only linear, relu, retanh, sigmoid, softplus, tanh)",
        ),
        ({"synapses": SYNAPSES}, "short-term plasticity"),
    ],
)
def test_other_networks_are_errors(options, got):
    net = make(**options)
    with pytest.raises(ValueError, match="`adjoint` must have a kernel for the n") as e:
        cj.rollout(net, inputs(3).astype(net.dtype), adjoint=KERNEL)
    assert got in str(e.value)
    assert str(e.value).endswith("Use cj.HoistedAdjoint().")


def test_other_runs_are_errors():
    net, u = make(), inputs(3)
    perturbed = cj.perturb(net, cj.perturbations.Lesion([0]))
    for run, options, got in (
        (net, {"weight_dtype": jnp.bfloat16}, "bfloat16 and float32"),
        (perturbed, {}, "for perturbations, or noise on the rates"),
    ):
        with pytest.raises(ValueError, match=f"KernelAdjoint .*{got}"):
            cj.rollout(run, u, adjoint=KERNEL, **options)
    with pytest.raises(ValueError, match="for 0 steps"):
        cj.rollout(net, u[:, :0], adjoint=KERNEL)


def test_other_platforms_are_errors():
    with pytest.raises(ValueError, match="which is for cuda, on cpu"):
        cj.rollout(make(), inputs(3), adjoint=KERNEL)


def test_other_modes_of_differentiation_are_errors():
    net, u = make(), jnp.asarray(inputs())

    def loss(u):
        return jnp.sum(cj.rollout(net, u, adjoint=KERNEL).outputs)

    def of_gradient(u):
        return jnp.sum(jax.grad(loss)(u))

    for second in (jax.grad(of_gradient), jax.hessian(loss)):
        with pytest.raises(ValueError, match="`adjoint` must have second derivatives"):
            jax.jit(second).trace(u)
    # the error of JAX for a custom_vjp, when it compiles
    forward = jax.jit(lambda u: jax.jvp(loss, (u,), (u,))).trace(u)
    with pytest.raises(TypeError, match="forward-mode"):
        forward.lower(lowering_platforms=("cuda",))
