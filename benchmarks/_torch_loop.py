"""The training of `train.py` as a hand-written PyTorch loop.

The network and the perceptual decision-making task of Song, Yang & Wang: trials and
noise are drawn for a whole batch at once, rectified magnitudes enforce Dale's law, and
Adam takes clipped gradients.

As a program it trains to the criterion of the problem in the file that the variable
CTRNN_JAX_PROBLEM names. It imports neither JAX nor ctrnn_jax, as a user of PyTorch
would not: a problem has only numbers and lists (`train.problem_of`).
"""
# pyright: reportMissingImports=false

import json
import math
import os
from pathlib import Path
from typing import Any

import torch


class EINetwork(torch.nn.Module):
    """The network of a problem in PyTorch, with its weights and trained parameters."""

    def __init__(self, net: dict[str, Any]):
        super().__init__()
        self.gamma, self.sigma = net["gamma"], net["sigma"]
        for name in ("w_in", "w_hid", "w_out"):
            w = torch.tensor(net[name])
            self.register_buffer(f"sign_{name}", torch.sign(w))
            setattr(self, name, torch.nn.Parameter(w.abs()))
        self.v0 = torch.nn.Parameter(torch.tensor(net["v0"]))

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


def draw(task: dict[str, Any], choice: Any, coherence: Any, is_catch: Any) -> tuple:
    """Return inputs, targets and mask of these conditions, with the time axis first."""
    step = torch.arange(task["n_steps"])[:, None]
    is_during = {n: (step >= a) & (step < b) for n, (a, b) in task["epochs"].items()}
    is_chosen = torch.nn.functional.one_hot(choice, 2).bool()[None]
    sign = torch.where(is_chosen, 1.0, -1.0)
    evidence = (1 + sign * coherence[None, :, None] / 100) / 2
    stimulus = (is_during["stimulus"] & ~is_catch)[..., None] * evidence
    noise = task["noise"] * torch.randn(stimulus.shape)
    u = torch.relu(task["baseline"] + stimulus + noise)
    is_scored = is_catch | is_during["fixation"] | is_during["decision"]
    is_high = (is_during["decision"] & ~is_catch)[..., None] & is_chosen
    targets = torch.where(is_high, task["high"], task["low"])
    return u, targets, is_scored[..., None].expand(targets.shape).float()


def conditions(task: dict[str, Any], size: int) -> tuple:
    """Draw conditions as training does.

    A trial is a catch trial with the task's probability. The conditions of all other
    trials are uniform.
    """
    coherences = torch.tensor(task["coherences"])
    is_catch = torch.rand(size) < task["catch_probability"]
    coherence = coherences[torch.randint(len(coherences), (size,))]
    return torch.randint(2, (size,)), coherence, is_catch


def balanced(task: dict[str, Any], size: int) -> tuple:
    """Return conditions as validation has them: each condition equally often."""
    coherences = torch.tensor(task["coherences"])
    kind = torch.arange(size) % (1 + 2 * len(coherences))
    index = (kind - 1).clamp(min=0)
    return index // len(coherences), coherences[index % len(coherences)], kind == 0


def batch(problem: dict[str, Any]) -> tuple:
    """Return inputs, targets and mask of a batch, with the time axis first."""
    task = problem["task"]
    return draw(task, *conditions(task, problem["batch_size"]))


def masked_mse(outputs: Any, targets: Any, mask: Any) -> torch.Tensor:
    return (mask * (outputs - targets) ** 2).sum() / mask.sum()


class Loop:
    """The network and its optimiser."""

    def __init__(self, problem: dict[str, Any], model: Any = None):
        self.problem = problem
        self.model = EINetwork(problem["net"]) if model is None else model
        parameters = (p for p in self.model.parameters() if p.requires_grad)
        rate = problem["learning_rate"]
        self.optimiser = torch.optim.Adam(parameters, lr=rate)

    def outputs(self, u: torch.Tensor) -> torch.Tensor:
        return self.model(u)

    def update(self) -> None:
        u, targets, mask = batch(self.problem)
        self.optimiser.zero_grad()
        masked_mse(self.outputs(u), targets, mask).backward()
        parameters = self.model.parameters()
        torch.nn.utils.clip_grad_norm_(parameters, self.problem["clip_norm"])
        self.optimiser.step()

    def performance(self) -> float:
        """Return the fraction of correct trials, without catch trials."""
        task, size = self.problem["task"], self.problem["validation_size"]
        choice, coherence, is_catch = balanced(task, size)
        with torch.no_grad():
            outputs = self.outputs(draw(task, choice, coherence, is_catch)[0])
        end = task["epochs"]["decision"][1] - 1
        is_correct = (outputs[end].argmax(-1) == choice)[~is_catch]
        return float(is_correct.float().mean())


def train(problem: dict[str, Any]) -> dict[str, Any]:
    """Train until the mean of the last 5 validations is above the criterion."""
    torch.manual_seed(problem["seed"])
    torch.set_num_threads(problem["threads"])
    loop, performance, update = Loop(problem), [], 0
    for update in range(1, problem["num_updates"] + 1):
        loop.update()
        if update % problem["validate_every"] == 0:
            performance.append(loop.performance())
            last = performance[-5:]
            if sum(last) / len(last) > problem["criterion"]:
                break
    return {"updates": update, "last 5 validations": performance[-5:]}


if __name__ == "__main__":
    problem = json.loads(Path(os.environ["CTRNN_JAX_PROBLEM"]).read_text())
    print(json.dumps(train(problem)))
