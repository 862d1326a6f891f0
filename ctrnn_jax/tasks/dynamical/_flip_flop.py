"""The flip-flop task: bits of memory that pulses set and reset."""

import abc
from typing import ClassVar, final

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_finite, check_values
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    AbstractTracking,
    array,
    at_least,
    check_dt,
    check_duration,
    check_spare,
    in_a_row,
    judges_outputs,
    make_trial,
    map_noise,
    number,
    static,
    Trial,
)


class AbstractFlipFlop(AbstractDeclared, AbstractTracking):
    """Hold on each output the sign of the latest pulse on its input.

    At each step, and independently for each bit, a pulse of either sign begins with
    probability `dt / interval`. It is shown for `pulse` ms or until the next pulse. The
    target is its sign, from the step at which it begins. A bit is scored from its first
    pulse on, except in the first `settle` ms of each pulse.
    """

    n_bits: int = static(3, at_least(1))
    duration: float = static(6000.0, check_duration)
    pulse: float = static(100.0, check_duration)
    interval: Array = array(default=1500.0, converter=number, check=check_finite)
    settle: float = static(100.0, check_spare)

    def __post_init__(self) -> None:
        """Validate the options; some of the trial must be scored."""
        super().__post_init__()
        check(
            self.settle < self.duration,
            "settle",
            f"be shorter than the trial, {self.duration:g} ms",
            f"{self.settle:g} ms",
            "Leave some of the trial to be scored.",
        )

        def is_long_enough(x: np.ndarray) -> np.ndarray:
            return x >= np.asarray(self.dt, x.dtype)

        rule = f"be at least dt = {self.dt:g} ms"
        remedy = "It is the mean time between the pulses of a bit."
        check_values("interval", self.interval, is_long_enough, rule, remedy)

    @property
    @abc.abstractmethod
    def begins_with_pulses(self) -> bool:
        """Whether every bit has a pulse at the first step."""

    @property
    def input_names(self) -> tuple[str, ...]:
        """The pulses of each bit."""
        return tuple(f"pulse {bit + 1}" for bit in range(self.n_bits))

    @property
    def output_names(self) -> tuple[str, ...]:
        """The bits."""
        return tuple(f"bit {bit + 1}" for bit in range(self.n_bits))

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self._steps(self.duration)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial with a random sequence; the condition has no effect."""
        steps = self.n_steps
        # One normal number z for each step and bit: a pulse begins if |z| > bound,
        # which has the probability dt / interval, and its sign is that of z.
        bound = np.sqrt(2.0) * jax.lax.erf_inv(1.0 - self.dt / self.interval)
        step = jnp.arange(steps)[:, None]

        def pulse_codes(noise: Array) -> Array:
            """Return 2 t, or 2 t + 1 if positive, where a pulse begins; else -1."""
            begins = jnp.abs(noise) > bound
            if self.begins_with_pulses:
                begins = begins.at[0].set(True)
            return jnp.where(begins, 2 * step + (noise > 0).astype(step.dtype), -1)

        codes = map_noise(pulse_codes, key, steps, self.n_bits)  # (time, n_bits)

        # The latest pulse has the largest code so far. A scan over maxima is six times
        # as fast as `cummax`, which makes logarithmically many passes.
        def largest(past: Array, now: Array) -> tuple[Array, Array]:
            return jnp.maximum(past, now), jnp.maximum(past, now)

        _, latest = jax.lax.scan(largest, jnp.full_like(codes[0], -1), codes)
        has_pulse = latest >= 0
        since = step - latest // 2  # steps since the latest pulse began
        sign = jnp.where(latest % 2 == 1, 1.0, -1.0).astype(bound.dtype)
        is_shown = has_pulse & (since < self._steps(self.pulse))
        is_scored = has_pulse & (since >= self._steps(self.settle))
        return make_trial(
            inputs=jnp.where(is_shown, sign, 0.0),
            targets=jnp.where(has_pulse, sign, 0.0),
            mask=is_scored,
            epochs=in_a_row({"trial": steps}),
            pulses=jnp.where(has_pulse & (since == 0), sign, 0.0),
            is_catch=~jnp.any(is_scored),
        )

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return the fraction of scored steps and bits with the correct sign."""
        is_correct = self.link(outputs) * trials.targets > 0
        axes = (-2, -1)
        total = jnp.sum(trials.mask * is_correct.astype(trials.mask.dtype), axis=axes)
        return total / jnp.maximum(jnp.sum(trials.mask, axis=axes), 1.0)


@final
@checks_arguments
class FlipFlop(AbstractFlipFlop):
    """Hold on each output the sign of the latest pulse on its input.

    At each step, and independently for each bit, a pulse of either sign begins with
    probability `dt / interval`. It is shown for `pulse` ms or until the next pulse. The
    target is its sign, from the step at which it begins. A bit is scored from its first
    pulse on, except in the first `settle` ms of each pulse. The defaults are for
    networks with tau of about 100 ms; `FlipFlopDiscrete` is for dt = tau. Sussillo &
    Barak (2013) use the task with pulses at random times.

    Sequences are random, so `n_conditions` is 1. The condition `pulses` is the sign of
    each pulse at the step at which it begins, else 0, `(time, n_bits)`. `is_catch` is
    true if no step of the trial is scored.

    The score is the fraction of correct signs, which tiny outputs can reach too. The
    performance is 1 - RMSE over all scored entries of the batch; fixed-point-finder
    stops training at a mean squared error of 1e-4, which is a performance of 0.99.

    **Arguments:**

    - `n_bits`: number of inputs and of outputs.
    - `dt`: step in ms.
    - `duration`: duration of the trial in ms, a multiple of dt.
    - `pulse`: duration of a pulse in ms, a multiple of dt.
    - `interval`: mean time between the pulses of a bit in ms, at least dt.
    - `settle`: unscored time at the start of a pulse in ms, a multiple of dt or 0.

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    begins_with_pulses: ClassVar[bool] = False


@final
@checks_arguments
class FlipFlopDiscrete(AbstractFlipFlop):
    """The flip-flop of fixed-point-finder (Golub & Sussillo 2018).

    As `FlipFlop`, with pulses of one step, two steps apart on average, and a pulse on
    every bit at the first step (`FlipFlopData.py:66-105`). Every step is scored. The
    target changes at the step of the pulse, which a network can follow only if `dt /
    tau` is about 1.

    **Arguments:** those of `FlipFlop`. By default dt is 1 ms, and the other times are
    64 steps (`duration`), one step (`pulse`), two steps (`interval`) and 0 (`settle`).

    Raises `ValueError` as `FlipFlop`.
    """

    begins_with_pulses: ClassVar[bool] = True

    dt: float = static(1.0)
    duration: float = static(None, check_duration)
    pulse: float = static(None, check_duration)
    interval: Array = array(default=None, converter=number, check=check_finite)
    settle: float = static(0.0, check_spare)

    def __post_init__(self) -> None:
        """Validate the options; those that were left out are numbers of steps."""
        for name, steps in (("duration", 64), ("pulse", 1), ("interval", 2)):
            if getattr(self, name) is None:
                setattr(self, name, steps * check_dt(self.dt))
        super().__post_init__()
