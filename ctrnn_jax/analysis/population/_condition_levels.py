"""Labels of trials: their distinct values, and means over the trials of each."""

from collections.abc import Sequence
import functools
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


def as_levels(
    name: str, labels: Labels, trials: int, *, at_least: int = 1, exactly: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct labels, ascending, and the index of each trial's label.

    There must be at least `at_least` distinct labels, or exactly so many.
    """
    values = np.asarray(labels)
    rule = "be numbers, booleans or strings"
    remedy = "Leave out trials without one."
    check(values.dtype.kind in "biufSU", name, rule, describe(values), remedy)
    rule = f"be one label for each of {trials} trials"
    got = f"shape {values.shape}"
    check(values.shape == (trials,), name, rule, got, "Trials are the first axis.")
    if values.dtype.kind == "f":
        num_nan = np.isnan(values).sum()
        remedy = "Leave out the trials that have no label."
        check(num_nan == 0, name, "have no NaN", f"{num_nan}", remedy)
    levels, codes = np.unique(values, return_inverse=True)
    rule = f"have {'exactly' if exactly else 'at least'} {at_least} values"
    remedy = "Add or leave out trials with another label."
    is_valid = len(levels) == at_least if exactly else len(levels) >= at_least
    check(is_valid, name, rule, levels.tolist(), remedy)
    return levels, codes


def per_level(values: Array, like: Array) -> Array:
    """Return one number per level, broadcastable to the axes of `like`."""
    return values.astype(like.dtype).reshape(-1, *[1] * (like.ndim - 1))


@functools.partial(jax.jit, static_argnames="count")
def mean_of_each(codes: np.ndarray | Array, values: Array, count: int) -> Array:
    """Return the mean over the trials of each level.

    `values` is `(trials, ...)`, the result `(levels, ...)`. The largest value of each
    level is subtracted first and added again. The mean of equal values is then exactly
    that value, so units that never vary have no variance and no difference of means.
    """
    codes = jnp.asarray(codes)
    counts = per_level(jnp.bincount(codes, length=count), values)
    # a constant offset: it cancels, so it has no derivative
    largest = jax.lax.stop_gradient(jax.ops.segment_max(values, codes, count))
    return largest + jax.ops.segment_sum(values - largest[codes], codes, count) / counts
