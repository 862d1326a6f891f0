"""`check`: whether a task does what its contract says."""

import dataclasses
from typing import NamedTuple, TypeVar

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_count
from ..._progress import reporting
from ..._show import AbstractShown, Table
from ._drawn_checks import check_loss, check_repeatable, check_scores, check_values_of
from ._task import AbstractTask, Trial
from ._traced_checks import check_traced


T = TypeVar("T")

_PERFECT = 0.999
"""A performance that rounding does not explain is below this."""


@dataclasses.dataclass(frozen=True, repr=False)
class TaskCheck(AbstractShown):
    """A task that passed `check`; `print` shows a table.

    **Attributes:**

    - `task`: the name of its class.
    - `n_in`, `n_out`, `n_steps`, `n_conditions`, `dt`: of the task.
    - `conditions`: names of the conditions of a trial.
    - `epochs`: by name the mean start and end, in ms, without catch trials.
    - `targets`, `zeros`: the performance and the loss of two kinds of outputs in
      balanced trials. Outputs that equal the targets should have performance 1, unless
      the task has a `link`; outputs that are 0 should not. A note says so otherwise.
    - `has_link`: whether the task has one.
    """

    task: str
    n_in: int
    n_out: int
    n_steps: int
    n_conditions: int
    dt: float
    conditions: tuple[str, ...]
    epochs: dict[str, tuple[float, float]]
    targets: tuple[float, float]
    zeros: tuple[float, float]
    has_link: bool

    def _table(self) -> Table:
        duration = f"{self.n_steps} steps of {self.dt:g} ms"
        epochs = (f"{n} {a:g} to {b:g} ms" for n, (a, b) in self.epochs.items())
        scored = "performance {:.4g}, loss {:.4g}"
        rows = (
            ("channels", f"{self.n_in} inputs, {self.n_out} outputs"),
            ("trial", f"{duration}, {self.n_conditions} conditions"),
            ("conditions", ", ".join(self.conditions)),
            ("epochs", ", ".join(epochs) or "none"),
            ("targets as outputs", scored.format(*self.targets)),
            ("zeros as outputs", scored.format(*self.zeros)),
        )
        notes = ()
        if self.has_link:
            notes = ("The task has a link: outputs are compared after it.",)
        elif not self.targets[0] > self.zeros[0]:
            notes = ("Targets score no better than zeros: look at `score`.",)
        elif self.targets[0] < _PERFECT:
            best = f"{self.targets[0]:.4g}"
            notes = (
                f"Outputs that equal the targets reach performance {best}, not 1: look",
                "at `score`. Training may never reach a criterion above that.",
            )
        return Table(f"{self.task}: all checks passed", rows, notes=notes)


@checks_arguments
def check(
    task: AbstractTask, *, size: int = 64, progress: bool | None = None
) -> TaskCheck:
    """Validate that a custom task does what the contract of tasks says.

    Draw trials for training and of all conditions, and validate in this order: the
    declared names, dt and numbers; that `render`, `score`, `performance` and
    `output_loss` work under `jit` and `vmap`; shapes and dtypes; that numbers are
    finite, the mask is not 0 everywhere, and epochs lie inside the trial; that a key
    always gives the same trial; that scores lie in [0, 1]; that the loss and its
    gradient are finite. `fit` validates names, shapes and dtypes before it compiles.

    **Arguments:**

    - `task`: a task.
    - `size`: number of trials to draw for training, and at least for validation.
    - `progress`: whether to report the progress; see `fit`.

    **Returns:** a `TaskCheck`, which prints the sizes, and how outputs are judged that
    equal the targets.

    **Raises:** `ValueError` at the first violation. It names the method, and says what
    to change. Other errors in a method of the task are raised as they are.

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=20.0)
    >>> cj.tasks.check(task)
    PerceptualDecision: all checks passed
    channels            2 inputs, 2 outputs
    trial               100 steps of 20 ms, 11 conditions
    ...
    """
    size = check_count("size", size, at_least=1)
    check_traced(task)
    title = f"check of {type(task).__name__}"
    with reporting(progress, title, "parts", 4, arguments=task) as display:
        display.note("compiling and drawing trials")
        key = jax.random.key(0)
        num_balanced = -(-size // task.n_conditions) * task.n_conditions
        drawn = _as_numpy(task.batch(key, size))
        balanced = _as_numpy(task.validation(key, num_balanced))
        for trials in (drawn, balanced):
            check_values_of(task, trials)
        check_repeatable(task, key, drawn)
        display.note("judging outputs")
        judged = _judged_outputs(task, balanced)
        display.close(f"passed in {display.seconds}")
    is_catch = balanced.conditions["is_catch"]
    epochs: dict[str, tuple[float, float]] = {}
    for name, steps in balanced.epochs.items():
        start, stop = task.dt * steps[~is_catch].mean(axis=0)
        epochs[name] = float(start), float(stop)
    return TaskCheck(
        type(task).__name__,
        task.n_in,
        task.n_out,
        task.n_steps,
        task.n_conditions,
        float(task.dt),
        tuple(balanced.conditions),
        epochs,
        judged["targets"],
        judged["zeros"],
        type(task).link is not AbstractTask.link,
    )


def _judged_outputs(
    task: AbstractTask, balanced: Trial
) -> dict[str, tuple[float, float]]:
    """Return performance and loss of outputs that equal the targets, and of zeros."""
    judged: dict[str, tuple[float, float]] = {}
    targets, is_catch = balanced.targets, balanced.conditions["is_catch"]
    for name, outputs in {
        "targets": np.where(np.isfinite(targets), targets, 0),
        "zeros": np.zeros_like(targets),
    }.items():
        result = _as_numpy(_judged(task, jnp.asarray(outputs), balanced))
        check_scores(f"{name} as outputs", result.score, is_catch)
        check_loss(result.loss, result.gradient)
        judged[name] = float(result.performance), float(result.loss)
    return judged


def _as_numpy(tree: T) -> T:
    return jax.tree.map(np.asarray, tree)


class _Judged(NamedTuple):
    """The judgements of outputs, and the gradient of the loss by the outputs."""

    score: Array
    performance: Array
    loss: Array
    gradient: Array


@eqx.filter_jit
def _judged(task: AbstractTask, outputs: Array, trials: Trial) -> _Judged:
    loss, gradient = jax.value_and_grad(task.output_loss)(outputs, trials)
    score, performance = (f(outputs, trials) for f in (task.score, task.performance))
    return _Judged(score, performance, loss, gradient)
