"""Save the state of an ensemble as a checkpoint, and restore it."""

from collections.abc import Sequence

from jaxtyping import PyTree

from ..._checks import check
from .._fit_checkpoint import check_key, check_kind, flat_history, unflatten_history
from .._fit_state import Best
from ..checkpoints import Checkpoints
from ._ensemble_state import EnsembleState
from ._sweep import Member


_PER_MEMBER = ("steps", "codes")
_OF_BEST = ("step", "performance", "loss")


def save_ensemble(
    checkpoints: Checkpoints, state: EnsembleState, members: Sequence[Member]
) -> None:
    """Save the state as the checkpoint of its step."""
    history = flat_history(state.history)
    history |= {f"member.{name}": getattr(state, name) for name in _PER_MEMBER}
    history |= {f"best.{name}": getattr(state.best, name) for name in _OF_BEST}
    descriptions = [str(member) for member in members]
    meta = {"kind": "ensemble", "step": state.step, "members": descriptions}
    checkpoints.save(state.step, _arrays(state), history, meta)


def restore_ensemble(
    checkpoints: Checkpoints, like: EnsembleState, members: Sequence[Member]
) -> EnsembleState | None:
    """Return the newest saved state; `None` if nothing was saved.

    Raises `ValueError` for another ensemble: networks, optimiser, seeds or settings.
    """
    restored = checkpoints.restore(_arrays(like))
    if restored is None:
        return None
    arrays, history, meta = restored
    check_kind(meta, "ensemble")
    check_key(like.keys, arrays["keys"])
    is_same = meta["members"] == [str(member) for member in members]
    rule = "be that of the run in `checkpoints`"
    remedy = "Pass the same seeds and sweep, or name a new folder."
    check(is_same, "sweep", rule, "another", remedy)
    per_member = {name: history.pop(f"member.{name}") for name in _PER_MEMBER}
    of_best = {name: history.pop(f"best.{name}") for name in _OF_BEST}
    return EnsembleState(
        networks=arrays["networks"],
        opt_states=arrays["opt_states"],
        keys=arrays["keys"],
        step=int(meta["step"]),
        history=unflatten_history(history),
        best=Best(arrays["best"], **of_best),
        **per_member,
    )


def _arrays(state: EnsembleState) -> dict[str, PyTree]:
    """Return the arrays to store. Their names and paths are part of the format."""
    return {
        "networks": state.networks,
        "opt_states": state.opt_states,
        "keys": state.keys,
        "best": state.best.network,
    }
