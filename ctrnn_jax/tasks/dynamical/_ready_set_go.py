"""The ready-set-go task: an interval is measured and then produced."""

from collections.abc import Sequence
from functools import partial
import itertools
from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_list, check_number, check_positive
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    array,
    check_bounds,
    check_duration,
    draw_factors,
    judges_outputs,
    make_trial,
    number,
    static,
    time_to,
    Trial,
    uniform_steps,
)


def _check_intervals(
    name: str, intervals: Sequence[float], dt: float
) -> tuple[float, ...]:
    """Validate durations in ms, at least one."""
    values = tuple(intervals)
    check(values, name, "have at least one entry", "none", "Give a tuple.")
    return tuple(check_duration(name, interval, dt) for interval in values)


def _check_gains(name: str, gains: Sequence[float], dt: float) -> tuple[float, ...]:
    """Validate positive numbers, at least one."""
    del dt
    values = tuple(check_number(name, gain) for gain in check_list(name, gains))
    check(values, name, "have at least one entry", "none", "Give a tuple.")
    check_positive(name, np.asarray(values), "They multiply intervals.")
    return values


@final
@checks_arguments
class ReadySetGo(AbstractDeclared):
    """Measure the time between two pulses and produce it again, times a gain.

    The sample interval lasts from the onset of the ready pulse to the onset of the set
    pulse. Before set the output must be 0. Then it must increase linearly from 0 at set
    to `threshold` at set + gain * interval (go), and with the same slope for another
    `after` ms. A third input has the value of the gain up to the end of the trial. All
    steps up to the end of the trial are scored.

    The task is that of Jazayeri & Shadlen (2010). The gains 1 and 1.5, shown by a
    constant input, and the range of 0.5 to 1 s are those of Remington et al. (2018).
    Wang et al. (2018) train networks to ramp to a threshold. These numbers are from
    memory of the papers. Intervals are 80 ms apart here so that they are whole steps.

    The produced interval lasts from set to the first step at which the output has
    reached the threshold. A trial is correct if it differs from gain * interval by at
    most `tolerance`, as a fraction. Conditions: `interval`, `production` (ms), `gain`.

    **Arguments:**

    - `intervals`: the sample intervals in ms.
    - `gains`: factors of the intervals. Intervals and their products with gains are
        multiples of dt.
    - `dt`: step in ms.
    - `fixation`: time before ready, uniform over [low, high) ms, floored to dt.
    - `pulse`: duration of either pulse in ms, below the shortest interval.
    - `after`: duration of the trial after go in ms.
    - `threshold`: output that ends the produced interval.
    - `tolerance`: largest accepted error, as a fraction of the interval.

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    main_condition: ClassVar[str | None] = "interval"
    input_names: ClassVar[tuple[str, ...]] = ("ready", "set", "gain")
    output_names: ClassVar[tuple[str, ...]] = ("ramp",)

    intervals: tuple[float, ...] = static(
        (520.0, 600.0, 680.0, 760.0, 840.0, 920.0, 1000.0), _check_intervals
    )
    gains: tuple[float, ...] = static((1.0, 1.5), _check_gains)
    fixation: tuple[float, float] = static((200.0, 600.0), check_bounds)
    pulse: float = static(100.0, check_duration)
    after: float = static(300.0, check_duration)
    threshold: Array = array(
        default=1.0,
        converter=number,
        check=partial(check_positive, remedy="The output increases to it from 0."),
    )
    tolerance: Array = array(
        default=0.2,
        converter=number,
        check=partial(check_positive, remedy="It is a fraction of the interval."),
    )

    def __post_init__(self) -> None:
        """Validate the options; all produced intervals must be whole steps."""
        super().__post_init__()
        for gain, interval in itertools.product(self.gains, self.intervals):
            check_duration("gain * interval", gain * interval, self.dt)
        shortest = min(self.intervals)
        check(
            self.pulse < shortest,
            "pulse",
            f"be shorter than every interval, {shortest:g} ms",
            f"{self.pulse:g} ms",
            "The ready pulse must end before the set pulse.",
        )

    @property
    def n_steps(self) -> int:
        """Number of steps of the longest trial."""
        # The longest fixation is one step shorter than its excluded upper bound.
        longest = max(self.intervals)
        parts = self.fixation[1], longest, max(self.gains) * longest, self.after
        return self._steps(*parts) - 1

    @property
    def n_conditions(self) -> int:
        """Number of intervals x gains."""
        return len(self.intervals) * len(self.gains)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial; conditions are the intervals (fastest) with each gain.

        In training conditions are uniform. The time before ready is always random.
        """
        condition_key, time_key = jr.split(key)
        levels = len(self.intervals), len(self.gains)
        which = draw_factors(condition, condition_key, *levels)
        interval = number(np.asarray(self.intervals))[which[0]]
        gain = number(np.asarray(self.gains))[which[1]]

        # Durations in steps, computed for all conditions in Python: (intervals,) and
        # (gains, intervals).
        sample_steps = np.asarray([self._steps(i) for i in self.intervals])
        production_steps = [
            [self._steps(gain * interval) for interval in self.intervals]
            for gain in self.gains
        ]
        production = jnp.asarray(production_steps)[which[1], which[0]]
        epochs = self._parts(
            "fixation",
            "sample",
            "production",
            "after",
            fixation=uniform_steps(time_key, self.fixation, self.dt),
            sample=jnp.asarray(sample_steps)[which[0]],
            production=production,
        )
        steps, t_end = self.n_steps, epochs["after"][1]

        # Masks over steps, (time,): pulses, and the trial without its padding.
        ready, set_ = epochs["sample"]
        step = jnp.arange(steps)
        is_trial = step < t_end

        def is_pulse(onset: Array) -> Array:
            return (step >= onset) & (step < onset + self._steps(self.pulse))

        # Inputs, (time, 3), and the ramp, (time,).
        is_on = jnp.stack([is_pulse(ready), is_pulse(set_), is_trial], axis=-1)
        level = jnp.stack([jnp.ones_like(gain), jnp.ones_like(gain), gain])
        progress = (step - set_).astype(gain.dtype) / production.astype(gain.dtype)
        is_ramp = (step >= set_) & is_trial
        ramp = jnp.where(is_ramp, self.threshold * progress, 0.0)
        return make_trial(
            inputs=jnp.where(is_on, level[None, :], 0.0),
            targets=ramp[:, None],
            mask=is_trial[:, None],
            epochs=epochs,
            interval=interval,
            gain=gain,
            production=production.astype(gain.dtype) * self.dt,
        )

    def produced(self, outputs: Array, trials: Trial) -> Array:
        """Return the produced interval in ms, `(*batch,)`.

        It lasts from set to the first step of the trial at which the output is at least
        the threshold. NaN if no output reaches the threshold.
        """
        ramp = self.link(outputs)[..., 0]
        start = trials.epochs["production"][..., 0]
        stop = trials.conditions["t_end"]
        reached = ramp >= self.threshold.astype(ramp.dtype)
        return time_to(reached, start, stop, self.dt, ramp.dtype)

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return 1.0 where the produced interval is within the tolerance, else 0.0.

        The shape is `(*batch,)`.
        """
        correct = trials.conditions["production"]
        error = jnp.abs(self.produced(outputs, trials) - correct)
        accepted = self.tolerance.astype(correct.dtype) * correct
        return (error <= accepted).astype(outputs.dtype)
