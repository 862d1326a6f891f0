"""The task of reproducing recorded activity."""

from collections.abc import Sequence
from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_finite, check_values
from ..._types import ArrayLike, Numbers
from ..contract import check_dt, judges_outputs, make_trial, Trial
from ._base import AbstractRecorded, check_indices, Order, split_trials
from ._recording import (
    check_counted,
    check_recording,
    end_of,
    squares,
    weights_like,
)


def _is_present_or_nan(x: np.ndarray) -> np.ndarray:
    return np.asarray(~np.isinf(x))


@final
class RecordedActivity(AbstractRecorded):
    """Recorded rates that some units of a network must reproduce.

        task = cj.tasks.RecordedActivity(inputs, rates, dt=20.0, held_out=(3, 7))
        net = cj.network.observe(net, task.observed_units)  # their rates
        result = cj.fit(net, task, optax.adam(1e-3), ...)

    The loss is the mean squared error of the units that are not held out. `performance`
    on the held-back trials is co-smoothing (Macke et al. 2011; Pei et al. 2021): R^2,
    the fraction of explained variance, of the held-out units together. Without held-out
    units it is R^2 of all units.

    Samples that are NaN are missing and have weight 0. `t_end` is the step after the
    last sample of a trial with a positive weight.
    """

    inputs: Array
    rates: Array
    counted: Array
    training_trials: Array
    validation_trials: Array
    dt: float = eqx.field(static=True)
    observed_units: tuple[int, ...] = eqx.field(static=True)
    held_out: tuple[int, ...] = eqx.field(static=True)
    order: Order | None = None

    @checks_arguments
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
        - `rates`: rates of the recorded units, `(trials, time, n_recorded)`; NaN is
            missing.
        - `dt`: step of the recording in ms.
        - `units`: the network's unit for each recorded unit, in the order of `rates`;
            by default the first units. They become `observed_units`.
        - `held_out`: recorded units that are left out in training, as indices into the
            last axis of `rates`.
        - `validation`: a fraction of the trials, or the indices of trials, to hold back
            from training. A fraction is rounded to a number of trials, which are chosen
            at random, always the same ones.
        - `mask`: weights of the samples, of the shape of `rates`, or `(trials, time)`.

        Raises `ValueError` for shapes that do not fit, inputs that are not finite,
        indices that are out of range or repeated, no trial to train or to validate on,
        all units held out, and trials without a sample of positive weight in training.
        """
        self.dt = check_dt(dt)
        self.inputs = check_recording("inputs", inputs, "n_in")
        recorded = check_recording("rates", rates, "n_recorded", self.inputs)
        n_trials, _, n_recorded = recorded.shape
        check_finite("inputs", self.inputs)
        rule, remedy = "be finite or NaN", "Mark missing samples with NaN."
        check_values("rates", recorded, _is_present_or_nan, rule, remedy)

        # Missing samples become 0 with weight 0, as 0 * NaN would be NaN.
        weight = weights_like(mask, recorded)
        self.counted = jnp.where(jnp.isnan(recorded), 0, weight)
        self.rates = jnp.where(jnp.isnan(recorded), 0, recorded)

        # Which units are recorded, and which of them do not train.
        units = range(n_recorded) if units is None else units
        self.observed_units = check_indices("units", units, None)
        n_observed = len(self.observed_units)
        rule = f"be {n_recorded}, one for each recorded unit"
        remedy = "The last axis of `rates` is units."
        check(n_observed == n_recorded, "units", rule, f"{n_observed}", remedy)
        self.held_out = check_indices("held_out", held_out, n_recorded)
        some_train = len(self.held_out) < n_recorded
        remedy = "Hold out fewer."
        check(some_train, "held_out", "leave a unit to train on", "all", remedy)
        split = split_trials(validation, n_trials)
        self.training_trials, self.validation_trials = split
        held_in = self._held_in(self.counted.dtype)[None]
        check_counted("rates", self.counted * held_in)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Index in the network of each recorded unit."""
        return tuple(f"unit {unit}" for unit in self.observed_units)

    @property
    def performance_name(self) -> str:
        """R^2, of the held-out units if there are any."""
        return "R^2" + " of held-out units" * bool(self.held_out)

    def _held_in(self, dtype: np.dtype) -> Array:
        """Return 1 for units that train and 0 for held-out units, `(1, n_recorded)`."""
        is_held_out = np.isin(np.arange(self.rates.shape[-1]), self.held_out)
        return jnp.asarray(~is_held_out[None]).astype(dtype)

    def recorded(self, trial: Array) -> Trial:
        """Return the trial with this index in the recording."""
        counted = self.counted[trial]
        t_end = end_of(counted)
        return make_trial(
            inputs=self.inputs[trial],
            targets=self.rates[trial],
            mask=counted * self._held_in(counted.dtype),
            epochs={"recording": jnp.stack([jnp.zeros_like(t_end), t_end])},
            trial=trial,
        )

    def _squares(self, outputs: Array, trials: Trial) -> tuple[Array, Array]:
        """Return the weighted sums over time of squared errors and squared deviations.

        Deviations are from the unit's mean over all trials and steps. Both arrays are
        `(*batch, n_recorded)`.
        """
        conditions, dtype = trials.conditions, outputs.dtype
        weight = self.counted[conditions["trial"]].astype(dtype)
        weight = jnp.where(conditions["is_catch"][..., None, None], 0, weight)
        return squares(self.link(outputs), trials.targets, weight)

    def _scored_units(self) -> np.ndarray:
        """Return the held-out units, or all units if none is held out."""
        units = self.held_out or range(self.rates.shape[-1])
        return np.asarray(units)

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return R^2 of each trial, clipped to [0, 1], `(*batch,)`.

        Deviations are from the units' means over all of these trials.
        """
        error, spread = (
            jnp.sum(x[..., self._scored_units()], axis=-1)
            for x in self._squares(outputs, trials)
        )
        return jnp.clip(1.0 - error / spread, 0.0, 1.0)

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return R^2 of the held-out units, or of all units if none is held out.

        It is `1 - sum(error^2) / sum((rate - mean)^2)` over trials, steps and these
        units, with the mean of each unit over the trials. Catch trials are left out.
        """
        error, spread = (
            jnp.sum(x[..., self._scored_units()])
            for x in self._squares(outputs, trials)
        )
        return 1.0 - error / spread

    def unit_r2(self, outputs: Array, trials: Trial) -> Array:
        """Return R^2 of each recorded unit, `(n_recorded,)`; NaN for a constant unit.

        **Arguments:**

        - `outputs`: outputs of the readout, `(*batch, time, n_recorded)`.
        - `trials`: trials of this task.
        """
        all_trials = tuple(range(outputs.ndim - 2))
        error, spread = (
            jnp.sum(x, axis=all_trials) for x in self._squares(outputs, trials)
        )
        varies = spread > 0
        return jnp.where(varies, 1.0 - error / jnp.where(varies, spread, 1), jnp.nan)
