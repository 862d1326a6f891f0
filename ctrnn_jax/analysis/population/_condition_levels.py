"""Labels of trials: which levels there are, and means over the trials of each."""

from typing import Any

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import describe, invalid


def as_levels(name: str, labels: Any, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct labels, ascending, and which of them each trial has."""
    labels = np.asarray(labels)
    if labels.dtype.kind not in "biufSU":
        rule = "be numbers, booleans or strings"
        raise invalid(name, rule, describe(labels), "Leave out trials without one.")
    if labels.shape != (trials,):
        rule = f"be one label for each of {trials} trials"
        raise invalid(name, rule, f"shape {labels.shape}", "Give one a trial.")
    if labels.dtype.kind == "f" and np.any(np.isnan(labels)):
        remedy = "Leave out the trials that have no label."
        raise invalid(name, "have no NaN", f"{np.isnan(labels).sum()}", remedy)
    levels, codes = np.unique(labels, return_inverse=True)
    return levels, codes


def two_or_more(name: str, levels: np.ndarray) -> None:
    """Refuse labels that are all the same."""
    if len(levels) < 2:
        raise invalid(
            name,
            "take at least two values",
            levels.tolist(),
            "There is nothing to tell.",
        )


def exactly_two(name: str, levels: np.ndarray) -> None:
    """Refuse labels of more or fewer than two values."""
    if len(levels) != 2:
        rule = "have exactly two values"
        raise invalid(name, rule, levels.tolist(), "Compare two, or label by a test.")


def of_each(codes: np.ndarray | Array, values: Array, count: int) -> Array:
    """The mean over the trials of each level, `(levels, ...)` from `(trials, ...)`.

    About the largest of each level: the mean of equal values is this value to the bit,
    so what never varies has no variance and no difference of means.
    """
    codes = jnp.asarray(codes)
    counts = jnp.bincount(codes, length=count).astype(values.dtype)
    counts = counts.reshape(count, *[1] * (values.ndim - 1))
    largest = jax.lax.stop_gradient(jax.ops.segment_max(values, codes, count))
    return largest + jax.ops.segment_sum(values - largest[codes], codes, count) / counts
