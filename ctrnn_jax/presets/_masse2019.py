"""The network of Masse et al. (2019)."""

from jax.typing import DTypeLike
import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_count, check_not_negative
from .._types import ArrayLike, KeyArray
from ..connectivity import Connectivity, excitatory_count, Groups, Layout
from ..constraints import AbstractMagnitudeMap, Relu
from ..dynamics import DiffusionNoise, RectifiedLeakForm, ShortTermPlasticity
from ..initialisers import Constant, Gamma
from ..network import EIRNN


@checks_arguments
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
    dtype: DTypeLike | None = None,
    key: KeyArray,
) -> EIRNN:
    """Return the network of Masse et al. (2019), code `Short-term-plasticity-RNN`.

    `r = relu((1 - gamma) r + gamma (W_in u + W (u_s x_s r) + b) + sqrt(2 gamma) sigma
    N)` (`model.py:85-108`): 100 units, 80 % excitatory, tau = 100 ms, dt = 10 ms, sigma
    = 0.5, no autapses, Dale's law by rectification, non-negative input weights, readout
    from excitatory units, trained initial rates of 0.1 (`parameters.py:12-78`). Even
    units facilitate, odd units depress (`parameters.py:295-327`). Recurrent weights
    from excitatory to excitatory units and readout weights are gamma distributed with
    shape 0.1, input weights and those from and to inhibitory units with shape 0.2,
    scale 1 (`parameters.py:251-283`). Without plasticity, recurrent weights are divided
    by 3.

    With several receptive `fields`, as in location DMS, the inputs of each field
    project to an equal part of the units, which no other field reaches. The softmax
    belongs to the task.

    Raises `ValueError` as `EIRNN`, and for fields that do not divide the inputs.
    """
    n_in = check_count("n_in", n_in, at_least=0)
    n_hidden = check_count("n_hidden", n_hidden, at_least=2)
    check_not_negative("sigma_rec", sigma_rec, "It is a standard deviation.")
    check_count("fields", fields, at_least=1)
    rule = f"divide the {n_in} inputs"
    check(n_in % fields == 0, "fields", rule, fields, "Each has as many inputs.")
    # the mean of a gamma distribution of shape k and scale 1 is k
    is_excitatory = np.arange(n_hidden) < excitatory_count(n_hidden, 0.8)
    e_to_e = is_excitatory[:, None] & is_excitatory[None, :]
    shape = np.where(e_to_e, 0.1, 0.2)
    facilitates = np.arange(n_hidden) % 2 == 0
    synapses = ShortTermPlasticity.of_kinds(facilitates)
    return EIRNN(
        n_in,
        n_hidden,
        n_out,
        dt=dt,
        tau=tau,
        activation="relu",
        form=RectifiedLeakForm(),
        synapses=synapses if short_term_plasticity else None,
        noise=DiffusionNoise(sigma_rec),
        sign_map=sign_map,
        connectivity=None if fields == 1 else _fields(n_in, n_hidden, fields),
        w_in=Gamma(0.2, 0.2),
        w_hid=Gamma(shape / (1 if short_term_plasticity else 3), shape),
        w_out=Gamma(0.1, 0.1),
        v0=Constant(0.1),
        train_v0=True,
        dtype=dtype,
        key=key,
    )


def _fields(n_in: int, n_hidden: int, fields: int) -> Connectivity:
    """Return the mask of input weights: unit i receives field `i % fields` alone."""
    field_of_input = np.arange(n_in) * fields // max(n_in, 1)
    field_of_unit = np.arange(n_hidden) % fields
    is_connected = field_of_unit[:, None] == field_of_input[None, :]
    layout = Layout(None, Groups(n_hidden), None)
    return Connectivity(w_in=is_connected, layout=layout)
