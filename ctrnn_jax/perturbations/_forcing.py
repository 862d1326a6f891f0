"""Teacher forcing: units send rates that are given instead of their own."""

from typing import Any, final

from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_finite, check_values, describe, invalid
from .._types import ArrayLike
from ..network import AbstractNetwork, chosen_units
from ._perturbations import AbstractPerturbation, RateEffect


@final
class Forced(AbstractPerturbation):
    """Teacher forcing: units send others given rates, wholly or in part.

        forcing = cj.perturbations.Forced(task.observed_units, trials.targets, 0.2)
        forced = cj.perturb(net, forcing)
        traj = cj.rollout(forced, trials.inputs, key=key)

    In step t what goes through `w_hid` from the forced units is

        (1 - alpha) r[t - 1] + alpha rates[t - 1]

    with r their own rates and alpha the strength: at 1 teacher forcing (Williams &
    Zipser 1989), below 1 its generalisation (Doya 1992; Hess et al. 2023), which also
    bounds how errors grow through time. What is recorded and read out are the units'
    own rates, so the cost compares these with the rates that are given. `rates[t]` is
    the target of `traj.rates[t]`: forced with its own rates a network does as ever.
    v0, before the first sample, is not forced, and nothing is past the last sample.
    Samples are counted by the state's step, so a rollout that is carried on goes on in
    them. Short-term plasticity sees the rates that are sent. Forcing comes after
    `Lesion` and `Clamp`, in whatever order they are given.

    **Arguments:**

    - `units`: names of groups, indices or a boolean mask, as of `Lesion`; the last axis
        of `rates` is in the order of the indices that are given, else of the units.
    - `rates`: `(*batch, time, n_forced)`, the batch that of the rollout, or none to
        force all trials alike.
    - `strength`: alpha in [0, 1]: one number, one per forced unit, or an array of the
        shape of `rates`, 0 where a sample is missing.

    Raises `ValueError` for units as `Lesion` does and repeated ones, other shapes,
    rates that are not finite and strengths outside [0, 1].
    """

    units: Any
    rates: Any
    strength: ArrayLike = 1.0

    def on(self, net: AbstractNetwork) -> RateEffect:
        """Factors and addends of the rates that are sent, time first."""
        index = chosen_units(self.units, net)
        rates = jnp.asarray(self.rates, net.dtype)
        if rates.ndim < 2 or rates.shape[-1] != len(index):
            raise invalid(
                "rates",
                f"have shape (*batch, time, {len(index)})",
                f"shape {rates.shape}",
                "One rate for each forced unit at each step.",
            )
        check_finite("rates", rates)
        alpha = jnp.asarray(self.strength, net.dtype)
        if alpha.shape not in [(), (len(index),), rates.shape]:
            raise invalid(
                "strength",
                f"be one number, {len(index)} of them or of the shape of `rates`",
                describe(alpha),
                "One for each forced unit, or each sample.",
            )
        check_values(
            "strength",
            alpha,
            lambda x: np.isfinite(x) & (x >= 0) & (x <= 1),
            "lie in [0, 1]",
            "At 1 units send only the rates that are given.",
        )
        if alpha.ndim < 2:
            leading = (1,) * (rates.ndim - 1)
            alpha = jnp.broadcast_to(alpha, (len(index),)).reshape(*leading, -1)
            alpha = jnp.repeat(alpha, rates.shape[-2], axis=-2)

        def whole(values: Array) -> Array:
            room = jnp.zeros((*values.shape[:-1], net.n_hidden), net.dtype)
            return jnp.moveaxis(room.at[..., index].set(values), -2, 0)

        return RateEffect(
            1 - whole(alpha), whole(alpha * rates), None, window=None, sent=True
        )
