"""When training is done."""

from collections.abc import Sequence
import dataclasses

import numpy as np

from .._checks import check_count, check_fraction, invalid


@dataclasses.dataclass(frozen=True)
class MeanAbove:
    """Stop once the mean of the last validations is above a threshold.

    The rule of Song, Yang & Wang (2016): mean of the last 5 above 85 %, where fewer
    than 5 validations are averaged as they are.

    **Arguments:**

    - `threshold`: a fraction in [0, 1]; the mean must exceed it.
    - `last`: over how many validations.
    - `inclusive`: whether reaching it is enough.

    Raises `ValueError` for a threshold outside [0, 1], one of 1 that must be exceeded,
    which no mean can, and a window below 1.
    """

    threshold: float = 0.85
    last: int = 5
    inclusive: bool = False

    def __post_init__(self) -> None:
        """Refuse thresholds and windows that can never hold."""
        check_fraction("threshold", self.threshold)
        check_count("last", self.last, at_least=1)
        if self.threshold == 1 and not self.inclusive:
            raise invalid(
                "threshold",
                "be below 1, which no mean exceeds",
                self.threshold,
                "Use MeanAbove(1.0, inclusive=True).",
            )

    def mean(self, performances: Sequence[float] | np.ndarray) -> float | None:
        """The mean that is held against the threshold; `None` before a validation."""
        recent = performances[-self.last :]
        return float(np.mean(recent)) if len(recent) else None

    def __call__(self, performances: Sequence[float]) -> bool:
        """Whether to stop, given the performance at every validation so far."""
        mean = self.mean(performances)
        if mean is None:
            return False
        return mean >= self.threshold if self.inclusive else mean > self.threshold
