"""The scan over time, and a derivative of it whose parameter part is one product.

Reverse-mode autodiff of a plain scan adds an N x N product to a carry at every step
for the gradient of the recurrent weights. Here the tangent program pushes the
perturbations of the parameters in all steps at once, outside the scan, and carries
only the perturbation of the state through it. Its transpose is then a scan of the
state's sensitivity alone, followed by one large matrix product over time and batch.
It is a custom JVP only, so reverse and forward mode, Hessian-vector products, and
`vmap` in any nesting all come from JAX transposing and batching a linear program.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp


class Cell(NamedTuple):
    """What a scan runs, as pure functions: static, they close over no array.

    - `step(theta, state, known, x, inner)`: the next state, and what derivatives of the
        step need that is dear to compute again, or `None`. If that is given as `inner`,
        its value is used, and only its derivatives are computed.
    - `known(state, value)`: what is worth keeping of a state beside it (its rates), or
        `None`. A function of the state alone. If the value is given, it is returned:
        only its dependence on the state, for derivatives, is wanted then.
    - `emit(theta, state, known, inner)`: what is kept after a step.
    """

    step: Callable[[Any, Any, Any, Any, Any], tuple[Any, Any]]
    known: Callable[[Any, Any], Any]
    emit: Callable[[Any, Any, Any, Any], Any]


def _nothing(state: Any, value: None) -> None:
    del state, value


def evaluated(cell: Cell) -> Cell:
    """The cell that keeps nothing beside its state and evaluates it again."""
    return cell._replace(known=_nothing)


def plain_scan(
    theta: Any, state: Any, xs: Any, *, cell: Cell, stride: int
) -> tuple[Any, Any]:
    """Run `cell.step` over the leading axis of `xs`.

    Returns the last state, and `cell.emit` after every `stride` steps stacked on a
    leading axis. Steps past the last whole stride are run and not emitted.
    """
    total = jax.tree.leaves(xs)[0].shape[0]
    groups = total // stride

    def stepped(carry: Any, x: Any) -> tuple[Any, Any]:
        state, known = carry
        state, inner = cell.step(theta, state, known, x, None)
        return (state, cell.known(state, None)), inner

    def advance(carry: Any, x: Any) -> tuple[Any, None]:
        return stepped(carry, x)[0], None

    def record(carry: Any, x: Any) -> tuple[Any, Any]:
        if stride == 1:
            carry, inner = stepped(carry, x)
        else:
            carry, inner = jax.lax.scan(advance, carry, x)
        state, known = carry
        return carry, cell.emit(theta, state, known, inner)

    whole = groups * stride
    head = jax.tree.map(lambda x: x[:whole], xs) if whole < total else xs
    if stride > 1:
        head = jax.tree.map(lambda x: x.reshape(groups, stride, *x.shape[1:]), head)
    carry, emitted = jax.lax.scan(record, (state, cell.known(state, None)), head)
    if whole < total:
        carry, _ = jax.lax.scan(advance, carry, jax.tree.map(lambda x: x[whole:], xs))
    return carry[0], emitted


hoisted_scan = eqx.filter_custom_jvp(plain_scan)
"""`plain_scan` with the derivative above. A cell must not close over anything that is
differentiated: it goes into `theta`, `state` or `xs`."""


def _keeping(cell: Cell) -> Cell:
    """The cell that emits all that its derivative needs too."""

    def emit(theta: Any, state: Any, known: Any, inner: Any) -> Any:
        after = (state, cell.known(state, known))
        return (after, inner), cell.emit(theta, state, known, inner)

    return cell._replace(emit=emit)


def _dense(tangent: Any, primal: Any) -> Any:
    """Tangents with zeros for what is not perturbed, `None` for what has no tangent."""
    return jax.tree.map(
        lambda d, p: (
            None
            if not eqx.is_inexact_array(p)
            else jnp.zeros_like(p)
            if d is None
            else d
        ),
        tangent,
        primal,
        is_leaf=lambda d: d is None,
    )


def _tangent_cell(cell: Cell) -> Cell:
    """The linear cell that carries a perturbation of the state through `cell`.

    Its inputs are `(state, known, x, inner, pushed)`, its state the tangent of the
    state.
    """

    def carry_on(
        theta: Any, dstate: Any, known: None, inputs: Any, inner: None
    ) -> tuple[Any, None]:
        del known, inner
        state, known_now, x, inner_now, pushed = inputs
        fn = lambda state: cell.step(theta, state, known_now, x, inner_now)[0]
        carried = eqx.filter_jvp(fn, (state,), (dstate,))[1]
        return jax.tree.map(jnp.add, _dense(carried, state), pushed), None

    step = jax.checkpoint(carry_on, prevent_cse=False)
    return Cell(step, _nothing, lambda theta, state, known, inner: state)


@hoisted_scan.def_jvp
def _hoisted_jvp(primals: Any, tangents: Any, *, cell: Cell, stride: int) -> Any:
    theta, state0, xs = primals
    # emitted in the scan, as without derivatives: `vmap` of `jit` takes it for granted
    # that a function and its rule have their mapped axes in the same places
    state, ((after, inner), emitted) = hoisted_scan(
        theta, state0, xs, cell=_keeping(cell), stride=1
    )
    start = (state0, cell.known(state0, None))
    every = lambda tree: jax.tree.map(lambda x: x[stride - 1 :: stride], tree)

    def tangent(
        theta: Any, start: Any, after: Any, inner: Any, xs: Any, tangents: Any
    ) -> Any:
        """Tangents of the last state and of what is emitted."""
        dtheta, dstate0, dxs = tangents
        before, known = jax.tree.map(
            lambda first, rest: jnp.concatenate([first[None], rest[:-1]]), start, after
        )

        def push(state: Any, known: Any, inner: Any, x: Any, dx: Any) -> Any:
            fn = lambda theta, x: cell.step(theta, state, known, x, inner)[0]
            return _dense(eqx.filter_jvp(fn, (theta, x), (dtheta, dx))[1], state)

        pushed = jax.vmap(push)(before, known, inner, xs, dxs)
        # the scan itself, so that derivatives of any order hoist in the same way
        dstate, dafter = hoisted_scan(
            theta,
            _dense(dstate0, state0),
            (before, known, xs, inner, pushed),
            cell=_tangent_cell(cell),
            stride=1,
        )

        def emit(theta: Any, state: Any, known: Any, dtheta: Any, dstate: Any) -> Any:
            fn = lambda theta, state: cell.emit(theta, state, known, None)
            return eqx.filter_jvp(fn, (theta, state), (dtheta, dstate))[1]

        states, known = every(after)
        demitted = jax.vmap(emit, (None, 0, 0, None, 0))(
            theta, states, known, dtheta, every(dafter)
        )
        return dstate, demitted

    # keeps the states, and products that f acts on: what follows from them is made
    # again in the reverse pass, which is cheaper than more arrays of their size
    tangent = jax.checkpoint(tangent, prevent_cse=False)
    return (state, every(emitted)), tangent(theta, start, after, inner, xs, tangents)
