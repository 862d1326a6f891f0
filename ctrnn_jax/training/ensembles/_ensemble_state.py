"""The state and the result of an ensemble's training."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import invalid
from ..._tree import with_fields
from ...network import AbstractNetwork
from .._curriculum import Rule
from .._loop import Updated
from .._state import Best, FitResult, FitState, History
from ._sweep import keys_of_member, Member


_STOPPED = ("steps", "criterion", "diverged")
"""By code: "steps" is a member that goes on, or would."""


class EnsembleState(eqx.Module):
    """What an ensemble's training goes on from.

    **Attributes**, with a leading axis of members on every array:

    - `networks`, `opt_states`, `keys`: of each.
    - `step`: updates so far; `steps` of each, which stop where it froze.
    - `codes`: why each stopped, an index of ("steps", "criterion", "diverged").
    - `history`: as of `fit`, `(members, ...)`; NaN after a member froze.
      `validation_step` and `stage` are the same for all, `(validations,)`.
    - `best`: the best networks so far; its numbers are `(members,)`.
    """

    networks: AbstractNetwork
    opt_states: Any
    keys: Array
    step: int
    steps: np.ndarray
    codes: np.ndarray
    history: History
    best: Best

    @property
    def running(self) -> np.ndarray:
        """Which members still train."""
        return self.codes == 0


class EnsembleResult(eqx.Module):
    """What `fit_ensemble` returns.

    **Attributes:** `members` (seed and settings of each) and `state`; what follows from
    them are properties.
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
    def stopped(self) -> tuple[str, ...]:
        """Why each member stopped: "criterion", "steps" or "diverged"."""
        return tuple(_STOPPED[code] for code in self.state.codes)

    def member(self, index: int) -> FitResult:
        """One member, as `fit` would have returned it; its state goes on with `fit`."""
        state = self.state
        take = lambda tree: jax.tree.map(lambda x: x[index], tree)
        steps, history = int(state.steps[index]), state.history
        seen = history.validation_step <= steps
        own = History(
            history.loss[index, :steps],
            {name: x[index, :steps] for name, x in history.terms.items()},
            history.gradient_norm[index, :steps],
            history.validation_step[seen],
            history.performance[index, seen],
            history.validation_loss[index, seen],
            history.stage[seen],
        )
        best = Best(
            take(state.best.network),
            int(state.best.step[index]),
            float(state.best.performance[index]),
            float(state.best.loss[index]),
        )
        net = take(state.networks)
        alone = FitState(
            net, take(state.opt_states), state.keys[index], steps, own, best, 0
        )
        return FitResult(net, own, best, alone, self.stopped[index])

    @property
    def best_member(self) -> int:
        """The member whose best validation was the best; NaN if there was none."""
        performance = np.where(
            self.state.codes == 2, np.nan, self.state.best.performance
        )
        if np.all(np.isnan(performance)):
            raise invalid(
                "best_member",
                "have a validation to look at",
                "none",
                "Train for at least validate_every updates.",
            )
        return int(np.nanargmax(performance))

    def spread(self) -> dict[str, dict[str, float]]:
        """Mean, standard deviation, least and largest over the members.

        Of the best "performance", the last "loss" and the "steps" of each.
        """
        last = [
            self.history.loss[i, n - 1] for i, n in enumerate(self.state.steps) if n
        ]
        columns = {
            "performance": self.state.best.performance,
            "loss": np.asarray(last),
            "steps": self.state.steps,
        }
        found = {}
        for name, column in columns.items():
            values = column[np.isfinite(column)]
            numbers = (np.mean, np.std, np.min, np.max)
            names = ("mean", "sd", "min", "max")
            found[name] = {
                n: float(fn(values)) if values.size else float("nan")
                for n, fn in zip(names, numbers, strict=True)
            }
        return found


def first_ensemble(
    nets: AbstractNetwork, opt_states: Any, members: Sequence[Member]
) -> EnsembleState:
    """Before the first update."""
    count = len(members)
    keys = jnp.stack([keys_of_member(member.seed)[1] for member in members])
    none, whole = np.zeros((count, 0)), np.zeros(0, int)
    history = History(none, {}, none, whole, none, none, whole)
    nan, zero = np.full(count, np.nan), np.zeros(count, int)
    best = Best(nets, zero, nan, nan)
    return EnsembleState(nets, opt_states, keys, 0, zero, zero, history, best)


def on_host(x: Array) -> np.ndarray:
    """All of an array, also where other processes have parts of it."""
    if not x.is_fully_addressable:
        from jax.experimental import multihost_utils

        return np.asarray(multihost_utils.process_allgather(x, tiled=True))
    return np.asarray(x)


def with_metrics(state: EnsembleState, new: Updated, ahead: int) -> EnsembleState:
    """The state after a compiled call of `ahead` updates."""
    done, finite = on_host(new.done), on_host(new.finite)
    past = np.arange(ahead)[None, :] >= done[:, None]
    history = state.history

    def append(old: np.ndarray, values: Array) -> np.ndarray:
        here = np.where(past, np.nan, on_host(values)[:, :ahead])
        return np.concatenate([old, here], axis=1)

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
        step=state.step + ahead,
        steps=state.steps + done,
        codes=np.where(state.running & ~finite, 2, state.codes),
        history=history,
    )


def with_measured(
    state: EnsembleState,
    performance: np.ndarray,
    loss: np.ndarray,
    best_by: str,
    rule: Rule | None,
) -> EnsembleState:
    """The state after a validation of the members that still train."""
    running, history, best = state.running, state.history, state.best
    performance = np.where(running, performance, np.nan)
    loss = np.where(running, loss, np.nan)
    column = lambda old, new: np.concatenate([old, new[:, None]], axis=1)
    history = with_fields(
        history,
        validation_step=np.append(history.validation_step, state.step),
        performance=column(history.performance, performance),
        validation_loss=column(history.validation_loss, loss),
        stage=np.append(history.stage, 0),
    )
    better = np.zeros(len(running), bool)
    codes = state.codes.copy()
    for i in np.flatnonzero(running):
        old = Best(best.network, 0, float(best.performance[i]), float(best.loss[i]))
        better[i] = old.beaten_by(float(performance[i]), float(loss[i]), best_by)
        if rule is not None and rule(history.performance[i].tolist()):
            codes[i] = 1
    pick = lambda new, old: np.where(better, new, old)
    best = Best(
        _picked(jnp.asarray(better), state.networks, best.network),
        pick(state.step, best.step),
        pick(performance, best.performance),
        pick(loss, best.loss),
    )
    return with_fields(state, history=history, best=best, codes=codes)


@jax.jit
def _picked(better: Array, new: AbstractNetwork, old: AbstractNetwork) -> Any:
    """Of each member, the new network or the old one."""

    def one(new: Array, old: Array) -> Array:
        return jnp.where(better.reshape(-1, *(1,) * (new.ndim - 1)), new, old)

    return jax.tree.map(one, new, old)
