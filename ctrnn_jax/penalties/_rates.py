"""Terms of the loss about the rates of units, each step before a trial's end.

Means are over all steps of all trials before their `t_end`: padding does not count, and
what the mask of the task's cost says does not matter.
"""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._checks import check_choice, check_count, invalid
from .._types import ArrayLike
from ..network import AbstractNetwork
from ..simulation import Trajectory
from ..tasks import Trial
from ._loss import AbstractPenalty, penalty_weight
from ._means import Cost, mean_over_steps, mean_rates, root


@final
class RateL1(AbstractPenalty):
    """Mean size of the rates, `mean |r|` (multitask's `l1_h`).

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
        return mean_over_steps(jnp.mean(jnp.abs(traj.rates), axis=-1), trials)


@final
class RateL2(AbstractPenalty):
    """Mean square of the rates, `mean r^2`.

    Pycog's `lambda2_r`, PsychRNN's `L2_firing_rate`, and the spike cost of Masse et al.
    (2019), there with weight 2e-2.

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
        return mean_over_steps(jnp.mean(traj.rates**2, axis=-1), trials)


@final
class MeanRate(AbstractPenalty):
    """Mean over units of the square of each unit's mean rate (nn4n's `lambda_fr`).

        mean_i (mean_t r_i)^2

    It punishes units that are active on average, where `RateL2` punishes peaks too.

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
        return jnp.mean(mean_rates(traj.rates, trials) ** 2)


_KINDS = ("sd", "cv", "mean_absolute", "max_absolute")


@final
class RateDispersion(AbstractPenalty):
    """How much the units differ in their mean rates m_i (nn4n's `FiringRateDistLoss`).

    | kind | term, with `m` the mean of all `m_i` |
    |---|---|
    | "sd" | standard deviation `sqrt(mean_i (m_i - m)^2)` (nn4n's `lambda_fr_sd`) |
    | "cv" | coefficient of variation, sd / abs(m) (`lambda_fr_cv`); 0 if m is 0 |
    | "mean_absolute" | mean absolute deviation `mean_i abs(m_i - m)` |
    | "max_absolute" | the largest absolute deviation |

    The units are all there are, so sd divides by their number, not by one less.

    **Arguments:**

    - `weight`: of the term, not negative.
    - `kind`: of the table.

    Raises `ValueError` for an unknown kind.
    """

    weight: Array
    kind: str = eqx.field(static=True)
    needs: ClassVar[tuple[str, ...]] = ("rates",)

    def __init__(self, weight: ArrayLike, kind: str = "sd") -> None:
        self.weight = penalty_weight(weight)
        self.kind = check_choice("kind", kind, _KINDS)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        rates = mean_rates(traj.rates, trials)
        middle = jnp.mean(rates)
        apart = rates - middle
        if self.kind == "mean_absolute":
            return jnp.mean(jnp.abs(apart))
        if self.kind == "max_absolute":
            return jnp.max(jnp.abs(apart))
        deviation = root(apart**2 / rates.size)
        if self.kind == "sd":
            return deviation
        size = jnp.abs(middle)
        ratio = deviation / jnp.where(size > 0, size, jnp.ones_like(size))
        return jnp.where(size > 0, ratio, jnp.zeros_like(ratio))


@final
class Smoothness(AbstractPenalty):
    """Mean square of the speed of the rates, `mean ((r_t - r_{t-1}) / dt)^2`, in ms^-2.

    Between steps of a trial before its end; smooth rates are simple dynamics (as the
    penalty of Sussillo et al. 2015, doi 10.1038/nn.4042, aims at). Divided by dt, its
    weight keeps its meaning when dt changes.

    **Arguments:**

    - `weight`: of the term, not negative, in ms^2.
    """

    weight: Array
    needs: ClassVar[tuple[str, ...]] = ("rates",)

    def __init__(self, weight: ArrayLike) -> None:
        self.weight = penalty_weight(weight)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar; 0 for trials of one step."""
        return _change(traj.rates, trials, 1) / net.dt**2


@final
class StatePrediction(AbstractPenalty):
    """Mean squared error of predicting the rates by those `shift` steps earlier.

        mean (r_{t + shift} - r_t)^2

    over the steps of each trial for which both are before its end. What nn4n's
    `StatePredictionLoss` says that it is; that shifts the batch axis instead of time.

    **Arguments:**

    - `weight`: of the term, not negative.
    - `shift`: how many steps (static).

    Raises `ValueError` for a shift below 1, and where trials have not more steps.
    """

    weight: Array
    shift: int = eqx.field(static=True)
    needs: ClassVar[tuple[str, ...]] = ("rates",)

    def __init__(self, weight: ArrayLike, shift: int = 1) -> None:
        self.weight = penalty_weight(weight)
        self.shift = check_count("shift", shift, at_least=1)

    def __call__(
        self, net: AbstractNetwork, traj: Trajectory, trials: Trial, cost: Cost
    ) -> Array:
        """The term, a scalar."""
        steps = traj.rates.shape[-2]
        if self.shift >= steps:
            raise invalid(
                "shift",
                f"be below the {steps} steps of a trial",
                self.shift,
                "Lower it.",
            )
        return _change(traj.rates, trials, self.shift)


def _change(rates: Array, trials: Trial, shift: int) -> Array:
    """The mean square of `r_{t + shift} - r_t`."""
    change = rates[..., shift:, :] - rates[..., :-shift, :]
    return mean_over_steps(jnp.mean(change**2, axis=-1), trials, first=shift)
