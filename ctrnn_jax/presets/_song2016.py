"""The networks of Song, Yang & Wang (2016) and their structures."""

import functools
from typing import Any, NamedTuple

import jax
from jax import Array
import jax.numpy as jnp

from .._checks import check_choice, check_count
from .._types import ArrayLike, KeyArray
from ..connectivity import (
    by_area,
    Connectivity,
    even_sizes,
    excitatory_count,
    Groups,
    Layout,
    MultiIO,
)
from ..constraints import AbstractMagnitudeMap, NoAutapses, Relu
from ..dynamics import DiffusionNoise
from ..initialisers import Constant, Gamma, Normal, SpectralRadius, Uniform
from ..network import CTRNN, EIRNN


class Model(NamedTuple):
    """What their model files say, and their defaults."""

    n_in: int
    n_hidden: int
    n_out: int
    sigma_rec: float = 0.15
    dt: float = 20.0
    tau: float = 100.0
    biases: bool = False
    train_v0: bool = True


# "continuous" models, the last two, do not train where they start (sgd.py, trainer.py)
MODELS = {
    "rdm_dense": Model(2, 100, 2),
    "rdm_fixed": Model(2, 100, 2),
    "rdm_nodale": Model(2, 100, 2),
    "rdm_varstim": Model(3, 100, 2),
    "rdm_rt": Model(3, 100, 2),
    "mante": Model(6, 150, 2),
    "mante_areas": Model(6, 150, 2),
    "multisensory": Model(5, 150, 2),
    "romo": Model(2, 500, 2),
    "lee": Model(17, 200, 2, sigma_rec=0.01, dt=10.0, tau=50.0, train_v0=False),
    "sinewave": Model(0, 100, 1, sigma_rec=0.05, biases=True, train_v0=False),
}


SONG2016_STRUCTURES = tuple(MODELS)


def song2016(
    structure: str = "rdm_dense",
    *,
    n_hidden: int | None = None,
    sigma_rec: ArrayLike | None = None,
    sign_map: AbstractMagnitudeMap = Relu(),
    connect_start: bool = False,
    dt: ArrayLike | None = None,
    tau: ArrayLike | None = None,
    dtype: Any = None,
    key: KeyArray,
) -> CTRNN | EIRNN:
    """The networks of Song, Yang & Wang (2016), by the name of their model file.

    Defaults of their code, pycog (`defaults.py:5-64`, `trainer.py:220-440`): 80 % of
    the units excitatory, `r = max(v, 0)`, tau = 100 ms, dt = tau / 5, recurrent noise
    sigma = 0.15, no biases, trained initial potential of 0.1, no autapses, signs by
    rectification. Input and readout weights are uniform up to 0.1. Recurrent weights:
    gamma distributed (k = 2) with means balanced row by row, scaled to spectral radius
    1.5; without Dale's law Gaussian, scaled to 1.1.

    | structure (`examples/models`) | in, units, out | connections |
    |---|---|---|
    | `rdm_dense`, `rdm_varstim`, `rdm_rt`, `mante` | 2, 3, 3, 6; 100, 100, 100, 150; \
2 | all-to-all, readout from excitatory units |
    | `rdm_fixed` | 2, 100, 2 | two excitatory groups of a quarter each, for either \
input and output, that meet only in the other half and in the inhibitory units |
    | `rdm_nodale` | 2, 100, 2 | no Dale's law; readout from all units |
    | `mante_areas` | 6, 150, 2 | a sensory and a motor half: inputs to the first, \
outputs from the second, dense forward, 20 % feedback, local inhibition |
    | `multisensory` | 5, 150, 2 | visual inputs to the first third of the units, \
auditory ones to the second |
    | `romo` | 2, 500, 2 | sparse: 10 % from excitatory, 50 % from inhibitory units |
    | `lee` | 17, 200, 2 | all-to-all, readout from all units; dt = 10, tau = 50 ms, \
sigma = 0.01 |
    | `sinewave` | 0, 100, 1 | all-to-all, trained biases; sigma = 0.05 |

    Units and, in `mante_areas` and `multisensory`, inputs have names. Sparse masks are
    drawn from the key; the paper's own came from NumPy's generator.

    **Arguments:**

    - `structure`: see above.
    - `n_hidden`: number of units; by default as published.
    - `sigma_rec`: recurrent noise, as in `DiffusionNoise`; by default as published.
    - `sign_map`: `Relu()` in the paper; `Abs()` keeps every synapse alive.
    - `connect_start`: in `multisensory`, whether the start cue reaches the network. In
        the published code its column of the mask is never set, so it does not.
    - `dt`, `tau`: in ms; by default as published.
    - `dtype`: of weights and states.
    - `key`: for the initial weights.

    Raises `ValueError` for an unknown structure (with a suggestion) and as `EIRNN`.
    """
    check_choice("structure", structure, SONG2016_STRUCTURES)
    model = MODELS[structure]
    n_in, n_out = model.n_in, model.n_out
    or_published = lambda given, published: published if given is None else given
    n_hidden = check_count(
        "n_hidden", or_published(n_hidden, model.n_hidden), at_least=2
    )
    common: dict[str, Any] = {
        "dt": or_published(dt, model.dt),
        "tau": or_published(tau, model.tau),
        "activation": "relu",
        "noise": DiffusionNoise(or_published(sigma_rec, model.sigma_rec)),
        "w_in": Uniform(0.1),
        "w_out": Uniform(0.1),
        "v0": Constant(0.1),
        "use_bias_hid": model.biases,
        "use_bias_out": model.biases,
        "train_v0": model.train_v0,
        "dtype": dtype,
        "key": key,
    }
    if structure == "rdm_nodale":
        return CTRNN(
            n_in,
            n_hidden,
            n_out,
            w_hid=SpectralRadius(1.1, Normal()),
            constraints={"w_hid": NoAutapses()},
            **common,
        )
    n_excitatory = excitatory_count(n_hidden, 0.8)
    # a stream of its own, so that a mask does not depend on how weights are drawn
    connectivity = structure_masks(
        structure, n_hidden, n_excitatory, connect_start, jax.random.fold_in(key, 2016)
    )
    return EIRNN(
        n_in,
        n_hidden,
        n_out,
        sign_map=sign_map,
        connectivity=connectivity,
        w_hid=SpectralRadius(
            1.5, Gamma(balanced_means(connectivity.w_hid, n_excitatory), 2.0)
        ),
        **common,
    )


