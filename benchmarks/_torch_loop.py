"""The same training as `train.py`, as one would write it by hand in PyTorch.

Song, Yang & Wang's network and perceptual decision-making: trials and noise drawn a
batch at once, Dale's law by rectified magnitudes, Adam, gradients clipped.
"""
# pyright: reportMissingImports=false

from collections.abc import Callable
import math
import os
import time
from typing import Any

import jax
import numpy as np
import torch

import ctrnn_jax as cj


class EINetwork(torch.nn.Module):
    """A network of ours with the same weights; what trains in it trains here."""

    def __init__(self, net: Any):
        super().__init__()
        weights = cj.effective(net)
        self.gamma = float(net.dt) / float(net.tau)
        self.sigma = 0.0 if net.noise is None else float(net.noise.sigma)
        for name in ("w_in", "w_hid", "w_out"):
            w = torch.tensor(np.asarray(getattr(weights, name)))
            self.register_buffer(f"sign_{name}", torch.sign(w))
            setattr(self, name, torch.nn.Parameter(w.abs()))
        self.v0 = torch.nn.Parameter(torch.tensor(np.asarray(weights.v0)))

    def signed(self, name: str) -> torch.Tensor:
        return torch.relu(getattr(self, name)) * getattr(self, f"sign_{name}")

    def forward(self, u: torch.Tensor) -> torch.Tensor:
        """Outputs, time first, of inputs that are time first."""
        w_hid = self.signed("w_hid").T
        drive = self.gamma * (u @ self.signed("w_in").T)
        if self.sigma:
            xi = torch.randn(drive.shape)
            drive = drive + math.sqrt(2 * self.gamma) * self.sigma * xi
        v, rates = self.v0.expand(u.shape[1], -1), []
        r = torch.relu(v)
        for drive_t in drive:
            v = (1 - self.gamma) * v + self.gamma * (r @ w_hid) + drive_t
            r = torch.relu(v)
            rates.append(r)
        return torch.stack(rates) @ self.signed("w_out").T


def epochs_of(task: Any) -> dict[str, tuple[int, int]]:
    """Those of a trial that is no catch trial; all are alike."""
    found = task.validation(jax.random.key(0), task.n_conditions).epochs
    return {name: tuple(np.asarray(steps)[1].tolist()) for name, steps in found.items()}


def draw(task: Any, epochs: dict, choice: Any, coherence: Any, is_catch: Any) -> tuple:
    """Inputs, targets and mask, time first, of trials with these conditions."""
    step = torch.arange(task.n_steps)[:, None]
    during = {n: (step >= a) & (step < b) for n, (a, b) in epochs.items()}
    chosen = torch.nn.functional.one_hot(choice, 2).bool()[None]
    sign = torch.where(chosen, 1.0, -1.0)
    evidence = (1 + sign * coherence[None, :, None] / 100) / 2
    shown = (during["stimulus"] & ~is_catch)[..., None] * evidence
    noise = math.sqrt(2 * float(task.tau_in) / task.dt) * float(task.sigma_in)
    u = torch.relu(float(task.baseline) + shown + noise * torch.randn(shown.shape))
    scored = is_catch | during["fixation"] | during["decision"]
    up = (during["decision"] & ~is_catch)[..., None] & chosen
    targets = torch.where(up, float(task.high), float(task.low))
    return u, targets, scored[..., None].expand(targets.shape).float()


def conditions(task: Any, size: int) -> tuple:
    """As in training: catch with its probability, else uniform."""
    coherences = torch.tensor(np.asarray(task.coherences))
    is_catch = torch.rand(size) < float(task.catch_probability)
    coherence = coherences[torch.randint(len(coherences), (size,))]
    return torch.randint(2, (size,)), coherence, is_catch


def balanced(task: Any, size: int) -> tuple:
    """As in validation: every condition equally often."""
    coherences = torch.tensor(np.asarray(task.coherences))
    kind = torch.arange(size) % task.n_conditions
    which = (kind - 1).clamp(min=0)
    return which // len(coherences), coherences[which % len(coherences)], kind == 0


def masked_mse(outputs: Any, targets: Any, mask: Any) -> torch.Tensor:
    return (mask * (outputs - targets) ** 2).sum() / mask.sum()


def check(net: Any, u: Any, outputs: Any, grads: Any) -> None:
    """Without noise: these outputs, and this gradient of their mean square."""
    model = EINetwork(net)
    found = model(torch.tensor(np.asarray(u)).transpose(0, 1))
    np.testing.assert_allclose(found.detach().transpose(0, 1), outputs, atol=1e-4)
    (found**2).mean().backward()
    for name in ("w_in", "w_hid", "w_out", "v0"):
        ours, theirs = np.asarray(getattr(grads, name)), getattr(model, name).grad
        if name != "v0":  # ours are of signed weights, theirs of magnitudes
            theirs = theirs * getattr(model, f"sign_{name}")
        atol = 1e-4 * np.abs(ours).max()
        np.testing.assert_allclose(theirs, ours, atol=atol, err_msg=name)


def train(
    net: Any,
    task: Any,
    *,
    steps: int,
    validation_size: int,
    stop_when: Callable,
    seed: int,
    batch_size: int = 20,
    validate_every: int = 50,
) -> dict[str, Any]:
    """Updates until the rule holds; their number, and seconds in them and in all."""
    torch.manual_seed(seed)
    torch.set_num_threads(os.cpu_count() or 1)
    start = time.perf_counter()
    model = EINetwork(net)
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    performance, updating, epochs = [], 0.0, epochs_of(task)
    for update in range(1, steps + 1):
        began = time.perf_counter()
        u, targets, mask = draw(task, epochs, *conditions(task, batch_size))
        optimiser.zero_grad()
        masked_mse(model(u), targets, mask).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        updating += time.perf_counter() - began
        if update % validate_every == 0:
            choice, coherence, is_catch = balanced(task, validation_size)
            with torch.no_grad():
                outputs = model(draw(task, epochs, choice, coherence, is_catch)[0])
            end = epochs["decision"][1] - 1
            right = (outputs[end].argmax(-1) == choice)[~is_catch]
            performance.append(float(right.float().mean()))
            if stop_when(performance):
                break
    return {
        "updates": update,
        "seconds": time.perf_counter() - start,
        "ms per update": 1e3 * updating / update,
    }
