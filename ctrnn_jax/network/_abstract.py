"""The base of every network: raw parameters, constraints, constants and the state."""

from collections.abc import Callable, Mapping
from typing import ClassVar, final

import equinox as eqx
from equinox import AbstractVar
from jax import Array
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import (
    check,
    check_count,
    check_real,
    check_values,
    describe,
)
from .._show import AbstractShown, counted, quantities, Table, text, titled
from .._types import ArrayLike
from ..connectivity import Layout
from ..constraints import AbstractConstraint, Bounded, Free, links_of
from ..dynamics import (
    AbstractForm,
    AbstractMethod,
    AbstractNoise,
    ShortTermPlasticity,
    SynapticState,
)
from ._unknown_attributes import AbstractHelpfulErrors
from ._weights import Weights


@final
class State(AbstractShown, eqx.Module):
    """The state of a network between two steps. Parts that it does not need are `None`.

    **Attributes:**

    - `potentials`: v, shape `(*batch, n_hidden)`; the rates r in forms whose state is
      the rate.
    - `step`: how many steps have been taken, an integer. Noise is a function of it, so
      a rollout that continues from this state with the same key draws new noise.
    - `synapses`: u and x of short-term plasticity, or `None`.
    - `rate_noise`: the last noise on the rates, `(*batch, n_hidden)`, or `None`.

    **Example:**

    >>> net = cj.CTRNN(0, 2, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> state = cj.State(potentials=jnp.array([0.5, -0.5]))
    >>> cj.rollout(net, steps=3, state=state).final_state.potentials.shape
    (2,)
    """

    potentials: Array
    step: Array
    synapses: SynapticState | None
    rate_noise: Array | None

    def _table(self) -> Table:
        batch = self.potentials.shape[:-1]
        about = f"of trials {batch}" if batch else "of one trial"
        return quantities(self, about)

    @checks_arguments
    def __init__(
        self,
        potentials: ArrayLike,
        step: ArrayLike = 0,
        synapses: SynapticState | None = None,
        rate_noise: Array | None = None,
    ) -> None:
        self.potentials = jnp.asarray(potentials)
        check_real("potentials", self.potentials)
        rule, remedy = "be a whole number, at least 0", "It counts the steps taken."
        is_whole = jnp.issubdtype(jnp.asarray(step).dtype, jnp.integer)
        check(is_whole, "step", rule, lambda: describe(step), remedy)
        check_values("step", step, lambda x: x >= 0, rule, remedy)
        self.step = jnp.asarray(step, jnp.int32)
        self.synapses = synapses
        self.rate_noise = rate_noise


