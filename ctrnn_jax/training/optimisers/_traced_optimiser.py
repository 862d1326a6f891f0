"""An optimiser as a program and its numbers, so that equal programs compile once.

Every call of `optax.adam(1e-3)` makes new functions, which a compiled program cannot
recognise. Here the update of an optimiser is traced to a jaxpr. Its numbers (learning
rates, decays, the numbers of a schedule) become arguments, also those inside branches
and loops (as in `optax.apply_if_finite`). Optimisers whose programs are then equal
share the compiled updates of `fit`, with their numbers as values. What JAX needs to
know when it compiles stays part of the program: shapes, lengths of scans, exponents of
integer powers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, final

import equinox as eqx
import jax
from jax import Array
from jax.extend.core import ClosedJaxpr, Jaxpr, jaxpr_as_fun, Literal
import jax.numpy as jnp
from jaxtyping import PyTree
import numpy as np
import optax

from ..._tree import with_fields
from ..checkpoints import described, digest
from ._adapted_optimiser import adapted, AdaptedOptimiser, LookaheadState


OptimiserOfRate = Callable[[Array], optax.GradientTransformation]
"""A function of the learning rate that returns an optimiser, as `optax.adam`."""


def traced(
    optimiser: optax.GradientTransformation, params: PyTree, opt_state: optax.OptState
) -> AdaptedOptimiser:
    """Return the optimiser for these parameters, as a program and its numbers.

    It is equal, for `jax.jit`, to that of another optimiser with the same program. Only
    its `update` may be called; see `adapted`. An optimiser that evaluates the loss (for
    a line search) is not traced, since the loss is not part of its program.
    `jax.ShapeDtypeStruct`s may take the place of arrays.
    """
    optimiser = adapted(optimiser)
    update = _traced_update(lambda _: optimiser, None, params, opt_state)
    return optimiser if update is None else AdaptedOptimiser(_cannot_begin, update)


def traced_for_rates(
    optimiser: OptimiserOfRate, rate: Array, params: PyTree, opt_state: optax.OptState
) -> AdaptedOptimiser | None:
    """Return the optimiser of a learning rate, as `traced`, for `with_rate`.

    The rate is one more number of the program, so that `jax.vmap` can map over rates,
    and two functions with the same program are equal. Returns `None` for an optimiser
    that evaluates the loss.
    """
    update = _traced_update(lambda x: adapted(optimiser(x)), rate, params, opt_state)
    return None if update is None else AdaptedOptimiser(_cannot_begin, update)


def with_rate(optimiser: AdaptedOptimiser, rate: Array) -> AdaptedOptimiser:
    """Return what `traced_for_rates` returned, with another learning rate."""
    update: Any = optimiser.update
    return AdaptedOptimiser(optimiser.init, with_fields(update, rate=rate))


def _traced_update(
    of_rate: Callable[[Any], AdaptedOptimiser],
    rate: Array | None,
    params: PyTree,
    opt_state: optax.OptState,
) -> Any:
    """Return the update of the optimiser; `None` if it evaluates the loss."""
    evaluations = []

    def value_fn(params: PyTree) -> Array:
        evaluations.append(params)
        return optax.tree.norm(params)

    def update_of(
        rate: Any, params: PyTree, grads: PyTree, state: PyTree, value: Array
    ) -> tuple:
        update = of_rate(rate).update
        return update(grads, state, params, value=value, value_fn=value_fn)

    dtype = jnp.result_type(*jax.tree.leaves(params))
    value = jax.ShapeDtypeStruct((), dtype)
    closed, shapes = jax.make_jaxpr(update_of, return_shape=True)(
        rate, params, params, opt_state, value
    )
    if evaluations:
        return None
    numbers = dict(_numbers(closed.jaxpr))
    without_numbers = jax.make_jaxpr(partial(_evaluate, closed))(
        numbers, *closed.in_avals
    )
    consts = tuple(map(jnp.asarray, without_numbers.consts))
    program = _Program(without_numbers.jaxpr, jax.tree.structure(shapes))
    return _Update(consts, tuple(jax.tree.leaves(numbers)), rate, program)


def describe_optimiser(
    optimiser: AdaptedOptimiser, opt_state: optax.OptState, axes: int = 0
) -> dict[str, str]:
    """Describe an optimiser that `traced` returned, and its initial state.

    The description has the classes of the state, a digest of the program, and its
    numbers; of an optimiser that is not traced the functions and what they captured.
    `axes` is the number of leading axes of the state; only one number for each of them,
    and whole numbers, are settings (as with `optax.inject_hyperparams`).
    """
    update: Any = optimiser.update
    parts = {}
    if isinstance(update, _Update):
        name = "optimiser.update"
        parts[name] = f"program {update.program.digest()}"
        numbers = [*update.consts, *update.numbers]
        parts |= described(f"{name}.numbers", numbers)
    else:
        parts |= described("optimiser.update", update)
    for path, leaf in jax.tree_util.tree_leaves_with_path(opt_state):
        if np.ndim(leaf) == axes or not eqx.is_inexact_array(leaf):
            parts |= described(f"optimiser.init{jax.tree_util.keystr(path)}", leaf)
    return {"optimiser": ", ".join(_classes(opt_state))} | parts


def _classes(opt_state: PyTree) -> Iterator[str]:
    """Yield the classes of the states in the state of an optimiser."""
    if not isinstance(opt_state, (tuple, LookaheadState)):
        return
    if type(opt_state) is not tuple:
        yield type(opt_state).__name__
    is_tuple = isinstance(opt_state, tuple)
    for part in opt_state if is_tuple else [opt_state.state]:
        yield from _classes(part)


def _cannot_begin(params: PyTree) -> optax.OptState:
    raise NotImplementedError("The state exists before an optimiser is traced.")


@final
class _Update(eqx.Module):
    """The update of an optimiser: a program, and the numbers that it takes."""

    consts: tuple[Array, ...]
    numbers: tuple[Array, ...]
    rate: Array | None
    program: "_Program" = eqx.field(static=True)

    def __call__(
        self,
        updates: PyTree,
        state: optax.OptState,
        params: PyTree,
        *,
        value: Array,
        **extra: Any,
    ) -> tuple[PyTree, optax.OptState]:
        """Return the updates and the new state."""
        del extra  # the loss as a function, which the program does not evaluate
        dtype = jnp.result_type(*jax.tree.leaves(params))
        arguments = jax.tree.leaves(
            (self.rate, params, updates, state, value.astype(dtype))
        )
        return self.program(self.consts, [*self.numbers, *arguments])


@final
class _Program:
    """A jaxpr that takes its numbers as arguments; equal programs have equal text."""

    def __init__(self, jaxpr: Jaxpr, structure: PyTree) -> None:
        """`structure` is that of the results."""
        self._jaxpr = jaxpr
        self._structure = structure
        self._text = _text(jaxpr)

    def __call__(self, consts: tuple[Array, ...], arguments: list[Array]) -> PyTree:
        """Run the jaxpr."""
        results = jaxpr_as_fun(ClosedJaxpr(self._jaxpr, consts))(*arguments)
        return jax.tree.unflatten(self._structure, results)

    def digest(self) -> str:
        """Return a checksum, the same in every process with the same libraries."""
        return digest(_text(self._jaxpr, _of_array))

    def __eq__(self, other: object) -> bool:
        """Return whether the programs differ in numbers only."""
        if not isinstance(other, _Program):
            return False
        return (self._text, self._structure) == (other._text, other._structure)

    def __hash__(self) -> int:
        """Return a hash of the program."""
        return hash((self._text, self._structure))


def _numbers(jaxpr: Jaxpr, path: str = "") -> Iterator[tuple[str, Array]]:
    """Return the literals of a jaxpr and of those inside it, each with its place."""
    for i, equation in enumerate(jaxpr.eqns):
        yield from _literals(equation.invars, f"{path}/{i}")
        for name, inner in _inner_jaxprs(equation).items():
            yield from _numbers(inner.jaxpr, f"{path}/{i}.{name}")
    yield from _literals(jaxpr.outvars, f"{path}/out")


def _literals(values: Sequence[object], path: str) -> Iterator[tuple[str, Array]]:
    for j, value in enumerate(values):
        if isinstance(value, Literal):
            aval: Any = value.aval
            yield f"{path}.{j}", jnp.asarray(value.val, aval.dtype)


def _inner_jaxprs(equation: Any) -> dict[str, ClosedJaxpr]:
    """Return the jaxprs of a branch, a loop or a call, by name."""
    params = equation.params
    match equation.primitive.name:
        case "cond":
            return {f"branch{i}": x for i, x in enumerate(params["branches"])}
        case "while":
            return {name: params[name] for name in ("cond_jaxpr", "body_jaxpr")}
        case "scan" | "jit" | "pjit":
            return {"jaxpr": params["jaxpr"]}
        case "closed_call" | "custom_jvp_call" | "custom_vjp_call":
            return {"call_jaxpr": params["call_jaxpr"]}
    return {}


def _evaluate(
    closed: ClosedJaxpr, numbers: Mapping[str, Array], *args: PyTree, path: str = ""
) -> list[PyTree]:
    """Run a jaxpr with these numbers in the places of its literals.

    Branches and loops take the numbers as operands. Calls are inlined.
    """
    jaxpr = closed.jaxpr
    values: dict[object, PyTree] = dict(
        zip(jaxpr.constvars, closed.consts, strict=True)
    )
    values |= zip(jaxpr.invars, args, strict=True)

    def read(value: object, place: str) -> PyTree:
        return numbers[place] if isinstance(value, Literal) else values[value]

    for i, equation in enumerate(jaxpr.eqns):
        inputs = [read(x, f"{path}/{i}.{j}") for j, x in enumerate(equation.invars)]
        inner = {
            name: partial(_evaluate, x, numbers, path=f"{path}/{i}.{name}")
            for name, x in _inner_jaxprs(equation).items()
        }
        outputs = _evaluate_equation(equation, inner, inputs)
        values |= zip(equation.outvars, outputs, strict=True)
    return [read(x, f"{path}/out.{j}") for j, x in enumerate(jaxpr.outvars)]


def _evaluate_equation(
    equation: Any, inner: dict[str, Callable[..., list[PyTree]]], inputs: list[PyTree]
) -> list[PyTree]:
    """Return the results of an equation, whose inner jaxprs are functions here."""
    primitive, params = equation.primitive, equation.params
    match primitive.name:
        case "cond":
            index, *operands = inputs
            return jax.lax.switch(index, list(inner.values()), *operands)
        case "while":
            n, m = params["cond_nconsts"], params["body_nconsts"]
            known, consts, start = inputs[:n], inputs[n : n + m], inputs[n + m :]
            return jax.lax.while_loop(
                lambda x: inner["cond_jaxpr"](*known, *x)[0],
                lambda x: inner["body_jaxpr"](*consts, *x),
                start,
            )
        case "scan":
            n, m = params["num_consts"], params["num_consts"] + params["num_carry"]

            def step(carry: list[Array], x: list[Array]) -> tuple[list, list]:
                results = inner["jaxpr"](*inputs[:n], *carry, *x)
                return results[: m - n], results[m - n :]

            options = {name: params[name] for name in ("length", "reverse", "unroll")}
            carry, log = jax.lax.scan(step, inputs[n:m], inputs[m:], **options)
            return [*carry, *log]
    if inner:
        (call,) = inner.values()
        return call(*inputs)
    results = primitive.bind(*inputs, **params)
    return results if primitive.multiple_results else [results]


def _text(jaxpr: Jaxpr, text_of_array: Callable[[object], object] = id) -> str:
    """Return a text of a jaxpr, unique to what it computes.

    By default equal arrays are those that are the same object, which costs little.
    """
    names: dict[object, str] = {}

    def name_of(value: Any) -> str:
        if isinstance(value, Literal):
            return f"{value.val!r} {value.aval}"
        return names.setdefault(value, f"{len(names)} {value.aval}")

    lines = [", ".join(name_of(x) for x in (*jaxpr.constvars, *jaxpr.invars))]
    for equation in jaxpr.eqns:
        read = [name_of(x) for x in equation.invars]
        made = [name_of(x) for x in equation.outvars]
        params = sorted(
            (key, _text_of(x, text_of_array)) for key, x in equation.params.items()
        )
        lines.append(f"{made} = {equation.primitive} {params} {read}")
    lines.append(", ".join(name_of(x) for x in jaxpr.outvars))
    return "\n".join(lines)


def _text_of(param: object, text_of_array: Callable[[object], object]) -> str:
    """Return a text of a parameter of an equation, unique to its value."""
    if isinstance(param, ClosedJaxpr):
        consts = [text_of_array(x) for x in param.consts]
        return f"{_text(param.jaxpr, text_of_array)} {consts}"
    if isinstance(param, Jaxpr):
        return _text(param, text_of_array)
    if isinstance(param, (tuple, list)):
        return str([_text_of(x, text_of_array) for x in param])
    if isinstance(param, np.ndarray):
        return f"{param.dtype} {param.shape} {param.tobytes().hex()}"
    return repr(param)


def _of_array(array: object) -> str:
    """Return a text of the numbers of an array."""
    return str(described("", array))
