"""What the tasks of Song, Yang & Wang (2016) have in common."""

from collections.abc import Callable
from typing import ClassVar

from equinox import AbstractVar
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import (
    check_finite,
    check_not_negative,
    check_positive,
    check_values,
    invalid,
)
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTask,
    AbstractTwoChoice,
    check_targets,
    count,
    during,
    noise_deviation,
    noisy,
    number,
    Trial,
)


def checked_noise(
    baseline: ArrayLike, sigma_in: ArrayLike, tau_in: ArrayLike
) -> tuple[Array, Array, Array]:
    """The numbers of the inputs, refused where they make no sense."""
    check_finite("baseline", baseline)
    check_not_negative("sigma_in", sigma_in, "It is a standard deviation.")
    check_positive("tau_in", tau_in, "It is in ms.")
    return number(baseline), number(sigma_in), number(tau_in)


def checked_choice(
    catch_probability: ArrayLike, low: ArrayLike, high: ArrayLike
) -> tuple[Array, Array, Array]:
    """The numbers of catch trials and targets, refused where they make no sense."""
    inside = lambda p: (p >= 0) & (p <= 1)
    rule, remedy = "lie in [0, 1]", "It is a probability."
    check_values("catch_probability", catch_probability, inside, rule, remedy)
    return number(catch_probability), *check_targets(low, high)


def check_catch(catch: float, longest: float) -> None:
    """Refuse catch trials that are shorter than another trial; both in ms."""
    if catch < longest:
        raise invalid(
            "catch",
            f"last at least as long as a trial, {longest:g} ms",
            f"{catch:g} ms",
            "Use a smaller catch_probability for fewer of them.",
        )


class AbstractSong2016(AbstractTask):
    """Inputs on a baseline that are noisy and not negative."""

    baseline: AbstractVar[Array]
    sigma_in: AbstractVar[Array]
    tau_in: AbstractVar[Array]

    def _inputs(self, shown: Callable[[slice], Array], key: KeyArray) -> Array:
        """`max(0, baseline + shown + noise)` on every channel, cues included.

        The noise has the standard deviation `sqrt(2 tau_in / dt) sigma_in` per step
        (their `dataset.py:53,182-208`).
        """
        return noisy(
            lambda part: self.baseline + shown(part),
            noise_deviation(self.sigma_in, self.tau_in, self.dt),
            key,
            size=(self.n_steps, self.n_in),
            rectified=True,
        )


class AbstractSong2016Choice(AbstractSong2016, AbstractTwoChoice):
    """Low in fixation, one of two outputs high in the decision; and catch trials.

    On these nothing is shown and both outputs stay low to their end.
    """

    output_names: ClassVar[tuple[str, ...]] = ("choice 1", "choice 2")

    catch_probability: AbstractVar[Array]
    low: AbstractVar[Array]
    high: AbstractVar[Array]
    catch: AbstractVar[float]

    def _drawn(self, condition: Array | None, key: KeyArray) -> tuple[Array, Array]:
        """Whether it is a catch trial, and which of the other kinds of trial it is.

        Condition 0 is catch, 1 + i is kind i; `None`: catch with its probability, the
        kind uniform, which is the same as every factor of it uniform and independent.
        """
        if condition is None:
            catch_key, kind_key = jr.split(key)
            is_catch = jr.bernoulli(catch_key, self.catch_probability)
            return is_catch, jr.randint(kind_key, (), 0, self.n_conditions - 1)
        return condition == 0, jnp.maximum(condition - 1, 0)

    def _trial(
        self,
        shown: Array,
        epochs: dict[str, Array],
        choice: Array,
        is_catch: Array,
        key: KeyArray,
        conditions: dict[str, Array],
    ) -> Trial:
        """A trial of the common form; `epochs` has fixation and decision."""
        steps = self.n_steps
        t_end = jnp.where(is_catch, count(self.catch, self.dt), epochs["decision"][1])
        deciding = during(epochs["decision"], steps) & ~is_catch
        scored = is_catch | during(epochs["fixation"], steps) | deciding
        scored = (scored & (jnp.arange(steps) < t_end))[:, None]
        chosen = jnp.arange(2)[None, :] == choice
        targets = jnp.where(deciding[:, None] & chosen, self.high, self.low)
        unless_catch = lambda part: jnp.where(is_catch, 0.0, shown[:, part])
        return Trial(
            inputs=self._inputs(unless_catch, key),
            targets=jnp.where(scored, targets, 0.0),
            mask=jnp.broadcast_to(scored, targets.shape).astype(targets.dtype),
            conditions={
                "is_catch": is_catch,
                "choice": choice,
                "t_end": t_end,
                **conditions,
            },
            epochs={n: jnp.where(is_catch, 0, epoch) for n, epoch in epochs.items()},
        )
