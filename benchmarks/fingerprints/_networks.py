"""Small networks of given weights, and the numbers of a network and its rollout."""

from collections.abc import Callable
from typing import Any, TypeAlias

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj

from ._digest import attributes, leaves


NetworkClass: TypeAlias = type[cj.CTRNN] | type[cj.EIRNN]
Make: TypeAlias = Callable[[], cj.AbstractNetwork]

N_IN, UNITS, N_OUT, TRIALS, STEPS = 3, 12, 2, 4, 30
WEIGHTS = "w_in w_hid w_out b_hid b_out v0 tau"
NOISES: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "pre": lambda: cj.StepNoise(pre=0.3),
    "post": lambda: cj.StepNoise(post=0.1),
    "rate": lambda: cj.StepNoise(rate=0.2),
    "all": lambda: cj.StepNoise(pre=0.3, post=np.linspace(0, 0.1, 12), rate=0.2),
    "diffusion": lambda: cj.DiffusionNoise(0.2),
}


def key(seed: int) -> Array:
    return jax.random.key(seed)


def normal(seed: int, *shape: int) -> np.ndarray:
    """Return normal numbers of the default dtype, drawn by NumPy, not the package."""
    drawn = np.random.default_rng(seed).normal(size=shape)
    return drawn.astype(jnp.zeros(()).dtype)


def inputs(n_in: int = N_IN, steps: int = STEPS) -> np.ndarray:
    """Return the inputs of most rollouts, `(TRIALS, steps, n_in)`."""
    return normal(1, TRIALS, steps, n_in)


# Networks


def network(
    kind: NetworkClass = cj.CTRNN, n_in: int = N_IN, **options: Any
) -> cj.AbstractNetwork:
    """Return a network of given weights: to draw them takes a compilation.

    Recurrent weights under a constraint of `options` are drawn.
    """
    settings: dict[str, Any] = {
        "dt": 20.0,
        "tau": np.linspace(60.0, 140.0, UNITS),
        "w_in": normal(100, UNITS, n_in),
        "w_hid": 1.3 * normal(101, UNITS, UNITS) / np.sqrt(UNITS),
        "w_out": normal(102, N_OUT, UNITS) / np.sqrt(UNITS),
        "b_hid": normal(103, UNITS) / 3,
        "b_out": normal(104, N_OUT) / 3,
        "v0": normal(105, UNITS) / 2,
        "key": key(0),
    }
    if kind is cj.EIRNN:
        signs = np.where(np.arange(UNITS) < 10, 0.5, -2.5)
        settings["w_in"] = np.abs(settings["w_in"])
        settings["w_hid"] = np.abs(settings["w_hid"]) * signs * (1 - np.eye(UNITS))
        settings["w_out"] = np.abs(settings["w_out"]) * (signs > 0)
        settings["frac_excitatory"] = 10 / UNITS
    if "w_hid" in options.get("constraints", {}):
        settings["w_hid"] = None
    return kind(n_in, UNITS, N_OUT, **settings | options)


def noisy(
    kind: NetworkClass, noise: str, method: Callable[[], Any] = cj.Euler
) -> cj.AbstractNetwork:
    """Return a network with a noise of `NOISES`."""
    return network(kind, noise=NOISES[noise](), method=method())


def of_form(
    kind: NetworkClass, form: Callable[[], Any], activation: str, noise: str = "none"
) -> cj.AbstractNetwork:
    """Return a network of another form or rate function."""
    f = cj.dynamics.PowerLaw(1.5, 0.8) if activation == "power_law" else activation
    return network(kind, form=form(), activation=f, noise=NOISES[noise]())


def plastic(**options: Any) -> cj.AbstractNetwork:
    synapses = cj.dynamics.ShortTermPlasticity.of_kinds(np.arange(UNITS) % 2 == 0)
    settings: dict[str, Any] = {
        "activation": "relu",
        "noise": cj.DiffusionNoise(0.1),
    }
    return network(cj.EIRNN, synapses=synapses, **settings | options)


# Numbers


def partition(net: cj.AbstractNetwork) -> tuple[Any, Any]:
    """Return the trained part of a network, and the rest."""
    return eqx.partition(net, cj.trainable(net))


def raw_weights(net: cj.AbstractNetwork) -> list[Any]:
    """Return the raw parameters of a network, or of a gradient."""
    return [leaves(part) for part in attributes(net.raw, WEIGHTS)]


def weights(net: cj.AbstractNetwork) -> list[Any]:
    """Return effective weights, raw parameters and dt."""
    return [attributes(cj.effective(net), WEIGHTS), raw_weights(net), net.dt]


def state(of: cj.State) -> list[Any]:
    return [
        *attributes(of, "potentials step rate_noise"),
        None if of.synapses is None else attributes(of.synapses, "u x"),
    ]


def trajectory(traj: cj.Trajectory) -> list[Any]:
    return [
        *attributes(traj, "potentials rates outputs"),
        state(traj.final_state),
        None if traj.synapses is None else attributes(traj.synapses, "u x"),
    ]


def rolled(net: cj.AbstractNetwork | Any, u: Any, **options: Any) -> list[Any]:
    """Return the numbers of a rollout."""
    settings: dict[str, Any] = {"key": key(2)} | options
    return trajectory(cj.rollout(net, u, **settings))


def drawn_weights(make: Make) -> list[Any]:
    return weights(make())


def built(make: Make, steps: int = STEPS) -> list[Any]:
    """Return the weights of a new network, and a rollout."""
    net = make()
    u = inputs(net.n_in, steps) if net.n_in else None
    options = {} if net.n_in else {"steps": steps}
    return [weights(net), rolled(net, u, **options)]
