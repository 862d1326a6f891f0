"""The excitatory-inhibitory network of Song, Yang & Wang (2016)."""

from collections.abc import Callable, Mapping
import dataclasses
from typing import Any, final

import equinox as eqx
from jax import Array
import numpy as np

from .._checks import invalid
from .._types import ArrayLike, KeyArray
from ..connectivity import (
    AbstractConnectivity,
    classes,
    excitatory_signs,
    groups,
    Layout,
)
from ..constraints import (
    Abs,
    AbstractConstraint,
    AbstractMagnitudeMap,
    chain,
    Dale,
    Free,
    Masked,
    NoAutapses,
    NonNegative,
)
from ..dynamics import (
    AbstractForm,
    AbstractMethod,
    AbstractNoise,
    CurrentForm,
    Euler,
    ShortTermPlasticity,
)
from ..initialisers import Balanced, Constant, Gamma, SpectralRadius, Uniform
from ._abstract import AbstractNetwork
from ._construction import build, check_sizes, layout_of
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

    Units have the names "excitatory" and "inhibitory", and those of a connectivity:

        areas = cj.connectivity.MultiAreaEI(
            {"sensory": 50, "motor": 50}, inputs={"stimulus": 2},
            outputs={"choice": 2}, key=jax.random.key(0))
        net = cj.EIRNN(*areas.sizes, connectivity=areas, dt=20.0, tau=100.0,
                       key=jax.random.key(1))
        cj.rollout(net, {"stimulus": u}).rates_of("motor", "inhibitory")

    `n_excitatory` says how many units are excitatory.
    """

    raw: Weights
    constraints: Weights
    dt: Array
    noise: AbstractNoise | None
    method: AbstractMethod
    form: AbstractForm
    synapses: ShortTermPlasticity | None
    activation: Callable[[Array], Array] = eqx.field(static=True)
    fixed: tuple[str, ...] = eqx.field(static=True)
    layout: Layout = eqx.field(static=True)

    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        n_out: int,
        *,
        dt: ArrayLike,
        tau: ArrayLike,
        frac_excitatory: float | None = None,
        activation: str | Callable[[Array], Array] = "relu",
        noise: AbstractNoise | None = None,
        method: AbstractMethod = Euler(),
        form: AbstractForm = CurrentForm(),
        synapses: ShortTermPlasticity | None = None,
        dale: bool = True,
        autapses: bool = False,
        positive_input: bool = True,
        excitatory_readout: bool | None = None,
        sign_map: AbstractMagnitudeMap = Abs(),
        w_in: Any = None,
        w_hid: Any = None,
        w_out: Any = None,
        b_hid: Any = None,
        b_out: Any = None,
        v0: Any = None,
        use_bias_hid: bool = True,
        use_bias_out: bool = True,
        train_v0: bool = False,
        train_tau: bool = False,
        connectivity: AbstractConnectivity | None = None,
        constraints: Mapping[str, AbstractConstraint] | None = None,
        dtype: Any = None,
        key: KeyArray,
    ) -> None:
        """**Arguments:** sizes, `dt`, `tau` and `key` are needed; the rest has defaults

        - `n_in`, `n_hidden`, `n_out`: numbers of input channels, units and outputs.
        - `dt`: step in ms. `tau`: time constant in ms, one number or one per unit.
        - `key`: a `jax.random.key(seed)`, for the initial weights.
        - `frac_excitatory`: the fraction of excitatory units, which come first; by
            default 0.8, which is 4:1. A connectivity with signs decides itself.
        - `dale`: whether recurrent weights obey Dale's law.
        - `autapses`: whether units connect to themselves.
        - `positive_input`: whether input weights are non-negative.
        - `excitatory_readout`: whether the readout leaves out inhibitory units. If not,
            readout weights have the signs of their units (under `dale`). By default it
            does, unless a connectivity says which units are read.
        - `sign_map`: how signs are held, `Abs()`, `Relu()` or `Softplus()`.
        - `activation`: name of a rate function ("relu", "tanh", "sigmoid", "retanh",
            "softplus", "linear", "power_law") or any elementwise function.
        - `noise`: `None`, `DiffusionNoise(sigma)` or `StepNoise(pre, post, rate)`; a
            network with noise needs a `key` in `rollout`.
        - `w_in`, `w_hid`, `w_out`, `b_hid`, `b_out`, `v0`: an array (the effective
            weights, `W[post, pre]`, signs included) or an initialiser.
        - `use_bias_hid`, `use_bias_out`: whether there are biases.
        - `train_v0`, `train_tau`: whether the initial state and time constants train.
        - `connectivity`: which synapses exist, with names: `MultiAreaEI(...)`,
            `block(...)`, `random_sparse(...)`, ...
        - `constraints`: further ones by the name of the weight, such as `{"w_hid":
            cj.constraints.RowBalanced()}`; they hold together with the network's own.
        - `method`, `form`, `synapses`, `dtype`: as in `CTRNN`.

        By default recurrent sizes are gamma distributed (k = 2), balanced row by row
        and scaled to spectral radius 1; input weights are uniform in [0, 1/sqrt(n_in)]
        and readout weights in [0, 1/sqrt(units read from)]; biases and v0 are zero.
        `cj.presets.song2016` has the paper's own numbers.

        Raises `ValueError` as `CTRNN` does, and for a fraction outside [0, 1] or one
        that leaves no unit of either class.
        """
        n_in, n_hidden, n_out = check_sizes(n_in, n_hidden, n_out)
        layout = layout_of((n_in, n_hidden, n_out), connectivity)
        signs = _unit_signs(n_hidden, frac_excitatory, connectivity)
        layout = _with_classes(layout, signs, connectivity)
        law = Dale(signs, sign_map) if dale else Free()
        if excitatory_readout is None:
            excitatory_readout = connectivity is None or connectivity.w_out is None
        read = np.zeros((n_out, n_hidden), bool)
        read[:, layout.units.indices("excitatory")] = True
        parts = build(
            (n_in, n_hidden, n_out),
            dt=dt,
            tau=tau,
            activation=activation,
            noise=noise,
            method=method,
            form=form,
            synapses=synapses,
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
                "w_hid": chain(law, Free() if autapses else NoAutapses()),
                "w_out": chain(law, Masked(read) if excitatory_readout else Free()),
            },
            connectivity=connectivity,
            extra=constraints,
            train_v0=train_v0,
            train_tau=train_tau,
            dtype=dtype,
            key=key,
        )
        self.raw, self.constraints = parts.raw, parts.constraints
        self.dt, self.noise, self.method = parts.dt, parts.noise, method
        self.form, self.synapses = form, parts.synapses
        self.activation, self.fixed = parts.activation, parts.fixed
        self.layout = layout

    @property
    def n_excitatory(self) -> int:
        """How many units are excitatory."""
        return len(self.layout.units.indices("excitatory"))


def _unit_signs(
    units: int, fraction: float | None, connectivity: AbstractConnectivity | None
) -> Array:
    """+1 or -1 for each unit, from the one source that says so."""
    if connectivity is None or connectivity.signs is None:
        return excitatory_signs(units, 0.8 if fraction is None else fraction)
    if fraction is not None:
        raise invalid(
            "frac_excitatory",
            "be left out where the connectivity has signs",
            fraction,
            "Give it to the connectivity.",
        )
    return connectivity.signs


def _with_classes(
    layout: Layout, signs: Array, connectivity: AbstractConnectivity | None
) -> Layout:
    """The names with those of the two classes of units, if they lack them."""
    units = layout.units
    if "excitatory" in units.names:
        return layout
    if units.names and (connectivity is None or connectivity.signs is None):
        raise invalid(
            "connectivity",
            "say which of its units are excitatory",
            f"groups {list(units.names)} without signs",
            "Use MultiAreaEI(...), or `excitatory=` of MultiIO and block.",
        )
    named = {name: units.indices(name) for name in units.names}
    members = {**named, **classes(np.asarray(signs))}
    return dataclasses.replace(layout, units=groups(units.size, members))
