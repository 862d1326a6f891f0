"""Errors at the door: one wording for every refusal, and the checks that raise it."""

from collections.abc import Callable, Iterable
import difflib
import math
from typing import Any

import jax
from jax.core import Tracer
import jax.numpy as jnp
import numpy as np

from ._types import ArrayLike


def refusal(name: str, rule: str, got: Any, remedy: str) -> ValueError:
    """The error "`name` must <rule>; got <got>. <remedy>", for the caller to raise."""
    return ValueError(f"`{name}` must {rule}; got {got}. {remedy}")


def describe(value: Any) -> str:
    """A short description of a value: dtype and shape of an array, else its repr."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{value.dtype} of shape {tuple(value.shape)}"
    return repr(value)


def is_concrete(tree: Any) -> bool:
    """Whether no leaf is a tracer, so that values can be looked at."""
    return not any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves(tree))


def check_values(
    name: str,
    value: ArrayLike,
    holds: Callable[[np.ndarray], np.ndarray],
    rule: str,
    remedy: str,
) -> None:
    """Refuse a concrete value any entry of which breaks the rule (tracers pass)."""
    if not is_concrete(value):
        return
    entries = np.asarray(value)
    good = holds(entries)
    if not np.all(good):
        first = entries if entries.ndim == 0 else entries[~good].flat[0]
        raise refusal(name, rule, f"{float(first):g}", remedy)


def check_positive(name: str, value: ArrayLike, remedy: str) -> None:
    """Refuse numbers that are not finite and above zero."""
    check_values(name, value, lambda x: np.isfinite(x) & (x > 0), "be positive", remedy)


def check_not_negative(name: str, value: ArrayLike, remedy: str) -> None:
    """Refuse numbers that are not finite and at least zero."""
    check_values(
        name, value, lambda x: np.isfinite(x) & (x >= 0), "not be negative", remedy
    )


def check_count(name: str, value: Any, *, at_least: int) -> int:
    """Refuse what is not a whole number of at least `at_least`; return it as int."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < at_least:
        raise refusal(
            name,
            f"be a whole number, at least {at_least}",
            repr(value),
            "Give a count.",
        )
    return int(value)


def check_fraction(name: str, value: Any) -> float:
    """Refuse what is not a number in [0, 1]; return it as float."""
    if not isinstance(value, (int, float, np.number)) or not 0 <= value <= 1:
        raise refusal(name, "lie in [0, 1]", repr(value), "Give a fraction.")
    return float(value)


def suggestion(word: Any, options: Iterable[str]) -> str:
    """ "Did you mean ...?" with the closest option, and the list of all of them."""
    options = list(options)
    close = difflib.get_close_matches(str(word), options, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    return f"{hint}The options are {', '.join(map(repr, options))}."


def check_choice(name: str, value: Any, options: Iterable[str]) -> str:
    """Refuse a word that is not among the options, suggesting the closest."""
    options = list(options)
    if value not in options:
        raise refusal(name, "be a known name", repr(value), suggestion(value, options))
    return value


def steps_in(name: str, duration: float, dt: float) -> int:
    """How many steps of `dt` a duration has; both in ms, a whole number of steps."""
    if not (math.isfinite(duration) and duration >= 0):
        raise refusal(name, "be a duration in ms", repr(duration), "Give it in ms.")
    count = round(duration / dt)
    if not math.isclose(count * dt, duration, rel_tol=1e-9, abs_tol=1e-9):
        raise refusal(
            name,
            f"be a multiple of dt = {dt:g} ms",
            f"{duration:g} ms",
            f"The nearest is {count * dt:g} ms.",
        )
    return count


def as_array(name: str, value: Any, dtype: Any, shape: tuple[int, ...]) -> jax.Array:
    """The value as an array of this dtype and exactly this shape, else a refusal."""
    try:
        array = jnp.asarray(value)
    except (TypeError, ValueError) as error:
        raise refusal(name, "be numbers", describe(value), "Give an array.") from error
    if not any(
        jnp.issubdtype(array.dtype, kind) for kind in (jnp.floating, jnp.integer)
    ):
        raise refusal(name, "be real numbers", describe(array), "Cast with .astype.")
    if array.shape != shape:
        raise refusal(
            name,
            f"have shape {shape}",
            f"shape {array.shape}",
            "Weights are W[post, pre]: rows are the targets."
            if len(shape) == 2
            else "Give one number for each unit.",
        )
    return array.astype(dtype)
