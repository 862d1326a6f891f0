"""What every network is: raw parameters, their constraints, and the constants."""

from collections.abc import Callable

import equinox as eqx
from equinox import AbstractVar
from jax import Array
import jax.numpy as jnp

from .._types import ArrayLike
from ..dynamics import AbstractMethod, AbstractNoise
from ._weights import Weights


class State(eqx.Module):
    """The state of a network between two steps.

    **Attributes:**

    - `potentials`: v, shape `(*batch, n_hidden)`.
    - `step`: how many steps have been taken, an integer. Noise is a function of it, so
      a rollout that is carried on with the same key does not replay its noise.
    """

    potentials: Array
    step: Array

    def __init__(self, potentials: ArrayLike, step: ArrayLike = 0) -> None:
        self.potentials = jnp.asarray(potentials)
        self.step = jnp.asarray(step, jnp.int32)


class AbstractNetwork(eqx.Module):
    """Base of `CTRNN` and `EIRNN`: a pytree of arrays with static strategies.

    **Attributes:**

    - `raw`: unconstrained parameters. What the dynamics see is `cj.effective(net)`.
    - `constraints`: the transform of each weight.
    - `dt`, `tau`: in ms; tau is one number or one per unit.
    - `noise`: strength of the noise, or `None`.
    - `method`: the discretisation.
    - `activation`: the rate function f (static).
    - `fixed`: names of weights that do not train (static).

    Numbers are array leaves, so sweeping dt, tau or a noise level never recompiles.
    """

    raw: AbstractVar[Weights]
    constraints: AbstractVar[Weights]
    dt: AbstractVar[Array]
    tau: AbstractVar[Array]
    noise: AbstractVar[AbstractNoise | None]
    method: AbstractVar[AbstractMethod]
    activation: AbstractVar[Callable[[Array], Array]]
    fixed: AbstractVar[tuple[str, ...]]

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
        """The state before the first step: v0 in every trial of a batch."""
        v0 = self.constraints.v0.effective(self.raw.v0)
        return State(jnp.broadcast_to(v0, (*batch_shape, self.n_hidden)))
