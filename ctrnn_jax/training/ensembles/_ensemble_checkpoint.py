"""The state of an ensemble in checkpoints, and back."""

from collections.abc import Sequence
from typing import Any

from ..._checks import invalid
from .._saved_state import check_key, check_kind, flat_history, full_history
from .._state import Best
from ..checkpoints import Checkpoints
from ._state import EnsembleState
from ._sweep import Member


_NUMBERS = ("steps", "codes")
_BEST = ("step", "performance", "loss")


def save_ensemble(
    checkpoints: Checkpoints, state: EnsembleState, members: Sequence[Member]
) -> None:
    """Save it as the checkpoint of its step."""
    history = flat_history(state.history)
    history |= {f"member.{name}": getattr(state, name) for name in _NUMBERS}
    history |= {f"best.{name}": getattr(state.best, name) for name in _BEST}
    who = [str(member) for member in members]
    meta = {"kind": "ensemble", "step": state.step, "members": who}
    checkpoints.save(state.step, _arrays(state), history, meta)


def restore_ensemble(
    checkpoints: Checkpoints, like: EnsembleState, members: Sequence[Member]
) -> EnsembleState | None:
    """The last saved state; `None` if nothing was saved.

    Raises `ValueError` for another ensemble: networks, optimiser, seeds or settings.
    """
    found = checkpoints.restore(_arrays(like))
    if found is None:
        return None
    arrays, history, meta = found
    check_kind(meta, "ensemble")
    check_key(like.keys, arrays["keys"])
    if meta["members"] != [str(member) for member in members]:
        raise invalid(
            "sweep",
            "be that of the run in `checkpoints`",
            "another",
            "Pass the same seeds and sweep, or name a new folder.",
        )
    numbers = {name: history.pop(f"member.{name}") for name in _NUMBERS}
    best = {name: history.pop(f"best.{name}") for name in _BEST}
    return EnsembleState(
        networks=arrays["networks"],
        opt_states=arrays["opt_states"],
        keys=arrays["keys"],
        step=int(meta["step"]),
        history=full_history(history),
        best=Best(arrays["best"], **best),
        **numbers,
    )


def _arrays(state: EnsembleState) -> dict[str, Any]:
    return {
        "networks": state.networks,
        "opt_states": state.opt_states,
        "keys": state.keys,
        "best": state.best.network,
    }
