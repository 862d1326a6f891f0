"""The excitatory-inhibitory network of Song, Yang & Wang (2016)."""

from collections.abc import Callable, Mapping
import dataclasses
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
from jax.typing import DTypeLike
import numpy as np

from .._arguments import checks_arguments
from .._checks import check
from .._types import ArrayLike, KeyArray
from ..connectivity import (
    AbstractConnectivity,
    classes,
    Connectivity,
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
from ..initialisers import Balanced, Gamma, SpectralRadius, Uniform
from ._abstract import AbstractNetwork
from ._construction import build, check_sizes, complete
from ._weights import InitialWeights, Weights


@final
class EIRNN(AbstractNetwork):
    """Excitatory-inhibitory recurrent network (Song, Yang & Wang 2016).

    The equation of `CTRNN` under the constraints of doi 10.1371/journal.pcbi.1004792:

    - Dale's law: the columns of `W_hid` are all non-negative (excitatory units, the
      first `round(frac_excitatory * n_hidden)`) or all non-positive (inhibitory);
    - no unit connects to itself;
    - input weights are non-negative;
    - the readout reads from excitatory units only, with non-negative weights.

    Each constraint can be switched off. The constraints hold after any training step,
    by construction: training moves free raw parameters, and the weights are a transform
    of them.

        net = cj.EIRNN(2, 100, 2, dt=20.0, tau=100.0, key=jax.random.key(0),
                       noise=cj.DiffusionNoise(0.15))
        traj = cj.rollout(net, inputs, key=jax.random.key(1))   # (*batch, time, 2)

    Units have the names "excitatory" and "inhibitory", and the names of the
    connectivity:

        areas = cj.connectivity.MultiAreaEI(
            {"sensory": 50, "motor": 50}, inputs={"stimulus": 2},
            outputs={"choice": 2}, key=jax.random.key(0))
        net = cj.EIRNN(*areas.sizes, connectivity=areas, dt=20.0, tau=100.0,
                       key=jax.random.key(1))
        cj.rollout(net, {"stimulus": u}).rates_of("motor", "inhibitory")

    `n_excitatory` is the number of excitatory units.

    **Example:**

    >>> net = cj.EIRNN(2, 10, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> weights = cj.effective(net).w_hid  # [post, pre]: columns have one sign
    >>> bool((weights[:, :8] >= 0).all()), bool((weights[:, 8:] <= 0).all())
    (True, True)
    """

    switches: ClassVar[Mapping[tuple[str, type], str]] = {
        ("w_in", NonNegative): "positive_input=False",
        ("w_hid", Dale): "dale=False",
        ("w_hid", NoAutapses): "autapses=True",
        ("w_out", Dale): "dale=False",
        ("w_out", Masked): "excitatory_readout=False",
    }
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

    @checks_arguments
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
        w_in: InitialWeights = None,
        w_hid: InitialWeights = None,
        w_out: InitialWeights = None,
        b_hid: InitialWeights = None,
        b_out: InitialWeights = None,
        v0: InitialWeights = None,
        use_bias_hid: bool = True,
        use_bias_out: bool = True,
        train_v0: bool = False,
        train_tau: bool = False,
        connectivity: AbstractConnectivity | None = None,
        constraints: Mapping[str, AbstractConstraint] | None = None,
        dtype: DTypeLike | None = None,
        key: KeyArray,
    ) -> None:
        """**Arguments:** sizes, `dt`, `tau` and `key` are required

        - `n_in`, `n_hidden`, `n_out`: numbers of input channels, units and outputs;
            `n_in` and `n_out` may be 0.
        - `dt`: step in ms.
        - `tau`: time constant in ms, one number or one per unit.
        - `frac_excitatory`: the fraction of excitatory units, which come first; by
            default 0.8, which is 4:1. Leave it out if the connectivity has signs.
        - `dale`: whether recurrent weights obey Dale's law.
        - `autapses`: whether units connect to themselves.
        - `positive_input`: whether input weights are non-negative.
        - `excitatory_readout`: whether the readout excludes inhibitory units. If False,
            readout weights have the signs of their units (under `dale`). By default
            True, unless the connectivity has a mask of the readout.
        - `sign_map`: the map that enforces signs, `Abs()`, `Relu()` or `Softplus()`.
        - `activation`: name of a rate function ("relu", "tanh", "sigmoid", "retanh",
            "softplus", "linear", "power_law") or any elementwise function.
        - `noise`: `None`, `DiffusionNoise(sigma)` or `StepNoise(pre, post, rate)`; a
            network with noise needs a `key` in `rollout`.
        - `method`: `Euler()`, the equation of `CTRNN`, or `ExponentialEuler()`.
        - `form`: `CurrentForm()`, the equation of `CTRNN`, or `RateForm()` (Yang 2019)
            or `RectifiedLeakForm()` (Masse 2019), where the state is the rate.
        - `synapses`: `None`, or `ShortTermPlasticity(...)` of the recurrent synapses.
        - `w_in`, `w_hid`, `w_out`, `b_hid`, `b_out`, `v0`: an array (the effective
            weights, `W[post, pre]`, signs included) or an initialiser.
        - `use_bias_hid`, `use_bias_out`: whether there are biases.
        - `train_v0`, `train_tau`: whether the initial state and the time constants
            train. Trained time constants stay above dt. Weight decay of an optimiser
            acts on both, unless it has a mask (`cj.training.decay_mask`).
        - `connectivity`: which synapses exist, and the names of inputs, units and
            outputs: a `MultiArea`, `MultiAreaEI`, `MultiIO`, ... of these sizes.
        - `constraints`: constraints by the name of their weight, such as
            `{"w_hid": cj.constraints.Masked(mask)}`, in addition to those of the class;
            "tau" can have one too. Combine several constraints of one weight with
            `cj.constraints.chain(...)`.
        - `dtype`: of weights and states; by default JAX's float.
        - `key`: a `jax.random.key(seed)`, for the initial weights.

        By default magnitudes of recurrent weights are gamma distributed (k = 2),
        balanced row by row and scaled to spectral radius 1. Input weights are uniform
        in [0, 1/sqrt(n_in)] and readout weights in [0, 1/sqrt(units read from)]. Biases
        and v0 are zero. `cj.presets.song2016` has the numbers of the paper.

        Raises `ValueError` as `CTRNN` does, and for a fraction outside [0, 1] or one
        that leaves no unit of either class.
        """
        arguments = locals()
        n_in, n_hidden, n_out = check_sizes(n_in, n_hidden, n_out)
        wiring = complete((n_in, n_hidden, n_out), connectivity)
        # classes of units: signs, and names for them
        signs = _unit_signs(n_hidden, frac_excitatory, wiring)
        layout = _with_classes(wiring, signs)
        dale_constraint = Dale(signs, sign_map) if dale else Free()
        if excitatory_readout is None:
            excitatory_readout = wiring.w_out is None
        # the mask of a readout from excitatory units, [output, unit]
        is_excitatory = np.zeros((n_out, n_hidden), bool)
        is_excitatory[:, layout.units.indices("excitatory")] = True
        build(
            self,
            arguments,
            default_weights=Weights(
                w_in=Uniform(),
                w_hid=SpectralRadius(1.0, Balanced(Gamma(1.0, 2.0))),
                w_out=Uniform(),
            ),
            class_constraints={
                "w_in": NonNegative(sign_map) if positive_input else Free(),
                "w_hid": chain(dale_constraint, Free() if autapses else NoAutapses()),
                "w_out": chain(
                    dale_constraint,
                    Masked(is_excitatory) if excitatory_readout else Free(),
                ),
            },
            layout=layout,
        )

    @property
    def n_excitatory(self) -> int:
        """Number of excitatory units."""
        return len(self.layout.units.indices("excitatory"))


