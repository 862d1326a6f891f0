"""The state and the result of the training of an ensemble."""

from collections.abc import Sequence
from typing import TypeVar

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax

from ..._checks import check
from ..._tree import with_fields
from ...network import AbstractNetwork
from .._compiled_updates import Updated
from .._fit_state import Best, FitResult, FitState, History, Stopped
from .._stop_rules import StopRule
from ._sweep import keys_of_member, Member


T = TypeVar("T")

RUNNING, CRITERION, DIVERGED = 0, 1, 2
"""The codes of `EnsembleState.codes`, which checkpoints store."""

_STOPPED: tuple[Stopped, ...] = ("steps", "criterion", "diverged")
"""The word of `FitResult.stopped` for each code."""


class EnsembleState(eqx.Module):
    """Everything that the training of an ensemble needs to continue.

    **Attributes**, with a leading axis of members on every array:

    - `networks`, `opt_states`, `keys`: of each member.
    - `step`: updates so far; `steps` are those of each member, which stop when it
      freezes.
    - `codes`: why each member stopped, an index of ("steps", "criterion", "diverged").
    - `history`: as in `fit`, `(members, ...)`; NaN after a member froze.
      `validation_step` and `stage` are the same for all, `(validations,)`.
    - `best`: the best networks so far; its numbers are `(members,)`.
    """

    networks: AbstractNetwork
    opt_states: optax.OptState
    keys: Array
    step: int
    steps: np.ndarray
    codes: np.ndarray
    history: History
    best: Best

    @property
    def running(self) -> np.ndarray:
        """Which members train."""
        return self.codes == RUNNING


class EnsembleResult(eqx.Module):
    """The result of `fit_ensemble`.

    **Attributes:** `members` (seed and settings of each) and `state`. The properties
    are computed from them.
    """

    members: tuple[Member, ...]
    state: EnsembleState

    @property
    def networks(self) -> AbstractNetwork:
        """The trained networks, a stack for `vmap` and `map_networks`."""
        return self.state.networks

    @property
    def history(self) -> History:
        """See `EnsembleState`."""
        return self.state.history

    @property
    def stopped(self) -> tuple[Stopped, ...]:
        """Why each member stopped: "criterion", "steps" or "diverged"."""
        return tuple(_STOPPED[code] for code in self.state.codes)

    def member(self, index: int) -> FitResult:
        """Return the `FitResult` of one member; `fit` can continue from its state."""

        def of_member(tree: T) -> T:
            return jax.tree.map(lambda x: x[index], tree)

        state = self.state
        steps, all_members = int(state.steps[index]), state.history
        # the validations before the member froze
        validated = all_members.validation_step <= steps
        history = History(
            loss=all_members.loss[index, :steps],
            terms={name: x[index, :steps] for name, x in all_members.terms.items()},
            gradient_norm=all_members.gradient_norm[index, :steps],
            validation_step=all_members.validation_step[validated],
            performance=all_members.performance[index, validated],
            validation_loss=all_members.validation_loss[index, validated],
            stage=all_members.stage[validated],
        )
        best = Best(
            network=of_member(state.best.network),
            step=int(np.asarray(state.best.step)[index]),
            performance=float(np.asarray(state.best.performance)[index]),
            loss=float(np.asarray(state.best.loss)[index]),
        )
        network = of_member(state.networks)
        fit_state = FitState(
            network=network,
            opt_state=of_member(state.opt_states),
            key=state.keys[index],
            step=steps,
            history=history,
            best=best,
        )
        return FitResult(
            network=network,
            history=history,
            best=best,
            state=fit_state,
            stopped=self.stopped[index],
        )

    @property
    def best_member(self) -> int:
        """The index of the member with the best performance in a validation.

        Members that diverged are left out. Raises `ValueError` if there was no
        validation.
        """
        has_diverged = self.state.codes == DIVERGED
        performance = np.where(has_diverged, np.nan, self.state.best.performance)
        check(
            not np.all(np.isnan(performance)),
            "best_member",
            "have a validation to compare",
            "none",
            "Train for at least validate_every updates.",
        )
        return int(np.nanargmax(performance))

    def spread(self) -> dict[str, dict[str, float]]:
        """Return the mean, "sd", "min" and "max" over the members.

        They are those of the best "performance", the last "loss" and the "steps" of
        each member.
        """
        last_losses = [
            self.history.loss[i, n - 1] for i, n in enumerate(self.state.steps) if n
        ]
        columns = {
            "performance": np.asarray(self.state.best.performance),
            "loss": np.asarray(last_losses),
            "steps": self.state.steps,
        }
        statistics = {"mean": np.mean, "sd": np.std, "min": np.min, "max": np.max}
        spread = {}
        for name, column in columns.items():
            values = column[np.isfinite(column)]
            spread[name] = {
                statistic: float(function(values)) if values.size else float("nan")
                for statistic, function in statistics.items()
            }
        return spread


