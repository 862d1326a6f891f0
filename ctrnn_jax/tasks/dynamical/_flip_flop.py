"""The flip-flop: bits of memory that pulses set and reset."""

from typing import final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_choice, check_count, check_values, invalid
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


@final
class FlipFlop(AbstractTracking):
    """Each output holds the sign of the latest pulse on its input.

    At each step, and for each bit on its own, a pulse of either sign begins with
    probability `dt / interval`. It is shown for `pulse` ms, or until the next one; the
    target is its sign, that step included. The cost counts a bit from its first pulse
    on, without the first `settle` ms of each pulse.

    | kind | dt | duration | pulse | interval | settle | at the first step |
    |---|---|---|---|---|---|---|
    | continuous | 20 | 6000 | 100 | 1500 | 100 | as at any other |
    | discrete | 1 | 64 steps | one step | two steps | 0 | a pulse on every bit |

    "discrete" is the version of fixed-point-finder (Golub & Sussillo 2018,
    `FlipFlopData.py:66-105`). Its target turns within the step of the pulse, which a
    network can only do if `dt / tau` is about 1: hence "continuous", with tau about
    100 ms. Sussillo & Barak (2013) have the task with pulses at random times.

    Sequences are random, so `n_conditions` is 1. The condition `pulses` has the sign of
    each pulse at the step at which it begins, `(time, n_bits)`. A trial in which no
    step is scored has `is_catch`.

    A score is the fraction of right signs, which tiny outputs of the right sign reach
    too. The performance is 1 - RMSE over what is scored in the whole batch: theirs
    stops at a mean squared error of 1e-4, which is 0.99.
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
        """**Arguments:** (what is `None` depends on the kind, see above)

        - `n_bits`: number of inputs and of outputs.
        - `kind`: "continuous" or "discrete".
        - `dt`: step in ms.
        - `duration`: of the trial in ms, a multiple of dt.
        - `pulse`: duration of a pulse in ms, a multiple of dt.
        - `interval`: mean time between the pulses of a bit in ms, at least dt.
        - `settle`: time after the beginning of a pulse that is not scored in ms, a
            multiple of dt or 0.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        self.kind = check_choice("kind", kind, KINDS)
        self.n_bits = check_count("n_bits", n_bits, at_least=1)
        discrete = kind == "discrete"
        self.dt = step = check_dt((1.0 if discrete else 20.0) if dt is None else dt)
        usual = {
            "duration": 64 * step if discrete else 6000.0,
            "pulse": step if discrete else 100.0,
            "interval": 2 * step if discrete else 1500.0,
            "settle": 0.0 if discrete else 100.0,
        }
        duration = usual["duration"] if duration is None else duration
        pulse = usual["pulse"] if pulse is None else pulse
        interval = usual["interval"] if interval is None else interval
        settle = usual["settle"] if settle is None else settle
        self.duration = check_duration("duration", duration, step)
        self.pulse = check_duration("pulse", pulse, step)
        self.settle = check_spare("settle", settle, step)
        if self.settle >= self.duration:
            raise invalid(
                "settle",
                f"be shorter than the trial, {self.duration:g} ms",
                f"{self.settle:g} ms",
                "Else nothing is scored.",
            )
        check_values(
            "interval",
            interval,
            lambda x: np.isfinite(x) & (x >= step),
            f"be at least dt = {step:g} ms",
            "It is the mean time between the pulses of a bit.",
        )
        self.interval = number(interval)

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
        """Number of steps; all trials have the same."""
        return count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """One: sequences are random."""
        return 1

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """A random sequence, whatever the condition."""
        steps = self.n_steps
        # the size of a draw says whether a pulse begins here and its sign which:
        # P(|z| > bound) is the probability of a pulse
        bound = np.sqrt(2.0) * jax.lax.erf_inv(1.0 - self.dt / self.interval)
        step = jnp.arange(steps)[:, None]

        def drawn(noise: Array) -> Array:
            """2 t or, upwards, 2 t + 1 where a pulse begins; else -1."""
            begins = jnp.abs(noise) > bound
            if self.kind == "discrete":
                begins = begins.at[0].set(True)
            return jnp.where(begins, 2 * step + (noise > 0).astype(step.dtype), -1)

        # the latest pulse is then the largest number so far: a scan over maxima
        # (six times as fast as `cummax`, which sums up logarithmically many times)
        pulses = map_noise(drawn, key, steps, self.n_bits)

        def largest(past: Array, now: Array) -> tuple[Array, Array]:
            return jnp.maximum(past, now), jnp.maximum(past, now)

        _, latest = jax.lax.scan(largest, jnp.full_like(pulses[0], -1), pulses)
        came, since = latest >= 0, step - latest // 2
        sign = jnp.where(latest % 2 == 1, 1.0, -1.0).astype(bound.dtype)
        shown = came & (since < count(self.pulse, self.dt))
        scored = came & (since >= count(self.settle, self.dt))
        epochs = in_a_row({"trial": steps})
        return Trial(
            inputs=jnp.where(shown, sign, 0.0),
            targets=jnp.where(came, sign, 0.0),
            mask=scored.astype(bound.dtype),
            conditions={
                "pulses": jnp.where(came & (since == 0), sign, 0.0),
                "t_end": epochs["trial"][1],
                "is_catch": ~jnp.any(scored),
            },
            epochs=epochs,
        )

    def score(self, outputs: Array, trials: Trial) -> Array:
        """Fraction of the scored steps and bits at which the sign is right."""
        right = self.link(outputs) * trials.targets > 0
        axes = (-2, -1)
        total = jnp.sum(trials.mask * right.astype(trials.mask.dtype), axis=axes)
        return total / jnp.maximum(jnp.sum(trials.mask, axis=axes), 1.0)
