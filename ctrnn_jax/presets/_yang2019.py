"""The network of Yang et al. (2019)."""

from typing import Literal

from jax.typing import DTypeLike
import numpy as np

from .._arguments import checks_arguments
from .._checks import check_choice, check_not_negative, check_positive
from .._types import ArrayLike, KeyArray
from ..dynamics import RateForm, StepNoise
from ..initialisers import Glorot, Identity, Normal, Orthogonal
from ..network import CTRNN


@checks_arguments
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
    dtype: DTypeLike | None = None,
    key: KeyArray,
) -> CTRNN:
    """Return the network of Yang et al. (2019), code `multitask`.

    The state is the rate, and there is no Dale's law:
    `r += gamma (-r + f(W_in u + W r + b + sqrt(2 / gamma) sigma N))`
    (`network.py:96-218`). Defaults: 256 units, tau = 100 ms, dt = 20 ms, sigma = 0.05,
    f = softplus (headline runs; the file's default is relu). Rates start at 0. W_in is
    Gaussian with variance 1 / n_in, W half the identity (`train_all`) or half a random
    orthogonal matrix (`train.py:33-99`), W_out Glorot uniform. Biases are 0 and
    trained. The readout's sigmoid belongs to the task. 85 inputs and 33 outputs are
    those of the 20 tasks (`task.py:9-13`).

    The noise is inside f, so its effect depends on dt: with another dt pass
    `cj.replace(net, noise=...)`, see `noise_from("yang2019", ...)`. A rectifying f has
    no continuum limit.

    Raises `ValueError` as `CTRNN`, and for another name of `w_hid`.
    """
    check_choice("w_hid", w_hid, ("identity", "orthogonal"))
    check_positive("dt", dt, "It is the step in ms.")
    check_positive("tau", tau, "It is the time constant in ms.")
    check_not_negative("sigma_rec", sigma_rec, "It is a standard deviation.")
    gamma = np.asarray(dt, float) / np.asarray(tau, float)
    return CTRNN(
        n_in,
        n_hidden,
        n_out,
        dt=dt,
        tau=tau,
        activation=activation,
        form=RateForm(),
        noise=StepNoise(pre=np.sqrt(2 / gamma) * np.asarray(sigma_rec, float)),
        w_in=Normal(),
        w_hid=Identity(0.5) if w_hid == "identity" else Orthogonal(0.5),
        w_out=Glorot(uniform=True),
        dtype=dtype,
        key=key,
    )
