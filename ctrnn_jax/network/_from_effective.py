"""Raw parameters from effective weights that are arguments or drawn."""

from collections.abc import Callable, Iterator, Mapping
import math
from typing import NamedTuple, TypeAlias

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.typing import DTypeLike
from jaxtyping import PyTree
import numpy as np

from .._checks import (
    as_array,
    check,
    describe,
    invalid,
    is_concrete,
    traced_in_words,
)
from .._quick_compilation import quickly_compiled
from .._random import one_key
from .._types import KeyArray
from ..constraints import (
    AbstractConstraint,
    check_entries,
    Free,
    links_of,
    Masked,
    Place,
    Softplus,
)
from ..initialisers import AbstractInitialiser, draw
from ._abstract import title
from ._weights import InitialWeights, NAMES, Weights


_QUICK = 2**17
"""Weights with up to this number of entries are drawn by a program that is compiled
quickly. For more it would run longer than it takes to compile another."""


Switches: TypeAlias = Mapping[tuple[str, type], str]
"""The argument of a network class that leaves a constraint of a weight out."""


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


def _check_finite(name: str, solution: _Solution, remedy: str) -> None:
    """Validate that no weight is NaN or infinite."""
    weights = solution.weights
    check_entries(name, "be finite", ~jnp.isfinite(weights), remedy, weights)


def _checked_raw(
    name: str,
    solution: _Solution,
    constraint: AbstractConstraint,
    switches: Switches,
    where: str = "",
) -> PyTree:
    """Return the raw parameters; raise an error that shows the first wrong entries.

    `where` says for which `net` the last sentence of the error holds.
    """
    weights = solution.weights
    if is_concrete(solution.violates) and np.any(np.asarray(solution.violates)):
        place = f"net.constraints.{name}"
        nearest = f"{place}.project({name})"
        if constraint.place is Place.FACTORS:
            nearest = f"{place}.effective({place}.raw({name}))"
        raise invalid(
            name,
            f"satisfy its constraint, {title(constraint)}",
            " and ".join(_broken_rules(name, weights, constraint, switches)),
            f"For the nearest valid weights{where} use "
            f"cj.replace(net, {name}={nearest}).",
        )
    maps = [getattr(link, "map", None) for link in links_of(constraint)]
    remedy = "Softplus() cannot reach 0: use the map Abs(), or weights above 0."
    if not any(isinstance(link_map, Softplus) for link_map in maps):
        remedy = "Give weights that `raw` and then `effective` leave unchanged."
    rule = f"be reachable by its map, {title(constraint)}"
    check_entries(name, rule, solution.unreachable, remedy, weights)
    return solution.raw


def _broken_rules(
    name: str, weights: Array, constraint: AbstractConstraint, switches: Switches
) -> Iterator[str]:
    """Yield for each broken constraint how many weights are wrong, and the first."""
    present = np.asarray(constraint.present(weights.shape))
    is_inhibitory = np.asarray(constraint.signs(weights.shape)) < 0
    for link in links_of(constraint):
        is_wrong = np.asarray(link.violations(weights))
        if not link.counts_absent:
            is_wrong = is_wrong & present
        indices = [tuple(map(int, index)) for index in np.argwhere(is_wrong)]
        if not indices:
            continue
        how, switch = link.wrong(indices[0]), switches.get((name, type(link)))
        if type(link) is Masked:
            # the mask of a readout from excitatory units, or another one
            is_of_readout = np.array_equal(~np.asarray(link.mask), is_inhibitory)
            how = "from inhibitory units" if is_of_readout and switch else how
            switch = switch if is_of_readout else None
        examples = [
            f"{list(index)} = {float(weights[index]):g}" for index in indices[:3]
        ]
        more = ", ..." if len(indices) > 3 else ""
        allow = f" ({switch} allows them)" if switch else ""
        count = f"{len(indices)} of {weights.size} weights"
        yield f"{count} ({', '.join(examples)}{more}) {how}{allow}"


def to_raw(
    name: str,
    weights: object,
    constraint: AbstractConstraint,
    dtype: DTypeLike,
    shape: tuple[int, ...],
    switches: Switches,
    where: str = "",
) -> PyTree:
    """Return the raw parameters for effective weights.

    `switches` and `where` are as in `_checked_raw`.

    Raises `ValueError` for another shape, entries that are NaN or infinite or violate
    the constraint, and entries that the constraint's map cannot reach.
    """
    array = as_array(name, weights, dtype, shape)
    solve, _ = _programs(shape)
    with traced_in_words(title(constraint)):
        solution = solve(array, constraint)
    _check_finite(name, solution, "Replace NaN and infinity.")
    return _checked_raw(name, solution, constraint, switches, where)


def build_raw(
    arguments: Weights,
    defaults: Weights,
    constraints: Mapping[str, AbstractConstraint],
    shape_of: Mapping[str, tuple[int, ...]],
    dtype: jnp.dtype,
    key: KeyArray,
    switches: Switches,
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
            weight_key = jax.random.fold_in(one_key(key), NAMES.index(name))
            # arrays within an initialiser become traced arguments of the program
            initialiser = jax.tree.map(_to_jax, value)
            if isinstance(value, AbstractInitialiser) and 0 not in shape:
                value.check(shape, constraints[name])
            _, draw_and_solve = _programs(shape)
            constraint = constraints[name]
            with traced_in_words(title(constraint)):
                solution = draw_and_solve(
                    initialiser, weight_key, shape, dtype, constraint
                )
            remedy = (
                "Its initialiser made them: a spectral radius of 0, as of a mask that "
                "leaves no loop, cannot be scaled."
            )
            _check_finite(name, solution, remedy)
            if argument is not None:
                _check_kept(name, initialiser, weight_key, solution.weights, constraint)
            raw[name] = _checked_raw(name, solution, constraint, switches)
        elif value is not None:
            where = f" build `net` without `{name}`, then"
            raw[name] = to_raw(
                name, value, constraints[name], dtype, shape, switches, where
            )
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
