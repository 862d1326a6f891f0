"""Tasks whose options are fields: each field has a default and says what is valid."""

from collections.abc import Callable
import dataclasses
from functools import partial
from typing import Any, ClassVar, get_args, get_origin, Literal, TYPE_CHECKING

import equinox as eqx
from jax import Array
import jax.numpy as jnp

from ..._checks import (
    check_choice,
    check_count,
    check_finite,
    check_not_negative,
    check_positive,
    check_shape,
)
from ..._types import ArrayLike
from ._options import check_dt, check_targets, count, number
from ._performance import AbstractTwoChoice
from ._rendering import in_a_row
from ._task import AbstractTask


Check = Callable[[str, Any, float], object]
"""A function of an option's name, its value and dt that returns what is stored."""

IN_MS = partial(check_positive, remedy="It is in ms.")
"""The check of a positive time that may be an array."""

DEVIATION = partial(check_not_negative, remedy="It is a standard deviation.")
"""The check of a standard deviation."""


def static(default: object, check: Check | None = None) -> Any:
    """Return the field of an option that is part of the structure, such as a duration.

    A boolean and a `Literal` need no check: their annotation says what is valid.
    """
    return eqx.field(
        default=default, static=True, kw_only=True, metadata={"check": check}
    )


def at_least(low: int) -> Check:
    """Return the check of a whole number of at least `low`."""

    def check_whole(name: str, value: object, dt: float) -> int:
        del dt
        return check_count(name, value, at_least=low)

    return check_whole


if TYPE_CHECKING:
    # Type checkers know the parameters of this function alone. From its `converter`
    # they learn that the option is given as a number and read as an array.
    from equinox import field as array
else:

    def array(*, default, converter, check):
        """Return the field of an option that becomes an array, which may be swept.

        **Arguments:** `check(name, value)` raises if the value is invalid;
        `converter(value)` is the array.
        """

        def convert(name: str, value: object, dt: float) -> object:
            del dt
            check(name, value)
            if converter is number:
                check_shape(name, value, (), "Give one number.")
            return converter(value)

        metadata = {"check": convert}
        return eqx.field(
            default=default, converter=converter, kw_only=True, metadata=metadata
        )


class AbstractDeclared(AbstractTask):
    """A task whose options are its fields; all but a few are keywords.

    A subclass declares each option with `static` or `array`. All are validated here,
    in their order, and become attributes. Rules that relate several options belong in
    `__post_init__`, after that of this class.
    """

    dt: float = static(20.0)

    if TYPE_CHECKING:
        # Names of channels are never options but class attributes or properties.
        input_names: ClassVar[tuple[str, ...]]
        output_names: ClassVar[tuple[str, ...]]

    def __post_init__(self) -> None:
        """Validate the options and store what they stand for."""
        self.dt = check_dt(self.dt)
        for option in dataclasses.fields(self):
            value = getattr(self, option.name)
            is_left_out = value is None and type(None) in get_args(option.type)
            if not is_left_out:
                setattr(self, option.name, _checked(option, value, self.dt))

    def _steps(self, *durations: float) -> int:
        """Return the number of steps of some durations in ms, together."""
        return sum(count(duration, self.dt) for duration in durations)

    def _parts(self, *names: str, **drawn: ArrayLike) -> dict[str, Array]:
        """Return consecutive epochs, named after the options that are their durations.

        `drawn` has the steps of those that are no option.
        """
        return in_a_row(
            {
                name: drawn[name] if name in drawn else self._steps(getattr(self, name))
                for name in names
            }
        )


class AbstractDeclaredChoice(AbstractDeclared, AbstractTwoChoice):
    """A two-choice task with a target of the chosen output and one of the other."""

    output_names: ClassVar[tuple[str, ...]] = ("choice 1", "choice 2")

    low: Array = array(default=0.2, converter=number, check=check_finite)
    high: Array = array(default=1.0, converter=number, check=check_finite)

    def __post_init__(self) -> None:
        """Validate the options, of which `high` must be above `low`."""
        super().__post_init__()
        check_targets(self.low, self.high)

    def _goal(self, choice: Array) -> Array:
        """Return the targets of the decision, `(1, 2)`."""
        return jnp.where(jnp.arange(2) == choice, self.high, self.low)[None, :]


def _checked(option: dataclasses.Field, value: object, dt: float) -> object:
    """Return the value of an option as it is stored; raise if it is invalid."""
    words = _words(option.type)
    if words:
        return check_choice(option.name, value, words)
    check = option.metadata.get("check")
    return value if check is None else check(option.name, value, dt)


def _words(annotation: object) -> tuple[str, ...]:
    """Return the words of a `Literal`, also of one in a union."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(word for part in get_args(annotation) for word in _words(part))