def initial_ensemble(
    nets: AbstractNetwork, opt_states: optax.OptState, members: Sequence[Member]
) -> EnsembleState:
    """Return the state before the first update."""
    count = len(members)
    history = History(
        loss=np.zeros((count, 0)),
        terms={},
        gradient_norm=np.zeros((count, 0)),
        validation_step=np.zeros(0, int),
        performance=np.zeros((count, 0)),
        validation_loss=np.zeros((count, 0)),
        stage=np.zeros(0, int),
    )
    best = Best(
        network=nets,
        step=np.zeros(count, int),
        performance=np.full(count, np.nan),
        loss=np.full(count, np.nan),
    )
    return EnsembleState(
        networks=nets,
        opt_states=opt_states,
        keys=jnp.stack([keys_of_member(member.seed)[1] for member in members]),
        step=0,
        steps=np.zeros(count, int),
        codes=np.full(count, RUNNING),
        history=history,
        best=best,
    )


def on_host(x: Array) -> np.ndarray:
    """Return the whole array on the host, also if other processes have parts of it."""
    if not x.is_fully_addressable:
        from jax.experimental import multihost_utils

        return np.asarray(multihost_utils.process_allgather(x, tiled=True))
    return np.asarray(x)


def after_updates(state: EnsembleState, new: Updated, count: int) -> EnsembleState:
    """Return the state after a compiled call of at most `count` updates."""
    done, finite = on_host(new.done), on_host(new.finite)
    # the entries of the log, `(members, count)`, that a member did not write
    not_done = np.arange(count)[None, :] >= done[:, None]

    def append(old: np.ndarray, values: Array) -> np.ndarray:
        latest = np.where(not_done, np.nan, on_host(values)[:, :count])
        return np.concatenate([old, latest], axis=1)

    history = state.history
    before = {
        name: history.terms.get(name, np.zeros((len(done), 0)))
        for name in new.metrics.terms
    }
    history = with_fields(
        history,
        loss=append(history.loss, new.metrics.loss),
        terms={n: append(before[n], x) for n, x in new.metrics.terms.items()},
        gradient_norm=append(history.gradient_norm, new.metrics.gradient_norm),
    )
    return with_fields(
        state,
        networks=new.network,
        opt_states=new.opt_state,
        step=state.step + count,
        steps=state.steps + done,
        codes=np.where(state.running & ~finite, DIVERGED, state.codes),
        history=history,
    )


def after_validation(
    state: EnsembleState,
    performance: np.ndarray,
    loss: np.ndarray,
    best_by: str,
    rule: StopRule | None,
) -> EnsembleState:
    """Return the state after a validation of the running members."""
    running, history, best = state.running, state.history, state.best
    performance = np.where(running, performance, np.nan)
    loss = np.where(running, loss, np.nan)

    def append(old: np.ndarray, new: np.ndarray) -> np.ndarray:
        return np.concatenate([old, new[:, None]], axis=1)

    history = with_fields(
        history,
        validation_step=np.append(history.validation_step, state.step),
        performance=append(history.performance, performance),
        validation_loss=append(history.validation_loss, loss),
        stage=np.append(history.stage, 0),
    )

    # Compare with the best, and apply the stop rule, member by member as `fit` does.
    is_better = np.zeros(len(running), bool)
    codes = state.codes.copy()
    best_performance = np.asarray(best.performance)
    best_loss = np.asarray(best.loss)
    for i in np.flatnonzero(running):
        old = Best(best.network, 0, float(best_performance[i]), float(best_loss[i]))
        is_better[i] = old.beaten_by(float(performance[i]), float(loss[i]), best_by)
        if rule is not None and rule(history.performance[i].tolist()):
            codes[i] = CRITERION
    best = Best(
        network=_where_better(jnp.asarray(is_better), state.networks, best.network),
        step=np.where(is_better, state.step, best.step),
        performance=np.where(is_better, performance, best.performance),
        loss=np.where(is_better, loss, best.loss),
    )
    return with_fields(state, history=history, best=best, codes=codes)


@jax.jit
def _where_better(
    is_better: Array, new: AbstractNetwork, old: AbstractNetwork
) -> AbstractNetwork:
    """Return, for each member, the new network if it is better, else the old one."""

    def select(new: Array, old: Array) -> Array:
        return jnp.where(is_better.reshape(-1, *(1,) * (new.ndim - 1)), new, old)

    return jax.tree.map(select, new, old)
