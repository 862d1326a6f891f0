"""The result of the training of an ensemble."""

from collections.abc import Iterable
import contextlib
from typing import final, Literal, TypeVar

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, describe
from ..._show import (
    AbstractShown,
    counted,
    grid,
    number,
    Table,
    text,
    titled,
    with_rank,
)
from ..._tables import AbstractTabular, Columns
from ..._tree import with_fields
from ...network import AbstractNetwork
from .._history import History, Member, table_of_members
from .._state import (
    DIVERGED,
    EnsembleState,
    FitResult,
    result_of,
    state_of_member,
    Stopped,
)
from ..optimisers import evaluation_network


T = TypeVar("T")

_FEW = 8
"""The number of members up to which all rows are printed."""


@final
class EnsembleResult(AbstractShown, AbstractTabular, eqx.Module):
    """The result of `fit_ensemble`.

    **Attributes:** `members` (seed and settings of each), `state`, and the arguments
    `best_by` and `restore_best` of `fit_ensemble`. The properties are computed from
    them.
    """

    members: tuple[Member, ...]
    state: EnsembleState
    best_by: Literal["performance", "loss"] = eqx.field(
        static=True, default="performance"
    )
    restore_best: bool = eqx.field(static=True, default=False)

    def _table(self) -> Table:
        return _table_of_members(self)

    @property
    def networks(self) -> AbstractNetwork:
        """The trained networks, a stack for `vmap` and `map_networks`.

        They are the best or the last ones, as `FitResult.network`.
        """
        state = self.state
        last = evaluation_network(state.network, state.opt_state)
        if not self.restore_best:
            return last
        return select(state.best.exists, state.best.network, last)

    @property
    def history(self) -> History:
        """See `History`; its tables name the setting and the seed of each member."""
        return with_fields(self.state.history, members=self.members)

    @property
    def stopped(self) -> tuple[Stopped, ...]:
        """Why each member ended; see `FitResult`."""
        return self.state.stopped

    def member(self, index: int) -> FitResult:
        """Return the `FitResult` of one member; `fit` can continue from its state.

        It has no `divergence`: only `fit` looks for what was not finite. Raises
        `ValueError` for an index of no member; negative ones count from the end.
        """
        total = len(self.members)
        is_index = isinstance(index, (int, np.integer)) and -total <= index < total
        rule, remedy = f"be an index of the {total} members", "They count from 0."
        check(is_index, "index", rule, lambda: describe(index), remedy)

        def of_member(tree: T) -> T:
            return jax.tree.map(lambda x: x[index], tree)

        state = state_of_member(self.state, index, of_member)
        return result_of(state, self.stopped[index], self.restore_best)

    @property
    def best_member(self) -> int:
        """The index of the member with the best validation, by `best_by`.

        Members that diverged are left out. In a curriculum, a member in a later stage
        is better than all in earlier stages. Raises `ValueError` if no other member has
        a validation.
        """
        score = self.state.best.score(self.best_by)
        is_valid = ~np.isnan(score) & (self.state.codes != DIVERGED)
        check(
            is_valid.any(),
            "best_member",
            "have a validation to compare",
            "none of a member that did not diverge",
            "Train for at least validate_every updates.",
        )
        pairs = list(zip(self.state.stage, score, strict=True))
        return max(np.flatnonzero(is_valid).tolist(), key=pairs.__getitem__)

    def best(self) -> AbstractNetwork:
        """Return the network of member `best_member`, as it was at its best validation.

        `restore_best` does not matter. Raises `ValueError` as `best_member`.

        **Example:** `cj.save("network.safetensors", many.best())`.
        """
        index = self.best_member
        return jax.tree.map(lambda x: x[index], self.state.best.network)

    def table(self) -> Columns:
        """Return a table with a row for each member: columns by name, `(members,)`.

        - "member": the index. The swept settings by name come next (as text if they
          are no numbers), and the "seed".
        - "stopped", "steps": why training ended, see `FitResult`; the updates made.
        - "loss": of the last update.
        - "performance", "validation_loss": of the last validation.
        - "best_step", "best_performance", "best_validation_loss": of the best
          validation; see `Best`.
        - "stage": of a curriculum, from 0.

        Numbers are NaN before the first update or validation.

        **Example:** `many.to_dataframe().groupby("noise").best_performance.mean()`. The
        table of every update is `many.history.table()`.
        """
        state, history, best = self.state, self.state.history, self.state.best
        num_validations = np.searchsorted(
            history.validation_step, state.steps, side="right"
        )

        def last(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
            # NaN is in place of the last value of none
            padded = np.pad(values, ((0, 0), (1, 0)), constant_values=np.nan)
            return padded[np.arange(len(values)), counts]

        return table_of_members(self.members) | {
            "stopped": np.asarray(self.stopped),
            "steps": state.steps,
            "loss": last(history.loss, state.steps),
            "performance": last(history.performance, num_validations),
            "validation_loss": last(history.validation_loss, num_validations),
            "best_step": np.asarray(best.step),
            "best_performance": np.asarray(best.performance),
            "best_validation_loss": np.asarray(best.loss),
            "stage": state.stage,
        }

    def spread(self) -> dict[str, dict[str, float]]:
        """Return the mean, "sd", "min" and "max" over the members.

        "performance" is `best_performance` of `table()`, that of the best validation of
        each member; "loss" is that of the last update, and "steps" are the updates.
        """
        table = self.table()
        columns = {
            "performance": table["best_performance"],
            "loss": table["loss"],
            "steps": table["steps"],
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


def _table_of_members(result: EnsembleResult) -> Table:
    """Return a row for each member, below the means over members."""
    state, names = result.state, list(result.members[0].settings)
    columns: dict[str, Iterable[object]] = {
        "member": range(len(result.members)),
        "seed": [member.seed for member in result.members],
    }
    for name in names:
        columns[name] = [member.settings[name] for member in result.members]
    loss, steps = state.history.loss, state.steps
    columns |= {
        "updates": steps,
        "stopped": result.stopped,
        "last loss": [loss[i, n - 1] if n else None for i, n in enumerate(steps)],
        "best performance": with_rank(state.best.performance, 1),
    }
    about = counted(len(result.members), "member")
    best: tuple[tuple[str, str], ...] = ()
    with contextlib.suppress(ValueError):  # no validation
        index = result.best_member
        performance = number(np.asarray(state.best.performance)[index])
        member, updates = result.members[index], int(np.asarray(state.best.step)[index])
        description = {"seed": member.seed} | member.settings
        line = f"member {index} ({text(description)}): {performance} after "
        line += counted(updates, "update")
        best = (("best", line),)
    titles = ("best performance", "last loss", "updates")  # as in the grid
    rows = tuple(
        (title, f"{number(x['mean'])} ± {number(x['sd'])} (mean ± sd)")
        for title, x in zip(titles, result.spread().values(), strict=True)
    )
    notes = ("table() and to_dataframe() have all rows",) if len(steps) > _FEW else ()
    rows = (("networks", text(state.network)), *best, *rows)
    return Table(titled(result, about), rows, grid(columns), notes)


@jax.jit
def select(
    mask: np.ndarray | Array, new: AbstractNetwork, old: AbstractNetwork
) -> AbstractNetwork:
    """Return a stack of the new networks where `mask`, else the old ones."""

    def select_leaf(new: Array, old: Array) -> Array:
        return jnp.where(mask.reshape(-1, *(1,) * (new.ndim - 1)), new, old)

    return jax.tree.map(select_leaf, new, old)
