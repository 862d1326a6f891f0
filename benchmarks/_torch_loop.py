"""The training of `train.py` as a hand-written PyTorch loop.

The network and the perceptual decision-making task of Song, Yang & Wang: trials and
noise are drawn for a whole batch at once, rectified magnitudes enforce Dale's law, and
Adam takes clipped gradients.
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
    """One of our networks in PyTorch, with the same weights and trained parameters."""

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
        """Return the outputs of the inputs; both have the time axis first."""
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
    """Return the epochs of a trial that is not a catch trial; all have the same."""
    epochs = task.validation(jax.random.key(0), task.n_conditions).epochs
    return {
        name: tuple(np.asarray(steps)[1].tolist()) for name, steps in epochs.items()
    }


def draw(task: Any, epochs: dict, choice: Any, coherence: Any, is_catch: Any) -> tuple:
    """Return inputs, targets and mask of these conditions, with the time axis first."""
    step = torch.arange(task.n_steps)[:, None]
    is_during = {n: (step >= a) & (step < b) for n, (a, b) in epochs.items()}
    is_chosen = torch.nn.functional.one_hot(choice, 2).bool()[None]
    sign = torch.where(is_chosen, 1.0, -1.0)
    evidence = (1 + sign * coherence[None, :, None] / 100) / 2
    stimulus = (is_during["stimulus"] & ~is_catch)[..., None] * evidence
    noise = math.sqrt(2 * float(task.tau_in) / task.dt) * float(task.sigma_in)
    u = torch.relu(
        float(task.baseline) + stimulus + noise * torch.randn(stimulus.shape)
    )
    is_scored = is_catch | is_during["fixation"] | is_during["decision"]
    is_high = (is_during["decision"] & ~is_catch)[..., None] & is_chosen
    targets = torch.where(is_high, float(task.high), float(task.low))
    return u, targets, is_scored[..., None].expand(targets.shape).float()


def conditions(task: Any, size: int) -> tuple:
    """Draw conditions as training does.

    A trial is a catch trial with the task's probability. The conditions of all other
    trials are uniform.
    """
    coherences = torch.tensor(np.asarray(task.coherences))
    is_catch = torch.rand(size) < float(task.catch_probability)
    coherence = coherences[torch.randint(len(coherences), (size,))]
    return torch.randint(2, (size,)), coherence, is_catch


def balanced(task: Any, size: int) -> tuple:
    """Return conditions as validation has them: each condition equally often."""
    coherences = torch.tensor(np.asarray(task.coherences))
    kind = torch.arange(size) % task.n_conditions
    index = (kind - 1).clamp(min=0)
    return index // len(coherences), coherences[index % len(coherences)], kind == 0


def masked_mse(outputs: Any, targets: Any, mask: Any) -> torch.Tensor:
    return (mask * (outputs - targets) ** 2).sum() / mask.sum()


def check(net: Any, u: Any, outputs: Any, grads: Any) -> None:
    """Assert that the PyTorch network gives these outputs and this gradient.

    The gradient is that of the mean squared output. Neither network has noise.
    """
    model = EINetwork(net)
    model_outputs = model(torch.tensor(np.asarray(u)).transpose(0, 1))
    np.testing.assert_allclose(
        model_outputs.detach().transpose(0, 1), outputs, atol=1e-4
    )
    (model_outputs**2).mean().backward()
    for name in ("w_in", "w_hid", "w_out", "v0"):
        ours, theirs = np.asarray(getattr(grads, name)), getattr(model, name).grad
        if name != "v0":  # our gradient is by the signed weight, not its magnitude
            theirs = theirs * getattr(model, f"sign_{name}")
        atol = 1e-4 * np.abs(ours).max()
        np.testing.assert_allclose(theirs, ours, atol=atol, err_msg=name)


def train(
    net: Any,
    task: Any,
    *,
    num_updates: int,
    validation_size: int,
    stop_when: Callable,
    seed: int,
    batch_size: int = 20,
    validate_every: int = 50,
) -> dict[str, Any]:
    """Train until the stop rule holds.

    Return the number of updates, the seconds in total and the milliseconds per update.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(os.cpu_count() or 1)
    start = time.perf_counter()
    model = EINetwork(net)
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    performance, update_seconds, epochs = [], 0.0, epochs_of(task)
    for update in range(1, num_updates + 1):
        update_start = time.perf_counter()
        u, targets, mask = draw(task, epochs, *conditions(task, batch_size))
        optimiser.zero_grad()
        masked_mse(model(u), targets, mask).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        update_seconds += time.perf_counter() - update_start
        if update % validate_every == 0:
            choice, coherence, is_catch = balanced(task, validation_size)
            with torch.no_grad():
                outputs = model(draw(task, epochs, choice, coherence, is_catch)[0])
            end = epochs["decision"][1] - 1
            is_correct = (outputs[end].argmax(-1) == choice)[~is_catch]
            performance.append(float(is_correct.float().mean()))
            if stop_when(performance):
                break
    return {
        "updates": update,
        "seconds": time.perf_counter() - start,
        "ms per update": 1e3 * update_seconds / update,
    }