def _unit_signs(
    units: int, frac_excitatory: float | None, connectivity: Connectivity
) -> Array:
    """Return +1 or -1 for each unit, from the connectivity or the fraction.

    Raises `ValueError` if both of them decide.
    """
    if connectivity.signs is None:
        fraction = 0.8 if frac_excitatory is None else frac_excitatory
        # concrete under jit too: the names of units are static
        with jax.ensure_compile_time_eval():
            return excitatory_signs(units, fraction)
    rule = "be left out where the connectivity has signs"
    remedy, is_left_out = "Give it to the connectivity.", frac_excitatory is None
    check(is_left_out, "frac_excitatory", rule, frac_excitatory, remedy)
    return connectivity.signs


def _with_classes(connectivity: Connectivity, signs: Array) -> Layout:
    """Return the layout with the names "excitatory" and "inhibitory" of units.

    Raises `ValueError` for a connectivity that names units but has no signs.
    """
    layout, units = connectivity.layout, connectivity.layout.units
    if "excitatory" in units.names:
        return layout
    check(
        connectivity.signs is not None or not units.names,
        "connectivity",
        "say which of its units are excitatory",
        f"groups {list(units.names)} without signs",
        "Use MultiAreaEI(...), or `excitatory=` of MultiIO and block.",
    )
    named = {name: units.indices(name) for name in units.names}
    members = {**named, **classes(np.asarray(signs))}
    return dataclasses.replace(layout, units=groups(units.size, members))