def structure_masks(
    name: str, units: int, n_excitatory: int, connect_start: bool, key: KeyArray
) -> Connectivity:
    """Which synapses a network has (`examples/models/<name>.py`), without autapses."""
    n_in, n_out = MODELS[name].n_in, MODELS[name].n_out
    table = None
    excitatory, inhibitory = {"E": n_excitatory}, {"I": units - n_excitatory}
    inputs, into = n_in, None
    outputs, out_of = {"output": n_out}, {("output", "E"): 1.0}
    if name == "rdm_fixed":  # rdm_fixed.py:36-79
        quarter = round(n_excitatory / 4)
        excitatory = {"in": quarter, "out": quarter, "rest": n_excitatory - 2 * quarter}
        inputs = {"first": 1, "second": 1}
        into = {("in", "first"): 1.0, ("out", "second"): 1.0}
        outputs = {"first": 1, "second": 1}
        out_of = {("first", "in"): 1.0, ("second", "out"): 1.0}
        table = _all([*excitatory, "I"])
        table["in", "out"] = table["out", "in"] = 0.0
    elif name == "mante_areas":  # mante_areas.py:26-74
        excitatory = _split("E", n_excitatory, ("sensory", "motor"))
        inhibitory = _split("I", units - n_excitatory, ("sensory", "motor"))
        inputs = {"context": 2, "motion": 2, "colour": 2}
        into = {(f"sensory {c}", channel): 1.0 for c in "EI" for channel in inputs}
        out_of = {("output", "motor E"): 1.0}
        table = {
            (f"{area} {c}", f"{area} {d}"): 1.0
            for area in ("sensory", "motor")
            for c in "EI"
            for d in "EI"
        }
        for c in "EI":
            table[f"motor {c}", "sensory E"] = 1.0
            table[f"sensory {c}", "motor E"] = 0.2
    elif name == "multisensory":  # multisensory.py:30-52
        thirds = ("visual", "auditory", "neither")
        excitatory = _split("E", n_excitatory, thirds)
        inhibitory = _split("I", units - n_excitatory, thirds)
        inputs = {"v+": 1, "a+": 1, "v-": 1, "a-": 1, "start": 1}
        areas = {"v": "visual", "a": "auditory"}
        into = {
            (f"{areas[channel[0]]} {c}", channel): 1.0
            for c in "EI"
            for channel in ("v+", "a+", "v-", "a-")
        }
        if connect_start:
            cells = (*excitatory, *inhibitory)
            into.update({(cell, "start"): 1.0 for cell in cells})
        out_of = {("output", cell): 1.0 for cell in excitatory}
    elif name == "lee":  # lee.py: inhibitory units are read too
        out_of = {("output", cell): 1.0 for cell in "EI"}
    elif name == "romo":  # romo.py, tasktools.py:100-123
        table = {(c, "E"): 0.1 for c in "EI"} | {(c, "I"): 0.5 for c in "EI"}
    whole = MultiIO(
        {**excitatory, **inhibitory},
        inputs=inputs,
        outputs=outputs,
        input_table=into,
        hidden_table=table,
        output_table=out_of,
        excitatory=list(excitatory),
        autapses=False,
        key=key,
    )
    layout = whole.layout
    return Connectivity(
        w_in=whole.w_in,
        w_hid=whole.w_hid,
        w_out=whole.w_out,
        signs=whole.signs,
        layout=Layout(
            layout.inputs,
            by_area(layout.units),
            Groups(n_out) if "output" in outputs else layout.outputs,
        ),
    )


def _all(names: list[str]) -> dict[tuple[str, str], float]:
    return {(post, pre): 1.0 for post in names for pre in names}


def _split(kind: str, count: int, parts: tuple[str, ...]) -> dict[str, int]:
    """A class of units cut into parts of equal size, up to rounding."""
    sizes = even_sizes(count, len(parts))
    return {f"{part} {kind}": n for part, n in zip(parts, sizes, strict=True)}


@functools.partial(jax.jit, static_argnames="n_excitatory")
def balanced_means(mask: Array, n_excitatory: int) -> Array:
    """Mean sizes before scaling: rows balanced in the mean, then of unit L2 norm."""
    means = jnp.asarray(mask, float)
    excitation = means[:, :n_excitatory].sum(1, keepdims=True)
    inhibition = means[:, n_excitatory:].sum(1, keepdims=True)
    factor = jnp.where(inhibition > 0, excitation / jnp.maximum(inhibition, 1), 1.0)
    means = means.at[:, n_excitatory:].multiply(factor)
    norm = jnp.sqrt((means**2).sum(1, keepdims=True))
    return means / jnp.where(norm > 0, norm, 1.0)
