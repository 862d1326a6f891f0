"""The rollout and its gradients in other libraries, as their users would write them.

Each function takes the weights and inputs of one of our networks, without noise, with
v0 = 0 and tanh. Libraries that are not installed are omitted; the extra `bench`
installs them.
"""
# pyright: reportMissingImports=false, reportCallIssue=false, reportArgumentType=false
# pyright: reportGeneralTypeIssues=false

from collections.abc import Callable
import dataclasses
from functools import partial
import os
from typing import Any
import warnings

import jax
import jax.numpy as jnp
import numpy as np


LOSSES = {"outputs": 0.0, "outputs + L2 of rates": 1e-3}
"""The weight of the mean square of the rates, beside that of the outputs."""


@dataclasses.dataclass(frozen=True)
class Peer:
    """The compiled forward pass and gradients of one library.

    `forward()` returns rates and outputs. `gradients[name]()` returns value and
    gradient of a loss of LOSSES, by the names of our weights. If `time_first`, inputs
    and results have the time axis first, as is usual in the library.
    """

    forward: Callable[[], Any]
    gradients: dict[str, Callable[[], tuple[Any, dict[str, Any]]]]
    time_first: bool = False


def loss_of(rates: Any, outputs: Any, weight: float) -> Any:
    """Return the mean square of outputs plus, if it counts, that of rates."""
    value = (outputs**2).mean()
    return value + weight * (rates**2).mean() if weight else value


def compiled(fn: Callable, *args: Any) -> Callable[[], Any]:
    """Return a call of `fn` compiled for, and applied to, these arguments."""
    program = jax.jit(fn).lower(*args).compile()
    return lambda: program(*args)


def jax_peer(run: Callable, weights: dict[str, Any], u: Any) -> Peer:
    """Return a `Peer` from `run(weights, u) -> (rates, outputs)`."""

    def gradient(weights, u, *, weight):
        return jax.value_and_grad(lambda w: loss_of(*run(w, u), weight))(weights)

    gradients = {
        name: compiled(partial(gradient, weight=weight), weights, u)
        for name, weight in LOSSES.items()
    }
    return Peer(compiled(run, weights, u), gradients)


def by_loss(gradient: Callable) -> dict[str, Callable]:
    """Return the calls of `gradient(weight)` by the name of the loss."""
    return {name: partial(gradient, weight) for name, weight in LOSSES.items()}


def flax_peer(weights: dict[str, Any], u: Any, gamma: float) -> Peer:
    """Return flax.linen.RNN over a leaky cell, batch first (the default)."""
    import flax.linen as nn

    class Leaky(nn.RNNCellBase):
        features: int

        @nn.compact
        def __call__(self, v: Any, x: Any) -> tuple[Any, Any]:
            drive = nn.Dense(self.features, name="i")(x)
            recurrent = nn.Dense(self.features, use_bias=False, name="h")
            v = v + gamma * (-v + recurrent(jnp.tanh(v)) + drive)
            return v, jnp.tanh(v)

        def initialize_carry(self, rng: Any, input_shape: tuple) -> Any:
            del rng
            return jnp.zeros((*input_shape[:-1], self.features))

        @property
        def num_feature_axes(self) -> int:
            return 1

    model = nn.RNN(Leaky(weights["w_hid"].shape[0]))

    def run(weights: dict[str, Any], u: Any) -> tuple[Any, Any]:
        params = {
            "i": {"kernel": weights["w_in"].T, "bias": weights["b_hid"]},
            "h": {"kernel": weights["w_hid"].T},
        }
        rates: Any = model.apply({"params": {"cell": params}}, u)
        return rates, rates @ weights["w_out"].T + weights["b_out"]

    return jax_peer(run, weights, u)


