"""Short-term synaptic plasticity: the efficacy of a synapse follows its activity."""

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import check_positive, check_values, invalid
from .._types import ArrayLike, Scalar
from ._equation import along_units


class SynapticState(eqx.Module):
    """Utilisation and resources of each unit's outgoing synapses.

    **Attributes:**

    - `u`: the fraction of resources that a spike would use, `(*batch, n_hidden)`.
    - `x`: the fraction of resources that is there, `(*batch, n_hidden)`.
    """

    u: Array
    x: Array


class ShortTermPlasticity(eqx.Module):
    """Facilitation and depression per presynaptic unit (Mongillo et al. 2008).

        x += dt / tau_x (1 - x) - dt u x r          (resources; depression)
        u += dt / tau_u (U - u) + dt U (1 - u) r    (utilisation; facilitation)

    each held within [0, 1], with r the rate before the step, in Hz; the unit then
    sends `u x r` with the new u and x, where it would send r (Masse et al. 2019,
    `model.py:85-108`). Trials start at x = 1 and u = U. The readout sees r.

    **Arguments:** each a number, or one per unit

    - `tau_u`: time constant of facilitation in ms.
    - `tau_x`: time constant of depression in ms.
    - `baseline`: U, the utilisation at rest, in (0, 1].

    `ShortTermPlasticity.of_kinds` has the published values. Raises `ValueError` for
    times that are not positive, and for a baseline outside (0, 1].
    """

    tau_u: Array
    tau_x: Array
    baseline: Array

    def __init__(self, tau_u: ArrayLike, tau_x: ArrayLike, baseline: ArrayLike) -> None:
        check_positive("tau_u", tau_u, "It is in ms.")
        check_positive("tau_x", tau_x, "It is in ms.")
        check_values(
            "baseline",
            baseline,
            lambda u: (u > 0) & (u <= 1),
            "lie in (0, 1]",
            "It is the fraction of resources used at rest.",
        )
        as_float = lambda value: jnp.asarray(np.asarray(value, float), float)
        self.tau_u, self.tau_x = as_float(tau_u), as_float(tau_x)
        self.baseline = as_float(baseline)

    @classmethod
    def of_kinds(cls, facilitating: np.ndarray | Array) -> "ShortTermPlasticity":
        """Facilitating and depressing units with the values of Masse et al. (2019).

        `facilitating` is boolean, one per unit: tau_u = 1500, tau_x = 200 ms, U = 0.15
        where it is True; tau_u = 200, tau_x = 1500 ms, U = 0.45 elsewhere.
        """
        which = np.asarray(facilitating)
        if which.dtype != bool or which.ndim != 1:
            raise invalid(
                "facilitating", "be boolean, one per unit", which.dtype, "Compare."
            )
        return cls(
            np.where(which, 1500.0, 200.0),
            np.where(which, 200.0, 1500.0),
            np.where(which, 0.15, 0.45),
        )

    def rest(self, like: Array) -> SynapticState:
        """Full resources and baseline utilisation, in the shape of some potentials."""
        return SynapticState(
            jnp.broadcast_to(_per_unit(self.baseline, like), like.shape),
            jnp.ones(like.shape, like.dtype),
        )

    def advance(self, synapses: SynapticState, r: Array, dt: Scalar) -> SynapticState:
        """Utilisation and resources after a step of dt ms with rates r."""
        u, x = synapses.u, synapses.x
        tau_u, tau_x, big_u = (
            _per_unit(value, r) for value in (self.tau_u, self.tau_x, self.baseline)
        )
        seconds = dt / 1000
        new_x = x + dt / tau_x * (1 - x) - seconds * u * x * r
        new_u = u + dt / tau_u * (big_u - u) + seconds * big_u * (1 - u) * r
        return SynapticState(jnp.clip(new_u, 0, 1), jnp.clip(new_x, 0, 1))


def _per_unit(value: Array, like: Array) -> Array:
    return along_units(value.astype(like.dtype), like)
