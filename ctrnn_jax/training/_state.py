"""What training has done and goes on from: history, best network, state, result."""

from typing import Any

import equinox as eqx
import numpy as np
import optax

from .._tree import with_fields
from .._types import KeyArray
from ..network import AbstractNetwork
from ._diagnose import Divergence


class History(eqx.Module):
    """What training did, as NumPy arrays.

    **Attributes:**

    - `loss`: of every update, `(updates,)`.
    - `terms`: the weighted terms of the loss by name, each `(updates,)`; "task" is the
      task's own.
    - `gradient_norm`: of every update, before the optimiser clips it.
    - `validation_step`: after how many updates each validation came, `(validations,)`.
    - `performance`: the task's figure at each validation, such as the fraction correct.
    - `validation_loss`: the task's part of the loss at each validation.
    - `stage`: of a curriculum, at each validation; 0 without one.
    """

    loss: np.ndarray
    terms: dict[str, np.ndarray]
    gradient_norm: np.ndarray
    validation_step: np.ndarray
    performance: np.ndarray
    validation_loss: np.ndarray
    stage: np.ndarray


def empty_history() -> History:
    """Nothing done yet."""
    none, whole = np.zeros(0), np.zeros(0, int)
    return History(none, {}, none, whole, none, none, whole)


def with_updates(history: History, metrics: Any) -> History:
    """The history and the metrics of further updates, arrays `(updates,)`."""
    terms = metrics.terms
    before = {n: history.terms.get(n, np.zeros(0)) for n in terms}
    return with_fields(
        history,
        loss=np.append(history.loss, metrics.loss),
        terms={n: np.append(before[n], terms[n]) for n in terms},
        gradient_norm=np.append(history.gradient_norm, metrics.gradient_norm),
    )


def with_validation(
    history: History, step: int, performance: float, loss: float, stage: int
) -> History:
    """The history and one more validation."""
    return with_fields(
        history,
        validation_step=np.append(history.validation_step, step),
        performance=np.append(history.performance, performance),
        validation_loss=np.append(history.validation_loss, loss),
        stage=np.append(history.stage, stage),
    )


class Best(eqx.Module):
    """The best network so far, by validation; the first one until there is any.

    **Attributes:** `network`, `step` (after how many updates), and its `performance`
    and `loss` in that validation (NaN before any).
    """

    network: AbstractNetwork
    step: Any
    performance: Any
    loss: Any

    def beaten_by(self, performance: float, loss: float, by: str) -> bool:
        """Whether another validation is better, by "performance" or "loss"."""
        if by == "performance":
            new, old = performance, self.performance
        else:
            new, old = -loss, -self.loss
        return bool(np.isnan(old) and not np.isnan(new)) or bool(new > old)


def no_best(net: AbstractNetwork, step: int = 0) -> Best:
    """Before any validation."""
    return Best(net, step, float("nan"), float("nan"))


class FitState(eqx.Module):
    """Everything that training goes on from: give it to `fit(..., state=...)`.

    **Attributes:** `network`, `opt_state`, `key`, `step` (updates so far), `history`,
    `best` (see `Best`), `stage` (of a curriculum, from 0).
    """

    network: AbstractNetwork
    opt_state: optax.OptState
    key: KeyArray
    step: int
    history: History
    best: Best
    stage: int = 0


class FitResult(eqx.Module):
    """What `fit` returns.

    **Attributes:**

    - `network`: the trained network; the best one under `restore_best`.
    - `history`: see `History`; of the earlier fits too, if this one went on from them.
    - `best`: the best network by validation; see `Best`.
    - `state`: to go on from.
    - `stopped`: "criterion" if `stop_when` held (in a curriculum, that of the last
      stage), "steps" if the steps were used up, "patience" if validations no longer got
      better, "callback" if a callback asked for it, "diverged" if a loss or parameter
      was not finite (`network` is then the last good one).
    - `divergence`: what was not finite, and when; `None` otherwise.
    """

    network: AbstractNetwork
    history: History
    best: Best
    state: FitState
    stopped: str
    divergence: Divergence | None = None
