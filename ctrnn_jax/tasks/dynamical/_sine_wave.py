"""Generation of a sine wave without input."""

from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_finite
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    AbstractTracking,
    array,
    at_least,
    check_duration,
    in_a_row,
    make_trial,
    number,
    static,
    Trial,
)


@final
@checks_arguments
class SineWave(AbstractDeclared, AbstractTracking):
    """Generate a sine wave without input.

    Song, Yang & Wang (2016, `sinewave.py`). The target at step k is `amplitude *
    sin(2 pi (k + 1) dt / period)`, from the first step on; all steps are scored. Inputs
    have the shape `(time, 0)`. All trials are equal, and none is a catch trial. The
    performance is 1 - RMSE over all trials; their training stops at RMSE <= .05.

    **Arguments:**

    - `dt`: step in ms.
    - `period`: period in ms, a multiple of dt and more than two steps.
    - `periods`: number of periods.
    - `amplitude`: amplitude of the wave.

    Raises `ValueError` for a period that is not a multiple of dt or is too short, and
    for values out of range.
    """

    input_names: ClassVar[tuple[str, ...]] = ()
    output_names: ClassVar[tuple[str, ...]] = ("sine wave",)

    period: float = static(800.0, check_duration)
    periods: int = static(2, at_least(1))
    amplitude: Array = array(default=0.9, converter=number, check=check_finite)

    def __post_init__(self) -> None:
        """Validate the options; a period must have three steps."""
        super().__post_init__()
        check(
            self._steps(self.period) >= 3,
            "period",
            "last more than two steps",
            f"{self.period:g} ms",
            f"dt is {self.dt:g} ms.",
        )

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self.periods * self._steps(self.period)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return the same trial for any condition and any key."""
        del condition, key
        # A period is a whole number of steps.
        step = np.arange(1, self.n_steps + 1)
        wave = np.sin(2 * np.pi * step / self._steps(self.period))
        targets = self.amplitude * number(wave)[:, None]
        return make_trial(
            inputs=jnp.zeros((self.n_steps, 0)),
            targets=targets,
            mask=jnp.ones_like(targets),
            epochs=in_a_row({"wave": self.n_steps}),
        )
