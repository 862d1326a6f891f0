"""The inputs, options and trials that the tasks of Song, Yang & Wang (2016) share."""

from collections.abc import Sequence
from typing import ClassVar

from equinox import AbstractVar
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import (
    check,
    check_finite,
    check_not_negative,
    check_positive,
    check_values,
)
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTask,
    AbstractTwoChoice,
    check_numbers,
    check_targets,
    count,
    draw_factors,
    during,
    noise_deviation,
    number,
    render_inputs,
    Trial,
)


Pattern = tuple[Array, Array]
"""An epoch [start, stop), `(2,)`, and the inputs shown during it, `(n_in,)`."""


def check_noise(
    baseline: ArrayLike, sigma_in: ArrayLike, tau_in: ArrayLike
) -> tuple[Array, Array, Array]:
    """Validate the baseline and noise of the inputs; return float arrays."""
    check_finite("baseline", baseline)
    check_not_negative("sigma_in", sigma_in, "It is a standard deviation.")
    check_positive("tau_in", tau_in, "It is in ms.")
    return number(baseline), number(sigma_in), number(tau_in)


def check_choice_options(
    catch_probability: ArrayLike, low: ArrayLike, high: ArrayLike
) -> tuple[Array, Array, Array]:
    """Validate the probability of catch trials and the targets; return float arrays."""

    def is_probability(p: np.ndarray) -> np.ndarray:
        return (p >= 0) & (p <= 1)

    rule, remedy = "lie in [0, 1]", "It is a probability."
    check_values("catch_probability", catch_probability, is_probability, rule, remedy)
    return number(catch_probability), *check_targets(low, high)


def check_coherences(coherences: ArrayLike | tuple[float, ...]) -> Array:
    """Validate a list of coherences in percent; return it as a float array."""
    remedy = "Give coherences in percent."
    values = check_numbers("coherences", coherences, remedy)

    def is_percentage(c: np.ndarray) -> np.ndarray:
        return (c >= 0) & (c <= 100)

    check_values("coherences", values, is_percentage, "lie in [0, 100]", remedy)
    return values


def check_catch(catch: float, longest: float) -> None:
    """Validate that catch trials are at least as long as all others; both in ms."""
    check(
        catch >= longest,
        "catch",
        f"last at least as long as a trial, {longest:g} ms",
        f"{catch:g} ms",
        "Use a smaller catch_probability for fewer of them.",
    )


class AbstractSong2016(AbstractTask):
    """A task with noisy inputs on a baseline, rectified at zero."""

    baseline: AbstractVar[Array]
    sigma_in: AbstractVar[Array]
    tau_in: AbstractVar[Array]

    def _inputs(self, patterns: Sequence[Pattern], key: KeyArray) -> Array:
        """Return `max(0, baseline + patterns + noise)` on every channel, cues included.

        The noise has the standard deviation `sqrt(2 tau_in / dt) sigma_in` per step
        (their `dataset.py:53,182-208`).
        """
        return render_inputs(
            patterns,
            noise_deviation(self.sigma_in, self.tau_in, self.dt),
            key,
            steps=self.n_steps,
            baseline=self.baseline,
            rectified=True,
        )


class AbstractSong2016Choice(AbstractSong2016, AbstractTwoChoice):
    """A two-choice task with a fixation and a decision epoch, and with catch trials.

    Both outputs are low in fixation; one is high in the decision. In catch trials
    nothing is shown and both outputs stay low to the end.
    """

    output_names: ClassVar[tuple[str, ...]] = ("choice 1", "choice 2")

    catch_probability: AbstractVar[Array]
    low: AbstractVar[Array]
    high: AbstractVar[Array]
    catch: AbstractVar[float]

    def _draw(
        self, condition: Array | None, key: KeyArray, *levels: int
    ) -> tuple[Array, tuple[Array, ...]]:
        """Return whether it is a catch trial, and the level of each factor.

        Condition 0 is catch; 1 + i is combination i of the factors, the first factor
        fastest. `None`: catch with its probability, factors uniform and independent.
        """
        if condition is None:
            catch_key, factor_key = jr.split(key)
            is_catch = jr.bernoulli(catch_key, self.catch_probability)
            return is_catch, draw_factors(None, factor_key, *levels)
        combination = jnp.maximum(condition - 1, 0)
        return condition == 0, draw_factors(combination, key, *levels)

    def _trial(
        self,
        patterns: Sequence[Pattern],
        epochs: dict[str, Array],
        *,
        choice: Array,
        is_catch: Array,
        key: KeyArray,
        conditions: dict[str, Array],
    ) -> Trial:
        """Return a trial; `epochs` has "fixation" and "decision", both scored."""
        steps = self.n_steps
        t_end = jnp.where(is_catch, count(self.catch, self.dt), epochs["decision"][1])
        # A catch trial is scored throughout, another trial in fixation and decision.
        is_decision = during(epochs["decision"], steps) & ~is_catch
        is_scored = is_catch | during(epochs["fixation"], steps) | is_decision
        is_scored = (is_scored & (jnp.arange(steps) < t_end))[:, None]  # (time, 1)
        is_chosen = jnp.arange(2)[None, :] == choice  # (1, n_out)
        targets = jnp.where(is_decision[:, None] & is_chosen, self.high, self.low)
        # Empty epochs show nothing in catch trials.
        patterns = [(jnp.where(is_catch, 0, epoch), shown) for epoch, shown in patterns]
        return Trial(
            inputs=self._inputs(patterns, key),
            targets=jnp.where(is_scored, targets, 0.0),
            mask=jnp.broadcast_to(is_scored, targets.shape).astype(targets.dtype),
            conditions={
                "is_catch": is_catch,
                "choice": choice,
                "t_end": t_end,
                **conditions,
            },
            epochs={n: jnp.where(is_catch, 0, epoch) for n, epoch in epochs.items()},
        )
