"""Teacher forcing: units send target rates instead of, or mixed with, their rates."""

from typing import final

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check, check_finite, check_values, describe
from .._types import ArrayLike
from ..network import AbstractNetwork, chosen_units, Units
from ._affine import Affine
from ._perturbations import AbstractPerturbation
from ._single_effects import AbstractEffect, StepEffect


@final
class ForcedEffect(AbstractEffect):
    """Units send each other `factor * r + addend`; recorded rates are unchanged.

    Both arrays of the map are `(time, *batch, n_hidden)`. Entry t is for the rates
    after step t, which units receive in step t + 1.
    """

    factor: Array
    addend: Array

    def at(self, steps: Array, dt: Array) -> StepEffect:
        """Return the map of the rates that are received in these steps.

        The rates before the first sample and after the last are unchanged.
        """
        del dt
        sample = steps - 1
        has_sample = (sample >= 0) & (sample < self.addend.shape[0])
        has_sample = jnp.expand_dims(has_sample, tuple(range(1, self.addend.ndim)))

        def at_sample(x: Array, unchanged: int) -> Array:
            taken = jnp.take(x, sample, axis=0, mode="clip")
            return jnp.where(has_sample, taken, unchanged)

        sent = Affine(at_sample(self.factor, 1), at_sample(self.addend, 0))
        return StepEffect(sent=sent)

    def with_batch(self, batch: tuple[int, ...]) -> "ForcedEffect":
        """Return the effect with these batch axes, of size 1 if it has none.

        Raises `ValueError` for rates of another batch.
        """
        own_batch = self.addend.shape[1:-1]
        if own_batch == batch:
            return self
        check(
            not own_batch,
            "rates",
            f"have the batch {batch} of the rollout, or none",
            f"batch {own_batch}",
            "They are (*batch, time, n_forced).",
        )
        axes = tuple(range(1, 1 + len(batch)))
        return ForcedEffect(
            jnp.expand_dims(self.factor, axes), jnp.expand_dims(self.addend, axes)
        )


@final
class Forced(AbstractPerturbation):
    """Teacher forcing: units send target rates, or a mix of target and actual rates.

        forcing = cj.perturbations.Forced(task.observed_units, trials.targets, 0.2)
        forced = cj.perturb(net, forcing)
        traj = cj.rollout(forced, trials.inputs, key=key)

    In step t the forced units send through `w_hid`

        (1 - alpha) r[t - 1] + alpha rates[t - 1]

    with r their actual rates and alpha the strength. A strength of 1 is teacher forcing
    (Williams & Zipser 1989). A strength below 1 is generalised teacher forcing (Doya
    1992; Hess et al. 2023), which also bounds how errors grow through time. The actual
    rates are recorded and read out, so the loss compares them with the target rates.
    `rates[t]` is the target of `traj.rates[t]`: if the targets are the network's actual
    rates, forcing changes nothing. v0, before the first sample, is not forced, and
    neither are steps after the last sample. Samples are counted by the state's step, so
    a rollout that continues from a state continues with the next sample. Short-term
    plasticity depends on the rates that are sent. Forcing is applied after `Lesion` and
    `Clamp`, in any order of the arguments of `perturb`.

    **Arguments:**

    - `units`: names of groups, indices or a boolean mask, as in `Lesion`. The last axis
        of `rates` is in the order of the indices, else in the order of the units.
    - `rates`: `(*batch, time, n_forced)`, with the batch of the rollout, or without
        batch axes to force all trials alike.
    - `strength`: alpha in [0, 1]: one number, one per forced unit, or an array of the
        shape of `rates`, 0 where a sample is missing.

    Raises `ValueError` for units as `Lesion` does and for repeated units, for other
    shapes, for rates that are not finite and for strengths outside [0, 1].
    """

    units: Units
    rates: ArrayLike
    strength: ArrayLike = 1.0

    def __check_init__(self) -> None:
        """Validate the rates and the strength."""
        check_finite("rates", self.rates)
        rule = "have shape (*batch, time, n_forced)"
        got, remedy = f"shape {np.shape(self.rates)}", "Give a rate for each sample."
        check(np.ndim(self.rates) >= 2, "rates", rule, got, remedy)

        def is_fraction(x: np.ndarray) -> np.ndarray:
            return np.asarray(np.isfinite(x) & (x >= 0) & (x <= 1))

        remedy = "At 1 units send only the rates that are given."
        check_values("strength", self.strength, is_fraction, "lie in [0, 1]", remedy)

    def on(self, net: AbstractNetwork) -> ForcedEffect:
        """Return factors and addends of the rates that are sent, time first."""
        index = chosen_units(self.units, net)
        rates = jnp.asarray(self.rates, net.dtype)
        check(
            rates.shape[-1] == len(index),
            "rates",
            f"have shape (*batch, time, {len(index)})",
            f"shape {rates.shape}",
            "One rate for each forced unit at each step.",
        )
        alpha = self._alpha(rates, net)

        def spread(values: Array) -> Array:
            """Put values of the forced units at their indices, and time first."""
            zeros = jnp.zeros((*values.shape[:-1], net.n_hidden), net.dtype)
            return jnp.moveaxis(zeros.at[..., index].set(values), -2, 0)

        return ForcedEffect(1 - spread(alpha), spread(alpha * rates))

    def _alpha(self, rates: Array, net: AbstractNetwork) -> Array:
        """Return the strength with time and units as its last axes."""
        n_steps, n_forced = rates.shape[-2:]
        alpha = jnp.asarray(self.strength, net.dtype)
        check(
            alpha.shape in [(), (n_forced,), rates.shape],
            "strength",
            f"be one number, {n_forced} of them or of the shape of `rates`",
            describe(alpha),
            "One for each forced unit, or each sample.",
        )
        if alpha.ndim >= 2:
            return alpha
        # one strength for all samples: the same at each step
        batch_axes = (1,) * (rates.ndim - 1)
        alpha = jnp.broadcast_to(alpha, (n_forced,)).reshape(*batch_axes, -1)
        return jnp.repeat(alpha, n_steps, axis=-2)
