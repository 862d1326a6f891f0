"""Short-term synaptic plasticity: a synapse's efficacy depends on recent activity."""

from typing import final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_positive, check_values, describe
from .._show import AbstractShown, options, quantities, Table
from .._types import ArrayLike, Scalar
from ._products import along_units


@final
class SynapticState(AbstractShown, eqx.Module):
    """Utilisation and resources of each unit's outgoing synapses.

    **Attributes:**

    - `u`: the fraction of resources that a spike would use, `(*batch, n_hidden)`.
    - `x`: the fraction of resources that is available, `(*batch, n_hidden)`.
    """

    u: Array
    x: Array

    def _table(self) -> Table:
        return quantities(self)


@final
class ShortTermPlasticity(AbstractShown, eqx.Module):
    """Facilitation and depression per presynaptic unit (Mongillo et al. 2008).

        x += dt / tau_x (1 - x) - dt u x r          (resources; depression)
        u += dt / tau_u (U - u) + dt U (1 - u) r    (utilisation; facilitation)

    where u and x are clipped to [0, 1], and r is the rate before the step, in Hz. The
    unit then sends `u x r`, with the new u and x, instead of r (Masse et al. 2019,
    `model.py:85-108`). Trials start at x = 1 and u = U. The readout receives r.

    **Arguments:** each a number, or one per unit

    - `tau_u`: time constant of facilitation in ms.
    - `tau_x`: time constant of depression in ms.
    - `baseline`: U, the utilisation at rest, in (0, 1].

    `ShortTermPlasticity.of_kinds` has the published values. Raises `ValueError` for
    time constants that are not positive and for a baseline outside (0, 1].
    """

    tau_u: Array
    tau_x: Array
    baseline: Array

    def _table(self) -> Table:
        return options(self, tau_u="ms", tau_x="ms")

    @checks_arguments
    def __init__(self, tau_u: ArrayLike, tau_x: ArrayLike, baseline: ArrayLike) -> None:
        shapes = {np.shape(tau_u), np.shape(tau_x), np.shape(baseline)} - {()}
        rule, got = "be one number, or one for each unit", f"shapes {sorted(shapes)}"
        is_per_unit = len(shapes) <= 1 and all(len(shape) == 1 for shape in shapes)
        check(
            is_per_unit, "tau_u, tau_x and baseline", rule, got, "One length for all."
        )
        check_positive("tau_u", tau_u, "It is in ms.")
        check_positive("tau_x", tau_x, "It is in ms.")
        check_values(
            "baseline",
            baseline,
            lambda u: (u > 0) & (u <= 1),
            "lie in (0, 1]",
            "It is the fraction of resources used at rest.",
        )

        def as_float(value: ArrayLike) -> Array:
            return jnp.asarray(np.asarray(value, float), float)

        self.tau_u, self.tau_x = as_float(tau_u), as_float(tau_x)
        self.baseline = as_float(baseline)

    @classmethod
    def of_kinds(cls, facilitating: np.ndarray | Array) -> "ShortTermPlasticity":
        """Return facilitating and depressing units as in Masse et al. (2019).

        `facilitating` is boolean, one per unit. A unit has tau_u = 1500 ms, tau_x = 200
        ms and U = 0.15 if True, else tau_u = 200 ms, tau_x = 1500 ms and U = 0.45.
        """
        facilitates = np.asarray(facilitating)
        check(
            facilitates.dtype == bool and facilitates.ndim == 1,
            "facilitating",
            "be boolean, one per unit",
            lambda: describe(facilitates),
            "A comparison of numbers is boolean.",
        )
        return cls(
            tau_u=np.where(facilitates, 1500.0, 200.0),
            tau_x=np.where(facilitates, 200.0, 1500.0),
            baseline=np.where(facilitates, 0.15, 0.45),
        )

    def rest(self, like: Array) -> SynapticState:
        """Return full resources and baseline utilisation, in the shape of `like`."""
        return SynapticState(
            u=jnp.broadcast_to(_per_unit(self.baseline, like), like.shape),
            x=jnp.ones(like.shape, like.dtype),
        )

    def advance(self, synapses: SynapticState, r: Array, dt: Scalar) -> SynapticState:
        """Return utilisation and resources after a step of dt ms with rates r."""
        u, x = synapses.u, synapses.x
        tau_u, tau_x, baseline = (
            _per_unit(value, r) for value in (self.tau_u, self.tau_x, self.baseline)
        )
        seconds = dt / 1000  # rates are in Hz
        # both equations use u and x from before the step
        new_x = x + dt / tau_x * (1 - x) - seconds * u * x * r
        new_u = u + dt / tau_u * (baseline - u) + seconds * baseline * (1 - u) * r
        return SynapticState(u=jnp.clip(new_u, 0, 1), x=jnp.clip(new_x, 0, 1))


def _per_unit(value: Array, like: Array) -> Array:
    """Return a value per unit in the dtype of `like`, to broadcast over its batch."""
    return along_units(value.astype(like.dtype), like)
