"""Save the state of a training as a checkpoint, and restore it into the same run."""

from collections.abc import Mapping, Sequence
import dataclasses
from functools import partial
from pathlib import Path
import re
from typing import Any, Literal
import warnings

import jax
from jaxtyping import PyTree
import numpy as np

from .._checks import check
from .._tree import with_fields
from ..network import AbstractNetwork, trainable, Weights
from ._compiled_updates import Settings
from ._history import flat_history, unflatten_history
from ._state import EnsembleState
from .checkpoints import (
    ChangedRunError,
    CheckpointError,
    Checkpoints,
    CheckpointWarning,
    CODE,
    described,
    versions,
)


Resume = bool | Literal["changed"]
"""Whether to continue a run, and whether its settings may have changed."""

_COMPARED_VERSIONS = ("python", "ctrnn-jax", "jax", "equinox", "optax")
_CONFIG = ("jax_enable_x64", "jax_threefry_partitionable")
"""The options of JAX that determine which trials a key draws."""

_NETWORK = r"net\b|make\(key\)"
_MOST_DIFFERENCES = 6


def describe_run(
    name: str,
    net: AbstractNetwork,
    optimiser: Mapping[str, str],
    settings: Sequence[Settings],
    **arguments: object,
) -> dict[str, str]:
    """Describe a run: text by name, to compare with that in a checkpoint.

    `name` is that of the network, of which only the shapes of trained weights are
    described. `optimiser` is the description of the optimiser, `settings` are those of
    each stage, and `arguments` are other arguments of `fit` that determine its numbers.
    """
    kind, first = type(net).__name__, settings[0]
    sizes = f"{net.n_in} inputs, {net.n_hidden} units and {net.n_out} outputs"
    arguments |= {
        "loss": first.loss,
        "gradient": first.gradient,
        "batch_size": first.batch_size,
        "validate_every": first.capacity,
        "validation_size": tuple(one.validation.num_trials for one in settings),
    }

    def shape_if_trained(leaf: jax.Array, trains: bool) -> PyTree:
        return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype) if trains else leaf

    net = jax.tree.map(shape_if_trained, net, trainable(net))
    # weights, v0 and tau have the names of their arguments
    parts = {
        key.replace(f"{name}.raw.", f"{name}."): text
        for key, text in described(name, net).items()
    }
    parts |= {name: f"{kind} of {sizes}"} | dict(optimiser)
    for argument, value in arguments.items():
        parts |= described(argument, value)
    for option in _CONFIG:
        parts |= described(option, getattr(jax.config, option))
    return parts


def save_state(
    checkpoints: Checkpoints, state: EnsembleState, run: Mapping[str, str]
) -> None:
    """Save the state as the checkpoint of its step, with the description of the run."""
    meta = {"step": state.step, "run": dict(run)}
    checkpoints.save(state.step, _arrays(state), flat_history(state.history), meta)


def restore_state(
    checkpoints: Checkpoints,
    like: EnsembleState,
    run: Mapping[str, str],
    resume: Resume,
) -> EnsembleState:
    """Return the newest saved state; `like`, the initial state, if nothing was saved.

    The weights are those of the checkpoint; everything else that a network has is that
    of `like`. `run` is the description of this run. Raises `ValueError` for a run with
    another key or, unless `resume="changed"`, with another description. There is a
    `CheckpointWarning` if the checkpoint was saved with other versions of libraries.
    """
    validate = partial(_validate, run=run, resume=resume)
    restored = checkpoints.restore(_arrays(like), validate=validate)
    if restored is None:
        return like
    arrays, history, _ = restored
    check_key(like.key, arrays["key"], "the run in `checkpoints`")
    network = _with_weights(like.network, arrays.pop("weights"))
    best = arrays.pop("best")
    best_network = _with_weights(like.best.network, best.pop("weights"))
    return EnsembleState(
        **arrays,
        network=network,
        best=with_fields(like.best, network=best_network, **best),
        history=unflatten_history(history),
    )


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
    best = {f.name: getattr(state.best, f.name) for f in dataclasses.fields(state.best)}
    fields["weights"] = fields.pop("network").raw
    fields["best"] = best | {"weights": best.pop("network").raw}
    return fields


def _with_weights(net: AbstractNetwork, raw: Weights) -> AbstractNetwork:
    """Return a network with restored weights. Its tau and v0 stay if they are fixed."""
    settings = {n: getattr(net.raw, n) for n in ("tau", "v0") if n in net.fixed}
    return with_fields(net, raw=with_fields(raw, **settings))


def _validate(
    path: Path, meta: Mapping[str, Any], *, run: Mapping[str, str], resume: Resume
) -> None:
    """Validate that a checkpoint is of this run."""
    if "run" not in meta:
        raise CheckpointError(
            f"{path} was not saved by fit or fit_ensemble. Restore it with "
            "`Checkpoints.restore`, or name another folder."
        )
    now, before = versions(), meta["versions"]
    changed = [name for name in _COMPARED_VERSIONS if now[name] != before[name]]
    if changed:
        texts = (f"{name} {before[name]}, now {now[name]}" for name in changed)
        warnings.warn(
            f"{path} was saved with another version: {', '.join(texts)}. Training "
            "continues; parts that depend on the version were not compared.",
            CheckpointWarning,
            stacklevel=2,
        )
    if resume == "changed":
        return
    differences = _differences(meta["run"], run, changed)
    if differences:
        texts = differences[:_MOST_DIFFERENCES]
        if len(differences) > len(texts):
            texts.append(f"and {len(differences) - len(texts)} more")
        raise ChangedRunError(path, "; ".join(texts))


def _differences(
    old: Mapping[str, str], new: Mapping[str, str], changed: list[str]
) -> list[str]:
    """Return the differences of two descriptions, each with both values.

    Parts of a value that differs as a whole are left out. `changed` are libraries of
    another version.
    """
    names = [*new, *(name for name in old if name not in new)]
    names = [name for name in names if old.get(name) != new.get(name)]
    if changed:  # another version may describe more
        names = [name for name in names if name in old and name in new]
        names = [name for name in names if not name.endswith(CODE)]
    # the program also depends on the shapes of the weights
    is_traced_anew = changed or any(re.match(_NETWORK, name) for name in names)
    if is_traced_anew and "optimiser.update" in names:
        names = [name for name in names if not name.startswith("optimiser.")]
    wholes = set(names)
    texts = (
        f"`{name.partition('.numbers[')[0]}`: {old.get(name, 'nothing')} in the "
        f"checkpoint, {new.get(name, 'nothing')} in this call"
        for name in names
        if wholes.isdisjoint(_wholes(name))
    )
    # a number of an optimiser is used for each parameter
    return list(dict.fromkeys(texts))


def _wholes(name: str) -> list[str]:
    """Return the names of the values that a part belongs to: "a", "a.b" of "a.b[0]"."""
    return [name[: separator.start()] for separator in re.finditer(r"[.\[]", name)]
