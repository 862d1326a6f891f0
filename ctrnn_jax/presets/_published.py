"""Networks of the literature and of other packages, by name and with their source.

Each function states where its defaults come from as `file:line` of that package.
"""

from typing import Any, Literal

import jax
import numpy as np

from .._checks import check_choice, check_count, invalid
from .._types import ArrayLike, KeyArray
from ..connectivity import Connectivity, excitatory_count, Groups, Layout
from ..constraints import Abs, AbstractMagnitudeMap, Relu
from ..dynamics import (
    DiffusionNoise,
    RateForm,
    RectifiedLeakForm,
    ShortTermPlasticity,
    StepNoise,
)
from ..initialisers import (
    ClampedUniform,
    Constant,
    Gamma,
    Glorot,
    Identity,
    Normal,
    Orthogonal,
    SignedAfterScaling,
    Uniform,
)
from ..network import CTRNN, EIRNN


def yang2019(
    n_in: int = 85,
    n_hidden: int = 256,
    n_out: int = 33,
    *,
    activation: str = "softplus",
    w_hid: Literal["identity", "orthogonal"] = "identity",
    sigma_rec: ArrayLike = 0.05,
    dt: ArrayLike = 20.0,
    tau: ArrayLike = 100.0,
    dtype: Any = None,
    key: KeyArray,
) -> CTRNN:
    """The network of Yang et al. (2019), code `multitask`: rates, without Dale's law.

    `r += gamma (-r + f(W_in u + W r + b + sqrt(2 / gamma) sigma N))`
    (`network.py:96-218`), 256 units, tau = 100 ms, dt = 20 ms, sigma = 0.05, f =
    softplus (headline runs; the file's default is relu), rates start at 0. W_in is
    Gaussian with variance 1 / n_in, W half the identity (`train_all`) or half a random
    orthogonal matrix (`train.py:33-99`), W_out Glorot uniform, biases 0 and trained.
    The readout's sigmoid belongs to the task. Input 85 and output 33 are those of the
    20 tasks (`task.py:9-13`).

    The noise is inside f: with another dt pass `cj.replace(net, noise=...)`, see
    `noise_from("yang2019", ...)`; a rectifying f has no continuum limit.

    Raises `ValueError` as `CTRNN`, and for another name of `w_hid`.
    """
    check_choice("w_hid", w_hid, ("identity", "orthogonal"))
    alpha = np.asarray(dt, float) / np.asarray(tau, float)
    return CTRNN(
        n_in,
        n_hidden,
        n_out,
        dt=dt,
        tau=tau,
        activation=activation,
        form=RateForm(),
        noise=StepNoise(pre=np.sqrt(2 / alpha) * np.asarray(sigma_rec, float)),
        w_in=Normal(),
        w_hid=Identity(0.5) if w_hid == "identity" else Orthogonal(0.5),
        w_out=Glorot(uniform=True),
        dtype=dtype,
        key=key,
    )


def masse2019(
    n_in: int = 24,
    n_hidden: int = 100,
    n_out: int = 3,
    *,
    fields: int = 1,
    short_term_plasticity: bool = True,
    sigma_rec: ArrayLike = 0.5,
    sign_map: AbstractMagnitudeMap = Relu(),
    dt: ArrayLike = 10.0,
    tau: ArrayLike = 100.0,
    dtype: Any = None,
    key: KeyArray,
) -> EIRNN:
    """The network of Masse et al. (2019), code `Short-term-plasticity-RNN`.

    `r = relu((1 - gamma) r + gamma (W_in u + W (u_s x_s r) + b) + sqrt(2 gamma) sigma
    N)` (`model.py:85-108`): 100 units, 80 % excitatory, tau = 100 ms, dt = 10 ms, sigma
    = 0.5, no autapses, Dale's law by rectification, non-negative input weights, readout
    from excitatory units, trained initial rates of 0.1 (`parameters.py:12-78`). Even
    units facilitate, odd ones depress (`parameters.py:295-327`). Recurrent weights from
    excitatory to excitatory units and readout weights are gamma distributed with shape
    0.1, input weights and those from and to inhibitory units with shape 0.2, scale 1
    (`parameters.py:251-283`); without plasticity recurrent weights are divided by 3.

    With several receptive `fields`, as in location DMS, the inputs of each project to
    an equal part of the units that no other reaches. The softmax belongs to the task.
    Raises `ValueError` as `EIRNN`, and for fields that do not divide the inputs.
    """
    n_hidden = check_count("n_hidden", n_hidden, at_least=2)
    check_count("fields", fields, at_least=1)
    if n_in % fields:
        raise invalid(
            "fields", f"divide the {n_in} inputs", fields, "Each has as many inputs."
        )
    of_input = np.arange(n_in) * fields // max(n_in, 1)
    reached = np.arange(n_hidden)[:, None] % fields == of_input[None, :]
    excitatory = np.arange(n_hidden) < excitatory_count(n_hidden, 0.8)
    both = excitatory[:, None] & excitatory[None, :]
    shape = np.where(both, 0.1, 0.2)
    return EIRNN(
        n_in,
        n_hidden,
        n_out,
        dt=dt,
        tau=tau,
        activation="relu",
        form=RectifiedLeakForm(),
        synapses=ShortTermPlasticity.of_kinds(np.arange(n_hidden) % 2 == 0)
        if short_term_plasticity
        else None,
        noise=DiffusionNoise(sigma_rec),
        sign_map=sign_map,
        connectivity=None
        if fields == 1
        else Connectivity(w_in=reached, layout=Layout(None, Groups(n_hidden), None)),
        # gamma of shape k and scale 1 has mean k
        w_in=Gamma(0.2, 0.2),
        w_hid=Gamma(shape / (1 if short_term_plasticity else 3), shape),
        w_out=Gamma(0.1, 0.1),
        v0=Constant(0.1),
        train_v0=True,
        dtype=dtype,
        key=key,
    )


