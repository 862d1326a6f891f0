"""The vector field dv/dt of a network at a frozen input, and its Jacobian."""

from collections.abc import Callable
import math

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float
import numpy as np

from .._checks import check, invalid
from .._types import Activation, Numbers, PerUnit
from ..dynamics import (
    AbstractForm,
    CurrentForm,
    RateForm,
    RectifiedLeakForm,
    times_rows,
)
from ..network import AbstractNetwork, astype, effective
from ._arguments import check_autonomous, frozen_input


_AFFINE = (CurrentForm, RateForm)
"""Forms whose step is v + gain * F(v): F does not depend on dt."""


class VectorField(eqx.Module):
    """The vector field at one state and one input; use `jax.vmap` for batches.

    `F(v) = tau dv/dt` is the change of v in one time constant.

    - Potential forms: `F = -v + W f(v) + I`; rate forms: `F = -v + f(W v + I)`, with
      `I = W_in u + b_hid`.
    - `RectifiedLeakForm`, whose step is not v plus gamma times a vector field:
      `F = (G(v) - v) / gamma` with its step G, so that the zeros of F are the fixed
      points of the simulation. Where f = relu is the identity, F is `-v + W v + I`.
    """

    w_hid: Array
    drive: Array
    gain: Array
    tau: Array
    activation: Activation = eqx.field(static=True)
    form: AbstractForm

    def current(self, v: Float[Array, " units"]) -> Float[Array, " units"]:
        """Return `W_hid r + W_in u + b_hid`."""
        return times_rows(self.w_hid, self.form.rates(v, self.activation)) + self.drive

    def force(self, v: Float[Array, " units"]) -> Float[Array, " units"]:
        """Return F(v) = tau dv/dt."""
        # a step of gain 1 is v + F(v) in an affine form, without rounding by the gain
        affine = type(self.form) in _AFFINE
        gain = jnp.ones_like(self.gain) if affine else self.gain
        after = self.form.advance(
            v, self.current(v), gain=gain, activation=self.activation, xi=None
        )
        return (after - v) if affine else (after - v) / gain

    def slopes(
        self, v: Float[Array, " units"], offset: float = 0.0
    ) -> Float[Array, " units"]:
        """Return f' at the argument of f plus `offset`, for each unit.

        The argument of f is v in potential forms, the current in rate forms, and the
        state after leak and current in `RectifiedLeakForm`.
        """
        argument = v
        if isinstance(self.form, RateForm):
            argument = self.current(v)
        elif isinstance(self.form, RectifiedLeakForm):
            argument = v + self.gain * (self.current(v) - v)
        ones = jnp.ones_like(argument)
        return jax.jvp(self.activation, (argument + offset,), (ones,))[1]

    def at_kink(self, v: Float[Array, " units"]) -> Bool[Array, ""]:
        """Return whether f' of some unit jumps within 1e-6 of the argument of f."""
        jump = jnp.abs(self.slopes(v, 1e-6) - self.slopes(v, -1e-6))
        return jnp.any(jump > 1e-3)

    def mixing(self) -> tuple[Float[Array, "units units"], PerUnit] | None:
        """Return P and s such that `dF/dv = (D P - 1) / s`, D the diagonal of slopes.

        `None` for `CurrentForm`, where `dF/dv = W D - 1`, and for custom forms.
        """
        if type(self.form) is RateForm:
            return self.w_hid, jnp.ones_like(self.gain)
        if type(self.form) is RectifiedLeakForm:
            n = self.w_hid.shape[0]
            # the argument of f is (1 - gain) v + gain (W v + I)
            gain = jnp.broadcast_to(self.gain, (n,))
            p = jnp.diag(1 - gain) + gain[:, None] * self.w_hid
            return p, self.gain
        return None

    def force_jacobian(self, v: Float[Array, " units"]) -> Float[Array, "units units"]:
        """Return dF/dv, dimensionless."""
        n = self.w_hid.shape[0]
        if type(self.form) is CurrentForm:
            return self.w_hid * self.slopes(v)[None, :] - jnp.eye(n, dtype=v.dtype)
        mixing = self.mixing()
        if mixing is None:
            # a custom form: differentiate, one Jacobian-vector product for each unit
            return jax.jacfwd(self.force)(v)
        p, scale = mixing
        jacobian = self.slopes(v)[:, None] * p - jnp.eye(n, dtype=v.dtype)
        return jacobian / jnp.broadcast_to(scale, (n,))[:, None]

    def jacobian(self, v: Float[Array, " units"]) -> Float[Array, "units units"]:
        """Return d(dv/dt)/dv in 1/ms."""
        tau = jnp.broadcast_to(self.tau, v.shape)
        return self.force_jacobian(v) / tau[:, None]

    def step_jacobian(self, v: Float[Array, " units"]) -> Float[Array, "units units"]:
        """Return d v_t / d v_{t-1} of the simulated step, `1 + gamma dF/dv`."""
        gain = jnp.broadcast_to(self.gain, v.shape)
        return jnp.eye(len(v), dtype=v.dtype) + gain[:, None] * self.force_jacobian(v)


def field_of(net: AbstractNetwork, u: Float[Array, " inputs"]) -> VectorField:
    """Return the `VectorField` of a network at one frozen input."""
    weights = effective(net)
    drive = times_rows(weights.w_in, u)
    if weights.b_hid is not None:
        drive = drive + weights.b_hid
    gain = net.method.gain(net.dt, net.tau)
    return VectorField(
        w_hid=weights.w_hid,
        drive=drive,
        gain=gain,
        tau=net.tau,
        activation=net.activation,
        form=net.form,
    )


