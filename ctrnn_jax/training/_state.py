"""The state of a training, of one network or an ensemble, and the result of `fit`."""

from collections.abc import Callable, Sequence
import dataclasses
from typing import Any, final, Generic, Literal, TypeVar

import equinox as eqx
from jax import Array
from jaxtyping import PyTree
import numpy as np
import optax

from .._arguments import checks_arguments
from .._checks import check_count
from .._random import one_key
from .._show import (
    AbstractShown,
    counted,
    number,
    quantities,
    Table,
    table_of,
    text,
    titled,
)
from .._types import KeyArray, with_readable_signature
from ..network import AbstractNetwork, check_network
from ._check_arguments import check_trained_parts
from ._divergence import Divergence
from ._history import (
    empty_history,
    History,
    history_of_member,
    history_of_one,
    unknown_history,
)
from ._train_step import Metrics
from .optimisers import evaluation_network


Stopped = Literal[
    "steps", "criterion", "diverged", "patience", "callback", "interrupted", "data"
]
"""Why training ended; see `FitResult`."""

STOPPED: tuple[Stopped, ...] = (
    "steps",
    "criterion",
    "diverged",
    "patience",
    "callback",
    "interrupted",
    "data",
)
"""The word for each of the codes below, which checkpoints store."""

RUNNING, CRITERION, DIVERGED, PATIENCE, CALLBACK, INTERRUPTED, NO_DATA = range(
    len(STOPPED)
)


@final
class Best(AbstractShown, eqx.Module):
    """The best network so far, by validation; the initial one before any validation.

    In a curriculum it is the best of the present stage. It is at the evaluation point
    of the optimiser; see `FitResult`.

    **Attributes:** `network`, `step` (the number of updates before it), and its
    `performance` and `loss` in that validation (NaN before any). The numbers of an
    ensemble are arrays `(members,)`.
    """

    network: AbstractNetwork
    step: int | np.ndarray
    performance: float | np.ndarray
    loss: float | np.ndarray

    def _table(self) -> Table:
        if not np.ndim(self.step):
            about = "before any validation"
            if self.exists:
                about = f"after {counted(int(self.step), 'update')}"
            return quantities(self, about, omit=("step",))
        return quantities(self, f"of {counted(np.size(self.step), 'member')}")

    @property
    def numbers(self) -> tuple[Any, Any, Any]:
        """The step, the performance and the loss."""
        return self.step, self.performance, self.loss

    @property
    def values(self) -> np.ndarray:
        """The performance and the loss, `(2,)` or `(2, members)`."""
        return np.stack([self.performance, self.loss])

    @property
    def exists(self) -> np.ndarray | np.bool_:
        """Whether there was a validation, `()` or `(members,)`."""
        return np.any(~np.isnan(self.values), axis=0)

    def score(self, by: str) -> np.ndarray:
        """Return the values to compare, `(members,)`: larger is better."""
        return self.values[0] if by == "performance" else -self.values[1]


