"""The record that a rollout makes, and the trajectory that it returns."""

import dataclasses
from typing import final

import equinox as eqx
from jax import Array

from .._checks import check_count, check_flag, invalid
from .._types import Recorded
from ..connectivity import Layout
from ..dynamics import SynapticState
from ..network import State


@dataclasses.dataclass(frozen=True)
class Record:
    """The values that a rollout returns; other values are never materialised.

    **Arguments:**

    - `potentials`, `rates`, `outputs`: whether to return v, r and y.
    - `synapses`: whether to return u and x of short-term plasticity.
    - `stride`: return the values after `stride`, `2 * stride`, ... steps.

    Raises `ValueError` for a stride below 1, and if a flag is not a boolean.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> record = cj.Record(potentials=False, rates=False)
    >>> cj.rollout(net, jnp.ones((20, 2)), record=record).rates is None
    True
    """

    potentials: bool = True
    rates: bool = True
    outputs: bool = True
    stride: int = 1
    synapses: bool = False

    def __post_init__(self) -> None:
        """Validate the stride and the flags."""
        check_count("stride", self.stride, at_least=1)
        for name in ("potentials", "rates", "outputs", "synapses"):
            check_flag(name, getattr(self, name))


@final
class Trajectory(eqx.Module):
    """The result of `rollout`, and of `step` without the time axis.

    With `rollout(..., time_major=True)`, the shapes are `(time, *batch, units)`.

    **Attributes:** each `None` if it was not recorded

    - `potentials`: v, `(*batch, time, n_hidden)`. Entry t is v after consuming input t.
    - `rates`: r = f(v), `(*batch, time, n_hidden)`.
    - `outputs`: y = W_out r + b_out, `(*batch, time, n_out)`.
    - `final_state`: after the last step; pass it to the next rollout as `state`.
    - `synapses`: u and x of short-term plasticity, each `(*batch, time, n_hidden)`.
    - `layout`: the names of the network's units and outputs (static).

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> half = cj.rollout(net, jnp.ones((10, 2)))
    >>> rest = cj.rollout(net, jnp.ones((10, 2)), state=half.final_state)
    >>> whole = cj.rollout(net, jnp.ones((20, 2)))
    >>> bool(jnp.allclose(rest.rates, whole.rates[10:]))
    True
    """

    potentials: Recorded
    rates: Recorded
    outputs: Recorded
    final_state: State
    synapses: SynapticState | None = None
    layout: Layout | None = eqx.field(static=True, default=None)

    def potentials_of(self, *names: str) -> Array:
        """Return potentials of the units in all of these groups.

        The result has shape `(*batch, time, units)`. Raises `ValueError` for an unknown
        name, and if the potentials were not recorded.
        """
        return self._of("potentials", "units", names)

    def rates_of(self, *names: str) -> Array:
        """Return rates of the units in all of these groups, `(*batch, time, units)`.

        Example: `traj.rates_of("area_1", "excitatory")`. Raises as `potentials_of`.
        """
        return self._of("rates", "units", names)

    def outputs_of(self, *names: str) -> Array:
        """Return outputs of a group, `(*batch, time, outputs)`.

        Raises as `potentials_of`.
        """
        return self._of("outputs", "outputs", names)

    def _of(self, what: str, kind: str, names: tuple[str, ...]) -> Array:
        values = getattr(self, what)
        if values is None or self.layout is None:
            remedy = f"Pass record=cj.Record({what}=True)."
            raise invalid("record", f"keep {what}", None, remedy)
        return values[..., getattr(self.layout, kind).indices(*names)]
