"""Raw parameters from weights that are given or drawn, or a invalid."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import as_array, describe, invalid, is_concrete
from .._types import KeyArray
from ..constraints import AbstractConstraint, LowRank
from ..initialisers import draw
from ._abstract import title
from ._weights import NAMES, Weights


class _Solved(NamedTuple):
    """Weights, raw parameters that give them, and where either cannot be."""

    weights: Array
    raw: Any
    broken: Array
    lost: Array


def _solve(weights: Array, constraint: AbstractConstraint) -> _Solved:
    raw = constraint.raw(weights)
    back = constraint.effective(raw)
    near = max(1e-3, 8 * float(jnp.finfo(weights.dtype).eps))
    if isinstance(constraint, LowRank):
        lost = jnp.zeros(weights.shape, bool)  # another rank is a violation
    else:
        lost = ((back == 0) != (weights == 0)) | ~jnp.isclose(back, weights, rtol=near)
    return _Solved(weights, raw, constraint.violations(weights), lost)


_solve_one = eqx.filter_jit(_solve)


@eqx.filter_jit
def _solve_all(
    values: Mapping[str, Any],
    constraints: Mapping[str, AbstractConstraint],
    shape_of: Mapping[str, tuple[int, ...]],
    dtype: jnp.dtype,
    key: KeyArray,
) -> dict[str, _Solved]:
    """Draw what is to be drawn, and invert: one program, as it is many small steps.

    Each weight has a key of its own, so giving one does not change another's draw.
    """
    solved = {}
    for name, value in values.items():
        if callable(value):
            own = jax.random.fold_in(key, NAMES.index(name))
            value = draw(value, own, shape_of[name], dtype, constraints[name])
            value = jax.lax.optimization_barrier(value)
        solved[name] = _solve(value, constraints[name])
    return solved


def _accepted(name: str, solved: _Solved, constraint: AbstractConstraint) -> Any:
    """The raw parameters, or a invalid that shows the first entry that is wrong."""
    for rule, where in (
        ("satisfy its constraint", solved.broken),
        ("be reachable by its map", solved.lost),
    ):
        if is_concrete(where) and np.any(np.asarray(where)):
            raise _unfit(name, rule, solved.weights, where, constraint)
    return solved.raw


def to_raw(
    name: str, weights: Any, constraint: AbstractConstraint, dtype: Any, shape: Any
) -> Any:
    """Raw parameters for weights that somebody gives; refuses what breaks a constraint.

    Raises `ValueError` for another shape, entries that violate the constraint (or are
    NaN), and entries that its map cannot reach.
    """
    weights = as_array(name, weights, dtype, shape)
    return _accepted(name, _solve_one(weights, constraint), constraint)


def _unfit(
    name: str, rule: str, weights: Array, where: Array, constraint: AbstractConstraint
) -> ValueError:
    bad = np.argwhere(np.asarray(where))
    first = tuple(int(i) for i in bad[0])
    value = float(weights[first])
    remedy = "Rows are post (targets), columns are pre (sources)."
    if np.isnan(value):
        remedy = (
            "If an initialiser made it: a spectral radius of 0, as of a mask that "
            "leaves no loop, cannot be scaled."
        )
    return invalid(
        name,
        f"{rule}, {title(constraint)}",
        f"{len(bad)} of {where.size} entries that do not, the first "
        f"[{', '.join(map(str, first))}] = {value:g}",
        remedy,
    )


def build_raw(
    given: Weights,
    defaults: Weights,
    constraints: Mapping[str, AbstractConstraint],
    shape_of: Mapping[str, tuple[int, ...]],
    dtype: jnp.dtype,
    key: KeyArray,
) -> Weights:
    """Raw parameters of every weight, from arrays, initialisers or the defaults.

    A default of `None` means that the network lacks that weight.
    """
    values = {}
    for name, shape in shape_of.items():
        value, default = getattr(given, name), getattr(defaults, name)
        if default is None and value is not None:
            raise invalid(
                name,
                "be left out where its bias is switched off",
                describe(value),
                f"Drop `{name}` or the switch.",
            )
        value = default if value is None else value
        if callable(value):
            to_jax = lambda x: jnp.asarray(x) if isinstance(x, np.ndarray) else x
            values[name] = jax.tree.map(to_jax, value)
        elif value is not None:
            values[name] = as_array(name, value, dtype, shape)
    solved = _solve_all(values, dict(constraints), dict(shape_of), dtype, key)
    return Weights(
        **{n: _accepted(n, found, constraints[n]) for n, found in solved.items()}
    )
