"""What a rollout keeps, and what it returns."""

import dataclasses

import equinox as eqx

from .._checks import check_count, refusal
from .._types import Recorded
from ..network import State


@dataclasses.dataclass(frozen=True)
class Record:
    """What to keep of a rollout; what is not asked for is never materialised.

    **Arguments:**

    - `potentials`, `rates`, `outputs`: which of v, r and y.
    - `stride`: keep every so many steps: those after `stride`, `2 * stride`, ... steps.

    Raises `ValueError` for a stride below 1, and if a flag is not a boolean.
    """

    potentials: bool = True
    rates: bool = True
    outputs: bool = True
    stride: int = 1

    def __post_init__(self) -> None:
        """Refuse strides below 1 and flags that are no booleans."""
        check_count("stride", self.stride, at_least=1)
        for name in ("potentials", "rates", "outputs"):
            if not isinstance(getattr(self, name), bool):
                raise refusal(
                    name, "be True or False", repr(getattr(self, name)), "Say which."
                )


class Trajectory(eqx.Module):
    """The result of `rollout` (and of `step`, there without the time axis).

    **Attributes:** each `None` if it was not recorded

    - `potentials`: v, `(*batch, time, n_hidden)`. Entry t is v after consuming input t.
    - `rates`: r = f(v), `(*batch, time, n_hidden)`.
    - `outputs`: y = W_out r + b_out, `(*batch, time, n_out)`.
    - `final_state`: after the last step; give it to the next rollout as `state`.
    """

    potentials: Recorded
    rates: Recorded
    outputs: Recorded
    final_state: State
