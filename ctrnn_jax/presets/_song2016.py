"""The networks of Song, Yang & Wang (2016)."""

from collections.abc import Callable
import dataclasses
from typing import Any, cast, final

import jax
from jax import Array
import jax.numpy as jnp
from jax.typing import DTypeLike

from .._arguments import checks_arguments
from .._checks import check_choice, check_count, check_not_negative
from .._quick_compilation import quickly_compiled
from .._types import ArrayLike, KeyArray
from ..connectivity import excitatory_count
from ..constraints import AbstractMagnitudeMap, NoAutapses, Relu
from ..dynamics import DiffusionNoise
from ..initialisers import Constant, Gamma, Normal, SpectralRadius, Uniform
from ..network import CTRNN, EIRNN
from ._song2016_structures import (
    dense,
    draw_masks,
    lee,
    mante_areas,
    multisensory,
    rdm_fixed,
    romo,
    Structure,
    with_start_cue,
)


@final
@dataclasses.dataclass(frozen=True, kw_only=True)
class Model:
    """The settings in a model file of pycog, with pycog's defaults.

    `structure` is `None` for a network without Dale's law.
    """

    n_in: int
    n_hidden: int
    n_out: int = 2
    structure: Callable[[int, int], Structure] | None = dense
    sigma_rec: float = 0.15
    dt: float = 20.0
    tau: float = 100.0
    biases: bool = False
    train_v0: bool = True


# pycog does not train v0 of "continuous" models, the last two (sgd.py, trainer.py)
MODELS = {
    "rdm_dense": Model(n_in=2, n_hidden=100),
    "rdm_fixed": Model(n_in=2, n_hidden=100, structure=rdm_fixed),
    "rdm_nodale": Model(n_in=2, n_hidden=100, structure=None),
    "rdm_varstim": Model(n_in=3, n_hidden=100),
    "rdm_rt": Model(n_in=3, n_hidden=100),
    "mante": Model(n_in=6, n_hidden=150),
    "mante_areas": Model(n_in=6, n_hidden=150, structure=mante_areas),
    "multisensory": Model(n_in=5, n_hidden=150, structure=multisensory),
    "romo": Model(n_in=2, n_hidden=500, structure=romo),
    "lee": Model(
        n_in=17, n_hidden=200, structure=lee,
        sigma_rec=0.01, dt=10.0, tau=50.0, train_v0=False,
    ),
    "sinewave": Model(
        n_in=0, n_hidden=100, n_out=1, sigma_rec=0.05, biases=True, train_v0=False
    ),
}  # fmt: skip


SONG2016_STRUCTURES = tuple(MODELS)


@checks_arguments
def song2016(
    structure: str = "rdm_dense",
    *,
    n_hidden: int | None = None,
    sigma_rec: ArrayLike | None = None,
    sign_map: AbstractMagnitudeMap = Relu(),
    connect_start: bool = False,
    dt: ArrayLike | None = None,
    tau: ArrayLike | None = None,
    dtype: DTypeLike | None = None,
    key: KeyArray,
) -> CTRNN | EIRNN:
    """Return a network of Song, Yang & Wang (2016), by the name of its model file.

    Defaults are those of their code, pycog (`defaults.py:5-64`, `trainer.py:220-440`):
    80 % of the units excitatory, `r = max(v, 0)`, tau = 100 ms, dt = tau / 5, recurrent
    noise sigma = 0.15, no biases, trained initial potential of 0.1, no autapses, signs
    by rectification. Input and readout weights are uniform up to 0.1. Recurrent weights
    are gamma distributed (k = 2) with means balanced row by row, scaled to spectral
    radius 1.5; without Dale's law they are Gaussian, scaled to 1.1.

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
    drawn from the key; those of the paper came from NumPy's generator.

    **Arguments:**

    - `structure`: see above.
    - `n_hidden`: number of units; by default as published.
    - `sigma_rec`: recurrent noise, as in `DiffusionNoise`; by default as published.
    - `sign_map`: `Relu()` in the paper; with `Abs()` no synapse is ever dead.
    - `connect_start`: in `multisensory`, whether the start cue reaches the network. In
        the published code it does not, because its column of the mask is never set.
    - `dt`, `tau`: in ms; by default as published.
    - `dtype`: of weights and states.
    - `key`: for the initial weights.

    Raises `ValueError` for an unknown structure (with a suggestion) and as `EIRNN`.

    **Example:**

    >>> net = cj.presets.song2016(dt=20.0, key=jax.random.key(0))
    >>> net.n_hidden
    100
    """
    check_choice("structure", structure, SONG2016_STRUCTURES)
    model = MODELS[structure]
    n_hidden = model.n_hidden if n_hidden is None else n_hidden
    n_hidden = check_count("n_hidden", n_hidden, at_least=2)
    sigma_rec = model.sigma_rec if sigma_rec is None else sigma_rec
    check_not_negative("sigma_rec", sigma_rec, "It is a standard deviation.")
    common: dict[str, Any] = {
        "n_in": model.n_in,
        "n_hidden": n_hidden,
        "n_out": model.n_out,
        "dt": model.dt if dt is None else dt,
        "tau": model.tau if tau is None else tau,
        "activation": "relu",
        "noise": DiffusionNoise(sigma_rec),
        "w_in": Uniform(0.1),
        "w_out": Uniform(0.1),
        "v0": Constant(0.1),
        "use_bias_hid": model.biases,
        "use_bias_out": model.biases,
        "train_v0": model.train_v0,
        "dtype": dtype,
        "key": key,
    }
    if model.structure is None:
        return CTRNN(
            w_hid=SpectralRadius(1.1, Normal()),
            constraints={"w_hid": NoAutapses()},
            **common,
        )
    # groups of units of the structure, and the masks between them
    n_excitatory = excitatory_count(n_hidden, 0.8)
    groups = model.structure(n_excitatory, n_hidden - n_excitatory)
    if structure == "multisensory" and connect_start:
        groups = with_start_cue(groups)
    groups: Structure = {"inputs": model.n_in, "outputs": model.n_out, **groups}
    # a separate key, so that a mask does not depend on how weights are drawn
    connectivity = draw_masks(groups, jax.random.fold_in(key, 2016))
    mask = cast(Array, connectivity.w_hid)  # a `MultiIO` has all masks
    means = balanced_means(mask, n_excitatory)
    return EIRNN(
        sign_map=sign_map,
        connectivity=connectivity,
        w_hid=SpectralRadius(1.5, Gamma(means, 2.0)),
        **common,
    )


@quickly_compiled
def balanced_means(mask: Array, n_excitatory: int) -> Array:
    """Return mean magnitudes of recurrent weights before scaling, `[post, pre]`.

    In each row the means of inhibition are scaled to those of excitation, then the row
    is normalised to unit L2 norm.
    """
    means = jnp.asarray(mask, float)
    excitation = means[:, :n_excitatory].sum(1, keepdims=True)
    inhibition = means[:, n_excitatory:].sum(1, keepdims=True)
    factor = jnp.where(inhibition > 0, excitation / jnp.maximum(inhibition, 1), 1.0)
    means = means.at[:, n_excitatory:].multiply(factor)
    # a unit without inputs keeps means of 0
    norm = jnp.sqrt((means**2).sum(1, keepdims=True))
    return means / jnp.where(norm > 0, norm, 1.0)
