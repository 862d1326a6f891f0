"""The vector field dv/dt of a network at a frozen input, and its Jacobian."""

from collections.abc import Callable
import functools
from typing import final, TypeVar

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Bool, Float

from .._arguments import checks_arguments
from .._checks import invalid
from .._types import Activation, Numbers, PerUnit
from ..dynamics import AbstractForm, times_rows
from ..network import AbstractNetwork, astype, effective
from ._arguments import (
    check_autonomous,
    check_last_axis,
    input_array,
    real_array,
)


T = TypeVar("T")


@final
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

    def _scale(self) -> PerUnit:
        """Return the gain of the step that F is computed from.

        Where F does not depend on the gain, a step of gain 1 is v + F(v), without
        rounding by the gain.
        """
        depends = self.form.field_depends_on_gain
        return self.gain if depends else jnp.ones_like(self.gain)

    def force(self, v: Float[Array, " units"]) -> Float[Array, " units"]:
        """Return F(v) = tau dv/dt."""
        gain = self._scale()
        return (self.step(v, gain) - v) / gain

    def step(
        self, v: Float[Array, " units"], gain: PerUnit | None = None
    ) -> Float[Array, " units"]:
        """Return the state after a noise-free step, by default of the simulation."""
        gain, f = self.gain if gain is None else gain, self.activation
        return self.form.advance(v, self.current(v), gain=gain, activation=f, xi=None)

    def slopes(
        self, v: Float[Array, " units"], offset: float = 0.0
    ) -> tuple[Array, Array, Array]:
        """Return a, b and c, `(units,)`, in `dF/dv = diag(a) + diag(b) W_hid diag(c)`.

        `b` is dF/dI and `c` is dr/dv. If `offset` is not 0, they are those at `v +
        offset` and `I + offset`.
        """
        gain = self._scale()
        current = self.current(v) + offset
        slopes = self.form.slopes(
            v + offset, current, gain=gain, activation=self.activation
        )
        return (slopes.state - 1) / gain, slopes.current / gain, slopes.rate

    def at_kink(self, v: Float[Array, " units"]) -> Bool[Array, ""]:
        """Return whether f' of some unit jumps within 1e-6 of the argument of f."""
        # f acts on v, on the current, or on a weighted mean of both
        _, *above = self.slopes(v, 1e-6)
        _, *below = self.slopes(v, -1e-6)
        jumps = [jnp.abs(a - b) for a, b in zip(above, below, strict=True)]
        return jnp.any(jnp.stack(jumps) > 1e-3)

    def force_jacobian(self, v: Float[Array, " units"]) -> Float[Array, "units units"]:
        """Return dF/dv, dimensionless."""
        gain = jnp.broadcast_to(self._scale(), v.shape)
        step_jacobian = self.step_jacobian(v, gain)
        return (step_jacobian - jnp.eye(len(v), dtype=v.dtype)) / gain[:, None]

    def jacobian(self, v: Float[Array, " units"]) -> Float[Array, "units units"]:
        """Return d(dv/dt)/dv in 1/ms."""
        tau = jnp.broadcast_to(self.tau, v.shape)
        return self.force_jacobian(v) / tau[:, None]

    def step_jacobian(
        self, v: Float[Array, " units"], gain: PerUnit | None = None
    ) -> Float[Array, "units units"]:
        """Return d v_t / d v_{t-1} of a step, by default of the simulation.

        It is `1 + gamma dF/dv`.
        """
        gain, f = self.gain if gain is None else gain, self.activation
        return self.form.jacobian(
            v, self.current(v), self.w_hid, gain=gain, activation=f
        )


def field_of(net: AbstractNetwork, u: Float[Array, " inputs"]) -> VectorField:
    """Return the `VectorField` of a network at one frozen input."""
    weights = effective(net)
    drive = times_rows(weights.w_in, u)
    if weights.b_hid is not None:
        drive = drive + weights.b_hid
    return VectorField(
        w_hid=weights.w_hid,
        drive=drive,
        gain=net.method.gain(net.dt, net.tau),
        tau=net.tau,
        activation=net.activation,
        form=net.form,
    )


