"""The members of an ensemble: every setting of a sweep with every seed."""

from collections.abc import Callable, Mapping, Sequence
import dataclasses
import itertools
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax

from ..._checks import (
    check,
    check_choice,
    check_count,
    check_finite,
    check_list,
    check_not_negative,
    describe,
    invalid,
    takes,
)
from ..._tree import with_fields
from ...dynamics import DiffusionNoise
from ...network import AbstractNetwork, replace, stack
from ...penalties import Loss
from ...tasks import AbstractTask, array_field
from .._compiled_updates import Settings
from .._history import Member
from ..optimisers import adapted, with_rate


Sweep = Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]
"""Values by name, of which all combinations are trained; or a list of settings."""

Optimiser = optax.GradientTransformation | Callable[..., optax.GradientTransformation]
"""An optimiser, or a function of the learning rate that returns one."""

_OF_NETWORK = ("noise", "tau")
LEARNING_RATE = "learning_rate"


def members_of(
    seeds: Sequence[int], sweep: Sweep, tasks: Sequence[AbstractTask], loss: Loss
) -> tuple[Member, ...]:
    """Return every setting of the sweep with every seed; seeds vary fastest.

    Raises `ValueError` for no seeds, equal seeds, unknown names (with a suggestion),
    empty lists, and settings of different names.
    """
    seeds = check_list("seeds", seeds, of="whole numbers")
    check(seeds, "seeds", "hold at least one", "none", "Give range(8), for example.")
    for seed in seeds:
        check_count("seeds", seed, at_least=0)
        check(seed < 2**63, "seeds", "be below 2**63", seed, "Give range(8), say.")
    rule, remedy = "be different", "Networks of one seed are equal: drop the others."
    check(len(set(seeds)) == len(seeds), "seeds", rule, list(seeds), remedy)
    settings, allowed = _settings_of_sweep(sweep), _names_to_sweep(tasks, loss)
    for setting in settings:
        for name in setting:
            declared = array_field(tasks[0], str(name).removeprefix("task."))
            if declared and name not in allowed:
                rule = "name a number that can differ between networks"
                raise invalid("sweep", rule, repr(name), declared)
            check_choice("sweep", name, allowed)
        has_all = setting.keys() == settings[0].keys()
        rule = "have the same names for all members"
        check(has_all, "sweep", rule, setting, "Add the missing values.")
    return tuple(Member(int(seed), setting) for setting in settings for seed in seeds)


def _settings_of_sweep(sweep: Sweep) -> list[dict[str, Any]]:
    """Return the settings of a sweep: all combinations, or those in the list."""
    if not isinstance(sweep, Mapping):
        for setting in sweep:
            is_setting = isinstance(setting, Mapping)
            remedy = 'Give [{"tau": 50.0}, {"tau": 100.0}], for example.'
            rule = "be a dictionary, or a list of dictionaries"
            check(is_setting, "sweep", rule, lambda: describe(sweep), remedy)
        return [dict(setting) for setting in sweep] or [{}]
    for name, values in sweep.items():
        argument = f"sweep[{name!r}]"
        values = check_list(argument, values, of="values")
        check(values, argument, "hold at least one value", "none", "Add one.")
    combinations = itertools.product(*sweep.values())
    return [dict(zip(sweep, values, strict=True)) for values in combinations]


def selected(members: Sequence[Member], only: Sequence[int]) -> tuple[Member, ...]:
    """Return the members of these indices; raise `ValueError` for wrong indices."""
    indices = check_list("only", only, of="whole numbers")
    check(indices, "only", "hold at least one", "none", "Give range(8), for example.")
    for index in indices:
        check_count("only", index, at_least=0)
        rule = f"be below {len(members)}, the number of members"
        check(index < len(members), "only", rule, index, "They count from 0.")
    is_unique = len(set(indices)) == len(indices)
    check(is_unique, "only", "be different", list(indices), "Drop the others.")
    return tuple(members[index] for index in indices)


def _names_to_sweep(tasks: Sequence[AbstractTask], loss: Loss) -> list[str]:
    """Return the names that a sweep may use, of network, loss and all of the tasks."""
    numbers = [
        name
        for name in vars(tasks[0])
        if all(eqx.is_inexact_array(getattr(task, name, None)) for task in tasks)
    ]
    return [
        *_OF_NETWORK,
        LEARNING_RATE,
        *(f"loss.{name}" for name in loss.penalties),
        *(f"task.{name}" for name in numbers),
    ]


def keys_of_member(seed: int) -> tuple[Array, Array]:
    """Return the keys of the weights and of the training for a seed."""
    net_key, fit_key = jax.random.split(jax.random.key(seed))
    return net_key, fit_key


