"""The inputs, options and trials that the tasks of Song, Yang & Wang (2016) share."""

from collections.abc import Sequence
from functools import partial

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import check, check_finite
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    AbstractDeclaredChoice,
    array,
    check_coherences,
    check_duration,
    check_within,
    DEVIATION,
    draw_factors,
    during,
    IN_MS,
    make_trial,
    noise_deviation,
    number,
    render_inputs,
    static,
    Trial,
)


Pattern = tuple[Array, Array]
"""An epoch [start, stop), `(2,)`, and the inputs shown during it, `(n_in,)`."""


PROBABILITY = partial(check_within, low=0.0, high=1.0, remedy="It is a probability.")
"""The check of the probability of catch trials."""

COHERENCES = partial(
    check_coherences, largest=100.0, remedy="Give coherences in percent."
)
"""The check of a list of coherences in percent."""


class AbstractSong2016(AbstractDeclared):
    """A task with noisy inputs on a baseline, rectified at zero."""

    baseline: Array = array(default=0.2, converter=number, check=check_finite)
    sigma_in: Array = array(default=0.01, converter=number, check=DEVIATION)
    tau_in: Array = array(default=100.0, converter=number, check=IN_MS)

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


class AbstractSong2016Choice(AbstractSong2016, AbstractDeclaredChoice):
    """A two-choice task with a fixation and a decision epoch, and with catch trials.

    Both outputs are low in fixation; one is high in the decision. In catch trials
    nothing is shown and both outputs stay low to the end.
    """

    fixation: float = static(100.0, check_duration)
    catch: float = static(2000.0, check_duration)
    catch_probability: Array = array(
        default=1 / 11, converter=number, check=PROBABILITY
    )

    @property
    def n_steps(self) -> int:
        """Number of steps of a catch trial, the longest."""
        return self._steps(self.catch)

    def _check_catch(self, longest: float) -> None:
        """Validate that catch trials last at least as long as all others, in ms."""
        check(
            self.catch >= longest,
            "catch",
            f"last at least as long as a trial, {longest:g} ms",
            f"{self.catch:g} ms",
            "Use a smaller catch_probability for fewer of them.",
        )

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
        **conditions: Array,
    ) -> Trial:
        """Return a trial; `epochs` has "fixation" and "decision", both scored."""
        steps = self.n_steps
        t_end = jnp.where(is_catch, self._steps(self.catch), epochs["decision"][1])
        # A catch trial is scored throughout, another trial in fixation and decision.
        is_decision = during(epochs["decision"], steps) & ~is_catch
        is_scored = is_catch | during(epochs["fixation"], steps) | is_decision
        is_scored = (is_scored & (jnp.arange(steps) < t_end))[:, None]  # (time, 1)
        is_chosen = jnp.arange(2)[None, :] == choice  # (1, n_out)
        targets = jnp.where(is_decision[:, None] & is_chosen, self.high, self.low)
        # Empty epochs show nothing in catch trials.
        patterns = [(jnp.where(is_catch, 0, epoch), shown) for epoch, shown in patterns]
        return make_trial(
            inputs=self._inputs(patterns, key),
            targets=jnp.where(is_scored, targets, 0.0),
            mask=is_scored,
            epochs={n: jnp.where(is_catch, 0, epoch) for n, epoch in epochs.items()},
            is_catch=is_catch,
            choice=choice,
            t_end=t_end,
            **conditions,
        )