class AbstractNetwork(AbstractHelpfulErrors):
    """Base of `CTRNN` and `EIRNN`: a pytree of arrays with static strategies.

    **Attributes:**

    - `raw`: unconstrained parameters. The weights in the equation are
      `cj.effective(net)`.
    - `constraints`: the transform of each weight.
    - `dt`, `tau`: in ms; tau is one number or one per unit, and trained only with
      `train_tau=True`.
    - `noise`: strength of the noise, or `None`.
    - `method`: the discretisation.
    - `form`: whether the state is a potential or a rate.
    - `synapses`: short-term plasticity, or `None`.
    - `activation`: the rate function f (static).
    - `fixed`: names of weights that do not train (static).
    - `layout`: names of inputs, units and outputs (static).
    - `switches`: for errors, arguments of the class that leave a constraint out, by the
      weight and the class of the constraint.

    Numbers are array leaves, so sweeping dt, tau or a noise level never recompiles.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> isinstance(net, cj.AbstractNetwork)
    True
    """

    _own: ClassVar[str] = "net"
    switches: ClassVar[Mapping[tuple[str, type], str]] = {}
    raw: AbstractVar[Weights]
    constraints: AbstractVar[Weights]
    dt: AbstractVar[Array]
    noise: AbstractVar[AbstractNoise | None]
    method: AbstractVar[AbstractMethod]
    form: AbstractVar[AbstractForm]
    synapses: AbstractVar[ShortTermPlasticity | None]
    activation: AbstractVar[Callable[[Array], Array]]
    fixed: AbstractVar[tuple[str, ...]]
    layout: AbstractVar[Layout]

    @property
    def tau(self) -> Array:
        """Effective time constants in ms, one number or one per unit.

        Trained time constants stay above dt: the parameter is reflected at dt.
        """
        tau = self.constraints.tau.effective(self.raw.tau)
        if "tau" in self.fixed:
            return tau
        return Bounded(self.dt, jnp.inf).effective(tau)

    @property
    def n_in(self) -> int:
        """Number of input channels."""
        return self.raw.w_in.shape[-1]

    @property
    def n_hidden(self) -> int:
        """Number of units."""
        return self.raw.w_hid.shape[-1]

    @property
    def n_out(self) -> int:
        """Number of output channels."""
        return self.raw.w_out.shape[-2]

    @property
    def dtype(self) -> jnp.dtype:
        """The dtype of weights, states and outputs."""
        return self.raw.w_hid.dtype

    @checks_arguments
    def initial_state(self, batch_shape: tuple[int, ...] = ()) -> State:
        """Return the state before the first step: v0 in every trial of a batch.

        Synapses start at rest, rates without noise.
        """
        for size in batch_shape:
            check_count("batch_shape", size, at_least=0)
        v0 = self.constraints.v0.effective(self.raw.v0)
        v = jnp.broadcast_to(v0, (*batch_shape, self.n_hidden))
        return self.state_at(v)

    @checks_arguments
    def state_at(self, potentials: ArrayLike, step: ArrayLike = 0) -> State:
        """Return a state with these potentials, synapses at rest and noise-free rates.

        `potentials` have shape `(*batch, n_hidden)`.
        """
        potentials = jnp.asarray(potentials)
        is_per_unit = potentials.shape[-1:] == (self.n_hidden,)
        rule, got = f"have shape (*batch, {self.n_hidden})", f"shape {potentials.shape}"
        remedy = "One potential for each unit."
        check(is_per_unit, "potentials", rule, got, remedy)
        has_rate_noise = self.noise is not None and self.noise.rate_std() is not None
        return State(
            potentials,
            step,
            synapses=None if self.synapses is None else self.synapses.rest(potentials),
            rate_noise=jnp.zeros_like(potentials) if has_rate_noise else None,
        )

    def _table(self) -> Table:
        parts = {"dt (ms)": self.dt, "tau (ms)": self.raw.tau, "noise": self.noise}
        parts |= {"method, form": (self.method, self.form), "synapses": self.synapses}
        parts["activation"] = self.activation
        texts = {name: text(x) for name, x in parts.items() if x is not None}
        for kind in ("inputs", "units", "outputs"):
            counts = getattr(self.layout, kind).counts()
            if counts:
                groups = (f"{name} ({count})" for name, count in counts.items())
                texts[kind] = ", ".join(groups)
        if trained := [name for name in ("v0", "tau") if name not in self.fixed]:
            texts["also trains"] = ", ".join(trained)
        texts |= constraint_titles(self)
        return Table(titled(self, _sizes(self)), tuple(texts.items()))


def _sizes(net: AbstractNetwork) -> str:
    """Return the numbers of inputs, units and outputs; of a stack, that of networks."""
    *stack, _, _ = net.raw.w_hid.shape
    many = f"{'x'.join(map(str, stack))} networks, " if stack else ""
    return (
        f"{many}{counted(net.n_in, 'input')} -> {counted(net.n_hidden, 'unit')} -> "
        f"{counted(net.n_out, 'output')}, {net.dtype}"
    )


def constraint_titles(net: AbstractNetwork) -> dict[str, str]:
    """Return the constraint of each constrained weight as text."""
    return {
        name: title(constraint)
        for name, constraint in vars(net.constraints).items()
        if constraint is not None and type(constraint) is not Free
    }


def title(constraint: AbstractConstraint) -> str:
    """Return the class names of a constraint, or of all constraints in a chain."""
    return " then ".join(type(link).__name__ for link in links_of(constraint))
