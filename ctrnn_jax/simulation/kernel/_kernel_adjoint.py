"""`KernelAdjoint`: all steps in one kernel for GPUs, and its derivative in another.

A loop over time that XLA compiles starts several kernels in each step, and a step of a
small network takes less time than starting them. Here one kernel runs all steps. The
step is

    v_t = (1 - gamma) v_{t-1} + W f(v_{t-1}) + d_t        W = gamma W_hid

with the drive d_t = gamma (W_in u_t + b_hid + eps_t) + xi_t, which one product outside
the kernel computes for all steps. With c_t the gradient of the loss by the recorded v_t
and g_t that by d_t, another kernel runs backwards (backpropagation through time):

    g_t = c_t + (1 - gamma) g_{t+1} + f'(v_t) W^T g_{t+1}

The gradient of W is one product over all steps and trials, outside the kernel.
"""

from collections.abc import Callable
import functools
import math
from typing import Any, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import PyTree

from ..._checks import check, describe
from ..._types import Activation
from ...dynamics import (
    along_units,
    CurrentForm,
    linear,
    relu,
    retanh,
    sigmoid,
    softplus,
    tanh,
    times_rows,
)
from .._adjoint import AbstractAdjoint
from .._scan import at_strides, Carry, Cell, Steps, Theta, with_time_axis
from ._kernel import MAX_UNITS, REMEDY, run_kernel


def _relu(v: Array) -> Array:
    return jnp.maximum(v, 0.0)


def _retanh(v: Array) -> Array:
    return jnp.tanh(_relu(v))


def _softplus(v: Array) -> Array:
    return _relu(v) + jnp.log(1.0 + jnp.exp(-jnp.abs(v)))


# JAX cannot compile functions with a custom derivative inside a kernel.
IN_KERNEL: dict[Callable, Activation] = {
    linear: linear,
    tanh: tanh,
    jnp.tanh: tanh,
    sigmoid: sigmoid,
    jax.nn.sigmoid: sigmoid,
    relu: _relu,
    jax.nn.relu: _relu,
    retanh: _retanh,
    softplus: _softplus,
    jax.nn.softplus: _softplus,
}
"""For each activation of the kernel, the same function in simple operations."""


@final
class KernelAdjoint(AbstractAdjoint):
    """All steps of a small network in one kernel, for NVIDIA GPUs; experimental.

    For networks of at most 128 units in float32, in `CurrentForm`, with one of the
    activations `linear`, `relu`, `retanh`, `sigmoid`, `softplus`, `tanh`, on a Hopper
    GPU (H100, H200). Noise, constraints and learned time constants work. The recurrent
    weights stay on the chip over all steps. Their products are computed by tensor cores
    in TF32, which has 10 bits of the fraction: expect a relative error of about 1e-3 in
    each product, and compare with other adjoints to 1e-2.

    **It has not run on a GPU, so its time is not known.** Tests compile it for CUDA as
    far as JAX does without a GPU, and run it in JAX's interpreter of GPU kernels.

    First derivatives in reverse mode (`grad`, `jacrev`) are supported, under `vmap`
    over networks and trials. Other modes are errors.

    **Arguments:**

    - `interpret`: parameters of JAX's interpreter of GPU kernels, to test the
        arithmetic on a CPU, slowly. By default the kernel is compiled.

    A rollout raises `ValueError` for more than 128 units, other dtypes, forms and
    activations, short-term plasticity, perturbations, noise on the rates, and 0 steps;
    for platforms other than CUDA (without `interpret`); and for second derivatives.
    First derivatives in forward mode raise the `TypeError` of JAX for a `custom_vjp`.

    **Example:** compile a rollout for a GPU on a machine without one

    >>> options = {"dt": 10.0, "tau": 50.0, "dtype": "float32"}
    >>> net = cj.CTRNN(2, 8, 1, **options, key=jax.random.key(0))
    >>> adjoint = cj.simulation.KernelAdjoint()
    >>> run = jax.jit(lambda net, u: cj.rollout(net, u, adjoint=adjoint).outputs)
    >>> traced = run.trace(net, jnp.ones((64, 20, 2), "float32"))
    >>> "mosaic_gpu" in traced.lower(lowering_platforms=("cuda",)).as_text()
    True
    """

    interpret: Any = eqx.field(static=True, default=None)

    def __check_init__(self) -> None:
        """Validate the class of `interpret`."""
        is_valid = self.interpret is None or hasattr(self.interpret, "detect_races")
        rule = "be None or parameters of JAX's interpreter"
        remedy = "Leave it out: the kernel is then compiled."
        check(is_valid, "interpret", rule, lambda: describe(self.interpret), remedy)

    def scan(
        self, theta: Theta, state: Carry, xs: Steps, *, cell: Cell, stride: int
    ) -> tuple[PyTree, PyTree]:
        """Run the kernel, and record from the potentials of all steps."""
        disturbance = cell.disturb(xs.times, xs.shared)
        effects = (disturbance.effect, disturbance.weight_gates, state.rates)
        _check_support(theta, state, xs, effects, cell.activation)

        # Step 1: the drive of all steps.
        drive = times_rows(theta.w_drive, xs.u)
        if disturbance.eps is not None:
            drive = drive + disturbance.eps
        drive = along_units(theta.gain, drive) * drive
        if disturbance.xi is not None:
            drive = drive + disturbance.xi

        # Step 2: the potentials of all steps, with all batch axes as one.
        *batch, units = state.v.shape
        gain = jnp.broadcast_to(theta.gain, (units,))
        v = _differentiable_potentials(
            cell.activation,
            self.interpret,
            1 - gain,
            gain[:, None] * theta.w_hid,
            drive.reshape(drive.shape[0], math.prod(batch), units),
            state.v.reshape(math.prod(batch), units),
        ).reshape(drive.shape)

        # Step 3: the record.
        recorded = state._replace(v=at_strides(v, stride))
        finished = cell.finish(theta, cell.emit(theta, recorded, None))
        recorded = with_time_axis((cell.select(recorded), finished), cell.time_axis)
        return state._replace(v=v[-1]), recorded