def diffrax_peer(weights: dict[str, Any], u: Any, gamma: float) -> Peer:
    """Return diffrax's Euler solver at dt = tau gamma, with its default adjoint."""
    import diffrax

    steps = u.shape[1]

    def run(weights: dict[str, Any], u: Any) -> tuple[Any, Any]:
        def field(t: Any, v: Any, u: Any) -> Any:
            u_t = u[:, jnp.round(t).astype(jnp.int32)]
            drive = u_t @ weights["w_in"].T + weights["b_hid"]
            return gamma * (-v + jnp.tanh(v) @ weights["w_hid"].T + drive)

        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(field),
            diffrax.Euler(),
            0.0,
            float(steps),
            1.0,
            jnp.zeros((u.shape[0], weights["w_hid"].shape[0])),
            u,
            saveat=diffrax.SaveAt(ts=jnp.arange(1.0, steps + 1)),
            max_steps=steps + 1,
        )
        rates = jnp.moveaxis(jnp.tanh(solution.ys), 0, 1)
        return rates, rates @ weights["w_out"].T + weights["b_out"]

    return jax_peer(run, weights, u)


def torch_peer(weights: dict[str, Any], u: Any, gamma: float) -> Peer:
    """Return torch.nn.RNN and torch.nn.Linear; equal to ours for gamma = 1."""
    import torch

    def tensor(x):
        return torch.tensor(np.asarray(x))

    torch.set_num_threads(os.cpu_count() or 1)
    n_hidden, n_in = weights["w_in"].shape
    rnn = torch.nn.RNN(n_in, n_hidden, batch_first=True)
    readout = torch.nn.Linear(n_hidden, weights["w_out"].shape[0])
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(tensor(weights["w_in"]))
        rnn.weight_hh_l0.copy_(tensor(weights["w_hid"]))
        rnn.bias_ih_l0.copy_(tensor(weights["b_hid"]))
        rnn.bias_hh_l0.zero_()
        readout.weight.copy_(tensor(weights["w_out"]))
        readout.bias.copy_(tensor(weights["b_out"]))
    inputs = tensor(u)

    def forward() -> tuple[Any, Any]:
        with torch.inference_mode():
            rates, _ = rnn(inputs)
            return rates, readout(rates)

    def gradient(weight: float) -> tuple[Any, dict[str, Any]]:
        rnn.zero_grad()
        readout.zero_grad()
        rates, _ = rnn(inputs)
        value = loss_of(rates, readout(rates), weight)
        value.backward()
        return value.detach(), {
            "w_in": rnn.weight_ih_l0.grad,
            "w_hid": rnn.weight_hh_l0.grad,
            "b_hid": rnn.bias_ih_l0.grad,
            "w_out": readout.weight.grad,
            "b_out": readout.bias.grad,
        }

    return Peer(forward, by_loss(gradient))


