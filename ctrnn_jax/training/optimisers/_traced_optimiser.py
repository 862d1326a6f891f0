"""An optimiser as a program and its numbers, so that equal programs compile once.

Every call of `optax.adam(1e-3)` makes new functions, which a compiled program cannot
recognise. Here the update of an optimiser is traced to a jaxpr. Its numbers (learning
rates, decays, the numbers of a schedule) become arguments. Optimisers whose programs
are then equal share the compiled updates of `fit`, with their numbers as values. A
number inside a branch (as in `optax.apply_if_finite`) stays part of the program.
"""

from collections.abc import Sequence
from typing import Any, final

import equinox as eqx
import jax
from jax import Array
from jax.extend.core import ClosedJaxpr, Jaxpr, jaxpr_as_fun, Literal
import jax.numpy as jnp
from jaxtyping import PyTree
import numpy as np
import optax


def traced(
    optimiser: optax.GradientTransformation, params: PyTree, opt_state: optax.OptState
) -> optax.GradientTransformation:
    """Return the optimiser for these parameters, as a program and its numbers.

    It is equal, for `jax.jit`, to that of another optimiser with the same program. Only
    its `update` may be called. An optimiser that evaluates the loss (for a line search)
    is returned as it is, since the loss is not part of its program.
    """
    update = optax.with_extra_args_support(optimiser).update

    def update_of(params: PyTree, grads: PyTree, state: PyTree, value: Array) -> tuple:
        extra = {"value": value, "grad": grads, "value_fn": _no_loss}
        return update(grads, state, params, **extra)

    value = jnp.zeros((), jnp.result_type(*jax.tree.leaves(params)))
    try:
        closed, shapes = jax.make_jaxpr(update_of, return_shape=True)(
            params, params, opt_state, value
        )
    except _NeedsLossError:
        return optimiser
    consts = tuple(map(jnp.asarray, closed.consts))
    program = _Program(closed.jaxpr, jax.tree.structure(shapes))
    traced_update: Any = _Update(consts, program.numbers, program)
    return optax.GradientTransformationExtraArgs(_cannot_begin, traced_update)


class _NeedsLossError(Exception):
    """An optimiser evaluates the loss."""


def _no_loss(params: PyTree) -> Array:
    raise _NeedsLossError


def _cannot_begin(params: PyTree) -> optax.OptState:
    raise NotImplementedError("The state exists before an optimiser is traced.")


@final
class _Update(eqx.Module):
    """The update of an optimiser: a program, and the numbers that it takes."""

    consts: tuple[Array, ...]
    numbers: tuple[Array, ...]
    program: "_Program" = eqx.field(static=True)

    def __call__(
        self,
        updates: PyTree,
        state: optax.OptState,
        params: PyTree = None,
        *,
        value: Array,
        **extra: Any,
    ) -> tuple[PyTree, optax.OptState]:
        """Return the updates and the new state."""
        del extra  # the gradient is `updates`
        dtype = jnp.result_type(*jax.tree.leaves(params))
        arguments = jax.tree.leaves((params, updates, state, value.astype(dtype)))
        return self.program(self.consts, self.numbers, arguments)


@final
class _Program:
    """A jaxpr whose literal numbers are arguments; equal programs have equal text."""

    def __init__(self, jaxpr: Jaxpr, structure: Any) -> None:
        """`structure` is that of the results."""
        places = [
            (i, j)
            for i, equation in enumerate(jaxpr.eqns)
            for j, value in enumerate(equation.invars)
            if _is_number(value)
        ]
        self._structure = structure
        self._text = _text(jaxpr, set(places))
        self.numbers = _numbers(jaxpr, places)
        # variables in place of the numbers, which are constants of the new jaxpr
        variables = jax.make_jaxpr(lambda *x: x)(*self.numbers).jaxpr.invars
        at = dict(zip(places, variables, strict=True))
        equations = [
            equation.replace(
                invars=[at.get((i, j), x) for j, x in enumerate(equation.invars)]
            )
            for i, equation in enumerate(jaxpr.eqns)
        ]
        self._jaxpr = jaxpr.replace(
            constvars=[*jaxpr.constvars, *variables], eqns=equations
        )

    def __call__(
        self, consts: Sequence[Array], numbers: Sequence[Array], arguments: list[Array]
    ) -> PyTree:
        """Run the jaxpr with these numbers."""
        closed = ClosedJaxpr(self._jaxpr, [*consts, *numbers])
        results = jaxpr_as_fun(closed)(*arguments)
        return jax.tree.unflatten(self._structure, results)

    def __eq__(self, other: object) -> bool:
        """Return whether the programs differ in numbers only."""
        if not isinstance(other, _Program):
            return False
        return (self._text, self._structure) == (other._text, other._structure)

    def __hash__(self) -> int:
        """Return a hash of the program."""
        return hash((self._text, self._structure))


def _numbers(jaxpr: Jaxpr, places: list[tuple[int, int]]) -> tuple[Array, ...]:
    literals: list[Any] = [jaxpr.eqns[i].invars[j] for i, j in places]
    return tuple(jnp.asarray(x.val, x.aval.dtype) for x in literals)


def _is_number(value: Any) -> bool:
    is_literal = isinstance(value, Literal)
    return is_literal and np.issubdtype(np.result_type(value.val), np.floating)


def _text(jaxpr: Jaxpr, places: set[tuple[int, int]]) -> str:
    """Return a text of a jaxpr without the numbers at these places."""
    names: dict[Any, str] = {}

    def name_of(value: Any, place: tuple[int, int] | None = None) -> str:
        if place in places:
            return f"number {value.aval}"
        if isinstance(value, Literal):
            return f"{value.val!r} {value.aval}"
        return names.setdefault(value, f"{len(names)} {value.aval}")

    inputs = [name_of(x) for x in (*jaxpr.constvars, *jaxpr.invars)]
    lines = [", ".join(inputs)]
    for i, equation in enumerate(jaxpr.eqns):
        read = [name_of(x, (i, j)) for j, x in enumerate(equation.invars)]
        made = [name_of(x) for x in equation.outvars]
        params = sorted((key, _text_of(x)) for key, x in equation.params.items())
        lines.append(f"{made} = {equation.primitive} {params} {read}")
    lines.append(", ".join(name_of(x) for x in jaxpr.outvars))
    return "\n".join(lines)


def _text_of(param: Any) -> str:
    """Return a text of a parameter of an equation, unique to its value."""
    if isinstance(param, ClosedJaxpr):
        # arrays have no short text: programs that hold the same ones are equal
        return f"{_text(param.jaxpr, set())} {[id(x) for x in param.consts]}"
    if isinstance(param, Jaxpr):
        return _text(param, set())
    if isinstance(param, (tuple, list)):
        return str([_text_of(x) for x in param])
    if isinstance(param, np.ndarray):
        return f"{param.dtype} {param.shape} {param.tobytes().hex()}"
    return repr(param)
