"""Save the state of `fit` as a checkpoint, and restore it."""

from collections.abc import Mapping
import dataclasses
from typing import Any, cast

import jax
from jax import Array
from jaxtyping import PyTree
import numpy as np

from .._checks import check
from ._fit_state import Best, FitState, History, Stopped
from .checkpoints import Checkpoints


def save_state(checkpoints: Checkpoints, state: FitState, stopped: Stopped) -> None:
    """Save the state as the checkpoint of its step; `stopped` as in `FitResult`."""
    best = state.best
    # JSON has no NaN. The repr of a float is exact.
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
) -> tuple[FitState, Stopped] | None:
    """Return the newest saved state and why it stopped ("steps" if it did not).

    Returns `None` if nothing was saved. `like` is the state that training started from.
    Raises `ValueError` for a run of another network, optimiser or key.
    """
    restored = checkpoints.restore(_arrays(like))
    if restored is None:
        return None
    arrays, history, meta = restored
    check_kind(meta, "fit")
    check_key(like.key, arrays["key"])
    best = Best(
        network=arrays["best"],
        step=int(meta["best"]["step"]),
        performance=float(meta["best"]["performance"]),
        loss=float(meta["best"]["loss"]),
    )
    state = FitState(
        network=arrays["network"],
        opt_state=arrays["opt_state"],
        key=arrays["key"],
        step=int(meta["step"]),
        history=unflatten_history(history),
        best=best,
        stage=int(meta["stage"]),
    )
    return state, cast(Stopped, meta["stopped"])


def _arrays(state: FitState) -> dict[str, PyTree]:
    """Return the arrays to store. Their names and paths are part of the format."""
    return {
        "network": state.network,
        "opt_state": state.opt_state,
        "key": state.key,
        "best": state.best.network,
    }


def check_kind(meta: Mapping[str, Any], kind: str) -> None:
    """Validate that a checkpoint holds the state of "fit" or that of an "ensemble"."""
    saved_kind = meta.get("kind")
    rule = f"hold the state of {kind!r}"
    remedy = "Name the folder of the run to continue."
    check(saved_kind == kind, "checkpoints", rule, repr(saved_kind), remedy)


def check_key(key: Array, saved_key: Array) -> None:
    """Validate that a run is continued with the key that it started with."""
    data = jax.random.key_data(key)
    is_same = np.array_equal(data, jax.random.key_data(saved_key))
    rule = "be that of the run in `checkpoints`"
    check(
        is_same, "key", rule, data, "Pass the same key and seeds, or name a new folder."
    )


_TERM = "terms."
"""The prefix of the terms of the loss in a flat history."""


def flat_history(history: History) -> dict[str, np.ndarray]:
    """Return the arrays of a history by name, terms of the loss as "terms.NAME"."""
    fields = {f.name: getattr(history, f.name) for f in dataclasses.fields(history)}
    terms = fields.pop("terms")
    return fields | {_TERM + name: values for name, values in terms.items()}


def unflatten_history(flat: Mapping[str, np.ndarray]) -> History:
    """Return the history of these arrays by name; the inverse of `flat_history`."""
    terms = {n.removeprefix(_TERM): x for n, x in flat.items() if n.startswith(_TERM)}
    fields = {n: x for n, x in flat.items() if not n.startswith(_TERM)}
    return History(**fields, terms=terms)
