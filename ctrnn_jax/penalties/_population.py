"""Penalties on populations: Hebbian pairs, entropy, and groups of units."""

from collections.abc import Sequence
from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import check, check_positive, describe
from .._types import ArrayLike
from ..connectivity import as_names
from ..dynamics import times_rows
from ..network import AbstractNetwork, effective
from ..tasks import Trial
from ._masked_means import mean_over_steps, mean_rates
from ._rates import AbstractRatePenalty


@final
@checks_arguments
class Hebbian(AbstractRatePenalty):
    """The mean absolute weighted sum of all pairs of rates (nn4n's `HebbianLoss`).

        mean_t | sum_ij W_hid[i, j] r_i r_j |

    The mean is over steps before the end of trials. The sum is computed as `r . (W r)`,
    one matrix product; the array of all pairs at all steps would not fit in memory.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    """

    time_major: ClassVar[bool] = True

    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar."""
        currents = times_rows(effective(net).w_hid, rates)
        sum_of_pairs = jnp.sum(rates * currents, axis=-1)
        return mean_over_steps(jnp.abs(sum_of_pairs), trials)


@final
@checks_arguments
class Entropy(AbstractRatePenalty):
    """The mean entropy, in nats, of how activity is shared among units.

        mean_t -sum_i p_i log p_i,    p_i = max(r_i, 0) / sum_j max(r_j, 0)

    The mean is over steps before the end of trials. It is nn4n's `EntropyLoss` without
    the part that penalises the rates, for which there is `RateL2`. The entropy is at
    most `log(n_hidden)`; a low entropy means few active units. A unit that is silent or
    has a negative rate is left out and gets no gradient. A step without active units
    has entropy 0.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    """

    time_major: ClassVar[bool] = True

    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar."""
        rates = jnp.where(rates > 0, rates, jnp.zeros_like(rates))
        total = jnp.sum(rates, axis=-1, keepdims=True)
        share = rates / jnp.where(total > 0, total, jnp.ones_like(total))
        # Never take the logarithm of 0: its derivative would be NaN.
        active = share > 0
        logs = jnp.log(jnp.where(active, share, jnp.ones_like(share)))
        return mean_over_steps(-jnp.sum(share * logs, axis=-1), trials)


@final
class PopulationKL(AbstractRatePenalty):
    """The divergence between the distributions of mean rates in two groups of units.

    Each group is described by a Gaussian with the mean m and the variance s of its
    units' mean rates. The penalty is the Kullback-Leibler divergence, in nats,

        KL(1 || 2) = (log(s_2 / s_1) + (s_1 + (m_1 - m_2)^2) / s_2 - 1) / 2

    or, if `symmetric`, the mean of both directions. Groups may differ in size, and the
    order of units does not matter. (nn4n's `PopulationKL` pairs unit i of one group
    with unit i of the other, compares their variances over time, and adds a penalty on
    the rates.)

        cj.penalties.PopulationKL(1e-2, "excitatory", "inhibitory")

    **Arguments:**

    - `weight`: of the penalty, not negative.
    - `first`, `second`: the name of a group of units, or several names for the units
        that are in all of these groups.
    - `symmetric`: whether to use both directions, or only KL(first || second).
    - `floor`: positive; it is added to both variances, which may be 0.

    Raises `ValueError` for a floor that is not positive and, in a call, for unknown
    names (with a suggestion) and groups without units.
    """

    floor: Array
    first: tuple[str, ...] = eqx.field(static=True)
    second: tuple[str, ...] = eqx.field(static=True)
    symmetric: bool = eqx.field(static=True)
    time_major: ClassVar[bool] = True

    @checks_arguments
    def __init__(
        self,
        weight: ArrayLike,
        first: str | Sequence[str],
        second: str | Sequence[str],
        *,
        symmetric: bool = True,
        floor: ArrayLike = 1e-6,
    ) -> None:
        self.weight = weight
        for argument, groups in (("first", first), ("second", second)):
            names = as_names(groups)
            are_names = names and all(isinstance(name, str) for name in names)
            rule, remedy = "be names of groups of units", 'Use "excitatory", say.'
            check(are_names, argument, rule, describe(groups), remedy)
        check_positive("floor", floor, "A variance of 0 has no logarithm.")
        self.floor = jnp.asarray(floor, float)
        self.first, self.second = as_names(first), as_names(second)
        self.symmetric = symmetric

    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar."""
        means = mean_rates(rates, trials)
        floor = self.floor.astype(means.dtype)
        moments = []
        for names in (self.first, self.second):
            units = net.layout.units.indices(*names)
            rule = "name groups that have units"
            remedy = "Several names mean the units in all of them."
            check(len(units) > 0, "first and second", rule, repr(names), remedy)
            group_rates = means[units]
            moments.append((jnp.mean(group_rates), jnp.var(group_rates) + floor))
        first, second = moments
        divergence = _gaussian_divergence(first, second)
        if not self.symmetric:
            return divergence
        return (divergence + _gaussian_divergence(second, first)) / 2


def _gaussian_divergence(
    first: tuple[Array, Array], second: tuple[Array, Array]
) -> Array:
    """Return KL(first || second) of two Gaussians, each a (mean, variance)."""
    (m1, s1), (m2, s2) = first, second
    return (jnp.log(s2 / s1) + (s1 + (m1 - m2) ** 2) / s2 - 1) / 2
