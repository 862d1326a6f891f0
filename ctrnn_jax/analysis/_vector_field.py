"""The flow of a network with its input frozen: dv/dt, and its Jacobian."""

import math
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float
import numpy as np

from .._checks import describe, invalid
from .._types import Activation, Numbers, PerUnit
from ..dynamics import (
    AbstractForm,
    CurrentForm,
    RateForm,
    RectifiedLeakForm,
    times_rows,
)
from ..network import AbstractNetwork, effective


_AFFINE = (CurrentForm, RateForm)
"""Forms whose step is v + gain * F(v): the flow does not depend on dt."""


class VectorField(eqx.Module):
    """The flow at one state and one input; `jax.vmap` it over batches.

    `F(v) = tau dv/dt`, "per tau": how far v would move in one time constant.

    - potential forms: `F = -v + W f(v) + I`; rate forms: `F = -v + f(W v + I)`, with
      `I = W_in u + b_hid`;
    - `RectifiedLeakForm`, whose step is not v plus gamma times something:
      `F = (G(v) - v) / gamma` with its step G, so that the zeros of F are the fixed
      points of what is simulated. Where f = relu does not cut, that is `-v + W v + I`.
    """

    w_hid: Array
    drive: Array
    gain: Array
    tau: Array
    activation: Activation = eqx.field(static=True)
    form: AbstractForm

    def current(self, v: Float[Array, " units"]) -> Float[Array, " units"]:
        """`W_hid r + W_in u + b_hid`."""
        return times_rows(self.w_hid, self.form.rates(v, self.activation)) + self.drive

    def force(self, v: Float[Array, " units"]) -> Float[Array, " units"]:
        """F(v) = tau dv/dt."""
        affine = type(self.form) in _AFFINE
        gain = jnp.ones_like(self.gain) if affine else self.gain
        after = self.form.advance(
            v, self.current(v), gain=gain, activation=self.activation, xi=None
        )
        return (after - v) if affine else (after - v) / gain

    def slopes(
        self, v: Float[Array, " units"], beside: float = 0.0
    ) -> Float[Array, " units"]:
        """f' where f acts: at v, at the current, or at what the leak has left of it.

        Or `beside` that place.
        """
        at = v
        if isinstance(self.form, RateForm):
            at = self.current(v)
        elif isinstance(self.form, RectifiedLeakForm):
            at = v + self.gain * (self.current(v) - v)
        return jax.jvp(self.activation, (at + beside,), (jnp.ones_like(at),))[1]

    def at_kink(self, v: Float[Array, " units"]) -> Bool[Array, ""]:
        """Whether f' of some unit jumps within 1e-6 of where it acts."""
        jump = jnp.abs(self.slopes(v, 1e-6) - self.slopes(v, -1e-6))
        return jnp.any(jump > 1e-3)

    def mixing(self) -> tuple[Float[Array, "units units"], PerUnit] | None:
        """P and s of `dF/dv = (D P - 1) / s`, D the slopes, in forms that have them.

        `None` for potentials, where `dF/dv = W D - 1`, and for forms unknown here.
        """
        if type(self.form) is RateForm:
            return self.w_hid, jnp.ones_like(self.gain)
        if type(self.form) is RectifiedLeakForm:
            n = self.w_hid.shape[0]
            gain = jnp.broadcast_to(self.gain, (n,))
            mix = jnp.diag(1 - gain) + gain[:, None] * self.w_hid
            return mix, self.gain
        return None

    def force_jacobian(self, v: Float[Array, " units"]) -> Float[Array, "units units"]:
        """dF/dv, dimensionless."""
        n = self.w_hid.shape[0]
        if type(self.form) is CurrentForm:
            return self.w_hid * self.slopes(v)[None, :] - jnp.eye(n, dtype=v.dtype)
        mixing = self.mixing()
        if mixing is None:
            return jax.jacfwd(self.force)(v)
        p, scale = mixing
        jacobian = self.slopes(v)[:, None] * p - jnp.eye(n, dtype=v.dtype)
        return jacobian / jnp.broadcast_to(scale, (n,))[:, None]

    def jacobian(self, v: Float[Array, " units"]) -> Float[Array, "units units"]:
        """d(dv/dt)/dv in 1/ms."""
        tau = jnp.broadcast_to(self.tau, v.shape)
        return self.force_jacobian(v) / tau[:, None]

    def step_jacobian(self, v: Float[Array, " units"]) -> Float[Array, "units units"]:
        """d v_t / d v_{t-1} of the simulated step, `1 + gamma dF/dv`."""
        gain = jnp.broadcast_to(self.gain, v.shape)
        return jnp.eye(len(v), dtype=v.dtype) + gain[:, None] * self.force_jacobian(v)


def check_autonomous(net: Any) -> AbstractNetwork:
    """Refuse what is no single, noise-free network whose state is v alone."""
    if not isinstance(net, AbstractNetwork):
        raise invalid(
            "net",
            "be a network",
            describe(net),
            "Pass a CTRNN or EIRNN; for a perturbed one, change its weights with "
            "cj.replace.",
        )
    if net.dt.ndim != 0:
        raise invalid(
            "net", "be one network", f"a stack of {net.dt.shape}", "Loop over it."
        )
    if net.noise is not None:
        raise invalid(
            "net",
            "have no noise, as a flow has none",
            type(net.noise).__name__,
            "Use cj.noiseless(net).",
        )
    if net.synapses is not None:
        raise invalid(
            "net",
            "have no short-term plasticity: its state is not v alone",
            type(net.synapses).__name__,
            "Freeze it: cj.replace(net, synapses=None) with weights times u x.",
        )
    return net


