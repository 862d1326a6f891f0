"""The state and the result of `fit`: history, best network, and what is carried on."""

from typing import Literal

import equinox as eqx
from jax.sharding import Mesh
import numpy as np
import optax

from .._checks import check, invalid
from .._tree import same_structure, with_fields
from .._types import KeyArray
from ..network import AbstractNetwork
from ..sharding import replicate
from ._divergence import Divergence
from ._train_step import init_optimiser, Metrics


Stopped = Literal["steps", "criterion", "patience", "callback", "diverged"]
"""Why training ended; see `FitResult`. Checkpoints store these words."""


class History(eqx.Module):
    """The history of a training, as NumPy arrays.

    **Attributes:**

    - `loss`: of every update, `(updates,)`.
    - `terms`: the weighted terms of the loss by name, each `(updates,)`; "task" is the
      output loss.
    - `gradient_norm`: of every update, before the optimiser clips it.
    - `validation_step`: the number of updates before each validation, `(validations,)`.
    - `performance`: of the task at each validation, such as the fraction correct.
    - `validation_loss`: the output loss at each validation.
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
    """Return the history before the first update."""
    return History(
        loss=np.zeros(0),
        terms={},
        gradient_norm=np.zeros(0),
        validation_step=np.zeros(0, int),
        performance=np.zeros(0),
        validation_loss=np.zeros(0),
        stage=np.zeros(0, int),
    )


def with_updates(history: History, metrics: Metrics) -> History:
    """Return the history with the metrics of further updates, arrays `(updates,)`."""
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
    """Return the history with one more validation."""
    return with_fields(
        history,
        validation_step=np.append(history.validation_step, step),
        performance=np.append(history.performance, performance),
        validation_loss=np.append(history.validation_loss, loss),
        stage=np.append(history.stage, stage),
    )


class Best(eqx.Module):
    """The best network so far, by validation; the initial one before any validation.

    **Attributes:** `network`, `step` (the number of updates before it), and its
    `performance` and `loss` in that validation (NaN before any). The numbers of an
    ensemble are arrays `(members,)`.
    """

    network: AbstractNetwork
    step: int | np.ndarray
    performance: float | np.ndarray
    loss: float | np.ndarray

    def beaten_by(self, performance: float, loss: float, by: str) -> bool:
        """Return whether another validation is better, by "performance" or "loss"."""
        if by == "performance":
            new, old = performance, self.performance
        else:
            new, old = -loss, -self.loss
        # any number is better than the NaN before the first validation
        return bool(np.isnan(old) and not np.isnan(new)) or bool(new > old)


def no_best(net: AbstractNetwork, step: int = 0) -> Best:
    """Return the `Best` before any validation."""
    return Best(net, step, performance=float("nan"), loss=float("nan"))


class FitState(eqx.Module):
    """Everything that a training needs to continue: pass it to `fit(..., state=...)`.

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
    """The result of `fit`.

    **Attributes:**

    - `network`: the trained network; the best one if `restore_best=True`.
    - `history`: see `History`; it includes the earlier calls that this one continues.
    - `best`: the best network by validation; see `Best`.
    - `state`: to continue from.
    - `stopped`: "steps" after the requested number of updates; "criterion" if
      `stop_when` held (in a curriculum, that of the last stage); "patience" if
      validations no longer improved; "callback" if a callback ended training;
      "diverged" if a loss or a parameter was not finite (`network` is then the last
      finite one).
    - `divergence`: what was not finite, and when; otherwise `None`.
    """

    network: AbstractNetwork
    history: History
    best: Best
    state: FitState
    stopped: Stopped
    divergence: Divergence | None = None


def initial_state(
    net: AbstractNetwork,
    optimiser: optax.GradientTransformation,
    state: FitState | None,
    key: KeyArray | None,
) -> FitState:
    """Return the state that training starts from: `state`, or that of a new run.

    Raises `ValueError` for no key in a new run, a key along with a state, and a network
    of another structure than that of the state.
    """
    if state is None:
        if key is None:
            remedy = "Pass key=jax.random.key(0), for example."
            raise invalid("key", "be given", None, remedy)
        return FitState(
            network=net,
            opt_state=init_optimiser(net, optimiser),
            key=key,
            step=0,
            history=empty_history(),
            best=no_best(net),
        )
    remedy = "The state has its key."
    check(key is None, "key", "be left out with `state`", key, remedy)
    check(
        same_structure(net, state.network),
        "net",
        "have the structure of `state.network`",
        "another network",
        "Pass result.network along with state=result.state.",
    )
    return state


def replicate_state(state: FitState, mesh: Mesh) -> FitState:
    """Return the state with all of its arrays on every device of a mesh."""
    names = ("network", "opt_state", "key")
    arrays = {name: getattr(state, name) for name in names}
    best = with_fields(state.best, network=replicate(state.best.network, mesh))
    return with_fields(state, **replicate(arrays, mesh), best=best)
