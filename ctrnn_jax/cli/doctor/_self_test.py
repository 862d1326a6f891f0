"""Train a small network, and compare it with a plain NumPy loop."""

from pathlib import Path
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax

from ..._types import KeyArray
from ...network import AbstractNetwork, CTRNN, effective, load, save
from ...simulation import rollout
from ...tasks import AbstractTask, Trial
from ...training import Checkpoints, fit


_STEPS, _UPDATES, _RATE = 20, 3, 0.5
_DT, _TAU = 20.0, 100.0
_NAMES = ("w_in", "w_hid", "b_hid", "w_out", "b_out")

_TIME = np.arange(_STEPS)[:, None] / _STEPS
INPUTS = np.cos(2.0 * np.pi * _TIME * np.asarray([[1.0, 2.0]]))
TARGETS = np.sin(2.0 * np.pi * _TIME)
"""The trial of the test: two inputs and one target, `(time, channels)`."""

Weights = dict[str, np.ndarray]


@final
class _FixedTrial(AbstractTask):
    """A task whose trials are all alike, so that a loop can repeat its training."""

    dt: float = eqx.field(static=True, default=_DT)
    input_names: ClassVar[tuple[str, ...]] = ("one", "two")
    output_names: ClassVar[tuple[str, ...]] = ("output",)

    @property
    def n_steps(self) -> int:
        """Number of steps of the trial."""
        return _STEPS

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return the trial."""
        del condition, key
        targets = jnp.asarray(TARGETS, float)
        conditions = {"t_end": jnp.asarray(_STEPS), "is_catch": jnp.asarray(False)}
        ones = jnp.ones_like(targets)
        return Trial(jnp.asarray(INPUTS, float), targets, ones, conditions, epochs={})

    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return the fraction of outputs close to their target."""
        is_close = jnp.abs(outputs - trials.targets) < 0.1
        return jnp.mean(is_close.astype(outputs.dtype), axis=(-2, -1))


def _network() -> AbstractNetwork:
    """Return the network of the test before training."""
    key = jax.random.key(0)
    return CTRNN(2, 8, 1, dt=_DT, tau=_TAU, key=key)


def _weights_of(net: AbstractNetwork) -> Weights:
    weights = effective(net)
    return {name: np.asarray(getattr(weights, name), float) for name in _NAMES}


def _simulated(weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """Return rates and outputs of the trial, `(time, units)`, by a loop."""
    potentials = np.zeros_like(weights["b_hid"])
    rates = []
    for inputs in INPUTS:
        drive = weights["w_hid"] @ np.tanh(potentials) + weights["w_in"] @ inputs
        drive = drive + weights["b_hid"]
        potentials = potentials + _DT / _TAU * (drive - potentials)
        rates.append(np.tanh(potentials))
    all_rates = np.asarray(rates)
    return all_rates, all_rates @ weights["w_out"].T + weights["b_out"]


def _gradient(weights: Weights) -> Weights:
    """Return the gradient of the mean squared error, by a loop back in time."""
    gamma, (rates, outputs) = _DT / _TAU, _simulated(weights)
    error = 2.0 * (outputs - TARGETS) / TARGETS.size
    gradient = {name: np.zeros_like(value) for name, value in weights.items()}
    later = np.zeros_like(weights["b_hid"])  # of the potentials of the next step
    for step in reversed(range(_STEPS)):
        from_rates = weights["w_out"].T @ error[step]
        from_rates = from_rates + gamma * weights["w_hid"].T @ later
        now = from_rates * (1.0 - rates[step] ** 2) + (1.0 - gamma) * later
        before = rates[step - 1] if step else np.zeros_like(now)
        gradient["w_hid"] += gamma * np.outer(now, before)
        gradient["w_in"] += gamma * np.outer(now, INPUTS[step])
        gradient["b_hid"] += gamma * now
        gradient["w_out"] += np.outer(error[step], rates[step])
        gradient["b_out"] += error[step]
        later = now
    return gradient


def simulation_error() -> float:
    """Return the largest difference of outputs of `rollout` from those of a loop."""
    net = _network()
    outputs = rollout(net, jnp.asarray(INPUTS, net.dtype)).outputs
    return float(np.max(np.abs(np.asarray(outputs) - _simulated(_weights_of(net))[1])))


def training_error(folder: Path, *, checkpoints: bool) -> float:
    """Return the largest difference of the weights of `fit` from those of a loop.

    Checkpoints, if any, are written to the folder, and the last one is restored.
    """
    net, task, optimiser = _network(), _FixedTrial(), optax.sgd(_RATE)
    key = jax.random.key(1)
    settings = {"batch_size": 2, "key": key}
    weights = _weights_of(net)
    for _ in range(_UPDATES):
        gradient = _gradient(weights)
        weights = {n: x - _RATE * gradient[n] for n, x in weights.items()}
    if not checkpoints:
        result = fit(net, task, optimiser, num_updates=_UPDATES, **settings)
    else:
        with Checkpoints(folder, every=1) as saved:
            first = {"num_updates": _UPDATES - 1, "checkpoints": saved}
            fit(net, task, optimiser, **first, **settings)
            again = {"num_updates": _UPDATES, "checkpoints": saved, "resume": True}
            result = fit(net, task, optimiser, **again, **settings)
    trained = _weights_of(result.network)
    return max(float(np.max(np.abs(trained[n] - weights[n]))) for n in _NAMES)


def is_same_after_a_file(folder: Path) -> bool:
    """Return whether a network that is written and read has the same bits."""
    net = _network()
    return bool(eqx.tree_equal(load(save(folder / "network.safetensors", net)), net))
