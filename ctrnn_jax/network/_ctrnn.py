"""The vanilla continuous-time recurrent network."""

from collections.abc import Callable, Mapping
from typing import final

import equinox as eqx
from jax import Array
from jax.typing import DTypeLike

from .._arguments import checks_arguments
from .._types import ArrayLike, KeyArray
from ..connectivity import AbstractConnectivity, Layout
from ..constraints import AbstractConstraint
from ..dynamics import (
    AbstractForm,
    AbstractMethod,
    AbstractNoise,
    CurrentForm,
    Euler,
    ShortTermPlasticity,
)
from ..initialisers import Normal
from ._abstract import AbstractNetwork
from ._construction import build
from ._weights import InitialWeights, Weights


@final
class CTRNN(AbstractNetwork):
    """Continuous-time recurrent network: input, hidden and readout layer.

        dv = gamma * (-v + W_hid f(v) + W_in u + b_hid + eps) + xi,   gamma = dt / tau
        r = f(v),   y = W_out r + b_out

    The input and readout layers have no state and no activation (nn4n, "RNN
    Introduction"). The same network simulates one trial or a batch of trials:

        net = cj.CTRNN(2, 50, 1, dt=10.0, tau=100.0, key=jax.random.key(0))
        traj = cj.rollout(net, inputs)                          # (*batch, time, 2)

    An `nn.RNN` of PyTorch with one layer and an `nn.Linear` readout is such a network
    with dt = tau and the activation of the `nn.RNN` ("tanh" or "relu"). Its hidden
    states are `traj.rates`; inputs are those of `batch_first=True`:

        w = {k: x.detach().numpy() for k, x in rnn.named_parameters()}
        net = cj.CTRNN(
            2, 50, 1, dt=1.0, tau=1.0, activation="tanh",
            w_in=w["weight_ih_l0"], w_hid=w["weight_hh_l0"],
            b_hid=w["bias_ih_l0"] + w["bias_hh_l0"],
            w_out=linear.weight.detach().numpy(), b_out=linear.bias.detach().numpy(),
            key=jax.random.key(0),
        )

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.rollout(net, jnp.ones((20, 2))).outputs.shape
    (20, 1)
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

    @checks_arguments
    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        n_out: int,
        *,
        dt: ArrayLike,
        tau: ArrayLike,
        activation: str | Callable[[Array], Array] = "tanh",
        noise: AbstractNoise | None = None,
        method: AbstractMethod = Euler(),
        form: AbstractForm = CurrentForm(),
        synapses: ShortTermPlasticity | None = None,
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

        By default weights are Gaussian with standard deviation `1 / sqrt(fan_in)`,
        biases and v0 are zero.

        Raises `ValueError` for invalid sizes, times, noise, activations, shapes or
        constraints, and for weights that break their constraint.
        """
        build(
            self,
            locals(),
            default_weights=Weights(w_in=Normal(), w_hid=Normal(), w_out=Normal()),
            class_constraints={},
        )
