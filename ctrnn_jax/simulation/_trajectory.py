"""What a rollout keeps, and what it returns."""

import dataclasses

import equinox as eqx
from jax import Array

from .._checks import check_count, invalid
from .._types import Recorded
from ..connectivity import Layout
from ..dynamics import SynapticState
from ..network import State


@dataclasses.dataclass(frozen=True)
class Record:
    """What to keep of a rollout; what is not asked for is never materialised.

    **Arguments:**

    - `potentials`, `rates`, `outputs`: which of v, r and y.
    - `synapses`: u and x of short-term plasticity.
    - `stride`: keep every so many steps: those after `stride`, `2 * stride`, ... steps.

    Raises `ValueError` for a stride below 1, and if a flag is not a boolean.
    """

    potentials: bool = True
    rates: bool = True
    outputs: bool = True
    stride: int = 1
    synapses: bool = False

    def __post_init__(self) -> None:
        """Refuse strides below 1 and flags that are no booleans."""
        check_count("stride", self.stride, at_least=1)
        for name in ("potentials", "rates", "outputs", "synapses"):
            if not isinstance(getattr(self, name), bool):
                raise invalid(
                    name, "be True or False", repr(getattr(self, name)), "Say which."
                )


class Trajectory(eqx.Module):
    """The result of `rollout` (and of `step`, there without the time axis).

    **Attributes:** each `None` if it was not recorded

    - `potentials`: v, `(*batch, time, n_hidden)`. Entry t is v after consuming input t.
    - `rates`: r = f(v), `(*batch, time, n_hidden)`.
    - `outputs`: y = W_out r + b_out, `(*batch, time, n_out)`.
    - `final_state`: after the last step; give it to the next rollout as `state`.
    - `synapses`: u and x of short-term plasticity, each `(*batch, time, n_hidden)`.
    - `layout`: the names of the network's units and outputs (static).
    """

    potentials: Recorded
    rates: Recorded
    outputs: Recorded
    final_state: State
    synapses: SynapticState | None = None
    layout: Layout | None = eqx.field(static=True, default=None)

    def potentials_of(self, *names: str) -> Array:
        """Potentials of the units in all of these groups, `(*batch, time, units)`.

        Raises `ValueError` for an unknown name, and if they were not recorded.
        """
        return self._of("potentials", "units", names)

    def rates_of(self, *names: str) -> Array:
        """Rates of the units in all of these groups, `(*batch, time, units)`.

        `traj.rates_of("area_1", "excitatory")`, say. Raises as `potentials_of`.
        """
        return self._of("rates", "units", names)

    def outputs_of(self, *names: str) -> Array:
        """Outputs of a group, `(*batch, time, outputs)`. Raises as `potentials_of`."""
        return self._of("outputs", "outputs", names)

    def _of(self, what: str, kind: str, names: tuple[str, ...]) -> Array:
        values = getattr(self, what)
        if values is None or self.layout is None:
            raise invalid(
                "record", f"keep {what}", None, f"Pass record=cj.Record({what}=True)."
            )
        return values[..., getattr(self.layout, kind).indices(*names)]
