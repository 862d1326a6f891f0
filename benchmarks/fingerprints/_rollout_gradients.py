"""Gradients of rollouts, by every adjoint."""

from collections.abc import Callable
from functools import partial
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

import ctrnn_jax as cj

from ._digest import Cases
from ._networks import (
    inputs,
    key,
    Make,
    network,
    noisy,
    partition,
    plastic,
    raw_weights,
)


Adjoint = Callable[[], cj.simulation.AbstractAdjoint]

ADJOINTS: dict[str, Adjoint] = {
    "hoisted": cj.HoistedAdjoint,
    "direct": cj.DirectAdjoint,
    "checkpointed": lambda: cj.Checkpointed(steps=5),
    "truncated": lambda: cj.Truncated(steps=5),
}


def gradients(make: Make, adjoint: Adjoint) -> Any:
    """Return value and gradient, and the derivatives of both along a direction."""
    params, static = partition(make())

    def loss(params: Any) -> Array:
        net = eqx.combine(params, static)
        traj = cj.rollout(net, inputs(), key=key(2), adjoint=adjoint())
        return jnp.mean(traj.outputs**2) + jnp.mean(traj.rates)

    ones = jax.tree.map(jnp.ones_like, params)
    value_and_grad = jax.value_and_grad(loss)
    both = jax.jit(lambda p: jax.jvp(value_and_grad, (p,), (ones,)))(params)
    return [(value, raw_weights(grads)) for value, grads in both]


def gradient_cases() -> Cases:
    both: dict[str, Any] = {"train_tau": True, "train_v0": True}
    for name, adjoint in ADJOINTS.items():
        make = partial(network, cj.EIRNN, noise=None, activation="softplus", **both)
        yield f"eirnn.{name}", partial(gradients, make, adjoint)
    make = partial(noisy, cj.CTRNN, "all", cj.ExponentialEuler)
    yield "ctrnn_noisy", partial(gradients, make, ADJOINTS["hoisted"])
    yield "plastic", partial(gradients, plastic, ADJOINTS["hoisted"])
