"""The `Basic` model of PsychRNN."""

from typing import Any

import jax
from jax import Array
from jax.typing import DTypeLike
import numpy as np

from .._arguments import checks_arguments
from .._checks import check_fraction, check_not_negative
from .._types import ArrayLike, KeyArray
from ..constraints import Abs
from ..dynamics import DiffusionNoise
from ..initialisers import Glorot, SignedAfterScaling
from ..network import CTRNN, EIRNN


@checks_arguments
def psychrnn(
    n_in: int,
    n_hidden: int,
    n_out: int,
    *,
    dale_ratio: float | None = None,
    rec_noise: ArrayLike = 0.0,
    dt: ArrayLike,
    tau: ArrayLike,
    dtype: DTypeLike | None = None,
    key: KeyArray,
) -> CTRNN | EIRNN:
    """Return PsychRNN's `Basic` model with its default initialiser.

    `(1 - gamma) s + gamma (W f(s) + W_in u + b) + sqrt(2 gamma) rec_noise N`, f = relu
    (`models/basic.py:32-44`). The initialiser is `GaussianSpectralRadius`: recurrent
    weights N(0, 1), scaled to spectral radius 1.1 before signs
    (`backend/initializations.py:217-322`; the effective radius at 4:1 is 0.85 on
    average), input and readout weights Glorot normal, biases 0, initial state
    0.1 + 0.01 N, all trained (`backend/rnn.py:79-167`). With `dale_ratio`, `abs`
    enforces signs, input weights are not negative, and the readout excludes inhibitory
    units (`backend/rnn.py:300-334`). Autapses are allowed.

    **Arguments:** sizes and times (PsychRNN has no defaults for them), and

    - `dale_ratio`: the fraction of excitatory units, or `None` for no Dale's law.
    - `rec_noise`: as in `DiffusionNoise(sigma)`; 0 is a network without noise.

    Raises `ValueError` as `CTRNN` and `EIRNN`.
    """
    check_not_negative("rec_noise", rec_noise, "It is a standard deviation.")
    if dale_ratio is not None:
        check_fraction("dale_ratio", dale_ratio)
    is_noisy = np.any(np.asarray(rec_noise) != 0)
    common: dict[str, Any] = {
        "dt": dt,
        "tau": tau,
        "activation": "relu",
        "noise": DiffusionNoise(rec_noise) if is_noisy else None,
        "w_in": Glorot(),
        "w_hid": SignedAfterScaling(1.1),
        "w_out": Glorot(),
        "v0": _initial_state,
        "train_v0": True,
        "dtype": dtype,
        "key": key,
    }
    if dale_ratio is None:
        return CTRNN(n_in, n_hidden, n_out, **common)
    return EIRNN(
        n_in,
        n_hidden,
        n_out,
        frac_excitatory=dale_ratio,
        autapses=True,
        sign_map=Abs(),
        **common,
    )


def _initial_state(key: KeyArray, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    return 0.1 + 0.01 * jax.random.normal(key, shape, dtype)
