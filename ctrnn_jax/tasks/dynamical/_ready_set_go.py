"""Ready-Set-Go: an interval is measured and then produced."""

from collections.abc import Sequence
from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_list, check_number, check_positive, invalid
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTask,
    check_dt,
    check_duration,
    check_range,
    count,
    draw_factors,
    in_a_row,
    number,
    time_to,
    Trial,
    uniform_steps,
)


@final
class ReadySetGo(AbstractTask):
    """The time between two pulses is measured and produced again, times a gain.

    A sample interval passes from the onset of the ready pulse to that of the set pulse;
    then the output must climb as a straight ramp from 0 at set to `threshold` at set +
    gain * interval (go), and on at that slope for `after` ms. Before set it must stay
    at 0. A third input has the value of the gain throughout. Everything up to the end
    of the trial is scored.

    The task is that of Jazayeri & Shadlen (2010); the gains 1 and 1.5, told by a
    constant input, and the range of 0.5 to 1 s are those of Remington et al. (2018);
    Wang et al. (2018) train networks to ramp to a threshold. These are from memory of
    the papers; intervals are 80 ms apart here so that they are whole steps.

    A trial is right if the interval that was produced, from set to the first step at
    which the output has reached the threshold, is within `tolerance` of gain *
    interval, as a fraction of it. Conditions: `interval`, `production` (ms), `gain`.
    """

    main_condition: ClassVar[str | None] = "interval"
    input_names: ClassVar[tuple[str, ...]] = ("ready", "set", "gain")
    output_names: ClassVar[tuple[str, ...]] = ("ramp",)

    threshold: Array
    tolerance: Array
    intervals: tuple[float, ...] = eqx.field(static=True)
    gains: tuple[float, ...] = eqx.field(static=True)
    dt: float = eqx.field(static=True)
    fixation: tuple[float, float] = eqx.field(static=True)
    pulse: float = eqx.field(static=True)
    after: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        intervals: Sequence[float] = (520.0, 600.0, 680.0, 760.0, 840.0, 920.0, 1000.0),
        gains: Sequence[float] = (1.0, 1.5),
        dt: float = 20.0,
        fixation: tuple[float, float] = (200.0, 600.0),
        pulse: float = 100.0,
        after: float = 300.0,
        threshold: ArrayLike = 1.0,
        tolerance: ArrayLike = 0.2,
    ) -> None:
        """**Arguments:**

        - `intervals`: the sample intervals in ms.
        - `gains`: what they may be multiplied by; interval and product are multiples
            of dt.
        - `dt`: step in ms.
        - `fixation`: time before ready, uniform over [low, high) ms, floored to dt.
        - `pulse`: duration of either pulse in ms, below the shortest interval.
        - `after`: how long the trial goes on after go in ms.
        - `threshold`: that the output has to reach.
        - `tolerance`: error that is accepted, as a fraction of the interval.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        self.dt = check_dt(dt)
        self.intervals = tuple(
            check_duration("intervals", each, self.dt)
            for each in check_list("intervals", intervals)
        )
        self.gains = tuple(
            check_number("gains", gain) for gain in check_list("gains", gains)
        )
        for name, values in (("intervals", self.intervals), ("gains", self.gains)):
            if not values:
                raise invalid(name, "have at least one entry", "none", "Give a tuple.")
        for gain in self.gains:
            check_positive("gains", gain, "They multiply intervals.")
            for interval in self.intervals:
                check_duration("gain * interval", gain * interval, self.dt)
        self.fixation = check_range("fixation", fixation, self.dt)
        self.pulse = check_duration("pulse", pulse, self.dt)
        if self.pulse >= min(self.intervals):
            raise invalid(
                "pulse",
                f"be shorter than every interval, {min(self.intervals):g} ms",
                f"{self.pulse:g} ms",
                "Else ready and set meet.",
            )
        self.after = check_duration("after", after, self.dt)
        check_positive("threshold", threshold, "The output climbs to it from 0.")
        check_positive("tolerance", tolerance, "It is a fraction of the interval.")
        self.threshold, self.tolerance = number(threshold), number(tolerance)

    @property
    def n_steps(self) -> int:
        """Number of steps of the longest trial."""
        longest = max(self.intervals)
        parts = self.fixation[1], longest, max(self.gains) * longest, self.after
        return sum(count(part, self.dt) for part in parts) - 1

    @property
    def n_conditions(self) -> int:
        """Each interval with each gain."""
        return len(self.intervals) * len(self.gains)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Conditions are the intervals (fastest) with each gain; uniform in training.

        The time before ready is random in either case.
        """
        condition_key, time_key = jr.split(key)
        levels = len(self.intervals), len(self.gains)
        which = draw_factors(condition, condition_key, *levels)
        interval = number(np.asarray(self.intervals))[which[0]]
        gain = number(np.asarray(self.gains))[which[1]]
        sample = np.asarray([count(each, self.dt) for each in self.intervals])
        produce = [[count(g * i, self.dt) for i in self.intervals] for g in self.gains]
        production = jnp.asarray(produce)[which[1], which[0]]
        epochs = in_a_row(
            {
                "fixation": uniform_steps(time_key, self.fixation, self.dt),
                "sample": jnp.asarray(sample)[which[0]],
                "production": production,
                "after": count(self.after, self.dt),
            }
        )
        steps, t_end = self.n_steps, epochs["after"][1]
        ready, set_ = epochs["sample"]
        pulse = count(self.pulse, self.dt)
        step = jnp.arange(steps)
        of = lambda onset: (step >= onset) & (step < onset + pulse)
        inputs = jnp.stack([of(ready), of(set_), step < t_end], axis=-1)
        level = jnp.stack([jnp.ones_like(gain), jnp.ones_like(gain), gain])
        progress = (step - set_).astype(gain.dtype) / production.astype(gain.dtype)
        ramp = jnp.where(
            (step >= set_) & (step < t_end), self.threshold * progress, 0.0
        )
        return Trial(
            inputs=jnp.where(inputs, level[None, :], 0.0),
            targets=ramp[:, None],
            mask=(step < t_end).astype(gain.dtype)[:, None],
            conditions={
                "interval": interval,
                "gain": gain,
                "production": production.astype(gain.dtype) * self.dt,
                "t_end": t_end,
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )

    def produced(self, outputs: Array, trials: Trial) -> Array:
        """The produced interval in ms, `(*batch,)`; NaN below the threshold.

        From set to the first step, up to the end of the trial, at which the output is
        at least the threshold.
        """
        ramp = self.link(outputs)[..., 0]
        start = trials.epochs["production"][..., 0]
        stop = trials.conditions["t_end"]
        reached = ramp >= self.threshold.astype(ramp.dtype)
        return time_to(reached, start, stop, self.dt, ramp.dtype)

    def score(self, outputs: Array, trials: Trial) -> Array:
        """1.0 where the produced interval is within the tolerance of the one due."""
        due = trials.conditions["production"]
        error = jnp.abs(self.produced(outputs, trials) - due)
        accepted = self.tolerance.astype(due.dtype) * due
        return (error <= accepted).astype(outputs.dtype)
