"""How trials of several tasks are put into one structure, and taken out of it."""

from collections.abc import Iterable, Mapping, Sequence

import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from .._types import ArrayLike, KeyArray
from .contract import AbstractTask, Trial


Names = tuple[tuple[str, str], ...]
"""The names of a task's conditions or epochs, each with its name in the mixture."""

Shapes = Mapping[str, jax.ShapeDtypeStruct | Array]
"""Shapes and dtypes of a task's conditions or epochs."""


def select_trials(is_selected: Array, values: Array, other: ArrayLike) -> Array:
    """Return the values for the selected trials, `other` for the rest.

    **Arguments:** `is_selected`, `(*batch,)`; `values`, `(*batch, ...)`.
    """
    missing_axes = values.ndim - is_selected.ndim
    is_selected = is_selected.reshape(*is_selected.shape, *(1,) * missing_axes)
    return jnp.where(is_selected, values, jnp.asarray(other, values.dtype))


def standard(trial: Trial) -> Trial:
    """Return a trial in JAX's default float and int dtypes, the same for all tasks."""

    def cast(x: ArrayLike) -> Array:
        array = jnp.asarray(x)
        for kind, dtype in ((jnp.floating, float), (jnp.integer, int)):
            if jnp.issubdtype(array.dtype, kind):
                return array.astype(dtype)
        return array

    return jax.tree.map(cast, trial)


def shape_of(task: AbstractTask) -> Trial:
    """Return the shapes and dtypes of a trial of a task, without drawing one."""

    def sample(key: KeyArray) -> Trial:
        return standard(task.render(None, key))

    return jax.eval_shape(sample, jr.key(0))


def public_names(shapes: Sequence[Shapes]) -> tuple[Names, ...]:
    """Return for each task its names with those of the mixture.

    If tasks disagree in the shape or dtype of a name, the index of the task is added:
    "choice (1)".
    """
    kinds: dict[str, set] = {}
    for of_task in shapes:
        for name, shape in of_task.items():
            kinds.setdefault(name, set()).add((shape.shape, shape.dtype))

    def public(name: str, task_index: int) -> str:
        return name if len(kinds[name]) == 1 else f"{name} ({task_index})"

    return tuple(
        tuple((name, public(name, task_index)) for name in of_task)
        for task_index, of_task in enumerate(shapes)
    )


def to_public(values: Mapping[str, Array], names: Names) -> dict[str, Array]:
    """Return the values of a task under their names in the mixture."""
    return {public: values[name] for name, public in names}


def zeros_for(names: Sequence[Names], shapes: Sequence[Shapes]) -> dict[str, Array]:
    """Return zeros for each name that a task has in the mixture."""
    return {
        public: jnp.zeros(of_task[name].shape, of_task[name].dtype)
        for pairs, of_task in zip(names, shapes, strict=True)
        for name, public in pairs
    }


def join_words(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the distinct words of the lists at each index, joined by " / "."""
    return tuple(" / ".join(dict.fromkeys(words)) for words in zip(*lists, strict=True))