def _check_support(
    theta: Theta, state: Carry, xs: Steps, effects: PyTree, activation: Activation
) -> None:
    """Validate that the kernel covers the network and the run."""
    units = state.v.shape[-1]
    dtypes = sorted({str(state.v.dtype), str(theta.w_hid.dtype)})
    form = type(theta.form)
    names = sorted({f.__name__ for f in IN_KERNEL})
    for holds, got in (
        (units <= MAX_UNITS, f"{units} units (at most {MAX_UNITS})"),
        (dtypes == ["float32"], f"{' and '.join(dtypes)} (only float32)"),
        (form is CurrentForm, f"{form.__name__} (only CurrentForm)"),
        (activation in IN_KERNEL, f"{activation!r} (only {', '.join(names)})"),
        (theta.synapses is None, "short-term plasticity"),
        (not jax.tree.leaves(effects), "perturbations, or noise on the rates"),
        (xs.times.shape[0] > 0, "0 steps"),
    ):
        rule = "have a kernel for the network and the run"
        check(holds, "adjoint", rule, f"KernelAdjoint for {got}", REMEDY)


def _all_potentials(
    activation: Activation,
    interpret: Any,
    leak: Array,
    weights: Array,
    drive: Array,
    v0: Array,
) -> Array:
    """Return v after each step, `(time, trials, units)`.

    **Arguments:**

    - `leak`: 1 - gamma, `(units,)`; `weights`: gamma W_hid, `(units, units)`.
    - `drive`: d, `(time, trials, units)`; `v0`: `(trials, units)`.
    """
    step = functools.partial(_forward_step, IN_KERNEL[activation])
    return run_kernel(step, False, interpret, leak, weights, (drive,), v0)[0]


def _forward(
    activation: Activation, interpret: Any, *operands: Array
) -> tuple[Array, tuple[Array, ...]]:
    """Return the potentials, and the residuals for the derivative."""
    leak, weights, _, v0 = operands
    v = _all_potentials(activation, interpret, *operands)
    return v, (leak, weights, v0, v)


def _backward(
    activation: Activation, interpret: Any, residuals: tuple[Array, ...], dv: Array
) -> tuple[Array, ...]:
    """Return the gradients of the operands; `dv` is c of the module's docstring."""
    leak, weights, v0, v = residuals
    before = jnp.concatenate([v0[None], v[:-1]])
    rates, slopes = jax.jvp(activation, (before,), (jnp.ones_like(before),))
    no_gradient = jnp.zeros_like(v0)
    ddrive, dv0 = run_kernel(
        _reverse_step, True, interpret, leak, weights.T, (dv, slopes), no_gradient
    )
    dleak = jnp.sum(ddrive * before, axis=(0, 1))
    dweights = jnp.einsum("tri,trj->ij", ddrive, rates)
    return dleak, dweights, ddrive, dv0


_differentiable_potentials = jax.custom_vjp(_all_potentials, nondiff_argnums=(0, 1))
_differentiable_potentials.defvjp(_forward, _backward)


def _forward_step(
    f: Activation,
    leak: Array,
    product: Callable[[Array], Array],
    v: Array,
    drive: Array,
) -> tuple[Array, Array]:
    """Return v after the step, to write and to carry."""
    v = leak * v + product(f(v)) + drive
    return v, v


def _reverse_step(
    leak: Array,
    product: Callable[[Array], Array],
    carried: Array,
    dv: Array,
    slope: Array,
) -> tuple[Array, Array]:
    """Return g to write, and the part of the gradient of the v before to carry."""
    g = dv + carried
    return g, leak * g + slope * product(g)
