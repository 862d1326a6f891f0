"""Terms of the loss about populations: Hebbian pairs, entropy, groups of units."""

from collections.abc import Sequence
from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._checks import check_flag, check_positive, invalid
from .._types import ArrayLike
from ..connectivity import as_names
from ..dynamics import times_rows
from ..network import AbstractNetwork, effective
from ..simulation import Trajectory
from ..tasks import Trial
from ._loss import AbstractPenalty, penalty_weight
from ._means import Cost, mean_over_steps, mean_rates


@final
class Hebbian(AbstractPenalty):
    """Mean size of the weighted sum of all pairs of rates (nn4n's `HebbianLoss`).

        mean_t | sum_ij W_hid[i, j] r_i r_j |

    over steps before the end of trials. The sum is `r . (W r)`: one product of
    matrices, where the array of all pairs at all steps would not fit in memory.

    **Arguments:**

    - `weight`: of the term, not negative.
    """

    weight: Array
    needs: ClassVar[tuple[str, ...]] = ("rates",)

    def __init__(self, weight: ArrayLike) -> None:
        self.weight = penalty_weight(weight)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        received = times_rows(effective(net).w_hid, traj.rates)
        pairs = jnp.sum(traj.rates * received, axis=-1)
        return mean_over_steps(jnp.abs(pairs), trials)


@final
class Entropy(AbstractPenalty):
    """Mean entropy, in nats, of how activity is shared among units.

        mean_t -sum_i p_i log p_i,    p_i = max(r_i, 0) / sum_j max(r_j, 0)

    over steps before the end of trials (nn4n's `EntropyLoss`, without its term in the
    rates: `RateL2` is that). Low entropy is few active units; at most `log(n_hidden)`.
    A unit that is silent or has a negative rate has no part in it and gets no gradient;
    a step at which all are has entropy 0.

    **Arguments:**

    - `weight`: of the term, not negative.
    """

    weight: Array
    needs: ClassVar[tuple[str, ...]] = ("rates",)

    def __init__(self, weight: ArrayLike) -> None:
        self.weight = penalty_weight(weight)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        rates = traj.rates
        rates = jnp.where(rates > 0, rates, jnp.zeros_like(rates))
        total = jnp.sum(rates, axis=-1, keepdims=True)
        share = rates / jnp.where(total > 0, total, jnp.ones_like(total))
        # the logarithm of 0 must not be taken: its derivative would be NaN
        active = share > 0
        logs = jnp.log(jnp.where(active, share, jnp.ones_like(share)))
        return mean_over_steps(-jnp.sum(share * logs, axis=-1), trials)


@final
class PopulationKL(AbstractPenalty):
    """How differently two groups of units distribute their mean rates.

    The Kullback-Leibler divergence, in nats, between the Gaussians with the means and
    variances, over the units of each group, of the units' mean rates:

        KL(1 || 2) = (log(s_2 / s_1) + (s_1 + (m_1 - m_2)^2) / s_2 - 1) / 2

    and symmetric the mean of both directions. Groups may differ in size, and the order
    of units does not matter (nn4n's `PopulationKL` pairs unit i of one with unit i of
    the other, compares their variances over time, and adds a term in the rates).

        cj.penalties.PopulationKL(1e-2, "excitatory", "inhibitory")

    **Arguments:**

    - `weight`: of the term, not negative.
    - `first`, `second`: names of groups of units (those in all of them, if several).
    - `symmetric`: both directions, or only KL(first || second).
    - `floor`: positive; added to both variances, which may be 0.

    Raises `ValueError` for a floor that is not positive; on the network, for unknown
    names (with a suggestion) and groups without units.
    """

    weight: Array
    floor: Array
    first: tuple[str, ...] = eqx.field(static=True)
    second: tuple[str, ...] = eqx.field(static=True)
    symmetric: bool = eqx.field(static=True)
    needs: ClassVar[tuple[str, ...]] = ("rates",)

    def __init__(
        self,
        weight: ArrayLike,
        first: str | Sequence[str],
        second: str | Sequence[str],
        *,
        symmetric: bool = True,
        floor: ArrayLike = 1e-6,
    ) -> None:
        self.weight = penalty_weight(weight)
        check_positive("floor", floor, "A variance of 0 has no logarithm.")
        self.floor = jnp.asarray(floor, float)
        self.first, self.second = as_names(first), as_names(second)
        self.symmetric = check_flag("symmetric", symmetric)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        rates = mean_rates(traj.rates, trials)
        floor = self.floor.astype(rates.dtype)
        groups = []
        for names in (self.first, self.second):
            units = net.layout.units.indices(*names)
            if not len(units):
                raise invalid(
                    "first and second",
                    "name groups that have units",
                    repr(names),
                    "Several names mean the units in all of them.",
                )
            of_group = rates[units]
            groups.append((jnp.mean(of_group), jnp.var(of_group) + floor))
        there = _divergence(*groups)
        return (there + _divergence(*groups[::-1])) / 2 if self.symmetric else there


def _divergence(first: tuple[Array, Array], second: tuple[Array, Array]) -> Array:
    """KL(first || second) of Gaussians, each (mean, variance)."""
    (m1, s1), (m2, s2) = first, second
    return (jnp.log(s2 / s1) + (s1 + (m1 - m2) ** 2) / s2 - 1) / 2
