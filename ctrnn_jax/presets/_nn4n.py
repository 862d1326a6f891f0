"""The `CTRNN` of nn4n."""

from typing import Any

from jax.typing import DTypeLike
import numpy as np

from .._arguments import checks_arguments
from .._checks import check_not_negative
from .._types import ArrayLike, KeyArray
from ..constraints import Abs
from ..dynamics import StepNoise
from ..initialisers import ClampedUniform, Uniform
from ..network import CTRNN, EIRNN


@checks_arguments
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
    dtype: DTypeLike | None = None,
    key: KeyArray,
) -> CTRNN | EIRNN:
    """Return nn4n's `CTRNN` (v1.2.0) with its defaults: relu, tau = 100 ms, dt = 10 ms.

    `v = (1 - gamma) v + gamma (W r + b + W_in u) + gamma preact_noise N`, then `r =
    f(v) + postact_noise N`. The units and the readout receive this noisy rate
    (`layer/recurrent_layer.py:91-119`; the newer `HiddenLayer` leaves out gamma).
    Weights are uniform up to 1 / sqrt(fan_in) (`layer/linear_layer.py:177-194`), there
    are no biases (`biases=None`), the potential starts at 0 and is not trained.

    With `dale` 80 % of the units are excitatory. As in nn4n, wrong signs are set to
    zero and the larger of total excitation and total inhibition is scaled down to the
    other (`layer/linear_layer.py:140-213`; the effective radius is 0.21 on average).
    Here the constraint also holds throughout training. Autapses are allowed.

    Raises `ValueError` as `CTRNN` and `EIRNN`.
    """
    check_not_negative("preact_noise", preact_noise, "It is a standard deviation.")
    check_not_negative("postact_noise", postact_noise, "It is a standard deviation.")
    levels = {"pre": preact_noise, "rate": postact_noise}
    # a level of 0 leaves the term out, so that a network without noise needs no key
    present = {name: x for name, x in levels.items() if np.any(np.asarray(x) != 0)}
    common: dict[str, Any] = {
        "dt": dt,
        "tau": tau,
        "activation": "relu",
        "noise": StepNoise(**present) if present else None,
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
