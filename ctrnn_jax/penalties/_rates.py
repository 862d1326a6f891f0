"""Penalties on the rates of the units.

Means are over all steps of all trials before their `t_end`: padding does not count. The
mask of the output loss has no effect on them.
"""

import abc
from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from .._arguments import checks_arguments
from .._checks import check, check_choice, check_count
from ..network import AbstractNetwork
from ..simulation import in_order, Trajectory
from ..tasks import Trial
from ._loss import AbstractPenalty, LossOfOutputs
from ._masked_means import mean_over_steps, mean_rates, root_of_sum


class AbstractRatePenalty(AbstractPenalty):
    """A penalty on the rates of all units. A subclass defines `of_rates`.

    A subclass with `time_major = True` gets the rates with time as their first axis.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    """

    needs: ClassVar[tuple[str, ...]] = ("rates",)

    def __call__(
        self,
        net: AbstractNetwork,
        traj: Trajectory,
        trials: Trial,
        output_loss: LossOfOutputs,
    ) -> Array:
        """Return the penalty, a scalar."""
        return self.of_rates(in_order(traj, self.time_major).rates, trials, net)

    @abc.abstractmethod
    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar.

        The rates are `(*batch, time, n_hidden)`, or `(time, *batch, n_hidden)` if
        `time_major`.
        """


@final
@checks_arguments
class RateL1(AbstractRatePenalty):
    """The mean absolute rate, `mean |r|` (multitask's `l1_h`).

    **Arguments:**

    - `weight`: of the penalty, not negative.
    """

    time_major: ClassVar[bool] = True

    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar."""
        return mean_over_steps(jnp.mean(jnp.abs(rates), axis=-1), trials)


@final
@checks_arguments
class RateL2(AbstractRatePenalty):
    """The mean square of the rates, `mean r^2`.

    Pycog's `lambda2_r`, PsychRNN's `L2_firing_rate`, and the spike cost of Masse et al.
    (2019), who give it the weight 2e-2.

    **Arguments:**

    - `weight`: of the penalty, not negative.

    **Example:**

    >>> float(cj.penalties.RateL2(0.5).weight)
    0.5
    """

    time_major: ClassVar[bool] = True

    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar."""
        return mean_over_steps(jnp.mean(rates**2, axis=-1), trials)


@final
@checks_arguments
class MeanRate(AbstractRatePenalty):
    """The mean over units of the square of each unit's mean rate (nn4n's `lambda_fr`).

        mean_i (mean_t r_i)^2

    It penalises units that are active on average; `RateL2` penalises peaks as well.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    """

    time_major: ClassVar[bool] = True

    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar."""
        return jnp.mean(mean_rates(rates, trials) ** 2)


def _known_kind(kind: str) -> str:
    """Validate a kind of `RateDispersion`; return it."""
    return check_choice("kind", kind, ("sd", "cv", "mean_absolute", "max_absolute"))


@final
@checks_arguments
class RateDispersion(AbstractRatePenalty):
    """The dispersion of the units' mean rates m_i (nn4n's `FiringRateDistLoss`).

    | kind | penalty, with `m` the mean of all `m_i` |
    |---|---|
    | "sd" | standard deviation `sqrt(mean_i (m_i - m)^2)` (nn4n's `lambda_fr_sd`) |
    | "cv" | coefficient of variation, sd / abs(m) (`lambda_fr_cv`); 0 if m is 0 |
    | "mean_absolute" | mean absolute deviation `mean_i abs(m_i - m)` |
    | "max_absolute" | the largest absolute deviation |

    The units are the whole population, so sd divides by their number N, not by N - 1.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    - `kind`: a kind of the table.

    Raises `ValueError` for an unknown kind.
    """

    kind: str = eqx.field(default="sd", converter=_known_kind, static=True)
    time_major: ClassVar[bool] = True

    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar."""
        means = mean_rates(rates, trials)
        population_mean = jnp.mean(means)
        deviations = means - population_mean
        if self.kind == "mean_absolute":
            return jnp.mean(jnp.abs(deviations))
        if self.kind == "max_absolute":
            return jnp.max(jnp.abs(deviations))
        standard_deviation = root_of_sum(deviations**2 / means.size)
        if self.kind == "sd":
            return standard_deviation
        # Divide by 1 instead of a mean of 0, so that no derivative is NaN.
        scale = jnp.abs(population_mean)
        variation = standard_deviation / jnp.where(
            scale > 0, scale, jnp.ones_like(scale)
        )
        return jnp.where(scale > 0, variation, jnp.zeros_like(variation))


@final
@checks_arguments
class Smoothness(AbstractRatePenalty):
    """The mean squared speed of the rates, `mean ((r_t - r_{t-1}) / dt)^2`, in ms^-2.

    The mean is over successive steps of a trial before its end. Smooth rates mean
    simple dynamics, which is the aim of the penalty of Sussillo et al. (2015, doi
    10.1038/nn.4042). The speed is divided by dt, so a weight means the same for any dt.

    **Arguments:**

    - `weight`: of the penalty, not negative, in ms^2.
    """

    time_major: ClassVar[bool] = True

    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar; 0 for trials of one step."""
        return _mean_squared_change(rates, trials, shift=1) / net.dt**2


def _whole_shift(shift: int) -> int:
    """Validate the shift of `StatePrediction`; return it as int."""
    return check_count("shift", shift, at_least=1)


@final
@checks_arguments
class StatePrediction(AbstractRatePenalty):
    """The mean squared error of predicting the rates by those `shift` steps earlier.

        mean (r_{t + shift} - r_t)^2

    The mean is over the steps of each trial for which both are before its end. nn4n
    documents its `StatePredictionLoss` so, but shifts the batch axis instead of time.

    **Arguments:**

    - `weight`: of the penalty, not negative.
    - `shift`: the number of steps (static).

    Raises `ValueError` for a shift below 1 and, in a call, for trials that do not have
    more steps than `shift`.
    """

    shift: int = eqx.field(default=1, converter=_whole_shift, static=True)
    time_major: ClassVar[bool] = True

    def of_rates(self, rates: Array, trials: Trial, net: AbstractNetwork) -> Array:
        """Return the penalty, a scalar."""
        steps = rates.shape[0]
        rule = f"be below the {steps} steps of a trial"
        check(self.shift < steps, "shift", rule, self.shift, "Lower it.")
        return _mean_squared_change(rates, trials, shift=self.shift)


def _mean_squared_change(rates: Array, trials: Trial, *, shift: int) -> Array:
    """Return the mean square of `r_{t + shift} - r_t`."""
    change = rates[shift:] - rates[:-shift]
    # the value of a change belongs to its later step
    return mean_over_steps(jnp.mean(change**2, axis=-1), trials, first_step=shift)
