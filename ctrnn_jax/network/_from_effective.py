"""Raw parameters from effective weights that are arguments or drawn."""

from collections.abc import Callable, Mapping
import math
from typing import NamedTuple

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import PyTree
import numpy as np

from .._checks import as_array, check, describe, invalid, is_concrete
from .._quick_compilation import quickly_compiled
from .._types import KeyArray
from ..constraints import AbstractConstraint, check_entries, Free, Place
from ..initialisers import AbstractInitialiser, draw
from ._abstract import title
from ._weights import InitialWeights, NAMES, Weights


_QUICK = 2**17
"""Weights with up to this number of entries are drawn by a program that is compiled
quickly. For more it would run longer than it takes to compile another."""


class _Solution(NamedTuple):
    """Raw parameters for effective weights, and the entries that have none.

    - `weights`: the effective weights.
    - `raw`: raw parameters that give them.
    - `violates`: where an entry breaks the constraint, of the shape of `weights`.
    - `unreachable`: where the constraint's map cannot give the entry.
    """

    weights: Array
    raw: PyTree
    violates: Array
    unreachable: Array


def _solve(weights: Array, constraint: AbstractConstraint) -> _Solution:
    """Invert the constraint, and compare the result of the round trip."""
    raw = constraint.raw(weights)
    weights_back = constraint.effective(raw)
    rtol = max(1e-3, 8 * float(jnp.finfo(weights.dtype).eps))
    if constraint.place is Place.FACTORS:
        # weights of another rank are a violation already
        unreachable = jnp.zeros(weights.shape, bool)
    else:
        zero_changes = (weights_back == 0) != (weights == 0)
        unreachable = zero_changes | ~jnp.isclose(weights_back, weights, rtol=rtol)
    return _Solution(weights, raw, constraint.violations(weights), unreachable)


def _draw_and_solve(
    initialiser: Callable[..., Array],
    key: KeyArray,
    shape: tuple[int, ...],
    dtype: jnp.dtype,
    constraint: AbstractConstraint,
) -> _Solution:
    """Draw weights and solve for their raw parameters."""
    weights = draw(initialiser, key, shape, dtype, constraint)
    # without the barrier, the draw is fused into its two uses and could differ
    # between them by rounding
    return _solve(jax.lax.optimization_barrier(weights), constraint)


# These are compiled programs, because they consist of many small operations. There is
# one for each weight and not one for all, because networks that differ in one weight
# share the others' programs.
_FOR_SMALL = quickly_compiled(_solve), quickly_compiled(_draw_and_solve)
_FOR_LARGE = eqx.filter_jit(_solve), eqx.filter_jit(_draw_and_solve)


def _programs(shape: tuple[int, ...]) -> tuple[Callable, Callable]:
    """Return `_solve` and `_draw_and_solve`, compiled for weights of this size."""
    return _FOR_SMALL if math.prod(shape) <= _QUICK else _FOR_LARGE


def _checked_raw(
    name: str, solution: _Solution, constraint: AbstractConstraint
) -> PyTree:
    """Return the raw parameters; raise an error that shows the first wrong entry."""
    weights = solution.weights
    remedy = "Rows are post (targets), columns are pre (sources)."
    if is_concrete(weights) and np.isnan(np.asarray(weights)).any():
        remedy = (
            "If an initialiser made it: a spectral radius of 0, as of a mask that "
            "leaves no loop, cannot be scaled."
        )
    for rule, is_wrong in (
        ("satisfy its constraint", solution.violates),
        ("be reachable by its map", solution.unreachable),
    ):
        rule = f"{rule}, {title(constraint)}"
        check_entries(name, rule, is_wrong, remedy, weights)
    return solution.raw


def to_raw(
    name: str,
    weights: object,
    constraint: AbstractConstraint,
    dtype: DTypeLike,
    shape: tuple[int, ...],
) -> PyTree:
    """Return the raw parameters for effective weights.

    Raises `ValueError` for another shape, entries that violate the constraint (or are
    NaN), and entries that the constraint's map cannot reach.
    """
    array = as_array(name, weights, dtype, shape)
    solve, _ = _programs(shape)
    return _checked_raw(name, solve(array, constraint), constraint)


def build_raw(
    arguments: Weights,
    defaults: Weights,
    constraints: Mapping[str, AbstractConstraint],
    shape_of: Mapping[str, tuple[int, ...]],
    dtype: jnp.dtype,
    key: KeyArray,
) -> Weights:
    """Return raw parameters of every weight, from arrays, initialisers or defaults.

    A default of `None` means that the network lacks that weight; the raw parameter is
    then `None` too.
    """
    raw = {}
    for name, shape in shape_of.items():
        argument: InitialWeights = getattr(arguments, name)
        default: InitialWeights = getattr(defaults, name)
        if default is None and argument is not None:
            rule = "be left out where its bias is switched off"
            raise invalid(
                name, rule, describe(argument), f"Drop `{name}` or the switch."
            )
        value = default if argument is None else argument
        if callable(value):
            # a separate key, so that an array for one weight does not change the draw
            # of another
            weight_key = jax.random.fold_in(key, NAMES.index(name))
            # arrays within an initialiser become traced arguments of the program
            initialiser = jax.tree.map(_to_jax, value)
            if isinstance(value, AbstractInitialiser) and 0 not in shape:
                value.check(shape, constraints[name])
            _, draw_and_solve = _programs(shape)
            solution = draw_and_solve(
                initialiser, weight_key, shape, dtype, constraints[name]
            )
            if argument is not None:
                _check_kept(
                    name, initialiser, weight_key, solution.weights, constraints[name]
                )
            raw[name] = _checked_raw(name, solution, constraints[name])
        elif value is not None:
            raw[name] = to_raw(name, value, constraints[name], dtype, shape)
    return Weights(**raw)


def _check_kept(
    name: str,
    initialiser: Callable[..., Array],
    key: KeyArray,
    weights: Array,
    constraint: AbstractConstraint,
) -> None:
    """Validate that the constraint does not remove every weight of a draw.

    An initialiser that draws only zeros without the constraint is valid, and so is a
    constraint without a synapse that is plastic.
    """
    if not is_concrete(weights) or np.asarray(weights).any():
        return
    if not np.asarray(constraint.structure(weights.shape).plastic).any():
        return
    unconstrained = draw(initialiser, key, weights.shape, weights.dtype, Free())
    is_zero = not np.asarray(unconstrained).any()
    drawn_by = getattr(initialiser, "__name__", type(initialiser).__name__)
    remedy = "If they connect units to themselves, pass autapses=True."
    rule = f"keep a weight of its initialiser under its constraint, {title(constraint)}"
    check(is_zero, name, rule, f"{drawn_by}, all of whose weights it removes", remedy)


def _to_jax(leaf: object) -> object:
    return jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf
