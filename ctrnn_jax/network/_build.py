"""From what a constructor is given to checked arrays; shared by every network."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._checks import (
    as_array,
    check_choice,
    check_count,
    check_positive,
    describe,
    is_concrete,
    refusal,
)
from .._tree import strong
from .._types import ArrayLike, KeyArray
from ..constraints import AbstractConstraint, chain, draw, Free
from ..dynamics import AbstractMethod, AbstractNoise, as_activation
from ._weights import NAMES, shapes, Weights


class Parts(NamedTuple):
    """What every network is made of, checked."""

    raw: Weights
    constraints: Weights
    dt: Array
    tau: Array
    noise: AbstractNoise | None
    activation: Callable[[Array], Array]
    fixed: tuple[str, ...]


def check_sizes(n_in: int, n_hidden: int, n_out: int) -> tuple[int, int, int]:
    """The sizes as ints; a refusal for what is no count, or no unit at all."""
    return (
        check_count("n_in", n_in, at_least=0),
        check_count("n_hidden", n_hidden, at_least=1),
        check_count("n_out", n_out, at_least=0),
    )


def build(
    sizes: tuple[int, int, int],
    *,
    dt: ArrayLike,
    tau: ArrayLike,
    activation: str | Callable[[Array], Array],
    noise: AbstractNoise | None,
    method: AbstractMethod,
    given: Weights,
    defaults: Weights,
    own: Mapping[str, AbstractConstraint],
    extra: Mapping[str, AbstractConstraint] | None,
    train_v0: bool,
    dtype: Any,
    key: KeyArray,
) -> Parts:
    """The parts of a network from its constructor's arguments.

    `given` and `defaults` hold arrays or initialisers (a default of `None`: no such
    weight), `own` the network's constraints and `extra` the user's.
    """
    dtype = float_dtype(dtype)
    constants = build_constants(sizes[1], dt, tau, noise, method, dtype)
    constraints = build_constraints(own, extra, shapes(*sizes))
    raw = build_raw(given, defaults, constraints, sizes, dtype, key)
    existing = {n: constraints[n] for n in NAMES if getattr(raw, n) is not None}
    fixed = () if train_v0 else ("v0",)
    return Parts(raw, Weights(**existing), *constants, as_activation(activation), fixed)


def float_dtype(dtype: Any) -> jnp.dtype:
    """The dtype asked for, else JAX's default float; a refusal if it is no float."""
    chosen = jnp.dtype(jnp.asarray(0.0).dtype if dtype is None else dtype)
    if not jnp.issubdtype(chosen, jnp.floating):
        raise refusal("dtype", "be a floating point type", chosen, "Use jnp.float32.")
    if jnp.zeros((), chosen).dtype != chosen:
        raise refusal(
            "dtype", "be enabled", chosen, "Set jax_enable_x64 before using float64."
        )
    return chosen


def build_constants(
    n_hidden: int,
    dt: ArrayLike,
    tau: ArrayLike,
    noise: AbstractNoise | None,
    method: AbstractMethod,
    dtype: jnp.dtype,
) -> tuple[Array, Array, AbstractNoise | None]:
    """Checked dt, tau and noise as strongly typed arrays of this dtype."""
    check_positive("dt", dt, "It is the step in ms.")
    check_positive("tau", tau, "It is the time constant in ms.")
    for name, value, allowed in (("dt", dt, [()]), ("tau", tau, [(), (n_hidden,)])):
        if jnp.shape(value) not in allowed:
            raise refusal(
                name,
                "be one number" + (" or one per unit" if len(allowed) > 1 else ""),
                f"shape {jnp.shape(value)} for {n_hidden} units",
                "Units are ms.",
            )
    if not isinstance(method, AbstractMethod):
        raise refusal(
            "method", "be Euler() or ExponentialEuler()", repr(method), "Pass one."
        )
    method.check(dt, tau)
    if noise is not None and not isinstance(noise, AbstractNoise):
        raise refusal(
            "noise",
            "be None, StepNoise(...) or DiffusionNoise(...)",
            repr(noise),
            "A bare number would not say whether it scales with dt.",
        )
    for leaf in jax.tree.leaves(noise):
        if leaf.shape not in [(), (n_hidden,)]:
            raise refusal(
                "noise",
                "have one level, or one per unit",
                f"levels of shape {leaf.shape} for {n_hidden} units",
                "Give a number or an array of that length.",
            )
    return (
        strong(jnp.asarray(dt, dtype), dtype),
        strong(jnp.asarray(tau, dtype), dtype),
        strong(noise, dtype),
    )


def build_constraints(
    own: Mapping[str, AbstractConstraint],
    extra: Mapping[str, AbstractConstraint] | None,
    shape_of: Mapping[str, tuple[int, ...]],
) -> dict[str, AbstractConstraint]:
    """A network's own constraints with the user's after them, checked for shape."""
    for name, constraint in (extra or {}).items():
        check_choice("constraints", name, NAMES)
        if not isinstance(constraint, AbstractConstraint):
            raise refusal(
                f"constraints[{name!r}]",
                "be a constraint",
                describe(constraint),
                "Wrap a boolean array as Masked(array).",
            )
    built = {
        name: chain(own.get(name, Free()), (extra or {}).get(name, Free()))
        for name in NAMES
    }
    for name, constraint in built.items():
        constraint.check(shape_of[name])
    return built


class _Solved(NamedTuple):
    """Weights, raw parameters that give them, and where either cannot be."""

    weights: Array
    raw: Array
    broken: Array
    lost: Array


def _solve(weights: Array, constraint: AbstractConstraint) -> _Solved:
    raw = constraint.raw(weights)
    back = constraint.effective(raw)
    near = max(1e-3, 8 * float(jnp.finfo(weights.dtype).eps))
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
        solved[name] = _solve(value, constraints[name])
    return solved


def _accepted(name: str, solved: _Solved, constraint: AbstractConstraint) -> Array:
    """The raw parameters, or a refusal that shows the first entry that is wrong."""
    for rule, where in (
        ("satisfy its constraint", solved.broken),
        ("be reachable by its map", solved.lost),
    ):
        if is_concrete(where) and np.any(np.asarray(where)):
            raise _unfit(name, rule, solved.weights, where, constraint)
    return solved.raw


def to_raw(
    name: str, weights: Any, constraint: AbstractConstraint, dtype: Any, shape: Any
) -> Array:
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
    return refusal(
        name,
        f"{rule}, {_title(constraint)}",
        f"{len(bad)} of {where.size} entries that do not, the first "
        f"[{', '.join(map(str, first))}] = {value:g}",
        remedy,
    )


def _title(constraint: AbstractConstraint) -> str:
    links = getattr(constraint, "links", (constraint,))
    return " then ".join(type(link).__name__ for link in links)


def build_raw(
    given: Weights,
    defaults: Weights,
    constraints: Mapping[str, AbstractConstraint],
    sizes: tuple[int, int, int],
    dtype: jnp.dtype,
    key: KeyArray,
) -> Weights:
    """Raw parameters of every weight, from arrays, initialisers or the defaults.

    A default of `None` means that the network lacks that weight.
    """
    values = {}
    for name, shape in shapes(*sizes).items():
        value, default = getattr(given, name), getattr(defaults, name)
        if default is None and value is not None:
            raise refusal(
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
    solved = _solve_all(values, dict(constraints), shapes(*sizes), dtype, key)
    return Weights(
        **{n: _accepted(n, found, constraints[n]) for n, found in solved.items()}
    )
