"""Labels of trials: their distinct values, and means over the trials of each."""

from collections.abc import Sequence
from typing import TypeAlias

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, describe
from ..._types import Numbers


Labels: TypeAlias = Numbers | Sequence[object]
"""One label for each trial: numbers, booleans or strings."""

Level: TypeAlias = bool | int | float | str
"""A distinct value of labels."""


def as_levels(name: str, labels: Labels, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct labels, ascending, and the index of each trial's label."""
    values = np.asarray(labels)
    rule = "be numbers, booleans or strings"
    remedy = "Leave out trials without one."
    check(values.dtype.kind in "biufSU", name, rule, describe(values), remedy)
    rule = f"be one label for each of {trials} trials"
    got = f"shape {values.shape}"
    check(values.shape == (trials,), name, rule, got, "Give one a trial.")
    if values.dtype.kind == "f":
        num_nan = np.isnan(values).sum()
        remedy = "Leave out the trials that have no label."
        check(num_nan == 0, name, "have no NaN", f"{num_nan}", remedy)
    levels, codes = np.unique(values, return_inverse=True)
    return levels, codes


def check_two_or_more(name: str, levels: np.ndarray) -> None:
    """Validate that labels have at least two distinct values."""
    rule, remedy = "take at least two values", "Add trials with another label."
    check(len(levels) >= 2, name, rule, levels.tolist(), remedy)


def check_two(name: str, levels: np.ndarray) -> None:
    """Validate that labels have exactly two distinct values."""
    rule, remedy = "have exactly two values", "Compare two, or label by a test."
    check(len(levels) == 2, name, rule, levels.tolist(), remedy)


def mean_of_each(codes: np.ndarray | Array, values: Array, count: int) -> Array:
    """Return the mean over the trials of each level.

    `values` is `(trials, ...)`, the result `(levels, ...)`. The largest value of each
    level is subtracted first and added again. The mean of equal values is then exactly
    that value, so units that never vary have no variance and no difference of means.
    """
    codes = jnp.asarray(codes)
    # trials of each level, with axes of size one to divide (levels, ...)
    counts = jnp.bincount(codes, length=count).astype(values.dtype)
    counts = counts.reshape(count, *[1] * (values.ndim - 1))
    # a constant offset: it cancels, so it has no derivative
    largest = jax.lax.stop_gradient(jax.ops.segment_max(values, codes, count))
    return largest + jax.ops.segment_sum(values - largest[codes], codes, count) / counts
