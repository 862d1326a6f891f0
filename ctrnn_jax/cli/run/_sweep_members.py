"""The members of a sweep: their settings, and what each of them says of itself."""

from collections.abc import Callable, Mapping, Sequence
import dataclasses
import itertools
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import check_choice, invalid
from ..._types import KeyArray
from ...network import AbstractNetwork
from ...tasks import AbstractTask
from ...training import EnsembleState, Member
from ._build import keys_of, Setup
from ._history import Line
from ._settings import SweepSettings


@dataclasses.dataclass(frozen=True)
class Plan:
    """What `fit_ensemble` is given.

    `settings` are those of the sweep as plain numbers, `sweep` as `fit_ensemble` takes
    them; of each, members with all the seeds follow each other.
    """

    make: Callable[[KeyArray], AbstractNetwork]
    optimiser: Any
    settings: tuple[dict[str, float], ...]
    sweep: tuple[dict[str, Any], ...]

    def members(self, seeds: Sequence[int]) -> tuple[Member, ...]:
        """In the order of `fit_ensemble`."""
        return tuple(Member(seed, dict(one)) for one in self.settings for seed in seeds)


def combinations(config: SweepSettings) -> tuple[dict[str, float], ...]:
    """Every combination of the values that were given more than once, as numbers.

    Raises `ValueError` for what `--set` cannot say.
    """
    values: dict[str, Sequence[float]] = {
        name: given
        for name, given in (
            ("noise", config.noise),
            ("tau", config.tau),
            ("learning_rate", config.learning_rate),
        )
        if len(given) > 1 or (name == "tau" and given)
    }
    for text in config.set:
        name, numbers = _parsed(text)
        if name in values:
            raise invalid("set", f"name {name!r} once", text, "Drop one.")
        values[name] = numbers
    products = itertools.product(*values.values())
    return tuple(dict(zip(values, one, strict=True)) for one in products)


def _parsed(text: str) -> tuple[str, tuple[float, ...]]:
    remedy = "Say --set loss.TERM=1e-3,1e-2 or --set task.NUMBER=0.1,0.2."
    name, _, numbers = text.partition("=")
    kind, _, part = name.partition(".")
    if not numbers or kind not in ("loss", "task") or not part:
        raise invalid("set", "be NAME=VALUE,VALUE", repr(text), remedy)
    try:
        return name, tuple(float(number) for number in numbers.split(","))
    except ValueError as error:
        raise invalid("set", "have numbers after =", repr(text), remedy) from error


def plan_of(setup: Setup) -> Plan:
    """What the settings of a sweep ask for.

    Raises `ValueError` for what cannot be swept.
    """
    config: SweepSettings = setup.config
    settings = combinations(config)
    _check_names(setup, settings[0])
    sigma = config.noise[0] if config.noise else None

    def make(key: KeyArray) -> AbstractNetwork:
        return setup.make(key, sigma=sigma)

    def as_swept(one: Mapping[str, float]) -> dict[str, Any]:
        # sigma in the terms of the recipe, as in `ctrnn-jax train`
        found: dict[str, Any] = dict(one)
        if "noise" in one:
            found["noise"] = setup.make(key, sigma=one["noise"]).noise
        return found

    key = keys_of(config.seeds[0])[0]
    sweep = tuple(as_swept(one) for one in settings)
    kinds = {jax.tree.structure(one.get("noise")) for one in sweep}
    if len(kinds) > 1:
        raise invalid(
            "noise",
            "be positive for all members, or 0 for all",
            config.noise,
            "A network without noise is another program: sweep it by itself.",
        )
    rates = config.learning_rate
    fixed = setup.optimiser(rates[0])
    optimiser = setup.recipe.transform if len(rates) > 1 else fixed
    return Plan(make, optimiser, settings, sweep)


def _check_names(setup: Setup, names: Mapping[str, float]) -> None:
    """Refuse terms that the loss lacks here, where the flag can be named."""
    costs = [] if setup.recipe.loss is None else list(setup.recipe.loss.penalties)
    for name in names:
        kind, _, part = name.partition(".")
        if kind == "loss" and not costs:
            raise invalid(
                "set",
                "name a term of the loss",
                repr(name),
                f"The loss of {setup.config.task!r} is the task's cost alone; see "
                "--published.",
            )
        if kind == "loss":
            check_choice("set loss.", part, costs)


def member_lines(state: EnsembleState, seeds: Sequence[int], since: int) -> list[Line]:
    """A line for each member that trained after the update `since`."""
    history = state.history
    seen = np.flatnonzero(history.validation_step == state.step)
    lines = []
    for i, seed in enumerate(seeds):
        step = int(state.steps[i])
        if step <= since:
            continue
        mean = lambda values, i=i, step=step: float(np.mean(values[i, since:step]))
        at = lambda values, i=i: float(values[i, seen[-1]]) if len(seen) else None
        lines.append(
            {
                "step": step,
                "member": i,
                "seed": seed,
                "loss": mean(history.loss),
                **{f"loss.{name}": mean(x) for name, x in history.terms.items()},
                "gradient_norm": mean(history.gradient_norm),
                "performance": at(history.performance),
                "validation_loss": at(history.validation_loss),
            }
        )
    return lines


def progress_texts(state: EnsembleState, lines: Sequence[Line]) -> list[str]:
    """How many run, and the median of those that do."""
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
    """The task of a member, with its own numbers."""
    for name, value in settings.items():
        kind, _, part = name.partition(".")
        if kind == "task":
            old = getattr(task, part)
            new = jnp.full_like(old, value)
            task = eqx.tree_at(lambda t, part=part: getattr(t, part), task, new)
    return task
