"""Networks fitted to recorded activity."""

from collections.abc import Sequence
from typing import Any, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import (
    check_finite,
    check_not_negative,
    check_values,
    invalid,
    is_concrete,
)
from ..._types import ArrayLike, KeyArray, Numbers
from ..contract import check_dt, Trial
from ._base import AbstractRecorded, divided, indices, recording


@final
class RecordedActivity(AbstractRecorded):
    """Recorded rates that some units of a network are to reproduce.

        task = cj.tasks.RecordedActivity(inputs, rates, dt=20.0, held_out=(3, 7))
        net = cj.network.observe(net, task.observed_units)  # their rates
        result = cj.fit(net, task, optax.adam(1e-3), ...)

    The cost is the squared error of the units that are not held out. `performance`
    judges the units that are held out on the trials that are held back, which is
    co-smoothing (Macke et al. 2011; Pei et al. 2021): R^2, the fraction of variance
    that is explained, of these units together. Without held-out units it is R^2 of all.

    Samples that are NaN are missing: nothing counts them. `t_end` is past the last
    sample of a trial that counts.
    """

    inputs: Array
    rates: Array
    counted: Array
    training_trials: Array
    validation_trials: Array
    dt: float = eqx.field(static=True)
    observed_units: tuple[int, ...] = eqx.field(static=True)
    held_out: tuple[int, ...] = eqx.field(static=True)

    def __init__(
        self,
        inputs: ArrayLike,
        rates: ArrayLike,
        *,
        dt: float,
        units: Sequence[int] | Numbers | None = None,
        held_out: Sequence[int] | Numbers = (),
        validation: float | Sequence[int] | Numbers = 0.2,
        mask: ArrayLike | None = None,
    ) -> None:
        """**Arguments:**

        - `inputs`: u of each trial, `(trials, time, n_in)`.
        - `rates`: as the network's, `(trials, time, n_recorded)`; NaN is missing.
        - `dt`: step of the recording in ms.
        - `units`: the network's units that were recorded, in the order of `rates`; by
            default the first. They are `observed_units`.
        - `held_out`: which of the recorded units training does not see, as indices
            into the last axis of `rates`.
        - `validation`: a fraction of the trials, or which of them, to hold back from
            training. A fraction is rounded, and they are always the same ones, at
            random.
        - `mask`: weights of the samples, of the shape of `rates`, or `(trials, time)`.

        Raises `ValueError` for shapes that do not fit, inputs that are not finite,
        indices that are out of range or repeated, no trial to train or to validate on,
        all units held out, and trials without a sample that counts in training.
        """
        self.dt = check_dt(dt)
        self.inputs = recording("inputs", inputs, "n_in")
        given = recording("rates", rates, "n_recorded", self.inputs)
        trials, _, recorded = given.shape
        check_finite("inputs", self.inputs)
        present = lambda x: ~np.isinf(x)
        check_values("rates", given, present, "be finite or NaN", "NaN is missing.")
        weight = jnp.ones_like(given) if mask is None else jnp.asarray(mask)
        weight = weight[..., None] if weight.ndim == 2 else weight
        if weight.shape not in [given.shape, (*given.shape[:2], 1)]:
            rule = f"have shape {given.shape} or {given.shape[:2]}"
            raise invalid("mask", rule, f"shape {weight.shape}", "As `rates`.")
        check_not_negative("mask", weight, "It has the weights of samples.")
        weight = weight.astype(given.dtype)
        self.counted = jnp.where(jnp.isnan(given), 0, weight)
        self.rates = jnp.where(jnp.isnan(given), 0, given)
        units = range(recorded) if units is None else units
        self.observed_units = indices("units", units, None)
        if len(self.observed_units) != recorded:
            raise invalid(
                "units",
                f"be {recorded}, one for each recorded unit",
                f"{len(self.observed_units)}",
                "The last axis of `rates` is units.",
            )
        self.held_out = indices("held_out", held_out, recorded)
        if len(self.held_out) == recorded:
            raise invalid("held_out", "leave a unit to train on", "all", "Hold fewer.")
        self.training_trials, self.validation_trials = divided(validation, trials)
        seen = self.counted * self._held_in(given.dtype)[None]
        if is_concrete(seen):
            some = np.asarray(seen).any(axis=(1, 2))
            if not some.all():
                raise invalid(
                    "rates",
                    "have a sample that counts in training in each trial",
                    f"none in trial {np.flatnonzero(~some)[0]}",
                    "Leave such trials out.",
                )

    @property
    def output_names(self) -> tuple[str, ...]:
        """Units by their index in the network."""
        return tuple(f"unit {unit}" for unit in self.observed_units)

    @property
    def performance_name(self) -> str:
        """R^2, of held-out units if there are any."""
        return "R^2" + " of held-out units" * bool(self.held_out)

    def _held_in(self, dtype: Any) -> Array:
        """1 for units that training sees, `(1, n_recorded)`."""
        outside = np.isin(np.arange(self.rates.shape[-1]), self.held_out)
        return jnp.asarray(~outside[None]).astype(dtype)

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition i is the i-th held-back trial; in training one of the others."""
        trial = self._index(condition, key)
        counted = self.counted[trial]
        steps = jnp.arange(1, self.n_steps + 1)
        t_end = jnp.max(jnp.where(jnp.any(counted > 0, axis=-1), steps, 0))
        return Trial(
            inputs=self.inputs[trial],
            targets=self.rates[trial],
            mask=counted * self._held_in(counted.dtype),
            conditions={
                "trial": trial,
                "t_end": t_end,
                "is_catch": jnp.zeros((), bool),
            },
            epochs={"recording": jnp.stack([jnp.zeros_like(t_end), t_end])},
        )

    def _squares(self, outputs: Array, trials: Trial) -> tuple[Array, Array]:
        """Of each trial and unit: squares of errors, and about the mean of the unit."""
        of, dtype = trials.conditions, outputs.dtype
        counted = self.counted[of["trial"]].astype(dtype)
        counted = jnp.where(of["is_catch"][..., None, None], 0, counted)
        x, every = trials.targets, tuple(range(outputs.ndim - 1))
        total = jnp.sum(counted, axis=every, keepdims=True)
        # about a value of the unit: one that never varies has no spread, not rounding's
        largest = jnp.max(
            x, axis=every, keepdims=True, where=counted > 0, initial=-jnp.inf
        )
        about = jnp.where(counted > 0, x - largest, 0)
        mean = jnp.sum(counted * about, axis=every, keepdims=True)
        mean = mean / jnp.where(total > 0, total, 1)
        error = jnp.sum(counted * (self.link(outputs) - x) ** 2, axis=-2)
        return error, jnp.sum(counted * (about - mean) ** 2, axis=-2)

    def _judged(self) -> np.ndarray:
        """The held-out units, or all if there are none."""
        units = self.held_out or range(self.rates.shape[-1])
        return np.asarray(units)

    def score(self, outputs: Array, trials: Trial) -> Array:
        """R^2 of each trial, about the means of all that are given, not below 0."""
        error, spread = (
            jnp.sum(x[..., self._judged()], axis=-1)
            for x in self._squares(outputs, trials)
        )
        return jnp.clip(1.0 - error / spread, 0.0, 1.0)

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """R^2 of the held-out units (of all, if there are none) in these trials.

        `1 - sum(error^2) / sum((rate - mean)^2)` over trials, steps and these units,
        the mean that of each unit over the trials. Catch trials are left out.
        """
        error, spread = (
            jnp.sum(x[..., self._judged()]) for x in self._squares(outputs, trials)
        )
        return 1.0 - error / spread

    def unit_r2(self, outputs: Array, trials: Trial) -> Array:
        """R^2 of each recorded unit, `(n_recorded,)`; NaN if it did not vary.

        **Arguments:** outputs of the readout, `(*batch, time, n_recorded)`, and trials
        of this task.
        """
        every = tuple(range(outputs.ndim - 2))
        error, spread = (jnp.sum(x, axis=every) for x in self._squares(outputs, trials))
        varied = spread > 0
        return jnp.where(varied, 1.0 - error / jnp.where(varied, spread, 1), jnp.nan)
