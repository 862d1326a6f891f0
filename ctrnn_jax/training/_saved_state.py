"""The state of training in checkpoints, and back."""

from collections.abc import Mapping
import dataclasses
from typing import Any

import jax
from jax import Array
import numpy as np

from .._checks import invalid
from ._state import Best, FitState, History
from .checkpoints import Checkpoints


def save_state(checkpoints: Checkpoints, state: FitState, stopped: str) -> None:
    """Save it as the checkpoint of its step; `stopped` as in `FitResult`."""
    best = state.best
    # JSON has no NaN; the shortest text of a float is exact
    numbers = {"performance": repr(best.performance), "loss": repr(best.loss)}
    meta = {
        "kind": "fit",
        "step": state.step,
        "stopped": stopped,
        "stage": state.stage,
        "best": {"step": best.step, **numbers},
    }
    checkpoints.save(state.step, _arrays(state), flat_history(state.history), meta)


def restore_state(
    checkpoints: Checkpoints, like: FitState
) -> tuple[FitState, str] | None:
    """The last saved state, and why it stopped ("steps" if it goes on).

    `like` is the state that training started from. `None` if nothing was saved. Raises
    `ValueError` for a run of another network, optimiser or key.
    """
    found = checkpoints.restore(_arrays(like))
    if found is None:
        return None
    arrays, history, meta = found
    check_kind(meta, "fit")
    check_key(like.key, arrays["key"])
    best = Best(
        arrays["best"],
        int(meta["best"]["step"]),
        float(meta["best"]["performance"]),
        float(meta["best"]["loss"]),
    )
    state = FitState(
        arrays["network"],
        arrays["opt_state"],
        arrays["key"],
        int(meta["step"]),
        full_history(history),
        best,
        int(meta["stage"]),
    )
    return state, meta["stopped"]


def _arrays(state: FitState) -> dict[str, Any]:
    return {
        "network": state.network,
        "opt_state": state.opt_state,
        "key": state.key,
        "best": state.best.network,
    }


def check_kind(meta: Mapping[str, Any], kind: str) -> None:
    """Refuse checkpoints of single networks where ensembles are meant, or reversed."""
    if meta.get("kind") != kind:
        raise invalid(
            "checkpoints",
            f"hold the state of {kind!r}",
            repr(meta.get("kind")),
            "Name the folder of the run to go on with.",
        )


def check_key(given: Array, saved: Array) -> None:
    """Refuse to go on with a run of another key."""
    same = np.array_equal(jax.random.key_data(given), jax.random.key_data(saved))
    if not same:
        raise invalid(
            "key",
            "be that of the run in `checkpoints`",
            jax.random.key_data(given),
            "Pass the same key and seeds, or name a new folder.",
        )


_TERM = "terms."


def flat_history(history: History) -> dict[str, np.ndarray]:
    """Its arrays by name, terms of the loss as "terms.NAME"."""
    fields = {f.name: getattr(history, f.name) for f in dataclasses.fields(history)}
    terms = fields.pop("terms")
    return fields | {_TERM + name: values for name, values in terms.items()}


def full_history(flat: Mapping[str, np.ndarray]) -> History:
    """The history with these arrays."""
    terms = {n[len(_TERM) :]: x for n, x in flat.items() if n.startswith(_TERM)}
    fields: dict[str, Any] = {n: x for n, x in flat.items() if not n.startswith(_TERM)}
    return History(**fields, terms=terms)
