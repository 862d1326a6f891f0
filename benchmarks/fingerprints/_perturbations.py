"""Rollouts under perturbations."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj
from ctrnn_jax.perturbations import (
    Ablate,
    AbstractPerturbation,
    Clamp,
    Current,
    Forced,
    Lesion,
    Scale,
)

from ._digest import Cases
from ._networks import inputs, N_IN, network, noisy, normal, rolled, STEPS, UNITS


WINDOW = (100.0, 300.0)
PERTURBATIONS: dict[str, Callable[[], list[AbstractPerturbation]]] = {
    "lesion": lambda: [Lesion([1, 4])],
    "lesion_names": lambda: [Lesion("inhibitory")],
    "lesion_window": lambda: [Lesion([1, 4], WINDOW)],
    "clamp": lambda: [Clamp("excitatory")],
    "clamp_window": lambda: [Clamp(np.arange(UNITS) < 3, 0.7, WINDOW)],
    "current": lambda: [Current([0, 2], -0.5)],
    "current_window": lambda: [Current([0, 2], normal(3, UNITS), WINDOW)],
    "scale": lambda: [Scale(0.3, post=[0, 1], pre="excitatory")],
    "scale_inputs": lambda: [Scale(2.0, weight="w_in", window=WINDOW)],
    "ablate": lambda: [Ablate(normal(4, UNITS, UNITS) > 0)],
    "ablate_window": lambda: [Ablate(normal(4, UNITS, N_IN) > 0, "w_in", WINDOW)],
    "forced": lambda: [Forced(np.array([3, 0]), normal(5, STEPS, 2), 0.6)],
    "several": lambda: [
        Clamp([2], 0.4, WINDOW),
        Current([2, 3], 0.3),
        Scale(0.5, pre=[0, 1], window=(200.0, 400.0)),
        Scale(0.7, post=[4], window=(100.0, 500.0)),
        Lesion([5], (300.0, 500.0)),
    ],
}


def perturbed(name: str) -> Any:
    net = noisy(cj.EIRNN, "all")
    return rolled(cj.perturb(net, *PERTURBATIONS[name]()), inputs())


def perturbation_gradient() -> Any:
    """Return value and gradient by the amplitude of a current."""
    net = network(cj.EIRNN)

    def loss(amplitude: Array) -> Array:
        items = Current([0, 2], amplitude, WINDOW), Clamp([1], 0.2)
        outputs = cj.rollout(cj.perturb(net, *items), inputs()).outputs
        return jnp.sum(outputs**2)

    return jax.jit(jax.value_and_grad(loss))(jnp.asarray(0.4))


def perturbation_cases() -> Cases:
    for name in PERTURBATIONS:
        yield name, partial(perturbed, name)
    yield "gradient", perturbation_gradient
