"""The members of a sweep: their settings and their lines of the history."""

from collections.abc import Callable, Mapping, Sequence
import dataclasses
import itertools
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import check, check_choice, invalid
from ..._types import KeyArray
from ...network import AbstractNetwork
from ...tasks import AbstractTask
from ...training import EnsembleState, Member
from ._build import keys_of, Setup
from ._history import Line
from ._settings import SweepSettings


@dataclasses.dataclass(frozen=True)
class Plan:
    """The arguments of `fit_ensemble`.

    `settings` holds the swept settings as plain numbers, and `sweep` holds them in the
    form that `fit_ensemble` takes. The members of one setting, one per seed, are
    adjacent.
    """

    make: Callable[[KeyArray], AbstractNetwork]
    optimiser: Any
    settings: tuple[dict[str, float], ...]
    sweep: tuple[dict[str, Any], ...]

    def members(self, seeds: Sequence[int]) -> tuple[Member, ...]:
        """Return the members in the order of `fit_ensemble`."""
        return tuple(Member(seed, dict(one)) for one in self.settings for seed in seeds)


def combinations(config: SweepSettings) -> tuple[dict[str, float], ...]:
    """Return every combination of the settings that have several values.

    Raises `ValueError` for a `--set` that cannot be read or that repeats a name.
    """
    values: dict[str, Sequence[float]] = {
        name: numbers
        for name, numbers in (
            ("noise", config.noise),
            ("tau", config.tau),
            ("learning_rate", config.learning_rate),
        )
        if len(numbers) > 1 or (name == "tau" and numbers)
    }
    for text in config.set:
        name, numbers = _parsed(text)
        check(name not in values, "set", f"name {name!r} once", text, "Drop one.")
        values[name] = numbers
    products = itertools.product(*values.values())
    return tuple(dict(zip(values, one, strict=True)) for one in products)


def _parsed(text: str) -> tuple[str, tuple[float, ...]]:
    remedy = "Write --set loss.TERM=1e-3,1e-2 or --set task.NUMBER=0.1,0.2."
    name, _, numbers = text.partition("=")
    kind, _, part = name.partition(".")
    if not numbers or kind not in ("loss", "task") or not part:
        raise invalid("set", "be NAME=VALUE,VALUE", repr(text), remedy)
    try:
        return name, tuple(float(number) for number in numbers.split(","))
    except ValueError as error:
        raise invalid("set", "have numbers after =", repr(text), remedy) from error


def plan_of(setup: Setup) -> Plan:
    """Return the arguments of `fit_ensemble` for the settings of a sweep.

    Raises `ValueError` for settings that cannot be swept together.
    """
    config: SweepSettings = setup.config
    settings = combinations(config)
    _check_names(setup, settings[0])
    sigma = config.noise[0] if config.noise else None

    def make(key: KeyArray) -> AbstractNetwork:
        return setup.make(key, sigma=sigma)

    def as_swept(one: Mapping[str, float]) -> dict[str, Any]:
        # a noise level becomes the noise of the recipe, as in `ctrnn-jax train`
        swept: dict[str, Any] = dict(one)
        if "noise" in one:
            swept["noise"] = setup.make(key, sigma=one["noise"]).noise
        return swept

    key = keys_of(config.seeds[0])[0]
    sweep = tuple(as_swept(one) for one in settings)
    structures = {jax.tree.structure(one.get("noise")) for one in sweep}
    check(
        len(structures) <= 1,
        "noise",
        "be positive for all members, or 0 for all",
        config.noise,
        "A network without noise is a different program: sweep it separately.",
    )
    rates = config.learning_rate
    fixed = setup.optimiser(rates[0])
    optimiser = setup.recipe.transform if len(rates) > 1 else fixed
    return Plan(make, optimiser, settings, sweep)


def _check_names(setup: Setup, names: Mapping[str, float]) -> None:
    """Validate the names of penalties here, where the error can name the flag."""
    loss = setup.recipe.loss
    penalties = [] if loss is None else list(loss.penalties)
    for name in names:
        kind, _, part = name.partition(".")
        if kind == "loss":
            check(
                penalties,
                "set",
                "name a term of the loss",
                repr(name),
                f"The loss of {setup.config.task!r} is the task's loss alone; see "
                "--published.",
            )
            check_choice("set loss.", part, penalties)


def member_lines(state: EnsembleState, seeds: Sequence[int], since: int) -> list[Line]:
    """Return a line for each member that trained after the update `since`."""
    history = state.history
    validations = np.flatnonzero(history.validation_step == state.step)

    def at_step(values: np.ndarray, member: int) -> float | None:
        return float(values[member, validations[-1]]) if len(validations) else None

    lines = []
    for i, seed in enumerate(seeds):
        step = int(state.steps[i])
        if step <= since:
            continue
        recent = slice(since, step)
        lines.append(
            {
                "step": step,
                "member": i,
                "seed": seed,
                "loss": float(np.mean(history.loss[i, recent])),
                **{
                    f"loss.{name}": float(np.mean(values[i, recent]))
                    for name, values in history.terms.items()
                },
                "gradient_norm": float(np.mean(history.gradient_norm[i, recent])),
                "performance": at_step(history.performance, i),
                "validation_loss": at_step(history.validation_loss, i),
            }
        )
    return lines


def progress_texts(state: EnsembleState, lines: Sequence[Line]) -> list[str]:
    """Return how many members train, and the medians of those that do."""
    counts = {
        "running": int(np.sum(state.codes == 0)),
        "at the criterion": int(np.sum(state.codes == 1)),
        "diverged": int(np.sum(state.codes == 2)),
    }
    texts = [", ".join(f"{n} {what}" for what, n in counts.items() if n)]
    if lines:
        median = np.median([line["loss"] for line in lines])
        texts.append(f"median loss {median:.4f}")
    best = state.best.performance
    if not np.all(np.isnan(best)):
        texts.append(
            f"best performance: median {np.nanmedian(best):.3f}, "
            f"{np.nanmin(best):.3f} to {np.nanmax(best):.3f}"
        )
    return texts


def task_of(task: AbstractTask, settings: dict[str, float]) -> AbstractTask:
    """Return the task of a member, with the numbers of its setting."""
    for name, value in settings.items():
        kind, _, part = name.partition(".")
        if kind == "task":
            old = getattr(task, part)
            new = jnp.full_like(old, value)
            task = eqx.tree_at(lambda t, part=part: getattr(t, part), task, new)
    return task
