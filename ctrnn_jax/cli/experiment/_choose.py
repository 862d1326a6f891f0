"""The task, the loss and the swept values that the settings of a command choose."""

from collections.abc import Mapping, Sequence
import dataclasses
import math
import re
from typing import final

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from ..._checks import (
    check,
    check_choice,
    check_not_negative,
    check_number,
    closest,
    invalid,
)
from ..._tree import with_fields
from ...penalties import Loss
from ...tasks import AbstractTask, array_field, names
from ...training import Recipe, recipe as recipe_for
from ..options import flag_names, Sweep, Train
from ._assignments import Assignment, assignments_in
from ._code import Code
from ._option_table import is_number
from ._source import Source, source_of


_IN_PYTHON = (
    "To add a penalty, train in Python with cj.fit(..., "
    "loss=cj.Loss(rates=cj.penalties.RateL2(0.1)))."
)


@final
@dataclasses.dataclass(frozen=True)
class Chosen:
    """The task of a command, its recipe, and the values of each swept setting."""

    task: AbstractTask
    recipe: Recipe
    swept: dict[str, tuple[float, ...]]


def choose(command: Train | Sweep, code: Code, recipe: Recipe) -> Chosen:
    """Return the task and the recipe with `--dt` and the settings of `--set`.

    Numbers of a sweep become swept settings; lists and all other options are those of
    every network. Raises `ValueError` for unknown names (with a suggestion), and for
    values that the task rejects.
    """
    settings = assignments_in(command.set)
    source = source_of(command.task, code.task, recipe)
    of_task = [setting for setting in settings if setting.kind == "task"]
    of_loss = [setting for setting in settings if setting.kind == "loss"]
    options: dict[str, object] = {}
    swept: dict[str, tuple[float, ...]] = {}
    if command.dt is not None:
        rule = "be left out for a task without the option dt"
        check("dt" in source.options, "dt", rule, command.dt, "Drop it.")
        options["dt"] = command.dt
    default = source.default() if of_task else None
    is_sweep = isinstance(command, Sweep)
    for setting in of_task:
        _check_name(setting, source)
        if is_sweep and default is not None and _is_swept(setting, default):
            swept[f"task.{setting.name}"] = _numbers(setting)
        else:
            usual = getattr(default, setting.name, None)
            options[setting.name] = _as_given(setting.value, usual)
    task = _made(source, options)
    for name, values in swept.items():
        for value in values:  # each is validated by the task
            source.make(**options, **{name.removeprefix("task."): value})
    loss = _check_terms(command.task, of_loss, recipe.loss)
    if is_sweep:
        swept |= {f"loss.{setting.name}": _numbers(setting) for setting in of_loss}
    elif loss is not None and of_loss:
        weights = {x.name: _numbers(x) for x in of_loss}
        recipe = dataclasses.replace(recipe, loss=_weighted(loss, weights))
    in_order = [f"{setting.kind}.{setting.name}" for setting in settings]
    return Chosen(
        task, recipe, {name: swept[name] for name in in_order if name in swept}
    )


_STEPS = (
    0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 5.0, 8.0, 10.0, 12.5, 15.0, 16.0, 20.0, 25.0, 30.0,
    40.0, 50.0, 60.0, 80.0, 100.0, 150.0, 200.0, 250.0, 300.0, 400.0, 500.0,
)  # fmt: skip
"""Time steps in ms that an error may suggest."""


def _made(source: Source, options: Mapping[str, object]) -> AbstractTask:
    """Return the task; if durations are no multiples of `--dt`, name steps that fit."""
    try:
        return source.make(**options)
    except ValueError as error:
        text = r"`(\w+)` must be a multiple of dt = \S+ ms; got (\S+ ms)\."
        matched, dt = re.match(text, str(error)), options.get("dt")
        # a duration that was set is mended rather than dt
        if matched is None or not isinstance(dt, float) or matched[1] in options:
            raise
        near = sorted(_STEPS, key=lambda step: abs(math.log(step / dt)))
        fits = [step for step in near if _can_be_made(source, options, step)]
        rule = "divide the durations of the task"
        got = f"{dt:g} ms, where {matched[1]} = {matched[2]}"
        known = ", ".join(f"{step:g}" for step in sorted(fits[:6]))
        raise invalid("dt", rule, got, f"For example {known} ms.") from error


