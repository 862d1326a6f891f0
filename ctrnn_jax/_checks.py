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
    entries = _numbers(name, value)
    good = holds(entries)
    if not np.all(good):
        first = entries if entries.ndim == 0 else entries[~good].flat[0]
        raise refusal(name, rule, f"{float(first):g}", remedy)


def _numbers(name: str, value: Any) -> np.ndarray:
    """The value as a NumPy array; refuse text, None and ragged lists."""
    try:
        entries = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise refusal(name, "be numbers", repr(value), "Give an array.") from error
    if entries.dtype.kind in "OSUMm":
        raise refusal(name, "be numbers", repr(value), "Text and None are none.")
    return entries


def check_number(name: str, value: Any) -> float:
    """Refuse what is not one number that is known now; return it as float."""
    remedy = "Give an int or a float."
    if isinstance(value, (str, bytes, bool, np.bool_)):
        raise refusal(name, "be a number", repr(value), remedy)
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise refusal(name, "be a number", describe(value), remedy) from error


def check_flag(name: str, value: Any) -> bool:
    """Refuse what is neither True nor False."""
    if not isinstance(value, (bool, np.bool_)):
        raise refusal(name, "be True or False", repr(value), "It is a switch.")
    return bool(value)


def check_list(name: str, values: Any, *, of: str = "numbers") -> tuple[Any, ...]:
    """Refuse what is not a list or the like; return it as a tuple."""
    try:
        if isinstance(values, (str, bytes)):
            raise TypeError
        return tuple(values)
    except TypeError as error:
        remedy = "Give a tuple."
        raise refusal(name, f"be a list of {of}", describe(values), remedy) from error


def check_finite(name: str, value: ArrayLike) -> None:
    """Refuse numbers that are not finite."""
    check_values(name, value, np.isfinite, "be finite", "Give a number.")


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
    duration = check_number(name, duration)
    if not math.isfinite(duration):
        raise refusal(name, "be a duration in ms", repr(duration), "Give it in ms.")
    if duration < 0:
        raise refusal(name, "not be negative", f"{duration:g} ms", "It is in ms.")
    count = round(duration / dt)
    if not math.isclose(count * dt, duration, rel_tol=1e-9, abs_tol=1e-9):
        raise refusal(
            name,
            f"be a multiple of dt = {dt:g} ms",
            f"{duration:g} ms",
            f"The nearest is {max(count, 1) * dt:g} ms.",
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
