"""Generation of a sine wave whose frequency an input sets."""

from functools import partial
from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_values, is_concrete
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    AbstractTracking,
    array,
    check_duration,
    check_numbers,
    in_a_row,
    IN_MS,
    make_trial,
    number,
    numbers,
    numbers_or_default,
    static,
    Trial,
)


@final
@checks_arguments
class SineGenerator(AbstractDeclared, AbstractTracking):
    """Generate a sine wave with the frequency that a constant input selects.

    Sussillo & Barak (2013). With n frequencies w_1 .. w_n the input is `level_j = j / n
    + 1/4` at every step, and the output must be `sin(w_j t / tau)`. By default `w_j =
    0.04 j + 0.1` rad per tau, j = 1 .. 51. These numbers are from memory of the paper,
    where they are rad/s of a network with tau = 1 s. t is the time after a step, so the
    first target is at t = dt. Every step is scored.

    **Arguments:**

    - `dt`: step in ms.
    - `duration`: duration of the trial in ms, a multiple of dt. The slowest default
        wave has a period of 45 tau, or 4488 ms.
    - `tau`: unit of time of the frequencies in ms.
    - `frequencies`: frequencies in rad per tau, in (0, pi tau / dt). The upper bound is
        half a turn in a step.
    - `levels`: input for each frequency; by default `j / n + 1/4`.

    Raises `ValueError` for a duration that is not a multiple of dt or is 0, and for
    values out of range.
    """

    main_condition: ClassVar[str | None] = "frequency"
    input_names: ClassVar[tuple[str, ...]] = ("frequency level",)
    output_names: ClassVar[tuple[str, ...]] = ("sine",)

    duration: float = static(5000.0, check_duration)
    tau: Array = array(default=100.0, converter=number, check=IN_MS)
    frequencies: Array = array(
        default=tuple(0.04 * np.arange(1, 52) + 0.1),
        converter=numbers,
        check=partial(check_numbers, remedy="Give numbers in rad per tau."),
    )
    levels: Array = array(
        default=None,
        converter=numbers_or_default,
        check=partial(check_numbers, remedy="Give an input for each."),
    )

    def __post_init__(self) -> None:
        """Validate the options; waves must be slower than half a turn in a step."""
        if self.levels is None:
            n = np.size(self.frequencies)
            self.levels = number(np.arange(1, n + 1) / n + 0.25)
        super().__post_init__()
        # A traced tau has no value yet, and no upper bound is checked.
        tau = np.asarray(self.tau) if is_concrete(self.tau) else np.inf
        half_turn = np.pi * tau / self.dt

        def is_in_range(w: np.ndarray) -> np.ndarray:
            return np.asarray((w > 0) & (w < half_turn))

        rule, remedy = "lie in (0, pi tau / dt)", "Give numbers in rad per tau."
        check_values("frequencies", self.frequencies, is_in_range, rule, remedy)
        n = len(self.frequencies)
        check(
            self.levels.shape == self.frequencies.shape,
            "levels",
            f"be {n} numbers, one for each frequency",
            f"shape {self.levels.shape}",
            "Leave them out for j / n + 1/4.",
        )

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self._steps(self.duration)

    @property
    def n_conditions(self) -> int:
        """Number of frequencies."""
        return self.frequencies.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial; the condition is the index of the frequency.

        In training all frequencies are equally likely.
        """
        steps = self.n_steps
        if condition is None:
            condition = jr.randint(key, (), 0, self.n_conditions)
        frequency, level = self.frequencies[condition], self.levels[condition]
        # The time after each step, in ms.
        time = jnp.arange(1, steps + 1).astype(level.dtype) * self.dt
        wave = jnp.sin(frequency * (time / self.tau))[:, None]
        return make_trial(
            inputs=jnp.full_like(wave, level),
            targets=wave,
            mask=jnp.ones_like(wave),
            epochs=in_a_row({"sine": steps}),
            frequency=frequency,
            level=level,
        )
