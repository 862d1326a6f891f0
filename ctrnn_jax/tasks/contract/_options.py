"""Validation of a task's options: durations, lists of numbers, targets."""

from collections.abc import Sequence
import dataclasses

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import (
    check,
    check_finite,
    check_list,
    check_not_negative,
    check_number,
    check_positive,
    check_shape,
    check_values,
    describe,
    invalid,
    is_concrete,
    steps_in,
)
from ..._types import ArrayLike


def array_field(task: object, name: str) -> str:
    """Return how to declare a number of a task that a sweep cannot vary yet, else "".

    Only a number that sets no shape can be an array: a float that is not static.
    """
    fields = dataclasses.fields(task) if dataclasses.is_dataclass(task) else ()
    is_static = any(f.metadata.get("static") for f in fields if f.name == name)
    value = getattr(task, name, None)
    if is_static or name == "dt" or type(value) is not float:
        return ""
    default = f"converter=jnp.asarray, default={value:g}"
    return f"Make it an array field, {name}: jax.Array = eqx.field({default})."


def number(value: ArrayLike) -> Array:
    """Return a strongly typed float array.

    A weakly typed one would be retraced after an optimiser update.
    """
    array = jnp.asarray(value, float)
    return jax.lax.convert_element_type(array, array.dtype)


def numbers(values: ArrayLike | Sequence[float]) -> Array:
    """Return a list of numbers as a strongly typed float array, `(n,)`."""
    return jnp.atleast_1d(number(jnp.asarray(values, float)))


def numbers_or_default(values: ArrayLike | Sequence[float] | None) -> Array:
    """Return `numbers(values)`; the task has replaced `None` by its default before."""
    return numbers(() if values is None else values)


def check_numbers(name: str, values: ArrayLike | Sequence[float], remedy: str) -> Array:
    """Validate a list of at least one finite number; return it as a float array."""
    rule = "be a list of numbers"
    try:
        array = numbers(values)
    except (TypeError, ValueError) as error:
        raise invalid(name, rule, describe(values), remedy) from error
    is_list = array.ndim == 1 and array.size > 0
    check(is_list, name, rule, describe(values), remedy)
    check_finite(name, array)
    return array


def check_within(
    name: str, value: ArrayLike, low: float, high: float, remedy: str
) -> None:
    """Validate that all numbers lie in [low, high]."""

    def is_within(x: np.ndarray) -> np.ndarray:
        return (x >= low) & (x <= high)

    check_values(name, value, is_within, f"lie in [{low:g}, {high:g}]", remedy)


def check_coherences(
    name: str, values: ArrayLike | Sequence[float], largest: float, remedy: str
) -> None:
    """Validate a list of coherences, each in [0, largest]."""
    check_within(name, check_numbers(name, values, remedy), 0.0, largest, remedy)


def check_targets(low: Array, high: Array) -> None:
    """Validate that the target of the chosen output is above that of the other."""
    if is_concrete((low, high)):

        def is_above(high: np.ndarray) -> np.ndarray:
            return high > np.asarray(low)

        remedy = "It is the target of the chosen output."
        check_values("high", high, is_above, "be above `low`", remedy)


def check_unused(name: str, value: object, used_by: str) -> None:
    """Validate that an option without effect was left out (is None)."""
    rule = f"be left out unless {used_by}"
    got = describe(value)
    check(value is None, name, rule, got, "It has no effect with these options.")


def check_dt(dt: float) -> float:
    """Validate that the step is a positive number of ms; return it as float."""
    step = check_number("dt", dt)
    check_positive("dt", step, "It is the step in ms.")
    return step


def check_duration(name: str, duration: float, dt: float) -> float:
    """Validate that a duration is a positive multiple of dt; both in ms."""
    duration = check_spare(name, duration, dt)
    has_steps = count(duration, dt) > 0
    got = f"{duration:g} ms"
    check(has_steps, name, "last at least one step", got, f"dt is {dt:g} ms.")
    return duration


def check_spare(name: str, duration: float, dt: float) -> float:
    """Validate that a duration is 0 or a positive multiple of dt; both in ms."""
    steps_in(name, duration, dt)
    return float(duration)


def check_bounds(name: str, bounds: object, dt: float) -> tuple[float, float]:
    """Validate the bounds of a duration: two positive multiples of dt, low < high."""
    ends = tuple(
        check_number(name, end) for end in check_list(name, bounds, of="two durations")
    )
    is_range = len(ends) == 2 and ends[0] < ends[1]
    rule = "be two durations in ms, low < high"
    check(is_range, name, rule, repr(ends), "Give a tuple (low, high).")
    return check_duration(name, ends[0], dt), check_duration(name, ends[1], dt)


def count(duration: float, dt: float) -> int:
    """Return the number of steps of a validated duration; both in ms."""
    return round(duration / dt)


def check_weights(weights: ArrayLike | Sequence[float], size: int, *, of: str) -> Array:
    """Validate relative frequencies, one for each of `size` items named `of`."""
    values = check_numbers("weights", weights, f"Give one number for each {of}.")
    check_shape("weights", values, (size,), f"Give one number for each {of}.")
    remedy = "They are relative frequencies."
    check_not_negative("weights", values, remedy)

    def is_positive(total: np.ndarray) -> np.ndarray:
        return total > 0

    check_values("weights", values.sum(), is_positive, "have a positive sum", remedy)
    return values
