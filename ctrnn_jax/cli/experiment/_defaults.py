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


def published_texts(name: str, *, published: bool) -> dict[str, str]:
    """Return the settings that are published for a named task, as text for the help."""
    chosen = recipe(name, published=published)
    task = chosen.task(name)
    net = chosen.network(task, key=jax.random.key(0))
    taus = np.unique(np.asarray(net.tau))
    of_network = {"hidden": net.n_hidden, "dt": task.dt}
    if len(taus) == 1:
        of_network["tau"] = taus[0]
    settings = defaults_of(chosen, task) | of_network
    return {
        name: value if isinstance(value, str) else f"{value:g}"
        for name, value in settings.items()
    }
