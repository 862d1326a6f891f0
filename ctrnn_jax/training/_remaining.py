"""When training will reach its criterion, estimated from the validations so far."""

from collections.abc import Sequence
import math

import numpy as np

from ._stop_rules import MeanAbove, StopRule


_FITTED = 10
"""The number of validations to which a line is fitted, at most."""


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
