"""Forms of the rate equation: which variable leaks, and where f acts."""

import abc
from collections.abc import Callable
from typing import ClassVar, final, NamedTuple

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

from .._show import AbstractShown, as_html, as_text, options, quantities, Table
from .._types import Activation, Matrix


class Slopes(NamedTuple):
    """Derivatives of a step for each unit, each of the shape of the state.

    - `state`: of the next state by the state, at a held current.
    - `current`: of the next state by the current.
    - `noise`: of the next state by xi.
    - `rate`: of the rate by the state.
    """

    state: Array
    current: Array
    noise: Array
    rate: Array

    def __repr__(self) -> str:
        return as_text(quantities(self))

    def _repr_html_(self) -> str:
        return as_html(quantities(self))


class AbstractForm(AbstractShown, eqx.Module):
    """A rule that computes the next state v from the leak, the total current and f.

    A form has two methods, `rates` and `advance`. Both act on each unit separately, as
    f does: only the current connects units. Derivatives (`slopes`, `jacobian`) follow
    from them.

    **Class attributes:**

    - `rates_are_activation`: whether v is a potential with a linear leak, as in
      `CurrentForm`: the rates are f(v), and the noise-free next state is
      `(1 - gain) v + gain * current`. With noise, too, another current adds only
      `gain` times the difference. A simulation then carries the rates beside v, and
      stores no currents for the derivative.
    - `rates_are_state`: whether the rates are v itself, as in `RateForm`.
    - `field_depends_on_gain`: False if a noise-free step is `v + gain * F` with F
      independent of the gain. Then `tau dv/dt = F` is the limit of small time steps.

    **Example:** a cubic leak, `v += gamma * (-v^3 + I) + xi`

    >>> class CubicLeak(cj.dynamics.AbstractForm):
    ...     field_depends_on_gain = False
    ...
    ...     def rates(self, v, activation):
    ...         return activation(v)
    ...
    ...     def advance(self, v, current, *, gain, activation, xi):
    ...         change = gain * (-(v**3) + current)
    ...         return v + (change if xi is None else change + xi)
    >>> net = cj.CTRNN(
    ...     0, 1, 1, dt=10.0, tau=50.0, form=CubicLeak(), activation="linear",
    ...     w_hid=jnp.array([[4.0]]), b_hid=jnp.zeros(1), key=jax.random.key(0),
    ... )
    >>> float(cj.analysis.velocity(net, jnp.array([2.0]))[0])  # v = 4 v / 2^2: fixed
    0.0
    """

    rates_are_activation: ClassVar[bool] = False
    rates_are_state: ClassVar[bool] = False
    field_depends_on_gain: ClassVar[bool] = True

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def rates(self, v: Array, activation: Activation) -> Array:
        """Return the rates r of the state v."""

    @abc.abstractmethod
    def advance(
        self,
        v: Array,
        current: Array,
        *,
        gain: Array,
        activation: Activation,
        xi: Array | None,
    ) -> Array:
        """Return the next state; `current` is W_hid r + W_in u + b_hid + eps."""

    def slopes(
        self, v: Array, current: Array, *, gain: Array, activation: Activation
    ) -> Slopes:
        """Return the derivatives of a noise-free step at v, for each unit."""
        no_noise = jnp.zeros_like(v)

        def slope(function: Callable[[Array], Array], x: Array) -> Array:
            # the function is elementwise: its derivative is one product with ones
            return jax.jvp(function, (x,), (jnp.ones_like(x),))[1]

        def advance(v: Array, current: Array, xi: Array) -> Array:
            return self.advance(v, current, gain=gain, activation=activation, xi=xi)

        return Slopes(
            state=slope(lambda v: advance(v, current, no_noise), v),
            current=slope(lambda current: advance(v, current, no_noise), current),
            noise=slope(lambda xi: advance(v, current, xi), no_noise),
            rate=slope(lambda v: self.rates(v, activation), v),
        )

    def jacobian(
        self,
        v: Array,
        current: Array,
        w_hid: Matrix,
        *,
        gain: Array,
        activation: Activation,
    ) -> Matrix:
        """Return d v_t / d v_{t-1} of a noise-free step, `[to, from]`.

        One state `(units,)` with its current, which must be `w_hid r` plus terms that
        do not depend on v; use `jax.vmap` for batches. No product of matrices.
        """
        slopes = self.slopes(v, current, gain=gain, activation=activation)
        w = w_hid.astype(v.dtype)
        through_current = slopes.current[:, None] * w * slopes.rate[None, :]
        return jnp.diag(slopes.state) + through_current


def _leak(v: Array, target: Array, gain: Array, xi: Array | None) -> Array:
    """Return v + gamma * (-v + target) + xi."""
    change = gain * (-v + target)
    if xi is not None:
        change = change + xi
    return v + change


@final
class CurrentForm(AbstractForm):
    """v is a potential: `v += gamma * (-v + I) + xi`, with `r = f(v)`.

    The equation of this package (nn4n; Song, Yang & Wang 2016, eq. 6).
    """

    rates_are_activation: ClassVar[bool] = True
    field_depends_on_gain: ClassVar[bool] = False

    def rates(self, v: Array, activation: Activation) -> Array:
        """Return f(v)."""
        return activation(v)

    def advance(
        self,
        v: Array,
        current: Array,
        *,
        gain: Array,
        activation: Activation,
        xi: Array | None,
    ) -> Array:
        """Return v + gamma * (-v + I) + xi."""
        del activation
        return _leak(v, current, gain, xi)


@final
class RateForm(AbstractForm):
    """v is the rate: `r += gamma * (-r + f(I)) + xi` (Yang et al. 2019).

    The noise eps is inside f. If f rectifies, its mean effect depends on dt.
    """

    rates_are_state: ClassVar[bool] = True
    field_depends_on_gain: ClassVar[bool] = False

    def rates(self, v: Array, activation: Activation) -> Array:
        """Return v itself, which is the rate."""
        del activation
        return v

    def advance(
        self,
        v: Array,
        current: Array,
        *,
        gain: Array,
        activation: Activation,
        xi: Array | None,
    ) -> Array:
        """Return v + gamma * (-v + f(I)) + xi."""
        return _leak(v, activation(current), gain, xi)


@final
class RectifiedLeakForm(AbstractForm):
    """v is the rate, with leak and noise inside f (Masse et al. 2019).

        r = f((1 - gamma) r + gamma * I + xi)

    With f = relu, rates are never negative, with noise too. The leak is inside f, so
    there is no limit of small time steps.
    """

    rates_are_state: ClassVar[bool] = True

    def rates(self, v: Array, activation: Activation) -> Array:
        """Return v itself, which is the rate."""
        del activation
        return v

    def advance(
        self,
        v: Array,
        current: Array,
        *,
        gain: Array,
        activation: Activation,
        xi: Array | None,
    ) -> Array:
        """Return f(v + gamma * (-v + I) + xi)."""
        return activation(_leak(v, current, gain, xi))
