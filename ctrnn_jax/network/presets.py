"""Networks of the literature, by name and with their source."""

from typing import Any

import numpy as np

from .._checks import check_choice, check_count
from .._types import ArrayLike, KeyArray
from ..constraints import (
    AbstractPositiveMap,
    Constant,
    excitatory_count,
    Gamma,
    Masked,
    Normal,
    Relu,
    SpectralRadius,
    Uniform,
)
from ..dynamics import DiffusionNoise
from ._ctrnn import CTRNN
from ._eirnn import EIRNN


SONG2016_STRUCTURES = ("rdm_dense", "rdm_fixed", "rdm_nodale")


def song2016(
    structure: str = "rdm_dense",
    *,
    n_hidden: int = 100,
    sigma_rec: ArrayLike = 0.15,
    sign_map: AbstractPositiveMap = Relu(),
    dt: ArrayLike = 20.0,
    tau: ArrayLike = 100.0,
    dtype: Any = None,
    key: KeyArray,
) -> CTRNN | EIRNN:
    """The perceptual decision networks of Song, Yang & Wang (2016): 2 in, 2 out.

    Defaults of their code, pycog: 100 units, 80 of them excitatory, `r = max(v, 0)`,
    tau = 100 ms, dt = tau / 5, recurrent noise sigma = 0.15, no biases, trained initial
    potential of 0.1, no autapses, signs by rectification. Input and readout weights
    are uniform up to 0.1. Recurrent weights: gamma distributed (k = 2) with means
    balanced row by row, scaled to spectral radius 1.5; without Dale's law Gaussian,
    scaled to 1.1 (`defaults.py`, `trainer.py`; models `rdm_*.py`).

    **Arguments:**

    - `structure`: "rdm_dense" (all-to-all, readout from excitatory units), "rdm_fixed"
        (two excitatory groups of a quarter each, for either input and output, that
        meet only in the other half and in the inhibitory units), or "rdm_nodale"
        (no Dale's law; readout from all units).
    - `n_hidden`: number of units.
    - `sigma_rec`: recurrent noise, as in `DiffusionNoise`.
    - `sign_map`: `Relu()` in the paper; `Abs()` keeps every synapse alive.
    - `dt`, `tau`: in ms.
    - `dtype`: of weights and states.
    - `key`: for the initial weights.

    Raises `ValueError` for an unknown structure (with a suggestion) and as `EIRNN`.
    """
    check_choice("structure", structure, SONG2016_STRUCTURES)
    n_hidden = check_count("n_hidden", n_hidden, at_least=2)
    common: dict[str, Any] = {
        "dt": dt,
        "tau": tau,
        "activation": "relu",
        "noise": DiffusionNoise(sigma_rec),
        "w_in": Uniform(0.1),
        "w_out": Uniform(0.1),
        "v0": Constant(0.1),
        "use_bias_hid": False,
        "use_bias_out": False,
        "train_v0": True,
        "dtype": dtype,
        "key": key,
    }
    if structure == "rdm_nodale":
        return CTRNN(
            2,
            n_hidden,
            2,
            w_hid=SpectralRadius(1.1, Normal()),
            constraints={"w_hid": Masked(~np.eye(n_hidden, dtype=bool))},
            **common,
        )
    n_excitatory = excitatory_count(n_hidden, 0.8)
    masks = _rdm_masks(n_hidden, n_excitatory, two_groups=structure == "rdm_fixed")
    return EIRNN(
        2,
        n_hidden,
        2,
        sign_map=sign_map,
        w_hid=SpectralRadius(
            1.5, Gamma(_balanced_means(masks["w_hid"], n_excitatory), 2.0)
        ),
        constraints={name: Masked(mask) for name, mask in masks.items()},
        **common,
    )


def _rdm_masks(
    units: int, n_excitatory: int, *, two_groups: bool
) -> dict[str, np.ndarray]:
    """Which synapses `rdm_dense` and `rdm_fixed` have, `[post, pre]`."""
    w_in = np.ones((units, 2), bool)
    w_hid = ~np.eye(units, dtype=bool)
    w_out = np.zeros((2, units), bool)
    w_out[:, :n_excitatory] = True
    if two_groups:
        quarter = round(n_excitatory / 4)
        group = np.full(units, -1)
        group[:quarter], group[quarter : 2 * quarter] = 0, 1
        w_in = group[:, None] == np.arange(2)[None, :]
        w_out = w_in.T.copy()
        grouped = group >= 0
        w_hid &= ~(
            grouped[:, None] & grouped[None, :] & (group[:, None] != group[None, :])
        )
    return {"w_in": w_in, "w_hid": w_hid, "w_out": w_out}


def _balanced_means(mask: np.ndarray, n_excitatory: int) -> np.ndarray:
    """Mean sizes before scaling: rows balanced in the mean, then of unit L2 norm."""
    means = mask.astype(float)
    excitation = means[:, :n_excitatory].sum(1, keepdims=True)
    inhibition = means[:, n_excitatory:].sum(1, keepdims=True)
    balanced = np.where(inhibition > 0, excitation / np.maximum(inhibition, 1), 1.0)
    means[:, n_excitatory:] *= balanced
    norm = np.linalg.norm(means, axis=1, keepdims=True)
    return means / np.where(norm > 0, norm, 1.0)
