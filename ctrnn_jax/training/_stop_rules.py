"""Stop rules: whether training may end, from the performance at each validation.

A stop rule is any function of the performances; see `StopRule`.
"""

from collections.abc import Callable, Sequence
import dataclasses
import math

import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_count, check_fraction
from .._show import AbstractShown, options, Table


_FITTED = 10
"""The number of validations to which `criterion_step` fits a line, at most."""

StopRule = Callable[[Sequence[float]], bool]
"""A function of the performances at all validations so far; True ends training.

It is called after each validation, with a list whose last entry is the latest. In a
curriculum the list has the validations of the present stage, and in an ensemble those
of one member. The rule must depend on the list alone and not change it; a resumed run
then makes the same decisions. For example, stop if the last 3 validations differ by
less than 1 %:

    def has_converged(performances):
        last = performances[-3:]
        return len(last) == 3 and max(last) - min(last) < 0.01

    cj.fit(net, task, optimiser, stop_when=has_converged, ...)
"""


@checks_arguments
@dataclasses.dataclass(frozen=True, repr=False)
class MeanAbove(AbstractShown):
    """Stop once the mean of the last validations is above a threshold.

    This is the stop rule of Song, Yang & Wang (2016): the mean of the last 5
    validations above 85 %. If there are fewer than 5, the mean is over all of them.

    **Arguments:**

    - `threshold`: a fraction in [0, 1]; the mean must exceed it.
    - `last`: the number of validations in the mean.
    - `inclusive`: whether a mean equal to the threshold is enough.

    Raises `ValueError` for a threshold outside [0, 1], for a threshold of 1 that must
    be exceeded, which no mean can, and for a window below 1.

    **Example:**

    >>> rule = cj.MeanAbove(0.85, last=3)
    >>> rule([0.7, 0.9, 0.9]), rule([0.9, 0.9, 0.9])
    (False, True)
    """

    threshold: float = 0.85
    last: int = 5
    inclusive: bool = False

    def _table(self) -> Table:
        return options(self)

    def __post_init__(self) -> None:
        """Validate that the rule can hold."""
        check_fraction("threshold", self.threshold)
        check_count("last", self.last, at_least=1)
        can_hold = self.threshold != 1 or self.inclusive
        rule = "be below 1, which no mean exceeds"
        remedy = "Use MeanAbove(1.0, inclusive=True)."
        check(can_hold, "threshold", rule, self.threshold, remedy)

    def mean(self, performances: Sequence[float] | np.ndarray) -> float | None:
        """Return the mean that the rule compares; `None` before any validation."""
        recent = performances[-self.last :]
        return float(np.mean(recent)) if len(recent) else None

    @checks_arguments
    def __call__(self, performances: Sequence[float]) -> bool:
        """Return whether to stop, given the performance at every validation so far."""
        mean = self.mean(performances)
        if mean is None:
            return False
        return mean >= self.threshold if self.inclusive else mean > self.threshold


def criterion_step(
    performances: Sequence[float],
    rule: StopRule | None,
    *,
    step: int,
    validate_every: int,
) -> int | None:
    """Return an estimate of the update at which the stop rule will hold.

    A line is fitted to the last 10 performances. The estimate is the validation at
    which the mean of the stop rule would exceed the threshold if the line continued;
    it is later than `step`, the updates that are done. It may be later than the last
    update, and it is `None` if there is none: for fewer than 3 validations, a line that
    does not rise, and a stop rule other than `MeanAbove`.

    `performances` are those of one network, in the present stage of a curriculum.
    """
    recent = np.asarray(performances[-_FITTED:], float)
    if not isinstance(rule, MeanAbove) or len(recent) < 3:
        return None
    times = np.arange(len(recent)) - (len(recent) - 1) / 2
    slope = np.sum(times * recent) / np.sum(times**2)
    latest = np.mean(recent) + slope * times[-1]
    if not slope > 1e-6:  # also for NaN
        return None
    # the mean of the last validations is that of the line at their middle
    behind = (min(rule.last, len(performances)) - 1) / 2
    validations = (rule.threshold - latest) / slope + behind
    done = step // validate_every
    return (done + max(1, math.ceil(validations))) * validate_every
