"""Training of a small network on a short task, and the numbers of the result."""

from typing import Any

from jax import Array
import numpy as np
import optax

import ctrnn_jax as cj

from ._digest import attributes, leaves, Unordered
from ._networks import key, NetworkClass, UNITS, weights


def small_task(stimulus: float = 100.0, **options: Any) -> cj.tasks.PerceptualDecision:
    """Return a perceptual decision of a few steps."""
    settings: dict[str, Any] = {
        "fixation": 40.0,
        "stimulus": stimulus,
        "decision": 60.0,
        "catch": 100.0 + stimulus,
    }
    return cj.tasks.PerceptualDecision(**settings | options)


def small_network(
    seed: Array | None = None, kind: NetworkClass = cj.EIRNN, **options: Any
) -> cj.AbstractNetwork:
    """Return a network for `small_task`; `seed` is a key."""
    settings: dict[str, Any] = {
        "dt": 20.0,
        "tau": 100.0,
        "noise": cj.DiffusionNoise(0.1),
        "key": key(0) if seed is None else seed,
    }
    return kind(2, UNITS, 2, **settings | options)


def fit(
    num_updates: int = 30,
    net: cj.AbstractNetwork | None = None,
    task: Any = None,
    optimiser: optax.GradientTransformation | None = None,
    **options: Any,
) -> cj.training.FitResult:
    """Train a network; by default a small one with Adam on the small task."""
    settings: dict[str, Any] = {
        "num_updates": num_updates, "batch_size": 4, "validate_every": 10,
        "key": key(7), "validation_size": getattr(task, "n_conditions", 11),
    }  # fmt: skip
    return cj.fit(
        small_network() if net is None else net,
        small_task() if task is None else task,
        optax.adam(1e-2) if optimiser is None else optimiser,
        **settings | options,
    )


def history(of: cj.training.History) -> list[Any]:
    names = "loss gradient_norm validation_step performance validation_loss"
    return [
        *attributes(of, names),
        of.stage,
        Unordered(np.asarray(x) for x in of.terms.values()),
    ]


def fitted(result: cj.training.FitResult) -> list[Any]:
    """Return history, last and best network, and the state to continue from."""
    best, last = result.best, result.state
    return [
        history(result.history),
        weights(result.network),
        weights(best.network),
        attributes(best, "step performance loss"),
        [leaves(last.opt_state), *attributes(last, "key step stage")],
    ]
