"""Define the vanilla network, the outputs and the gradient of several benchmarks."""

from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp

import ctrnn_jax as cj


SIZES = ((50, 20, 100), (100, 64, 200), (256, 64, 200), (512, 128, 100))
"""Units, trials and steps."""

SMOKE = ((8, 3, 5),)

OUTPUTS = cj.Record(potentials=False, rates=False)


def vanilla(units: int, key: Array | None = None, **options: Any) -> cj.CTRNN:
    """Return a float32 CTRNN with two inputs and two outputs."""
    key = jax.random.key(0) if key is None else key
    return cj.CTRNN(
        2, units, 2, dt=20.0, tau=100.0, dtype=jnp.float32, key=key, **options
    )


def outputs(net: Any, u: Array, **options: Any) -> Array:
    """Return the outputs of a rollout that records nothing else."""
    return cj.rollout(net, u, record=OUTPUTS, **options).outputs


def gradient(net: Any, u: Array, **options: Any) -> Any:
    """Return the gradient of the mean squared output by the trainable parameters."""
    params, static = eqx.partition(net, cj.trainable(net))

    def loss(p):
        return jnp.mean(outputs(eqx.combine(p, static), u, **options) ** 2)

    return jax.grad(loss)(params)
