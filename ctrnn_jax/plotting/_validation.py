"""What several figures are drawn from: validated numbers, running means, limits."""

from collections.abc import Sequence
from typing import Literal

import jax.numpy as jnp
import numpy as np

from .._checks import (
    check,
    check_axes,
    check_count,
    check_finite,
    check_number,
    check_positive,
    check_shape,
    describe,
)
from .._show import counted
from .._types import Numbers


def as_numbers(
    name: str,
    values: object,
    axes: str,
    remedy: str = "Add or drop axes.",
    *,
    finite: Literal["all", "some", "any"] = "all",
) -> np.ndarray:
    """Return real numbers with the given axes, such as "time units", as floats.

    All or some of them must be finite; with `finite="any"`, not even one.
    """
    array = np.asarray(values)
    real = (jnp.floating, jnp.integer, jnp.bool_)
    is_real = any(jnp.issubdtype(array.dtype, kind) for kind in real)
    check(is_real, name, "be real numbers", describe(array), "Cast with .astype.")
    check_axes(name, array, axes, remedy)
    array = array.astype(float)
    if finite == "all":
        check_finite(name, array)
    elif finite == "some":
        rule, remedy = "hold a finite number", "Values that are not are left out."
        check(np.isfinite(array).any(), name, rule, "none", remedy)
    return array


def as_mask(mask: Numbers | None, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return where a mask of this shape is not 0, as booleans."""
    if mask is None:
        return None
    check_shape("mask", mask, shape, "Give one entry for each value.")
    return np.asarray(mask) > 0


def channel_names(name: str, names: Sequence[str], count: int) -> list[str]:
    """Validate that there is a name for each channel, or none at all; return them."""
    rule, got = f"name each of {count} channels", counted(len(names), "name")
    check(len(names) in (0, count), name, rule, got, "Give one name for each channel.")
    return [str(each) for each in names]


def time_step(dt: object) -> float:
    """Validate `dt` in ms; return it as float."""
    dt = check_number("dt", dt)
    check_positive("dt", dt, "Give it in ms.")
    return dt


def excitatory_count(n_excitatory: object, units: int) -> int:
    """Validate a number of excitatory units; return it as int."""
    count = check_count("n_excitatory", n_excitatory, at_least=0)
    rule, remedy = f"be at most the {units} units", "Pass net.n_excitatory."
    check(count <= units, "n_excitatory", rule, count, remedy)
    return count


def unit_indices(name: str, indices: Sequence[int] | Numbers, units: int) -> np.ndarray:
    """Validate indices of units, counted from 0; return them, none negative."""
    chosen = np.asarray(indices)
    is_list = chosen.ndim == 1 and len(chosen) > 0 and chosen.dtype.kind in "iu"
    in_range = is_list and np.all((chosen >= -units) & (chosen < units))
    rule = f"hold indices of the {units} units"
    remedy = "Those of a mask are np.flatnonzero(mask)."
    got = repr(indices) if isinstance(indices, (int, list, tuple)) else describe(chosen)
    check(in_range, name, rule, got, remedy)
    return chosen % units


def smoothed(rows: np.ndarray, window: int) -> np.ndarray:
    """Return running means of each row over up to `window` updates; NaN stays NaN."""
    length = rows.shape[1]
    is_known = np.isfinite(rows)
    kernel = np.ones(min(window, length))
    # no difference of cumulative sums: after an exploding loss it would lose all digits
    sums, counts = (
        np.stack([np.convolve(row, kernel)[:length] for row in values])
        for values in (np.where(is_known, rows, 0.0), is_known.astype(float))
    )
    return np.where(is_known, sums / np.maximum(counts, 1), np.nan)


def held(rows: np.ndarray, last: np.ndarray | None = None) -> np.ndarray:
    """Return rows that keep their last number while others continue.

    The columns end where the longest row ends. A row that ends before continues with
    its last number in `last`, by default in the row itself.
    """
    last = rows if last is None else last
    is_known = ~np.isnan(rows)
    length = int(np.max(np.flatnonzero(is_known.any(axis=0)) + 1, initial=0))
    rows, is_known = rows[:, :length], is_known[:, :length]
    latest = np.maximum.accumulate(np.where(is_known, np.arange(length), 0), axis=1)
    return np.where(is_known, rows, np.take_along_axis(last, latest, axis=1))


def log_limits(values: np.ndarray) -> tuple[float, float]:
    """Return limits that leave out values far from all others.

    At most one in a hundred values, or one of fewer, is beyond each limit. Values that
    are not positive do not count.
    """
    values = np.sort(values[np.isfinite(values) & (values > 0)])
    few = max(1, len(values) // 100) if len(values) > 3 else 0
    low, high = values[0], values[-1]
    if high > 10 * values[-1 - few]:
        high = values[-1 - few]
    if low < values[few] / 10:
        low = values[few]
    return 0.8 * float(low), 1.2 * float(high)


def within(values: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Return the values with NaN for those beyond the limits."""
    low, high = limits
    return np.where((values >= low) & (values <= high), values, np.nan)


def running_mean(values: np.ndarray, window: int) -> np.ndarray:
    """Return means over `window` values, without those that are NaN."""
    is_known, ones = np.isfinite(values), np.ones(window)
    sums = np.convolve(np.where(is_known, values, 0.0), ones, "valid")
    counts = np.convolve(is_known, ones, "valid")
    return np.where(counts > 0, sums / np.maximum(counts, 1.0), np.nan)