@final
class FitState(AbstractShown, eqx.Module):
    """Everything that a training needs to continue: pass it to `fit(..., state=...)`.

    **Attributes:** `network` (at the point where the optimiser trains; see
    `FitResult`), `opt_state`, `key`, `step` (updates so far), `history`, `best` (see
    `Best`), `stage` (of a curriculum, from 0).

    **Example:** a custom loop, then `fit`, then the loop again. Update i of `fit` draws
    with `fold_in(train_key, i)`.

    >>> task = cj.tasks.PerceptualDecision(dt=100.0)
    >>> net = cj.EIRNN(2, 10, 2, dt=100.0, tau=100.0, key=jax.random.key(0))
    >>> optimiser, key = optax.adam(1e-2), jax.random.key(1)
    >>> train_key, validation_key = jax.random.split(key)
    >>> update = eqx.filter_jit(cj.train_step)
    >>> settings = {"task": task, "optimiser": optimiser, "batch_size": 8}
    >>> opt_state = optimiser.init(eqx.filter(net, cj.trainable(net)))
    >>> for i in range(3):
    ...     key_i = jax.random.fold_in(train_key, i)
    ...     net, opt_state, metrics = update(net, opt_state, key=key_i, **settings)
    >>> state = cj.FitState.start(net, opt_state=opt_state, key=key, step=3)
    >>> state = cj.fit(net, num_updates=2, state=state, **settings).state
    >>> state.step
    5
    >>> key_5 = jax.random.fold_in(train_key, state.step)
    >>> net, opt_state = state.network, state.opt_state
    >>> net, opt_state, metrics = update(net, opt_state, key=key_5, **settings)
    """

    network: AbstractNetwork
    opt_state: PyTree
    key: KeyArray
    step: int
    history: History
    best: Best
    stage: int = 0

    @staticmethod
    @checks_arguments
    def start(
        net: AbstractNetwork, *, opt_state: PyTree, key: KeyArray, step: int = 0
    ) -> "FitState":
        """Return the state of a training that a custom loop began, for `fit`.

        **Arguments:**

        - `net`: the network after the updates of the loop.
        - `opt_state`: of the optimiser that `fit` gets, after these updates. It begins
          as `optimiser.init(eqx.filter(net, cj.trainable(net)))`, or for any optimiser
          as `cj.training.init_optimiser(net, optimiser)`.
        - `key`: for the trials and noise of `fit`. The updates have the numbers of one
          `fit` with this key if the loop drew as in the example of the class; a task of
          arrays or recordings there is `task.at_update(train_key, i)` in update i.
        - `step`: the number of updates of the loop. Their history is NaN.

        **Returns:** the state. There is no best network before a validation. To begin
        with a new optimiser, call `fit` with `key` and without a state.

        **Raises:** `ValueError` for several networks, a step below 0, and a state that
        is not of an optimiser of the trained parameters. `fit` raises it for the state
        of another optimiser.
        """
        check_network(net, "Train many networks with cj.fit_ensemble.")
        check_trained_parts(net, opt_state)
        step = check_count("step", step, at_least=0)
        return FitState(
            network=net,
            opt_state=opt_state,
            key=one_key(key),
            step=step,
            history=unknown_history(step),
            best=Best(net, step, np.nan, np.nan),
        )

    def _table(self) -> Table:
        about = f"after {counted(self.step, 'update')}"
        return quantities(self, about, omit=("opt_state", "key", "step"))


with_readable_signature(FitState.__init__)


@final
class EnsembleState(AbstractShown, eqx.Module):
    """Everything that the training of an ensemble needs to continue.

    **Attributes**, with a leading axis of members on every array:

    - `network`, `opt_state`, `key`: stacks, with an entry for each member.
    - `steps`: updates of each member so far.
    - `codes`: why each member ended, an index of ("steps", "criterion", "diverged",
      "patience", "callback", "interrupted", "data"); 0 for those that train.
    - `stage`: of a curriculum, of each member, from 0.
    - `history`: see `History`.
    - `best`: the best networks so far; its numbers are `(members,)`.
    """

    network: AbstractNetwork
    opt_state: PyTree
    key: Array
    steps: np.ndarray
    codes: np.ndarray
    stage: np.ndarray
    history: History
    best: Best

    def _table(self) -> Table:
        about = f"{counted(len(self.steps), 'member')}, "
        about += f"{np.sum(self.running)} of them train"
        rows = quantities(self, omit=("opt_state", "key", "codes")).rows
        stopped = ("stopped", text(np.asarray(self.stopped)))
        return Table(titled(self, about), (*rows, stopped))

    @property
    def step(self) -> int:
        """Updates so far, of the members that have made the most."""
        return int(np.max(self.steps))

    @property
    def running(self) -> np.ndarray:
        """Which members train."""
        return self.codes == RUNNING

    @property
    def stopped(self) -> tuple[Stopped, ...]:
        """Why each member ended, as in `FitResult`; "steps" for those that train."""
        return tuple(STOPPED[code] for code in self.codes)


S = TypeVar("S", FitState, EnsembleState)


@dataclasses.dataclass(frozen=True, repr=False)
class Report(AbstractShown, Generic[S]):
    """The argument of a callback, which is called after each compiled call.

    **Attributes**; in `fit_ensemble` the arrays have a leading axis of members, and are
    NaN for members that ended:

    - `state`: a `FitState`, in `fit_ensemble` an `EnsembleState`.
    - `metrics`: see `cj.training.Metrics`; of the updates since the last report, as
      arrays `(updates,)`.
    - `performance`, `validation_loss`: `None` if there was no validation.
    """

    state: S
    metrics: Metrics
    performance: float | np.ndarray | None
    validation_loss: float | np.ndarray | None

    def _table(self) -> Table:
        return quantities(self, f"after {counted(self.state.step, 'update')}")


