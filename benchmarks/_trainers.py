"""The training of `train.py` with nn4n and with NeuralRNN, as in their documentation.

Trials are drawn as in the hand-written loop (`_torch_loop.py`). NeuralRNN needs
gymnasium too; `pip install --no-deps neuralrnn` leaves out Jupyter and neurogym.
"""
# pyright: reportMissingImports=false

from collections.abc import Callable
import math
from typing import Any
import warnings

import _torch_loop
import numpy as np
import torch


def nn4n_network(net: dict[str, Any]) -> Any:
    """Return nn4n.model.CTRNN with our weights, Dale's law and a learned v0.

    Its noise enters inside gamma.
    """
    from nn4n.model import CTRNN

    weights = {name: np.asarray(net[name]) for name in ("w_in", "w_hid", "w_out")}
    signs = np.sign(weights["w_hid"].sum(0))
    exists = [(weights[name] != 0).T for name in weights]
    n_out, n_hidden = weights["w_out"].shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = CTRNN(
            dims=[weights["w_in"].shape[1], n_hidden, n_out],
            activation="relu",
            dt=100 * net["gamma"],
            tau=100,
            init_state="learn",
            preact_noise=math.sqrt(2 / net["gamma"]) * net["sigma"],
            biases=None,
            ei_masks=[None, np.repeat(signs[:, None], n_hidden, 1), None],
            sparsity_masks=[mask.astype(float) for mask in exists],
        )
    layers = model.recurrent_layer, model.readout_layer
    with torch.no_grad():
        layers[0].hidden_state.copy_(torch.tensor(net["v0"]))
        layers[0].input_layer.weight.copy_(torch.tensor(net["w_in"]))
        layers[0].hidden_layer.weight.copy_(torch.tensor(net["w_hid"]))
        layers[1].weight.copy_(torch.tensor(net["w_out"]))
    model.train()  # turns its noise on
    return model


class Nn4nLoop(_torch_loop.Loop):
    """A loop over updates with Adam; the model enforces its constraints itself."""

    def __init__(self, problem: dict[str, Any]):
        super().__init__(problem, nn4n_network(problem["net"]))

    def outputs(self, u: torch.Tensor) -> torch.Tensor:
        return self.model(u)[0]


def neuralrnn_network(net: dict[str, Any]) -> Any:
    """Return NeuralRNN's "ei_rnn" with our weights, without biases.

    Its state is the rate: it solves the equation of our `RateForm`.
    """
    from neuralrnn import AutoConfig, AutoModel

    n_hidden, n_in = np.shape(net["w_in"])
    signs = np.sign(np.asarray(net["w_hid"]).sum(0))
    num_excitatory = int((signs > 0).sum())
    model = AutoModel.from_config(
        AutoConfig.for_model(
            "ei_rnn",
            input_dim=n_in,
            latent_dim=n_hidden,
            output_dim=len(net["w_out"]),
            dt=100 * net["gamma"],
            tau=100.0,
            activation="relu",
            ei_ratio=num_excitatory / n_hidden,
            trainable_h0=True,
            sigma_rec=net["sigma"],
            noise_scaling="sqrt_2_over_alpha",
        )
    )
    w_out = torch.tensor(net["w_out"])[:, :num_excitatory]
    with torch.no_grad():
        model.h0.copy_(torch.tensor(net["v0"]))
        model.input2h.weight.copy_(torch.tensor(net["w_in"]))
        model.h2h.weight.copy_(torch.tensor(net["w_hid"]).abs())
        model.readout_layer.weight.copy_(w_out)
        for layer in (model.input2h, model.h2h, model.readout_layer):
            layer.bias.zero_()
    return model


def neuralrnn_trainer(problem: dict[str, Any], num_updates: int) -> Any:
    """Return NeuralRNN's `Trainer` of a number of updates, without its log."""
    from neuralrnn import BaseDataset, SupervisedObjective, Trainer, TrainingArguments

    class Trials(BaseDataset):
        def sample_batch(self) -> dict[str, torch.Tensor]:
            arrays = _torch_loop.batch(problem)
            names = ("inputs", "targets", "mask")
            return {n: x.transpose(0, 1) for n, x in zip(names, arrays, strict=True)}

    arguments = TrainingArguments(
        learning_rate=problem["learning_rate"],
        max_steps=num_updates,
        grad_clip_norm=problem["clip_norm"],
        log_every=0,
        disable_progress_bar=True,
    )
    model = neuralrnn_network(problem["net"])
    objective = SupervisedObjective(task_type="regression")
    return Trainer(model, Trials(), objective, arguments)


def updates_by_library(
    problem: dict[str, Any], num_updates: int
) -> dict[str, Callable]:
    """Return calls that make a number of updates, of the installed libraries."""

    def of_loop(loop: _torch_loop.Loop) -> Callable[[], None]:
        def run() -> None:
            for _ in range(num_updates):
                loop.update()

        return run

    makers = {
        "PyTorch loop": lambda: of_loop(_torch_loop.Loop(problem)),
        "nn4n loop": lambda: of_loop(Nn4nLoop(problem)),
        "NeuralRNN trainer": lambda: neuralrnn_trainer(problem, num_updates).train,
    }
    calls = {}
    for name, make in makers.items():
        try:
            calls[name] = make()
        except ModuleNotFoundError:
            continue
    return calls