_field_of_jit = jax.jit(field_of)


@functools.partial(jax.jit, static_argnums=0)
def at_state(
    function: Callable[[VectorField, Array], T], field: VectorField, v: Numbers
) -> T:
    """Return `function(field, v)`, compiled."""
    return function(field, jnp.asarray(v))


def field_in_double(net: AbstractNetwork, u: Numbers) -> VectorField:
    """Return the `VectorField` at one frozen input, in float64.

    Raises `ValueError` unless `jax_enable_x64` is set.
    """
    net = astype(net, jnp.float64)
    return _field_of_jit(net, jnp.asarray(u, jnp.float64))


def _map_states(
    function: Callable[[VectorField, Array], Array],
    axes: str,
    net: object,
    potentials: object,
    inputs: object,
) -> Array:
    """Return `function(field, v)` over the common batch of potentials and inputs.

    `axes` are those of the value at one state: "(n)" or "(n,n)".
    """
    net = check_autonomous(net)
    u, v = input_array(net, inputs), real_array("potentials", potentials)
    check_last_axis("potentials", v, net.n_hidden, "Give one number for each unit.")
    try:
        jnp.broadcast_shapes(u.shape[:-1], v.shape[:-1])
    except ValueError as error:
        rule = f"have a batch that fits that of potentials, {v.shape[:-1]}"
        remedy = "Give one input, or one for each state."
        raise invalid("inputs", rule, f"shape {u.shape}", remedy) from error
    rank = max(u.ndim, v.ndim)
    u, v = (x.reshape((1,) * (rank - x.ndim) + x.shape) for x in (u, v))
    return _map_states_jit(function, axes, net, v.astype(net.dtype), u)


@eqx.filter_jit
def _map_states_jit(
    function: Callable[[VectorField, Array], Array],
    axes: str,
    net: AbstractNetwork,
    v: Array,
    u: Array,
) -> Array:
    # batch axes of size 1 are not mapped: the field of one input is computed once
    def at_state_and_input(v: Array, u: Array) -> Array:
        return function(field_of(net, u), v)

    return jnp.vectorize(at_state_and_input, signature=f"(n),(m)->{axes}")(v, u)


def _velocity(field: VectorField, v: Array) -> Array:
    return field.force(v) / field.tau


@checks_arguments
def velocity(
    net: AbstractNetwork, potentials: Numbers, inputs: Numbers | None = None
) -> Array:
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
    return _map_states(_velocity, "(n)", net, potentials, inputs)


@checks_arguments
def jacobian(
    net: AbstractNetwork, potentials: Numbers, inputs: Numbers | None = None
) -> Array:
    """Return d(dv/dt)/dv of a network at a frozen input, in 1/ms, `[to, from]`.

    The Jacobian of the continuous flow: `(W_hid D - 1) / tau`, D = diag f'(v), and
    `(D W_hid - 1) / tau` in `RateForm` with D at the current. An eigenvalue with real
    part a and imaginary part b is a mode of time constant `-1 / a` ms and frequency
    `1000 b / (2 pi)` Hz; if a is positive, the mode grows by a factor e in `1 / a` ms.
    In `RectifiedLeakForm` a unit below threshold has eigenvalue `-1 / (gamma tau)`: its
    state decays to zero in one step.

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
    return _map_states(VectorField.jacobian, "(n,n)", net, potentials, inputs)


@checks_arguments
def step_jacobian(
    net: AbstractNetwork, potentials: Numbers, inputs: Numbers | None = None
) -> Array:
    """Return `d v_t / d v_{t-1}` of the simulated step, `[to, from]`, dimensionless.

    `1 + diag(gamma) (W_hid D - 1)`: at a fixed point the simulation is stable if the
    eigenvalues are inside the unit circle. Arguments, shapes and errors are those of
    `jacobian`.
    """
    return _map_states(VectorField.step_jacobian, "(n,n)", net, potentials, inputs)