def psychrnn(
    n_in: int,
    n_hidden: int,
    n_out: int,
    *,
    dale_ratio: float | None = None,
    rec_noise: ArrayLike = 0.0,
    dt: ArrayLike,
    tau: ArrayLike,
    dtype: Any = None,
    key: KeyArray,
) -> CTRNN | EIRNN:
    """PsychRNN's `Basic` model with its default initialiser (`GaussianSpectralRadius`).

    `(1 - gamma) s + gamma (W f(s) + W_in u + b) + sqrt(2 gamma) rec_noise N`, f = relu
    (`models/basic.py:32-44`). Recurrent weights N(0, 1), scaled to spectral radius 1.1
    before signs (`backend/initializations.py:217-322`; the effective radius at 4:1 is
    0.85 on average), input and readout weights Glorot normal, biases 0, initial state
    0.1 + 0.01 N, all trained (`backend/rnn.py:79-167`). With `dale_ratio` signs are
    held by `abs`, input weights are not negative, and inhibitory units are cut from
    the readout (`backend/rnn.py:300-334`). Autapses are allowed.

    **Arguments:** sizes and times (PsychRNN has no defaults for them), and

    - `dale_ratio`: the fraction of excitatory units, or `None` for no Dale's law.
    - `rec_noise`: as `DiffusionNoise(sigma)`; 0 is a network without noise.

    Raises `ValueError` as `CTRNN` and `EIRNN`.
    """
    common: dict[str, Any] = {
        "dt": dt,
        "tau": tau,
        "activation": "relu",
        "noise": None
        if np.all(np.asarray(rec_noise) == 0)
        else DiffusionNoise(rec_noise),
        "w_in": Glorot(),
        "w_hid": SignedAfterScaling(1.1),
        "w_out": Glorot(),
        "v0": _around_a_tenth,
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


def _around_a_tenth(key: KeyArray, shape: tuple[int, ...], dtype: Any) -> Any:
    return 0.1 + 0.01 * jax.random.normal(key, shape, dtype)


def nn4n(
    n_in: int = 1,
    n_hidden: int = 100,
    n_out: int = 1,
    *,
    dale: bool = False,
    preact_noise: ArrayLike = 0.0,
    postact_noise: ArrayLike = 0.0,
    dt: ArrayLike = 10.0,
    tau: ArrayLike = 100.0,
    dtype: Any = None,
    key: KeyArray,
) -> CTRNN | EIRNN:
    """nn4n's `CTRNN` (v1.2.0) with its defaults: relu, tau = 100 ms, dt = 10 ms.

    `v = (1 - gamma) v + gamma (W r + b + W_in u) + gamma preact_noise N`, then `r =
    f(v) + postact_noise N`, and this noisy rate is what the units and the readout see
    (`layer/recurrent_layer.py:91-119`; the newer `HiddenLayer` leaves out gamma).
    Weights are uniform up to 1 / sqrt(fan_in) (`layer/linear_layer.py:177-194`), there
    are no biases (`biases=None`), the potential starts at 0 and is not trained.

    With `dale` 80 % of the units are excitatory, wrong signs are set to zero and all
    excitation or all inhibition is scaled down to the other
    (`layer/linear_layer.py:140-213`; the effective radius is 0.21 on average), as
    nn4n does; here the constraint then holds for good. Autapses are allowed.

    Raises `ValueError` as `CTRNN` and `EIRNN`.
    """
    levels = {"pre": preact_noise, "rate": postact_noise}
    on = {name: x for name, x in levels.items() if np.any(np.asarray(x) != 0)}
    common: dict[str, Any] = {
        "dt": dt,
        "tau": tau,
        "activation": "relu",
        "noise": StepNoise(**on) if on else None,
        "w_in": Uniform(),
        "w_out": Uniform(),
        "use_bias_hid": False,
        "use_bias_out": False,
        "dtype": dtype,
        "key": key,
    }
    if not dale:
        return CTRNN(n_in, n_hidden, n_out, w_hid=Uniform(), **common)
    return EIRNN(
        n_in,
        n_hidden,
        n_out,
        w_hid=ClampedUniform(),
        positive_input=False,
        excitatory_readout=False,
        autapses=True,
        sign_map=Abs(),
        **common,
    )
