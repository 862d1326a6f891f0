"""Save the state of a training as a checkpoint, and restore it."""

from collections.abc import Sequence
import dataclasses

import jax
from jaxtyping import PyTree
import numpy as np

from .._checks import check
from ._history import flat_history, unflatten_history
from ._state import EnsembleState
from .checkpoints import Checkpoints


def save_state(
    checkpoints: Checkpoints, state: EnsembleState, members: Sequence[str]
) -> None:
    """Save the state as the checkpoint of its step.

    `members` describes the members of an ensemble; it is empty for `fit`.
    """
    meta = {"step": state.step, "members": list(members)}
    checkpoints.save(state.step, _arrays(state), flat_history(state.history), meta)


def restore_state(
    checkpoints: Checkpoints, like: EnsembleState, members: Sequence[str]
) -> EnsembleState:
    """Return the newest saved state; `like`, the initial state, if nothing was saved.

    Raises `ValueError` for another run: networks, optimiser, key, seeds or settings.
    """
    restored = checkpoints.restore(_arrays(like))
    if restored is None:
        return like
    arrays, history, meta = restored
    check_key(like.key, arrays["key"], "the run in `checkpoints`")
    rule = "be that of the run in `checkpoints`"
    remedy = "Pass the same seeds and sweep, or name a new folder."
    check(meta["members"] == list(members), "sweep", rule, "another", remedy)
    return EnsembleState(**arrays, history=unflatten_history(history))


def check_key(key: jax.Array, saved_key: jax.Array, of: str) -> None:
    """Validate that a run is continued with the key that it started with."""
    data = jax.random.key_data(key)
    is_same = np.array_equal(data, jax.random.key_data(saved_key))
    remedy = "Pass the same key and seeds, or begin a new run."
    check(is_same, "key", f"be that of {of}", data, remedy)


def _arrays(state: EnsembleState) -> dict[str, PyTree]:
    """Return the arrays to store. Their names and paths are part of the format."""
    fields = {f.name: getattr(state, f.name) for f in dataclasses.fields(state)}
    del fields["history"]
    return fields
