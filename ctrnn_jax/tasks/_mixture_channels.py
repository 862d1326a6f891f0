"""How trials of several tasks are put into one structure."""

from collections.abc import Sequence
from typing import Any

import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from .._types import ArrayLike
from .contract import AbstractTask, Trial


Names = tuple[tuple[str, str], ...]
"""The names of a task's conditions or epochs, and those in the mixture."""


def where_mine(mine: Array, values: Array, other: ArrayLike) -> Array:
    """The values of some trials, another value in the rest."""
    mine = mine.reshape(*mine.shape, *(1,) * (values.ndim - mine.ndim))
    return jnp.where(mine, values, jnp.asarray(other, values.dtype))


def standard(trial: Trial) -> Trial:
    """With JAX's default floats and whole numbers, so that tasks agree in them."""

    def cast(x: ArrayLike) -> Array:
        array = jnp.asarray(x)
        for kind, dtype in ((jnp.floating, float), (jnp.integer, int)):
            if jnp.issubdtype(array.dtype, kind):
                return array.astype(dtype)
        return array

    return jax.tree.map(cast, trial)


def shape_of(task: AbstractTask) -> Trial:
    """A trial of a task, shapes and dtypes only."""
    sample = lambda key: standard(task.render(None, key))
    return jax.eval_shape(sample, jr.key(0))


def public_names(shapes: Sequence[dict[str, Any]]) -> tuple[Names, ...]:
    """For each task its names, and those of the mixture, with the index in conflict."""
    kinds: dict[str, set] = {}
    for of_task in shapes:
        for name, shape in of_task.items():
            kinds.setdefault(name, set()).add((shape.shape, shape.dtype))
    public = lambda name, k: name if len(kinds[name]) == 1 else f"{name} ({k})"
    return tuple(
        tuple((name, public(name, k)) for name in of_task)
        for k, of_task in enumerate(shapes)
    )


def zeros_for(
    names: Sequence[Names], shapes: Sequence[dict[str, Any]]
) -> dict[str, Array]:
    """Zeros for everything that any task names."""
    return {
        public: jnp.zeros(of_task[name].shape, of_task[name].dtype)
        for pairs, of_task in zip(names, shapes, strict=True)
        for name, public in pairs
    }


def joined(lists: Any) -> tuple[str, ...]:
    """The different words of the lists at each place."""
    return tuple(" / ".join(dict.fromkeys(words)) for words in zip(*lists, strict=True))
