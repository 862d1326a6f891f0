"""Means of the scores of trials with 95 % intervals, of all trials and by condition."""

import dataclasses

import numpy as np

from ...analysis import binned
from ._content import equal_digits, Table


_LEVEL = 0.95
_RESAMPLES = 2000
_MOST_LEVELS = 24
_LEFT_OUT = ("t_end", "is_catch")
_MOST_CONDITIONS = 4


@dataclasses.dataclass(frozen=True)
class MeanScore:
    """The mean score of some trials, its 95 % interval and the number of trials."""

    mean: float
    low: float
    high: float
    trials: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def are_binary(scores: np.ndarray) -> bool:
    """Return whether each trial is correct (1) or wrong (0)."""
    return bool(np.all((scores == 0) | (scores == 1)))


def method_of(scores: np.ndarray) -> str:
    """Return the name of the interval that `mean_score` computes."""
    if are_binary(scores):
        return "95 % Wilson score interval"
    return f"95 % percentile bootstrap interval of {_RESAMPLES} resamples"


def mean_score(scores: np.ndarray) -> MeanScore:
    """Return the mean of the scores `(trials,)` with its interval.

    It is the Wilson score interval of a proportion if all scores are 0 or 1, else the
    percentile bootstrap of the mean, whose resamples are the same in every call.
    """
    # imported here, since it takes half a second
    from scipy import stats

    count = len(scores)
    if are_binary(scores):
        test = stats.binomtest(int(np.sum(scores)), count)
        low, high = test.proportion_ci(_LEVEL, method="wilson")
    else:
        rng, tail = np.random.default_rng(0), 50 * (1 - _LEVEL)
        means = [np.mean(rng.choice(scores, count)) for _ in range(_RESAMPLES)]
        low, high = np.percentile(means, [tail, 100 - tail])
    return MeanScore(float(np.mean(scores)), float(low), float(high), count)


def tables_by_condition(
    scores: np.ndarray,
    conditions: dict[str, np.ndarray],
    main: str | None,
    unit_of: dict[str, str],
) -> tuple[Table, ...]:
    """Return a table of mean scores for each condition of the trials.

    The scores are `(trials,)`, and so are the conditions that have a table: the main
    one first, with its numbers in bins if they are many, then those that have few
    levels.
    """
    tables = []
    names = sorted(conditions, key=lambda name: name != main)
    for name in names:
        values = conditions[name]
        is_listed = name not in _LEFT_OUT and values.ndim == 1
        if not is_listed or not np.all(np.isfinite(values)):
            continue
        levels = len(np.unique(values))
        is_binned = levels > _MOST_LEVELS
        if levels < 2 or (is_binned and name != main):
            continue
        if is_binned:
            values = binned(values)
        tables.append(_table(unit_of.get(name, name), values, scores, is_binned))
    return tuple(tables[:_MOST_CONDITIONS])


def _table(name: str, values: np.ndarray, scores: np.ndarray, is_binned: bool) -> Table:
    """Return the mean scores at each level."""
    rows = []
    for level in np.unique(values):
        at_level = mean_score(scores[values == level])
        interval = f"{at_level.low:.3f} to {at_level.high:.3f}"
        mean = f"{at_level.mean:.3f}"
        rows.append((f"{level:.4g}", mean, interval, str(at_level.trials)))
    header = (name, "mean score", "95 % interval", "trials")
    caption = f"By {name}" + ", in bins of equally many trials" * is_binned
    return Table(caption, header, equal_digits(rows))