def nn4n_peer(weights: dict[str, Any], u: Any, gamma: float) -> Peer:
    """Return nn4n.model.CTRNN with our weights; its time axis is first."""
    from nn4n.model import CTRNN
    import torch

    def tensor(x):
        return torch.tensor(np.asarray(x))

    torch.set_num_threads(os.cpu_count() or 1)
    n_hidden, n_in = weights["w_in"].shape
    dims = [n_in, n_hidden, weights["w_out"].shape[0]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = CTRNN(
            dims=dims, activation="tanh", dt=100 * gamma, tau=100, biases="zero"
        )
    layers = {
        ("w_in", None): model.recurrent_layer.input_layer,
        ("w_hid", "b_hid"): model.recurrent_layer.hidden_layer,
        ("w_out", "b_out"): model.readout_layer,
    }
    with torch.no_grad():
        for (weight, bias), layer in layers.items():
            is_transposed = layer.weight.shape != weights[weight].shape
            layer.weight.copy_(
                tensor(weights[weight].T if is_transposed else weights[weight])
            )
            layer.bias.copy_(tensor(weights[bias])) if bias else layer.bias.zero_()
    inputs = tensor(u).transpose(0, 1).contiguous()

    def forward() -> tuple[Any, Any]:
        with torch.inference_mode():
            outputs, (rates,) = model(inputs)
            return rates, outputs

    def gradient(weight: float) -> tuple[Any, dict[str, Any]]:
        model.zero_grad()
        outputs, (rates,) = model(inputs)
        value = loss_of(rates, outputs, weight)
        value.backward()
        gradients = {}
        for (weight, bias), layer in layers.items():
            is_transposed = layer.weight.shape != weights[weight].shape
            gradients[weight] = (
                layer.weight.grad.T if is_transposed else layer.weight.grad
            )
            if bias:
                gradients[bias] = layer.bias.grad
        return value.detach(), gradients

    return Peer(forward, by_loss(gradient), time_first=True)


def brainpy_peer(weights: dict[str, Any], u: Any, gamma: float) -> Peer:
    """Return BrainPy's variables, for_loop and grad, time first (the default)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import brainpy as bp
        import brainpy.math as bm

    inputs = jnp.moveaxis(u, 1, 0)

    class Leaky(bp.DynamicalSystem):
        def __init__(self) -> None:
            super().__init__()
            self.w_in = bm.TrainVar(weights["w_in"].T)
            self.w_hid = bm.TrainVar(weights["w_hid"].T)
            self.b_hid = bm.TrainVar(weights["b_hid"])
            self.w_out = bm.TrainVar(weights["w_out"].T)
            self.b_out = bm.TrainVar(weights["b_out"])
            self.v = bm.Variable(jnp.zeros((u.shape[0], weights["w_hid"].shape[0])))

        def update(self, x: Any) -> Any:
            drive = x @ self.w_in + bm.tanh(self.v) @ self.w_hid + self.b_hid
            self.v.value = self.v + gamma * (-self.v + drive)
            return bm.tanh(self.v)

        def run(self, xs: Any) -> tuple[Any, Any]:
            self.v.value = bm.zeros_like(self.v)
            rates = bm.for_loop(self.update, xs)
            return rates, rates @ self.w_out + self.b_out

    model = Leaky()
    names = ("w_in", "w_hid", "w_out", "b_hid", "b_out")
    variables = {name: getattr(model, name) for name in names}

    def compiled_gradient(weight: float) -> Callable:
        def loss(xs):
            return loss_of(*model.run(xs), weight)

        return bm.jit(bm.grad(loss, grad_vars=variables, return_value=True))

    run = bm.jit(model.run)
    programs = {weight: compiled_gradient(weight) for weight in LOSSES.values()}

    def as_array(x):
        return getattr(x, "value", x)

    def forward() -> tuple[Any, Any]:
        rates, outputs = run(inputs)
        return as_array(rates), as_array(outputs)

    def gradient(weight: float) -> tuple[Any, dict[str, Any]]:
        named, value = programs[weight](inputs)
        gradients = {name: as_array(g) for name, g in named.items()}
        return as_array(value), {
            n: g.T if n.startswith("w") else g for n, g in gradients.items()
        }

    return Peer(forward, by_loss(gradient), time_first=True)


KINDS = {
    "flax": flax_peer,
    "diffrax": diffrax_peer,
    "torch.nn.RNN": torch_peer,
    "nn4n": nn4n_peer,
    "BrainPy": brainpy_peer,
}


def peers(
    weights: dict[str, Any], u: Any, gamma: float
) -> tuple[dict[str, Peer], list[str]]:
    """Return the installed peers by name, and the names of the missing ones."""
    installed, missing = {}, []
    for name, kind in KINDS.items():
        try:
            installed[name] = kind(weights, u, gamma)
        except ModuleNotFoundError:
            missing.append(name)
    return installed, missing


def check(
    weights: dict[str, Any], u: Any, forward: Any, gradients: dict[str, Any]
) -> None:
    """Assert that every peer gives these results at gamma = 1.

    `forward` are rates and outputs with the time axis first. `gradients` are value and
    gradient by the name of the loss.
    """
    for name, peer in peers(weights, u, 1.0)[0].items():
        for a, b in zip(peer.forward(), forward, strict=True):
            b = b if peer.time_first else jnp.swapaxes(b, 0, 1)
            np.testing.assert_allclose(a, b, atol=5e-4, err_msg=name)
        for loss, call in peer.gradients.items():
            value, gradient = call()
            np.testing.assert_allclose(value, gradients[loss][0], rtol=1e-4)
            for key, a in gradient.items():
                b = np.asarray(gradients[loss][1][key])
                np.testing.assert_allclose(
                    a, b, atol=5e-4 * np.abs(b).max(), err_msg=f"{name}, {loss}, {key}"
                )