Callbacks = Callable[[Report], object] | Sequence[Callable[[Report], object]]


@final
class FitResult(AbstractShown, eqx.Module):
    """The result of `fit`; `cj.training.save_result` writes it to a file.

    **Attributes:**

    - `network`: the trained network. With `restore_best=True` it is the best one, or
      the last one if training ended before the first validation (of the stage, in a
      curriculum). Validations and this network use the evaluation point of an optimiser
      that has one: the averaged parameters of `optax.contrib.schedule_free`, the slow
      ones of `optax.lookahead`, those of the outer optimiser of `optax.contrib.sam`.
      `state.network` is at the point where training continues.
    - `history`: see `History`; it includes the earlier calls that this one continues.
    - `best`: the best network by validation; see `Best`.
    - `state`: to continue from.
    - `stopped`: "steps" after the requested number of updates; "criterion" if
      `stop_when` held (in a curriculum, that of the last stage); "patience" if
      validations no longer improved; "callback" if a callback ended training;
      "interrupted" if Ctrl-C did; "data" if the batches of `from_batches` ended;
      "diverged" if a loss or a parameter was not finite
      (`network` is then the last finite one).
    - `divergence`: what was not finite, and when; otherwise `None`.
    """

    network: AbstractNetwork
    history: History
    best: Best
    state: FitState
    stopped: Stopped
    divergence: Divergence | None = None

    def _table(self) -> Table:
        history, best = self.history, self.best
        rows = [*table_of(history).rows]
        if best.exists:
            best_at = f"performance {number(best.performance)}, "
            best_at += f"loss {number(best.loss)} after {best.step} updates"
            rows.append(("best", best_at))
        rows.append(("network", text(self.network)))
        if self.divergence is not None:
            rows.append(("divergence", str(self.divergence)))
        about = f"{counted(self.state.step, 'update')}, stopped={self.stopped!r}"
        return Table(titled(self, about), tuple(rows))


def new_state(
    network: AbstractNetwork, opt_state: optax.OptState, key: Array, count: int
) -> EnsembleState:
    """Return the state of this number of members before the first update.

    In a state of one member, `network`, `opt_state` and `key` have no leading axis.
    """
    return EnsembleState(
        network=network,
        opt_state=opt_state,
        key=key,
        steps=np.zeros(count, int),
        codes=np.full(count, RUNNING),
        stage=np.zeros(count, int),
        history=empty_history(count),
        best=Best(network, np.zeros(count, int), *np.full((2, count), np.nan)),
    )


def state_of_member(
    state: EnsembleState, index: int, of_member: Callable[[PyTree], PyTree]
) -> FitState:
    """Return the state of one member; `of_member` selects its part of a stack."""
    best, steps = state.best, int(state.steps[index])
    numbers = (np.asarray(x)[index].item() for x in best.numbers)
    return FitState(
        network=of_member(state.network),
        opt_state=of_member(state.opt_state),
        key=of_member(state.key),
        step=steps,
        history=history_of_member(state.history, index, steps),
        best=Best(of_member(best.network), *numbers),
        stage=int(state.stage[index]),
    )


def state_of_one(state: FitState) -> EnsembleState:
    """Return the state as that of an ensemble of one, which trains."""
    best = state.best
    return EnsembleState(
        network=state.network,
        opt_state=state.opt_state,
        key=state.key,
        steps=np.asarray([state.step]),
        codes=np.asarray([RUNNING]),
        stage=np.asarray([state.stage]),
        history=history_of_one(state.history),
        best=Best(best.network, *(np.asarray([x]) for x in best.numbers)),
    )


def result_of(
    state: FitState,
    stopped: Stopped,
    restore_best: bool,
    divergence: Divergence | None = None,
) -> FitResult:
    """Return the result of a training that ended in this state."""
    is_best = restore_best and bool(state.best.exists)
    last = evaluation_network(state.network, state.opt_state)
    return FitResult(
        network=state.best.network if is_best else last,
        history=state.history,
        best=state.best,
        state=state,
        stopped=stopped,
        divergence=divergence,
    )