def networks_of(
    make: Callable[[Array], AbstractNetwork], members: Sequence[Member]
) -> AbstractNetwork:
    """Return a stack of the members' networks before training.

    Each is built alone, so that it has the same bits as if it were trained alone.
    """
    rule, remedy = (
        "take a key alone",
        "Such as make=lambda key: cj.CTRNN(..., key=key).",
    )
    check(takes(make, 1), "make", rule, lambda: describe(make), remedy)
    by_seed: dict[int, AbstractNetwork] = {}
    nets = []
    for member in members:
        if member.seed not in by_seed:
            by_seed[member.seed] = make(keys_of_member(member.seed)[0])
        net = by_seed[member.seed]
        is_network = isinstance(net, AbstractNetwork)
        is_one = is_network and net.dt.ndim == 0
        got = f"a stack of shape {net.dt.shape}" if is_network else describe(net)
        remedy = "Take a key, return a CTRNN."
        check(is_one, "make", "return a network", got, remedy)
        changes = {n: v for n, v in member.settings.items() if n in _OF_NETWORK}
        if isinstance(changes.get("noise"), (int, float, np.number)):
            check(
                isinstance(net.noise, DiffusionNoise),
                "sweep['noise']",
                "be noise objects unless the network has DiffusionNoise",
                repr(changes["noise"]),
                "Give cj.StepNoise(...), for example, as the network has.",
            )
            changes["noise"] = DiffusionNoise(changes["noise"])
        nets.append(replace(net, **changes) if changes else net)
    return stack(nets)


def values_of(
    members: Sequence[Member], tasks: Sequence[AbstractTask], dtype: np.dtype
) -> dict[str, Array]:
    """Return the swept values that are not of the network, by name, `(members,)`."""
    names = [n for n in members[0].settings if n not in _OF_NETWORK]
    arrays = {}
    for name in names:
        values = np.asarray([member.settings[name] for member in members])
        is_numbers = values.ndim == 1 and values.dtype.kind in "fiu"
        rule, remedy = "be numbers", "Give one number for each member."
        argument = f"sweep[{name!r}]"
        check(is_numbers, argument, rule, values.tolist(), remedy)
        kind, _, part = name.partition(".")
        if kind == "task":
            for task in tasks:
                _check_option(argument, task, part, values)
        else:
            remedy = "It is a learning rate, or the weight of a penalty."
            check_not_negative(argument, values, remedy)
        arrays[name] = jnp.asarray(values, dtype)
    return arrays


def _check_option(
    argument: str, task: AbstractTask, name: str, values: np.ndarray
) -> None:
    """Validate values of an option by the check that the task declares for it."""
    check_finite(argument, values)
    option = next(f for f in dataclasses.fields(task) if f.name == name)
    check_option = option.metadata.get("check")
    if check_option is not None:
        for value in values:
            check_option(argument, value, task.dt)


def check_optimiser(optimiser: Optimiser, names: Sequence[str]) -> None:
    """Validate that the optimiser takes a learning rate exactly if it is swept."""
    is_fixed = not callable(optimiser)
    got = "an optimiser" if is_fixed else describe(optimiser)
    rule = "be an optimiser"
    remedy = "A function of the learning rate needs sweep={'learning_rate': [...]}."
    if LEARNING_RATE in names:
        rule = "be a function of the learning rate, which is swept"
        remedy = "Pass optax.adam, for example, instead of optax.adam(1e-3)."
    check(is_fixed != (LEARNING_RATE in names), "optimiser", rule, got, remedy)


def optimiser_of(
    optimiser: Optimiser, values: Mapping[str, Array]
) -> optax.GradientTransformation:
    """Return the optimiser of one member."""
    if not callable(optimiser):
        return optimiser
    return optimiser(values[LEARNING_RATE])


def settings_of(
    settings: Settings, optimiser: Optimiser | None, values: Mapping[str, Array]
) -> Settings:
    """Return the settings of one member: its learning rate, penalty weights and task.

    `values` are the swept values of this member, scalars by name. If `optimiser` is
    `None`, that of `settings` is one to which `with_rate` gives the learning rate.
    """
    task, penalties = settings.task, dict(settings.loss.penalties)
    for name, value in values.items():
        kind, _, part = name.partition(".")
        if kind == "task":
            old = getattr(task, part)
            task = with_fields(task, **{part: jnp.full_like(old, value)})
        elif kind == "loss":
            penalties[part] = with_fields(penalties[part], weight=value)
    loss = with_fields(settings.loss, penalties=penalties)
    settings = with_fields(settings, task=task, loss=loss)
    if optimiser is not None:
        return with_fields(settings, optimiser=optimiser_of(optimiser, values))
    if LEARNING_RATE not in values:
        return settings
    update = with_rate(adapted(settings.optimiser), values[LEARNING_RATE])
    return with_fields(settings, optimiser=update)