def _can_be_made(source: Source, options: Mapping[str, object], dt: float) -> bool:
    """Return whether a task has valid options with this step."""
    try:
        source.make(**{**options, "dt": dt})
    except ValueError:
        return False
    return True


def _check_name(setting: Assignment, source: Source) -> None:
    """Validate that the task has an option of this name."""
    options = [name for name in source.options if name != "dt"]
    remedy = "It has no options; name its class for them."
    check(source.options, "set task.", "be an option of the task", setting.text, remedy)
    flag = None if setting.name in options else flag_names(Train).get(setting.name)
    name, rule = f"set task.{setting.name}", "be left out of --set"
    check(flag is None, name, rule, setting.text, f"Use {flag}.")
    check_choice("set task.", setting.name, options)


def _as_given(value: object, default: object) -> object:
    """Return a value of `--set` with floats where the default of the option has them.

    So that an option has the same type, and a run the same description, for 500 and for
    500.0.
    """
    if isinstance(value, tuple):
        example = default[0] if isinstance(default, tuple) and default else default
        return tuple(_as_given(part, example) for part in value)
    has_floats = isinstance(default, float) or eqx.is_inexact_array(default)
    return float(value) if has_floats and type(value) is int else value


def _is_swept(setting: Assignment, default: AbstractTask) -> bool:
    """Return whether an option is a number that differs between networks of a sweep."""
    value = getattr(default, setting.name, None)
    if is_number(value):
        return True
    is_list = isinstance(value, tuple) or eqx.is_array(value)
    is_one = is_list or not isinstance(setting.value, tuple)
    rule = f"have one value for {setting.name!r}, which all networks share"
    remedy = array_field(default, setting.name) or "Start a sweep for each value."
    check(is_one, "set", rule, setting.text, remedy)
    return False


def _numbers(setting: Assignment) -> tuple[float, ...]:
    """Return the numbers of a setting."""
    value = setting.value
    values = value if isinstance(value, tuple) else (value,)
    try:
        return tuple(check_number("set", each) for each in values)
    except ValueError as error:
        remedy = "For example 0.1,0.2 in a sweep."
        text = repr(setting.text)
        raise invalid("set", "have numbers after =", text, remedy) from error


def _check_terms(
    name: str, settings: Sequence[Assignment], loss: Loss | None
) -> Loss | None:
    """Validate that the loss has the penalties of these settings; return it."""
    penalties = () if loss is None else tuple(loss.penalties)
    for setting in settings:
        _check_is_penalty(setting.name, penalties, name)
        weights = np.asarray(_numbers(setting))
        argument = f"set loss.{setting.name}"
        check_not_negative(argument, weights, "It is the weight of a penalty.")
    return loss


def _check_is_penalty(penalty: str, penalties: Sequence[str], task: str) -> None:
    """Validate that a penalty is one of the task; else say how to add one."""

    def remedy() -> str:
        meant = closest(penalty, penalties)
        hint = f"Did you mean 'loss.{meant}'? " if meant else ""
        text = f"{task!r} has {', '.join(penalties) or 'none'}."
        published = recipe_for(task, published=True).loss if task in names() else None
        if not penalties and published is not None:
            text = f"{task!r} has {', '.join(published.penalties)} with --published."
        return f"{hint}{text} {_IN_PYTHON}"

    rule, got = "name a penalty of the loss", repr(f"loss.{penalty}")
    check(penalty in penalties, "set", rule, got, remedy)


def _weighted(loss: Loss, weights: Mapping[str, tuple[float, ...]]) -> Loss:
    """Return the loss with other weights of some penalties."""
    penalties = dict(loss.penalties)
    for name, values in weights.items():
        rule, remedy = (
            "be one number without a sweep",
            "Use ctrnn-jax sweep for several.",
        )
        check(len(values) == 1, f"set loss.{name}", rule, values, remedy)
        weight = jnp.asarray(values[0], float)
        penalties[name] = with_fields(penalties[name], weight=weight)
    return with_fields(loss, penalties=penalties)
