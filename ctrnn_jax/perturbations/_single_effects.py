"""The effects of perturbations on one network: what each of them does at a step."""

import abc
from typing import final, NamedTuple, TypeAlias

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, is_concrete
from .._show import (
    AbstractShown,
    as_html,
    as_text,
    options,
    quantities,
    Table,
    text,
)
from ._affine import Affine


Window: TypeAlias = tuple[Array, Array] | None
"""Start and stop in ms; `None` for always."""


class StepEffect(NamedTuple):
    """The effect of a perturbation at some steps, time first.

    - `current`: a current inside gamma, `(time, n_hidden)`; `None` for none.
    - `potentials`: the map of v after the step.
    - `rates`: the map of the rates after the step, which are recorded, read out, and
      received by other units in the next step.
    - `sent`: the map of the rates that units receive in this step, after `rates`; the
      recorded rates do not change.
    """

    current: Array | None = None
    potentials: Affine = Affine()
    rates: Affine = Affine()
    sent: Affine = Affine()

    def __repr__(self) -> str:
        return as_text(quantities(self))

    def _repr_html_(self) -> str:
        return as_html(quantities(self))

    def then(self, later: "StepEffect") -> "StepEffect":
        """Return this effect followed by a later one: currents add, maps compose."""
        currents = [x for x in (self.current, later.current) if x is not None]
        return StepEffect(
            current=sum(currents[1:], currents[0]) if currents else None,
            potentials=self.potentials.then(later.potentials),
            rates=self.rates.then(later.rates),
            sent=self.sent.then(later.sent),
        )


class AbstractEffect(AbstractShown, eqx.Module):
    """What a perturbation does to a network, as a function of time."""

    def _table(self) -> Table:
        return options(self)

    @abc.abstractmethod
    def at(self, steps: Array, dt: Array) -> StepEffect:
        """Return the effect at these steps.

        `steps` are the state's counters t, `(time,)`, and dt is in ms.
        """

    def with_batch(self, batch: tuple[int, ...]) -> "AbstractEffect":
        """Return the effect on a rollout with these batch axes.

        Raises `ValueError` if it has other batch axes. By default it has none.
        """
        del batch
        return self


@final
class ActivityEffect(AbstractEffect):
    """An effect on currents, potentials or rates that is constant within a window.

    **Arguments:** as in `StepEffect`, each `(n_hidden,)`, and the window.
    """

    current: Array | None = None
    potentials: Affine = Affine()
    rates: Affine = Affine()
    window: Window = None

    def at(self, steps: Array, dt: Array) -> StepEffect:
        """Return the effect at the steps in the window, and none at others."""
        is_on = is_in_window(self.window, steps, dt)
        return StepEffect(
            current=Affine(addend=self.current).gated(is_on).addend,
            potentials=self.potentials.gated(is_on),
            rates=self.rates.gated(is_on),
        )


@final
class WeightEffect(AbstractEffect):
    """Weights become `factors * weights`, `[post, pre]`, within a window.

    The weights are changed by `apply_to_weights`, so there is no effect on activity.
    """

    factors: Array
    window: Window
    weight: str = eqx.field(static=True)

    def at(self, steps: Array, dt: Array) -> StepEffect:
        """Return no effect on activity."""
        del steps, dt
        return StepEffect()


Effects: TypeAlias = tuple[AbstractEffect, ...]


def check_window(
    effect: AbstractEffect, dt: Array, num_steps: int | None = None
) -> None:
    """Validate that the window of an effect contains a step, if it is not traced.

    `num_steps` is the length of the trials, where it is known: the window must then
    start before their end.
    """
    if not isinstance(effect, (ActivityEffect, WeightEffect)):
        return
    if effect.window is None or not is_concrete((effect.window, dt)):
        return
    # in steps, with the tolerance of `is_in_window`
    edges = (np.asarray(edge, float) for edge in effect.window)
    start, stop = (np.maximum(edge / np.asarray(dt, float), 0.0) for edge in edges)
    eps = float(jnp.finfo(dt.dtype).eps)
    with np.errstate(invalid="ignore"):
        first = np.ceil(start - np.maximum(1e-3, 4 * eps * start))
        has_step = first < stop - np.maximum(1e-3, 4 * eps * first)
    got, remedy = "({}, {})".format(*map(text, effect.window)), "Times are in ms."
    rule = f"contain a step of {text(dt)} ms"
    check(np.all(has_step), "window", rule, got, remedy)
    if num_steps is not None:
        rule = f"start before the trials end, at {text(num_steps * dt)} ms"
        check(np.all(first < num_steps), "window", rule, got, remedy)


def is_in_window(window: Window, steps: Array, dt: Array) -> Array:
    """Return whether each step lies in a window, `(time,)`: start <= t dt < stop."""
    now = steps.astype(dt.dtype) * dt
    if window is None:
        return jnp.ones(now.shape, bool)
    start, stop = (edge.astype(dt.dtype) for edge in window)
    # The tolerance keeps a step at the start of a window inside it, for any rounding of
    # its time; late in a run of single precision, rounding exceeds dt / 1000.
    rounding = 4 * jnp.finfo(dt.dtype).eps * jnp.abs(now)
    tolerance = jnp.maximum(dt / 1000, rounding)
    return (now >= start - tolerance) & (now < stop - tolerance)
