"""What every network is: raw parameters, their constraints, and the constants."""

from collections.abc import Callable
import dataclasses

import equinox as eqx
from equinox import AbstractVar
import jax
from jax import Array
import jax.numpy as jnp

from .._checks import describe, is_concrete
from .._types import ArrayLike
from ..connectivity import Layout
from ..constraints import AbstractConstraint, Bounded, Free
from ..dynamics import (
    AbstractForm,
    AbstractMethod,
    AbstractNoise,
    ShortTermPlasticity,
    SynapticState,
)
from ._weights import Weights


class State(eqx.Module):
    """The state of a network between two steps; it has what the network needs.

    **Attributes:**

    - `potentials`: v, shape `(*batch, n_hidden)`; the rates r in the forms whose state
      they are.
    - `step`: how many steps have been taken, an integer. Noise is a function of it, so
      a rollout that is carried on with the same key does not replay its noise.
    - `synapses`: u and x of short-term plasticity, or `None`.
    - `rate_noise`: the last noise on the rates, `(*batch, n_hidden)`, or `None`.
    """

    potentials: Array
    step: Array
    synapses: SynapticState | None
    rate_noise: Array | None

    def __init__(
        self,
        potentials: ArrayLike,
        step: ArrayLike = 0,
        synapses: SynapticState | None = None,
        rate_noise: Array | None = None,
    ) -> None:
        self.potentials = jnp.asarray(potentials)
        self.step = jnp.asarray(step, jnp.int32)
        self.synapses = synapses
        self.rate_noise = rate_noise


class AbstractNetwork(eqx.Module):
    """Base of `CTRNN` and `EIRNN`: a pytree of arrays with static strategies.

    **Attributes:**

    - `raw`: unconstrained parameters. What the dynamics see is `cj.effective(net)`.
    - `constraints`: the transform of each weight.
    - `dt`, `tau`: in ms; tau is one number or one per unit, and learned if asked for.
    - `noise`: strength of the noise, or `None`.
    - `method`: the discretisation.
    - `form`: what the state is, a potential or a rate.
    - `synapses`: short-term plasticity, or `None`.
    - `activation`: the rate function f (static).
    - `fixed`: names of weights that do not train (static).
    - `layout`: names of inputs, units and outputs (static).

    Numbers are array leaves, so sweeping dt, tau or a noise level never recompiles.
    """

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
        """Time constants in ms, one or one per unit, as the dynamics see them.

        Learned ones are above dt: the parameter is reflected there.
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
        """Number of outputs."""
        return self.raw.w_out.shape[-2]

    @property
    def dtype(self) -> jnp.dtype:
        """The dtype of weights, states and outputs."""
        return self.raw.w_hid.dtype

    def initial_state(self, batch_shape: tuple[int, ...] = ()) -> State:
        """The state before the first step: v0 in every trial of a batch.

        Synapses start rested, rates without noise.
        """
        v0 = self.constraints.v0.effective(self.raw.v0)
        v = jnp.broadcast_to(v0, (*batch_shape, self.n_hidden))
        return self.state_at(v)

    def state_at(self, potentials: Array, step: ArrayLike = 0) -> State:
        """A state with these potentials, synapses at rest, and no noise on the rates.

        Shape `(*batch, n_hidden)`.
        """
        noisy = self.noise is not None and self.noise.rate_std() is not None
        return State(
            potentials,
            step,
            None if self.synapses is None else self.synapses.rest(potentials),
            jnp.zeros_like(potentials) if noisy else None,
        )

    def __repr__(self) -> str:
        return describe_network(self)


def describe_network(net: AbstractNetwork) -> str:
    """A few readable lines: sizes, times, noise and constraints."""
    numbers = lambda x: (
        f"{float(x):g}"
        if isinstance(x, jax.Array) and x.ndim == 0 and is_concrete(x)
        else describe(x)
    )
    try:
        head = f"{type(net).__name__}({net.n_in} -> {net.n_hidden} -> {net.n_out}, "
        tau = net.raw.tau
        lines = [f"dt={numbers(net.dt)}, tau={numbers(tau)}, dtype={net.dtype}"]
        parts = {
            "noise": net.noise,
            "method": net.method,
            "form": net.form,
            "synapses": net.synapses,
        }
        for name, part in parts.items():
            if part is None:
                continue
            values = [
                f"{f.name}={numbers(getattr(part, f.name))}"
                for f in dataclasses.fields(part)
                if getattr(part, f.name) is not None
            ]
            lines.append(f"{name}={type(part).__name__}({', '.join(values)})")
        name = getattr(net.activation, "__name__", repr(net.activation))
        lines.append(f"activation={name}")
        titles = constraint_titles(net)
        lines.extend(f"{name}: {text}" for name, text in titles.items())
        for kind in ("inputs", "units", "outputs"):
            counts = getattr(net.layout, kind).counts()
            if counts:
                named = (f"{name} ({count})" for name, count in counts.items())
                lines.append(f"{kind}: {', '.join(named)}")
        if moving := [n for n in ("v0", "tau") if n not in net.fixed]:
            lines.append(f"also trains: {', '.join(moving)}")
        return head + "\n    ".join(lines) + ")"
    except (AttributeError, TypeError, IndexError):  # a filter spec, a treedef
        return f"{type(net).__name__}(...)"


def constraint_titles(net: AbstractNetwork) -> dict[str, str]:
    """The constraint of each weight that has one, as text."""
    return {
        name: title(constraint)
        for name, constraint in vars(net.constraints).items()
        if constraint is not None and not isinstance(constraint, Free)
    }


def title(constraint: AbstractConstraint) -> str:
    """The names of the constraints in a chain."""
    links = getattr(constraint, "links", (constraint,))
    return " then ".join(type(link).__name__ for link in links)
