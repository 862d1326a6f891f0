"""Summaries, edited copies and noise conventions of networks."""

from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj

from ._digest import attributes, Cases, leaves, Unordered
from ._networks import (
    built,
    inputs,
    N_IN,
    network,
    NOISES,
    noisy,
    normal,
    partition,
    plastic,
    raw_weights,
    rolled,
    state,
    UNITS,
    weights,
)


CONVENTIONS = (
    "pre", "post", "diffusion", "pycog", "psychrnn", "yang2019", "nn4n",
    "nn4n_hidden_layer",
)  # fmt: skip


def convention(name: str) -> Any:
    noise = cj.dynamics.noise_from(name, 0.3, dt=20.0, tau=100.0)
    return leaves(noise), cj.dynamics.noise_to(name, noise, dt=20.0, tau=100.0)


def summary() -> Any:
    result = cj.summary(noisy(cj.EIRNN, "all"))
    return [
        *attributes(result, "parameters radius abscissa balance excitation inhibition"),
        *attributes(result, "violations dead"),
        Unordered(result.densities.values()),
        Unordered(result.classes.values()),
    ]


def replaced() -> cj.AbstractNetwork:
    """Return a copy with other times, input weights and noise."""
    w_in = np.abs(normal(11, UNITS, N_IN))
    noise = NOISES["diffusion"]()
    return cj.replace(network(cj.EIRNN), dt=10.0, tau=50.0, w_in=w_in, noise=noise)


def observed() -> cj.AbstractNetwork:
    """Return a network whose outputs are rates of three units."""
    return cj.network.observe(network(cj.EIRNN), [5, 0, 3])


def network_cases() -> Cases:
    for name in CONVENTIONS:
        yield f"convention.{name}", partial(convention, name)
    yield "summary", summary
    yield "initial_state", lambda: state(plastic().initial_state((3,)))
    yield "bfloat16", lambda: weights(cj.astype(network(cj.EIRNN), jnp.bfloat16))
    yield "noiseless", lambda: rolled(cj.noiseless(plastic()), inputs())
    yield "replace", partial(built, replaced)
    yield "observe", partial(built, observed)
    yield "trainable", lambda: raw_weights(partition(network(cj.EIRNN))[0])