_field_of_jit = jax.jit(field_of)


def field_in_double(net: AbstractNetwork, u: Numbers) -> VectorField:
    """Return the `VectorField` at one frozen input, in float64.

    Raises `ValueError` unless `jax_enable_x64` is set.
    """
    net = astype(net, jnp.float64)
    return _field_of_jit(net, frozen_input(net, np.asarray(u, np.float64)))


FieldFunction = Callable[[VectorField, Array], Array]


def _map_states(
    function: FieldFunction, net: object, potentials: object, inputs: object
) -> Array:
    """Return `function(field, v)` over the common batch of potentials and inputs."""
    net = check_autonomous(net)
    u, v = frozen_input(net, inputs), jnp.asarray(potentials)
    rule = f"have shape (*batch, {net.n_hidden})"
    remedy = "Give one number for each unit."
    fits = v.ndim >= 1 and v.shape[-1] == net.n_hidden
    check(fits, "potentials", rule, f"shape {v.shape}", remedy)
    try:
        batch = jnp.broadcast_shapes(u.shape[:-1], v.shape[:-1])
    except ValueError as error:
        rule = f"have a batch that fits that of potentials, {v.shape[:-1]}"
        remedy = "Give one input, or one for each state."
        raise invalid("inputs", rule, f"shape {u.shape}", remedy) from error
    return _map_states_jit(function, net, v.astype(net.dtype), u, batch)


@eqx.filter_jit
def _map_states_jit(
    function: FieldFunction,
    net: AbstractNetwork,
    v: Array,
    u: Array,
    batch: tuple[int, ...],
) -> Array:
    """Flatten the batch, map over it, and restore it: `(*batch, ...)`."""
    count = math.prod(batch)  # reshape(-1) is ambiguous if n_in = 0

    def flat(x: Array) -> Array:
        full = jnp.broadcast_to(x, (*batch, x.shape[-1]))
        return full.reshape(count, x.shape[-1])

    if u.ndim == 1:
        # one input: constrain the weights and add up the drive once, not per state
        field = field_of(net, u)

        def at_state(v: Array) -> Array:
            return function(field, v)

        values = jax.vmap(at_state)(flat(v))
    else:
        # an input for each state: the drive differs
        def at_state_and_input(v: Array, u: Array) -> Array:
            return function(field_of(net, u), v)

        values = jax.vmap(at_state_and_input)(flat(v), flat(u))
    return values.reshape(*batch, *values.shape[1:])


def _velocity(field: VectorField, v: Array) -> Array:
    return field.force(v) / field.tau


def velocity(net: object, potentials: Numbers, inputs: Numbers | None = None) -> Array:
    """Return dv/dt of a network at a frozen input, per ms.

    `F(v) / tau`, with `F = -v + W_hid f(v) + W_in u + b_hid` (`RateForm`:
    `-v + f(W_hid v + ...)`; `RectifiedLeakForm`: the change in one step over gamma).
    One step of dt ms adds `gamma F(v)` to v, which with Euler is `dt` times dv/dt.

    **Arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `potentials`: v, `(*batch, n_hidden)`; rates in forms whose state is the rate.
    - `inputs`: u, `(*batch, n_in)`; zeros by default.

    **Returns:** `(*batch, n_hidden)`, in the network's dtype; `jit`, `vmap` and `grad`
    work.

    **Raises:** `ValueError` for a network with noise or synaptic plasticity, and for
    wrong shapes.
    """
    return _map_states(_velocity, net, potentials, inputs)


def jacobian(net: object, potentials: Numbers, inputs: Numbers | None = None) -> Array:
    """Return d(dv/dt)/dv of a network at a frozen input, in 1/ms, `[to, from]`.

    The Jacobian of the continuous flow: `(W_hid D - 1) / tau`, D = diag f'(v), and
    `(D W_hid - 1) / tau` in `RateForm` with D at the current. An eigenvalue with real
    part a and imaginary part b is a mode of time constant `-1 / a` ms and frequency
    `1000 b / (2 pi)` Hz. In `RectifiedLeakForm` a unit below threshold has eigenvalue
    `-1 / (gamma tau)`: its state decays to zero in one step.

    Arguments and errors are those of `velocity`. Along a trajectory, the step from v[t]
    consumes the input of t + 1: pass `potentials[..., :-1, :]` with
    `inputs[..., 1:, :]`.

    **Returns:** `(*batch, n_hidden, n_hidden)`.

    **Example:**

    >>> net = cj.CTRNN(
    ...     0, 1, 1, dt=10.0, tau=50.0, w_hid=jnp.array([[2.0]]), b_hid=jnp.zeros(1),
    ...     key=jax.random.key(0),
    ... )
    >>> round(float(cj.analysis.jacobian(net, jnp.zeros(1))[0, 0]), 4)  # (2 - 1) / tau
    0.02
    """
    return _map_states(VectorField.jacobian, net, potentials, inputs)


def step_jacobian(
    net: object, potentials: Numbers, inputs: Numbers | None = None
) -> Array:
    """Return `d v_t / d v_{t-1}` of the simulated step, `[to, from]`, dimensionless.

    `1 + diag(gamma) (W_hid D - 1)`: at a fixed point the simulation is stable if the
    eigenvalues are inside the unit circle. Arguments, shapes and errors are those of
    `jacobian`.
    """
    return _map_states(VectorField.step_jacobian, net, potentials, inputs)