def frozen_input(net: AbstractNetwork, inputs: Any) -> Array:
    """The input as an array `(*batch, n_in)` of the network's dtype."""
    if inputs is None:
        return jnp.zeros((net.n_in,), net.dtype)
    u = jnp.asarray(inputs)
    if u.ndim < 1 or u.shape[-1] != net.n_in:
        raise invalid(
            "inputs",
            f"have shape (*batch, {net.n_in})",
            f"shape {u.shape}",
            "One number for each channel: the input is frozen, without a time axis.",
        )
    return u.astype(net.dtype)


def one_input(net: AbstractNetwork, inputs: Any) -> np.ndarray:
    """One frozen input in float64, refused if it is a batch of them."""
    if (shape := frozen_input(net, inputs).shape) != (net.n_in,):
        raise invalid(
            "inputs",
            f"be one frozen input, ({net.n_in},)",
            f"shape {shape}",
            "Loop over inputs (nothing compiles anew), or use continue_fixed_points.",
        )
    return np.asarray(np.zeros(net.n_in) if inputs is None else inputs, np.float64)


def field_of(net: AbstractNetwork, u: Float[Array, " inputs"]) -> VectorField:
    """The flow of a network at one frozen input."""
    weights = effective(net)
    drive = times_rows(weights.w_in, u)
    if weights.b_hid is not None:
        drive = drive + weights.b_hid
    gain = net.method.gain(net.dt, net.tau)
    return VectorField(weights.w_hid, drive, gain, net.tau, net.activation, net.form)


def _mapped(fn: Any, net: Any, potentials: Any, inputs: Any) -> Array:
    """`fn(field, v)` over the batch that potentials and inputs broadcast to."""
    net = check_autonomous(net)
    u, v = frozen_input(net, inputs), jnp.asarray(potentials)
    if v.ndim < 1 or v.shape[-1] != net.n_hidden:
        raise invalid(
            "potentials",
            f"have shape (*batch, {net.n_hidden})",
            f"shape {v.shape}",
            "One number for each unit.",
        )
    try:
        batch = jnp.broadcast_shapes(u.shape[:-1], v.shape[:-1])
    except ValueError as error:
        raise invalid(
            "inputs",
            f"have a batch that fits that of potentials, {v.shape[:-1]}",
            f"shape {u.shape}",
            "Give one input, or one for each state.",
        ) from error
    return _mapped_jit(fn, net, v.astype(net.dtype), u, batch)


@eqx.filter_jit
def _mapped_jit(
    fn: Any, net: AbstractNetwork, v: Array, u: Array, batch: tuple[int, ...]
) -> Array:
    count = math.prod(batch)  # not -1: there may be no input
    flat = lambda x: jnp.broadcast_to(x, (*batch, x.shape[-1])).reshape(
        count, x.shape[-1]
    )
    if u.ndim == 1:
        field = field_of(net, u)
        out = jax.vmap(lambda v: fn(field, v))(flat(v))
    else:
        out = jax.vmap(lambda v, u: fn(field_of(net, u), v))(flat(v), flat(u))
    return out.reshape(*batch, *out.shape[1:])


def _velocity(field: VectorField, v: Array) -> Array:
    return field.force(v) / field.tau


def velocity(net: Any, potentials: Numbers, inputs: Numbers | None = None) -> Array:
    """dv/dt of a network with its input frozen, per ms.

    `F(v) / tau`, with `F = -v + W_hid f(v) + W_in u + b_hid` (of `RateForm`
    `-v + f(W_hid v + ...)`; of `RectifiedLeakForm` the change in one step over gamma).
    One step of dt ms adds `gamma F(v)` to v: Euler `dt` times this.

    **Arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `potentials`: v, `(*batch, n_hidden)`; rates in the forms whose state they are.
    - `inputs`: u, `(*batch, n_in)`; left out: zeros.

    **Returns:** `(*batch, n_hidden)`, in the network's dtype; transformable by `jit`,
    `vmap` and `grad`.

    **Raises:** `ValueError` for a network with noise or synaptic plasticity, and for
    wrong shapes.
    """
    return _mapped(_velocity, net, potentials, inputs)


def jacobian(net: Any, potentials: Numbers, inputs: Numbers | None = None) -> Array:
    """d(dv/dt)/dv of a network with its input frozen, in 1/ms, `[to, from]`.

    Of the continuous flow: `(W_hid D - 1) / tau`, D = diag f'(v), and
    `(D W_hid - 1) / tau` in `RateForm` with D at the current. An eigenvalue with real
    part a and imaginary part b is a mode of time constant `-1 / a` ms and frequency
    `1000 b / (2 pi)` Hz. In `RectifiedLeakForm` a unit below threshold has eigenvalue
    `-1 / (gamma tau)`: its state is gone in one step.

    Arguments and errors as `velocity`. Along a trajectory: the step from v[t] consumes
    the input of t + 1, so give `potentials[..., :-1, :]` and `inputs[..., 1:, :]`.

    **Returns:** `(*batch, n_hidden, n_hidden)`.
    """
    return _mapped(VectorField.jacobian, net, potentials, inputs)


def step_jacobian(
    net: Any, potentials: Numbers, inputs: Numbers | None = None
) -> Array:
    """`d v_t / d v_{t-1}` of the step that is simulated, `[to, from]`, dimensionless.

    `1 + diag(gamma) (W_hid D - 1)`: at a fixed point the simulation is stable if its
    eigenvalues are inside the unit circle. Else as `jacobian`.
    """
    return _mapped(VectorField.step_jacobian, net, potentials, inputs)
