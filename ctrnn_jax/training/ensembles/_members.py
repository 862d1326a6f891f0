"""Who is in an ensemble: seeds, and the settings that are swept."""

from collections.abc import Callable, Mapping, Sequence
import itertools
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax

from ..._checks import check_choice, check_count, check_list, describe, invalid
from ..._tree import with_fields
from ...dynamics import DiffusionNoise
from ...network import AbstractNetwork, replace, stack
from ...penalties import Loss
from ...tasks import AbstractTask
from .._loop import Settings


Sweep = Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]
Optimiser = optax.GradientTransformation | Callable[..., optax.GradientTransformation]
_OF_NETWORK = ("noise", "tau")
_RATE = "learning_rate"


class Member(eqx.Module):
    """One network of an ensemble: its seed, and its value of what is swept."""

    seed: int = eqx.field(static=True)
    settings: dict[str, Any]

    def __str__(self) -> str:
        parts = [f"seed {self.seed}", *(f"{n} {v}" for n, v in self.settings.items())]
        return ", ".join(parts)


def members_of(
    seeds: Sequence[int], sweep: Sweep, allowed: Sequence[str]
) -> tuple[Member, ...]:
    """Every setting of the sweep with every seed; seeds vary fastest.

    Raises `ValueError` for no seeds, unknown names (with a suggestion), empty lists,
    and settings that do not name the same things.
    """
    seeds = check_list("seeds", seeds, of="whole numbers")
    if not seeds:
        raise invalid("seeds", "hold at least one", "none", "Give range(8), say.")
    for seed in seeds:
        check_count("seeds", seed, at_least=0)
    if isinstance(sweep, Mapping):
        for name, values in sweep.items():
            if not check_list(f"sweep[{name!r}]", values, of="values"):
                raise invalid(
                    f"sweep[{name!r}]", "hold at least one value", "none", "Add one."
                )
        settings = [
            dict(zip(sweep, values, strict=True))
            for values in itertools.product(*sweep.values())
        ]
    else:
        settings = [dict(one) for one in check_list("sweep", sweep, of="mappings")]
        settings = settings or [{}]
    for one in settings:
        for name in one:
            check_choice("sweep", name, allowed)
        if one.keys() != settings[0].keys():
            raise invalid(
                "sweep", "name the same things for all members", one, "Complete it."
            )
    return tuple(Member(int(seed), one) for one in settings for seed in seeds)


def names_to_sweep(task: AbstractTask, loss: Loss) -> list[str]:
    """What a sweep may name: parts of the network, of the loss, and of the task."""
    arrays = [name for name, value in vars(task).items() if eqx.is_inexact_array(value)]
    return [
        *_OF_NETWORK,
        _RATE,
        *(f"loss.{name}" for name in loss.penalties),
        *(f"task.{name}" for name in arrays),
    ]


def keys_of_member(seed: int) -> tuple[Array, Array]:
    """The key of the weights, and that of the training, of the member with a seed."""
    net_key, fit_key = jax.random.split(jax.random.key(seed))
    return net_key, fit_key


def networks_of(
    make: Callable[[Array], AbstractNetwork], members: Sequence[Member]
) -> AbstractNetwork:
    """A stack of the members' networks before training.

    Each is built as it would be alone, so that it has the same bits.
    """
    built: dict[int, AbstractNetwork] = {}
    nets = []
    for member in members:
        if member.seed not in built:
            built[member.seed] = make(keys_of_member(member.seed)[0])
        net = built[member.seed]
        if not isinstance(net, AbstractNetwork):
            raise invalid(
                "make", "return a network", describe(net), "Take a key, return a CTRNN."
            )
        changes = {n: v for n, v in member.settings.items() if n in _OF_NETWORK}
        if isinstance(changes.get("noise"), (int, float, np.number)):
            if not isinstance(net.noise, DiffusionNoise):
                raise invalid(
                    "sweep['noise']",
                    "be noise objects unless the network has DiffusionNoise",
                    repr(changes["noise"]),
                    "Give cj.StepNoise(...) or the like, as the network has.",
                )
            changes["noise"] = DiffusionNoise(changes["noise"])
        nets.append(replace(net, **changes) if changes else net)
    return stack(nets)


def values_of(members: Sequence[Member], dtype: Any) -> dict[str, Array]:
    """What is swept and not part of the network: by name, one number a member."""
    names = [n for n in members[0].settings if n not in _OF_NETWORK]
    found = {}
    for name in names:
        values = np.asarray([member.settings[name] for member in members])
        if values.ndim != 1 or values.dtype.kind not in "fiu":
            raise invalid(
                f"sweep[{name!r}]", "be numbers", values.tolist(), "One a member."
            )
        found[name] = jnp.asarray(values, dtype)
    return found


def check_optimiser(optimiser: Optimiser, names: Sequence[str]) -> None:
    """Refuse an optimiser that does not go with what is swept."""
    fixed = isinstance(optimiser, optax.GradientTransformation)
    if fixed and _RATE in names:
        raise invalid(
            "optimiser",
            "be a function of the learning rate, which is swept",
            "an optimiser",
            "Pass optax.adam, say, instead of optax.adam(1e-3).",
        )
    if not fixed and _RATE not in names:
        raise invalid(
            "optimiser",
            "be an optimiser",
            describe(optimiser),
            "A function of the learning rate needs sweep={'learning_rate': [...]}.",
        )


def optimiser_of(
    optimiser: Optimiser, values: Mapping[str, Array]
) -> optax.GradientTransformation:
    """The optimiser of one member."""
    if isinstance(optimiser, optax.GradientTransformation):
        return optimiser
    return optimiser(values[_RATE])


def settings_of(
    settings: Settings, optimiser: Optimiser, values: Mapping[str, Array]
) -> Settings:
    """The settings of one member: with its learning rate, weights and task."""
    task, costs = settings.task, dict(settings.loss.penalties)
    for name, value in values.items():
        kind, _, part = name.partition(".")
        if kind == "task":
            old = getattr(task, part)
            task = with_fields(task, **{part: jnp.full_like(old, value)})
        elif kind == "loss":
            costs[part] = with_fields(costs[part], weight=value)
    return with_fields(
        settings,
        task=task,
        loss=with_fields(settings.loss, penalties=costs),
        optimiser=optimiser_of(optimiser, values),
    )
