"""The excitatory-inhibitory network of Song, Yang & Wang (2016)."""

from collections.abc import Callable, Mapping
from typing import Any, final

import equinox as eqx
from jax import Array
import numpy as np

from .._types import ArrayLike, KeyArray
from ..constraints import (
    Abs,
    AbstractConstraint,
    AbstractPositiveMap,
    Balanced,
    chain,
    Constant,
    Dale,
    excitatory_count,
    excitatory_signs,
    Free,
    Gamma,
    Masked,
    no_autapses,
    NonNegative,
    SpectralRadius,
    Uniform,
)
from ..dynamics import AbstractMethod, AbstractNoise, Euler
from ._abstract import AbstractNetwork
from ._build import build, check_sizes
from ._weights import Weights


@final
class EIRNN(AbstractNetwork):
    """Excitatory-inhibitory recurrent network (Song, Yang & Wang 2016).

    The equation of `CTRNN` under the constraints of doi 10.1371/journal.pcbi.1004792:

    - Dale's law: the columns of `W_hid` are all non-negative (excitatory units, the
      first `round(frac_excitatory * n_hidden)`) or all non-positive (inhibitory);
    - no unit connects to itself;
    - input weights are non-negative;
    - the readout reads from excitatory units only, with non-negative weights.

    Each can be switched off. They hold by construction in every state that training
    can reach: the raw parameters are free, the weights are a transform of them.

        net = cj.EIRNN(2, 100, 2, dt=20.0, tau=100.0, key=jax.random.key(0),
                       noise=cj.DiffusionNoise(0.15))
        traj = cj.rollout(net, inputs, key=jax.random.key(1))   # (*batch, time, 2)

    `n_excitatory` says how many units are excitatory.
    """

    raw: Weights
    constraints: Weights
    dt: Array
    tau: Array
    noise: AbstractNoise | None
    method: AbstractMethod
    activation: Callable[[Array], Array] = eqx.field(static=True)
    fixed: tuple[str, ...] = eqx.field(static=True)
    n_excitatory: int = eqx.field(static=True)

    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        n_out: int,
        *,
        dt: ArrayLike,
        tau: ArrayLike,
        frac_excitatory: float = 0.8,
        activation: str | Callable[[Array], Array] = "relu",
        noise: AbstractNoise | None = None,
        method: AbstractMethod = Euler(),
        dale: bool = True,
        autapses: bool = False,
        positive_input: bool = True,
        excitatory_readout: bool = True,
        sign_map: AbstractPositiveMap = Abs(),
        w_in: Any = None,
        w_hid: Any = None,
        w_out: Any = None,
        b_hid: Any = None,
        b_out: Any = None,
        v0: Any = None,
        use_bias_hid: bool = True,
        use_bias_out: bool = True,
        train_v0: bool = False,
        constraints: Mapping[str, AbstractConstraint] | None = None,
        dtype: Any = None,
        key: KeyArray,
    ) -> None:
        """**Arguments:** those of `CTRNN`, and

        - `frac_excitatory`: the fraction of excitatory units; 0.8 is 4:1.
        - `dale`: whether recurrent weights obey Dale's law.
        - `autapses`: whether units connect to themselves.
        - `positive_input`: whether input weights are non-negative.
        - `excitatory_readout`: whether the readout leaves out inhibitory units. If not,
            readout weights have the signs of their units (under `dale`).
        - `sign_map`: how signs are held, `Abs()`, `Relu()` or `Softplus()`.
        - `constraints`: further ones, after the network's own.

        By default recurrent sizes are gamma distributed (k = 2), balanced row by row
        and scaled to spectral radius 1; input weights are uniform in [0, 1/sqrt(n_in)]
        and readout weights in [0, 1/sqrt(units read from)]; biases and v0 are zero.
        `cj.presets.song2016` has the paper's own numbers.

        Raises `ValueError` as `CTRNN` does, and for a fraction outside [0, 1] or one
        that leaves no unit of either class.
        """
        n_in, n_hidden, n_out = check_sizes(n_in, n_hidden, n_out)
        self.n_excitatory = excitatory_count(n_hidden, frac_excitatory)
        law = (
            Dale(excitatory_signs(n_hidden, frac_excitatory), sign_map)
            if dale
            else Free()
        )
        read = np.tile(np.arange(n_hidden) < self.n_excitatory, (n_out, 1))
        parts = build(
            (n_in, n_hidden, n_out),
            dt=dt,
            tau=tau,
            activation=activation,
            noise=noise,
            method=method,
            given=Weights(w_in, w_hid, w_out, b_hid, b_out, v0),
            defaults=Weights(
                w_in=Uniform(),
                w_hid=SpectralRadius(1.0, Balanced(Gamma(1.0, 2.0))),
                w_out=Uniform(),
                b_hid=Constant(0.0) if use_bias_hid else None,
                b_out=Constant(0.0) if use_bias_out else None,
                v0=Constant(0.0),
            ),
            own={
                "w_in": NonNegative(sign_map) if positive_input else Free(),
                "w_hid": chain(
                    law, Free() if autapses else Masked(no_autapses(n_hidden))
                ),
                "w_out": chain(law, Masked(read) if excitatory_readout else Free()),
            },
            extra=constraints,
            train_v0=train_v0,
            dtype=dtype,
            key=key,
        )
        self.raw, self.constraints = parts.raw, parts.constraints
        self.dt, self.tau, self.noise = parts.dt, parts.tau, parts.noise
        self.method, self.activation, self.fixed = method, parts.activation, parts.fixed
