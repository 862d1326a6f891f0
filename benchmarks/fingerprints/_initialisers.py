"""Weights that initialisers draw."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax

import ctrnn_jax as cj
from ctrnn_jax.initialisers import (
    Balanced,
    ClampedUniform,
    Constant,
    Gain,
    Gamma,
    Glorot,
    Identity,
    LogNormal,
    Normal,
    Orthogonal,
    SignedAfterScaling,
    SpectralRadius,
    Uniform,
)

from ._digest import Cases
from ._networks import drawn_weights, network, NetworkClass, normal, UNITS, weights
from ._small_fit import small_network


INITIALISERS: dict[str, Callable[[], Any]] = {
    "constant": lambda: Constant(0.3),
    "uniform": lambda: Uniform(),
    "uniform_bound": lambda: Uniform(0.1),
    "normal": lambda: Normal(1.3),
    "gamma": lambda: Gamma(0.2, 3.0),
    "log_normal": lambda: LogNormal(0.2, 0.1),
    "log_normal_default": lambda: LogNormal(),
    "glorot": lambda: Glorot(),
    "glorot_uniform": lambda: Glorot(uniform=True, gain=1.2),
    "clamped_uniform": lambda: ClampedUniform(),
    "signed_after_scaling": lambda: SignedAfterScaling(1.2),
    "balanced": lambda: Balanced(Gamma()),
    "gain": lambda: Gain(1.4, Gamma()),
    "spectral_radius": lambda: SpectralRadius(1.2, Normal()),
    "radius_of_balanced": lambda: SpectralRadius(1.1, Balanced(LogNormal())),
    "orthogonal": lambda: Orthogonal(0.9),
    "identity": lambda: Identity(0.5),
    "jax": lambda: jax.nn.initializers.lecun_normal(),
}
SQUARE_ONLY = ("signed_after_scaling", "spectral_radius", "radius_of_balanced")
WITHOUT_SIGNS = ("orthogonal", "identity")


def initialised(
    make: Callable[[], Any], kind: NetworkClass, w_in: bool = False
) -> list[Any]:
    options: dict[str, Any] = {"w_in": make()} if w_in else {}
    if kind is cj.CTRNN:
        mask = normal(10, UNITS, UNITS) > -0.8
        options["constraints"] = {"w_hid": cj.constraints.Masked(mask)}
    return weights(network(kind, **options, w_hid=make()))


def initialiser_cases() -> Cases:
    for name, make in INITIALISERS.items():
        w_in = name not in SQUARE_ONLY
        yield f"{name}.masked", partial(initialised, make, cj.CTRNN, w_in)
        if name not in WITHOUT_SIGNS:
            yield f"{name}.eirnn", partial(initialised, make, cj.EIRNN)
    ctrnn = partial(small_network, kind=cj.CTRNN)
    yield "default.ctrnn", partial(drawn_weights, ctrnn)
    yield "default.eirnn", partial(drawn_weights, small_network)
