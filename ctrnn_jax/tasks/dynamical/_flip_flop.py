"""The flip-flop task: bits of memory that pulses set and reset."""

from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, check_choice, check_count, check_values
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTracking,
    check_dt,
    check_duration,
    check_spare,
    count,
    in_a_row,
    map_noise,
    number,
    Trial,
)


KINDS = ("continuous", "discrete")
"""The two versions of the task."""


@final
class FlipFlop(AbstractTracking):
    """Hold on each output the sign of the latest pulse on its input.

    At each step, and independently for each bit, a pulse of either sign begins with
    probability `dt / interval`. It is shown for `pulse` ms or until the next pulse. The
    target is its sign, from the step at which it begins. A bit is scored from its first
    pulse on, except in the first `settle` ms of each pulse.

    | kind | dt | duration | pulse | interval | settle | at the first step |
    |---|---|---|---|---|---|---|
    | continuous | 20 | 6000 | 100 | 1500 | 100 | as at any other |
    | discrete | 1 | 64 steps | one step | two steps | 0 | a pulse on every bit |

    "discrete" is the version of fixed-point-finder (Golub & Sussillo 2018,
    `FlipFlopData.py:66-105`). Its target changes at the step of the pulse, which a
    network can follow only if `dt / tau` is about 1. "continuous" is for tau of about
    100 ms. Sussillo & Barak (2013) use the task with pulses at random times.

    Sequences are random, so `n_conditions` is 1. The condition `pulses` is the sign of
    each pulse at the step at which it begins, else 0, `(time, n_bits)`. `is_catch` is
    true if no step of the trial is scored.

    The score is the fraction of correct signs, which tiny outputs can reach too. The
    performance is 1 - RMSE over all scored entries of the batch; fixed-point-finder
    stops training at a mean squared error of 1e-4, which is a performance of 0.99.
    """

    interval: Array
    n_bits: int = eqx.field(static=True)
    kind: str = eqx.field(static=True)
    dt: float = eqx.field(static=True)
    duration: float = eqx.field(static=True)
    pulse: float = eqx.field(static=True)
    settle: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        n_bits: int = 3,
        kind: str = "continuous",
        dt: float | None = None,
        duration: float | None = None,
        pulse: float | None = None,
        interval: ArrayLike | None = None,
        settle: float | None = None,
    ) -> None:
        """**Arguments:**

        - `n_bits`: number of inputs and of outputs.
        - `kind`: "continuous" or "discrete". It sets all defaults that are `None`; see
            the table above.
        - `dt`: step in ms.
        - `duration`: duration of the trial in ms, a multiple of dt.
        - `pulse`: duration of a pulse in ms, a multiple of dt.
        - `interval`: mean time between the pulses of a bit in ms, at least dt.
        - `settle`: unscored time at the start of a pulse in ms, a multiple of dt or 0.

        Raises `ValueError` for durations that are not a multiple of dt or are 0, and
        for values out of range.
        """
        self.kind = check_choice("kind", kind, KINDS)
        self.n_bits = check_count("n_bits", n_bits, at_least=1)
        is_discrete = kind == "discrete"
        if dt is None:
            dt = 1.0 if is_discrete else 20.0
        self.dt = check_dt(dt)
        if duration is None:
            duration = 64 * self.dt if is_discrete else 6000.0
        if pulse is None:
            pulse = self.dt if is_discrete else 100.0
        if interval is None:
            interval = 2 * self.dt if is_discrete else 1500.0
        if settle is None:
            settle = 0.0 if is_discrete else 100.0
        self.duration = check_duration("duration", duration, self.dt)
        self.pulse = check_duration("pulse", pulse, self.dt)
        self.settle = check_spare("settle", settle, self.dt)
        check(
            self.settle < self.duration,
            "settle",
            f"be shorter than the trial, {self.duration:g} ms",
            f"{self.settle:g} ms",
            "Leave some of the trial to be scored.",
        )
        self._check_interval(interval)
        self.interval = number(interval)

    def _check_interval(self, interval: ArrayLike) -> None:
        """Validate that the mean interval between pulses is at least a step."""

        def is_long_enough(x: np.ndarray) -> np.ndarray:
            return np.asarray(np.isfinite(x) & (x >= self.dt))

        rule = f"be at least dt = {self.dt:g} ms"
        remedy = "It is the mean time between the pulses of a bit."
        check_values("interval", interval, is_long_enough, rule, remedy)

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
        return count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """1, as sequences are random."""
        return 1

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
            if self.kind == "discrete":
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
        is_shown = has_pulse & (since < count(self.pulse, self.dt))
        is_scored = has_pulse & (since >= count(self.settle, self.dt))
        epochs = in_a_row({"trial": steps})
        return Trial(
            inputs=jnp.where(is_shown, sign, 0.0),
            targets=jnp.where(has_pulse, sign, 0.0),
            mask=is_scored.astype(bound.dtype),
            conditions={
                "pulses": jnp.where(has_pulse & (since == 0), sign, 0.0),
                "t_end": epochs["trial"][1],
                "is_catch": ~jnp.any(is_scored),
            },
            epochs=epochs,
        )

    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return the fraction of scored steps and bits with the correct sign."""
        is_correct = self.link(outputs) * trials.targets > 0
        axes = (-2, -1)
        total = jnp.sum(trials.mask * is_correct.astype(trials.mask.dtype), axis=axes)
        return total / jnp.maximum(jnp.sum(trials.mask, axis=axes), 1.0)
