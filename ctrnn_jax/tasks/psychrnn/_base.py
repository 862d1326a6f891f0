"""The loss, the answer, the noise and the timing that PsychRNN's tasks share."""

from functools import partial

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check, check_not_negative, steps_in
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    AbstractDeclaredChoice,
    array,
    largest,
    number,
    static,
    Trial,
    white_noise,
)


SHORTEST_TRIAL = 8
"""Fewest steps of a trial; the shortest range of a random part is an eighth of it."""


def check_long_enough(name: str, duration: float, dt: float) -> float:
    """Validate that a trial has at least eight steps; return its duration in ms."""
    steps = steps_in(name, duration, dt)
    rule = f"be at least {SHORTEST_TRIAL} steps"
    check(steps >= SHORTEST_TRIAL, name, rule, f"{steps} steps", f"dt is {dt:g} ms.")
    return float(duration)


class AbstractPsychRNN(AbstractDeclared):
    """A task of PsychRNN, with its loss and its way to read the answer."""

    dt: float = static(10.0)
    stim_noise: Array = array(
        default=0.1,
        converter=number,
        check=partial(check_not_negative, remedy="It scales the noise."),
    )

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Return the mean of `(mask (y - target))^2` over all entries, a scalar.

        Masked entries count in the mean. As in PsychRNN, the sum is not divided by the
        mask, so the loss is smaller by the fraction of entries that are scored.
        """
        # The mask is squared too, as in PsychRNN.
        error = trials.mask * (self.link(outputs) - trials.targets)
        return jnp.mean(error**2)

    def answer(self, outputs: Array, trials: Trial) -> Array:
        """Return the output with the largest mean over scored steps, `(*batch,)`.

        Of equal outputs, return the lowest index. This is `accuracy_function` of each
        task of PsychRNN.
        """
        scored = self.link(outputs) * trials.mask
        return largest(jnp.mean(scored, axis=-2))


class AbstractPsychRNNChoice(AbstractPsychRNN, AbstractDeclaredChoice):
    """A two-choice task of PsychRNN, in a trial whose duration is an option."""

    duration: float = static(2000.0, check_long_enough)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self._steps(self.duration)

    def _noise(self, key: KeyArray) -> Array:
        """Draw white noise as in PsychRNN, `(time, 2)`.

        Its standard deviation is `stim_noise sqrt(0.02 sqrt(10 dt))`, which is 0.0447
        at dt = 10 and the default. It grows with dt, so the information of a trial
        depends on dt.
        """
        scale = np.sqrt(0.02 * np.sqrt(10.0 * self.dt))
        return self.stim_noise * scale * white_noise(key, self.n_steps, 2)


def share_of_steps(
    key: KeyArray, low: float, high: float, steps: int, *, at_least: int
) -> Array:
    """Draw the steps of a part, uniform over [low, high) of a trial and floored."""
    drawn = jnp.floor(jr.uniform(key, minval=low, maxval=high) * steps)
    # Rounding of the product must not reach the excluded upper bound.
    last = max(int(np.ceil(high * steps)) - 1, at_least)
    return jnp.clip(drawn.astype(int), at_least, last)
