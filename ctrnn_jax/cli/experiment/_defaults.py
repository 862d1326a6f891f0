"""The settings that a recipe gives for flags that are left out."""

import jax
import numpy as np

from ...tasks import AbstractTask
from ...training import Recipe, recipe


def defaults_of(chosen: Recipe, task: AbstractTask) -> dict[str, str | int | float]:
    """Return the settings of a recipe for a task, by the name of their flag.

    A validation has every condition of the task equally often.
    """
    size = chosen.validation_size or task.validation_size
    return {
        "steps": chosen.num_updates,
        "batch_size": chosen.batch_size,
        "learning_rate": chosen.learning_rate,
        "network": chosen.variants[0],
        "validate_every": chosen.validate_every,
        "validation_size": -(-size // task.n_conditions) * task.n_conditions,
        "criterion": chosen.stop_when.threshold,
    }


def network_numbers(
    chosen: Recipe, task: AbstractTask, variant: str | None = None
) -> dict[str, int | float]:
    """Return units, dt, tau and noise of a network of a recipe, by name of their flag.

    Left out are a tau that differs between units, and noise that no single number
    scales.
    """
    key = jax.random.key(0)
    net = chosen.network(task, variant, key=key)
    numbers: dict[str, int | float] = {"hidden": net.n_hidden, "dt": task.dt}
    taus = np.unique(np.asarray(net.tau))
    if len(taus) == 1:
        numbers["tau"] = float(taus[0])
    if net.noise is None:
        return numbers | {"noise": 0.0}
    try:
        unit_noise = chosen.network(task, variant, sigma=1.0, key=key).noise
        pairs = zip(*map(jax.tree.leaves, (net.noise, unit_noise)), strict=True)
        levels = {round(float(np.max(x) / np.max(unit)), 6) for x, unit in pairs}
    except ValueError:  # a function of the user that does not take this argument
        return numbers
    return numbers | ({"noise": levels.pop()} if len(levels) == 1 else {})


def published_texts(name: str, *, published: bool) -> dict[str, str]:
    """Return the settings that are published for a named task, as text for the help."""
    chosen = recipe(name, published=published)
    task = chosen.task(name)
    settings = defaults_of(chosen, task) | network_numbers(chosen, task)
    return {
        name: value if isinstance(value, str) else f"{value:g}"
        for name, value in settings.items()
    }
