"""Losses, and one update with each penalty."""

from collections.abc import Callable
import functools
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj
from ctrnn_jax.penalties import (
    AbstractPenalty,
    ConnectivityNorm,
    DynamicalIsometry,
    Entropy,
    Hebbian,
    MeanRate,
    PopulationKL,
    RateDispersion,
    RateL1,
    RateL2,
    Smoothness,
    StatePrediction,
    VanishingGradient,
    WeightAnchor,
    WeightL1,
    WeightL2,
    WiringCost,
)

from ._digest import attributes, Cases, leaves, Unordered
from ._networks import key, normal, UNITS, weights
from ._small_fit import small_network, small_task


LOSSES = (
    "masked_mse", "masked_mse_per_trial", "masked_cross_entropy", "cross_entropy",
    "binary_cross_entropy",
)  # fmt: skip


@functools.cache
def softplus_network(seed: int = 0) -> cj.AbstractNetwork:
    """Return a network with a mask, biases, several tau and a trained v0."""
    mask = normal(20, UNITS, UNITS) > -0.6
    return small_network(
        key(seed),
        activation="softplus",
        constraints={"w_hid": cj.constraints.Masked(mask)},
        train_v0=True,
        b_hid=normal(21, UNITS),
        tau=np.linspace(60.0, 120.0, UNITS),
    )


def square(seed: int) -> np.ndarray:
    """Return normal numbers in the shape of `w_hid`."""
    return normal(seed, UNITS, UNITS)


def anchor_with_importance() -> WeightAnchor:
    """Return a penalty of the distance from given weights."""
    anchor = cj.network.Weights(w_hid=square(22))
    importance = cj.network.Weights(w_hid=square(23) ** 2)
    return WeightAnchor(0.7, anchor, importance=importance)


PENALTIES: dict[str, Callable[[], AbstractPenalty]] = {
    "weight_l1": lambda: WeightL1(0.7, "w_hid"),
    "weight_l1_in": lambda: WeightL1(0.7, "w_in"),
    "weight_l1_out": lambda: WeightL1(0.7, "w_out"),
    "weight_l2": lambda: WeightL2(0.7),
    "weight_l2_bias": lambda: WeightL2(0.7, "b_hid"),
    "connectivity": lambda: ConnectivityNorm(0.7, square(22)),
    "connectivity_out": lambda: ConnectivityNorm(0.7, of="w_out"),
    "connectivity_l1": lambda: ConnectivityNorm(0.7, 0.1, metric="l1"),
    "anchor": lambda: WeightAnchor(0.7, softplus_network(1), of=("w_hid", "w_out")),
    "anchor_importance": anchor_with_importance,
    "wiring": lambda: WiringCost(0.7, square(24) ** 2, power=1.5),
    "rate_l1": lambda: RateL1(0.7),
    "rate_l2": lambda: RateL2(0.7),
    "mean_rate": lambda: MeanRate(0.7),
    "dispersion_sd": lambda: RateDispersion(0.7, "sd"),
    "dispersion_cv": lambda: RateDispersion(0.7, "cv"),
    "dispersion_mean": lambda: RateDispersion(0.7, "mean_absolute"),
    "dispersion_max": lambda: RateDispersion(0.7, "max_absolute"),
    "smoothness": lambda: Smoothness(0.7),
    "state_prediction": lambda: StatePrediction(0.7, 3),
    "hebbian": lambda: Hebbian(0.7),
    "entropy": lambda: Entropy(0.7),
    "population_kl": lambda: PopulationKL(0.7, "excitatory", "inhibitory"),
    "population_kl_one_way": lambda: PopulationKL(
        0.7, "inhibitory", "excitatory", symmetric=False, floor=1e-3
    ),
    "isometry": lambda: DynamicalIsometry(0.7, steps=3),
    "vanishing": lambda: VanishingGradient(),
    "vanishing_full": lambda: VanishingGradient(derivative="full"),
}


def one_step(loss: Any) -> Any:
    """Return loss, terms, gradient and weights of one update.

    The state of the optimiser is the gradient.
    """
    net = softplus_network()
    optimiser = optax.trace(decay=0.0)
    update = partial(
        cj.train_step, task=small_task(), optimiser=optimiser, batch_size=4, loss=loss
    )
    opt_state = optimiser.init(eqx.filter(net, cj.trainable(net)))
    net, opt_state, metrics = eqx.filter_jit(update)(net, opt_state, key=key(3))
    terms = Unordered(metrics.terms.values())
    numbers = attributes(metrics, "loss gradient_norm")
    return numbers, terms, leaves(opt_state), weights(net)


def penalised(name: str) -> Any:
    return one_step(cj.Loss(term=PENALTIES[name]()))


def loss_function(name: str) -> Any:
    outputs, mask = normal(30, 3, 7, 4), np.abs(normal(31, 3, 7, 4))
    targets = np.asarray(jax.nn.softmax(jnp.asarray(normal(32, 3, 7, 4))))
    function = getattr(cj.losses, name)
    mask[:, :2] = 0
    return jax.jit(jax.value_and_grad(function))(outputs, targets, mask)


def penalty_cases() -> Cases:
    for name in PENALTIES:
        yield name, partial(penalised, name)
    for name in LOSSES:
        yield f"loss.{name}", partial(loss_function, name)
    yield "loss_of_a_step", lambda: one_step(cj.losses.binary_cross_entropy)
