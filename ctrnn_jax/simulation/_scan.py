"""The scan over time, and a derivative of it whose parameter part is one product.

Reverse-mode autodiff of a plain scan adds an N x N product to a carry at every step
for the gradient of the recurrent weights. The derivative in this module has another
form. Its tangent program computes the effect of perturbed parameters on all steps at
once, outside the scan, and only the perturbation of the state is carried through it.
The transpose is then a scan of the state's sensitivity alone, followed by one large
matrix product over time and batch. The derivative is a custom JVP only, so reverse
mode, forward mode, Hessian-vector products and `vmap` in any nesting all follow: JAX
transposes and batches a linear program.
"""

from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PyTree


class Cell(NamedTuple):
    """The pure functions that a scan runs. They are static and close over no array.

    - `step(theta, state, cached, x, residual) -> (state, residual)` advances one step.
        `residual` holds values that the derivative of the step needs and that are
        expensive to recompute; `None` if there are none. If the argument `residual` is
        not `None`, its value is used, and only its derivative is computed.
    - `cache(state, value) -> cached` returns values that follow from the state alone
        and that are stored beside it (its rates), or `None`. If the argument `value` is
        not `None`, it is returned with the derivative that recomputing it would have.
    - `emit(theta, state, cached, residual) -> emitted` returns the values to record
        after a step.
    """

    step: Callable[[PyTree, PyTree, PyTree, PyTree, PyTree], tuple[PyTree, PyTree]]
    cache: Callable[[PyTree, PyTree], PyTree]
    emit: Callable[[PyTree, PyTree, PyTree, PyTree], PyTree]


def _no_cache(state: PyTree, value: PyTree) -> None:
    del state, value


def without_cache(cell: Cell) -> Cell:
    """Return a cell that stores nothing beside its state and recomputes its rates."""
    return cell._replace(cache=_no_cache)


def plain_scan(
    theta: PyTree, state: PyTree, xs: PyTree, *, cell: Cell, stride: int
) -> tuple[PyTree, PyTree]:
    """Run `cell.step` over the leading axis of `xs`.

    Returns the last state, and `cell.emit` after every `stride` steps, stacked on a
    leading axis. Steps after the last whole stride are run and not emitted.
    """
    length = jax.tree.leaves(xs)[0].shape[0]
    n_strides = length // stride

    def advance(carry: PyTree, x: PyTree) -> tuple[PyTree, PyTree]:
        """Advance one step; the carry is (state, cached)."""
        state, cached = carry
        state, residual = cell.step(theta, state, cached, x, None)
        return (state, cell.cache(state, None)), residual

    def advance_only(carry: PyTree, x: PyTree) -> tuple[PyTree, None]:
        return advance(carry, x)[0], None

    def advance_and_emit(carry: PyTree, x: PyTree) -> tuple[PyTree, PyTree]:
        """Advance by one stride; x has a leading axis of steps if the stride is > 1."""
        if stride == 1:
            carry, residual = advance(carry, x)
        else:
            carry, residual = jax.lax.scan(advance_only, carry, x)
        state, cached = carry
        return carry, cell.emit(theta, state, cached, residual)

    # Whole strides: an outer scan that emits, over (n_strides, stride, ...).
    n_whole = n_strides * stride
    whole = jax.tree.map(lambda x: x[:n_whole], xs) if n_whole < length else xs
    if stride > 1:
        whole = jax.tree.map(
            lambda x: x.reshape(n_strides, stride, *x.shape[1:]), whole
        )
    start = (state, cell.cache(state, None))
    carry, emitted = jax.lax.scan(advance_and_emit, start, whole)
    # The remaining steps only advance the state.
    if n_whole < length:
        rest = jax.tree.map(lambda x: x[n_whole:], xs)
        carry, _ = jax.lax.scan(advance_only, carry, rest)
    return carry[0], emitted


hoisted_scan = eqx.filter_custom_jvp(plain_scan)
"""`plain_scan` with the derivative `_hoisted_jvp`. A cell must not close over anything
that is differentiated: pass it in `theta`, `state` or `xs`."""


def _storing(cell: Cell) -> Cell:
    """Return a cell that also emits the values that its derivative needs."""

    def emit(theta: PyTree, state: PyTree, cached: PyTree, residual: PyTree) -> PyTree:
        after = (state, cell.cache(state, cached))
        return (after, residual), cell.emit(theta, state, cached, residual)

    return cell._replace(emit=emit)


def _dense(tangent: PyTree, primal: PyTree) -> PyTree:
    """Replace missing tangents (`None`) of floating-point primals by zeros.

    For other primals, such as integers, the tangent stays `None`.
    """

    def dense(d: PyTree, p: PyTree) -> PyTree:
        if not eqx.is_inexact_array(p):
            return None
        return jnp.zeros_like(p) if d is None else d

    return jax.tree.map(dense, tangent, primal, is_leaf=lambda d: d is None)


def _tangent_cell(cell: Cell) -> Cell:
    """Return the linear cell that carries a perturbation of the state through `cell`.

    Its state is the tangent of the state, its inputs are `(state, cached, x, residual,
    pushed)` of each step.
    """

    def carry_tangent(
        theta: PyTree, dstate: PyTree, cached: None, inputs: PyTree, residual: None
    ) -> tuple[PyTree, None]:
        del cached, residual  # those of this linear cell, which has none
        state, primal_cached, x, primal_residual, pushed = inputs

        def step(state: PyTree) -> PyTree:
            return cell.step(theta, state, primal_cached, x, primal_residual)[0]

        carried = eqx.filter_jvp(step, (state,), (dstate,))[1]
        return jax.tree.map(jnp.add, _dense(carried, state), pushed), None

    # Recompute the step in the reverse pass, instead of storing its intermediates.
    step = jax.checkpoint(carry_tangent, prevent_cse=False)
    return Cell(
        step=step, cache=_no_cache, emit=lambda theta, state, cached, residual: state
    )


@hoisted_scan.def_jvp
def _hoisted_jvp(
    primals: PyTree, tangents: PyTree, *, cell: Cell, stride: int
) -> tuple[PyTree, PyTree]:
    """Differentiate the scan, with the perturbed parameters outside the loop.

    For a step s[t] = step(theta, s[t - 1], x[t]), the tangents are

        ds[t] = (d step / d s) ds[t - 1] + pushed[t]
        pushed[t] = (d step / d theta) dtheta + (d step / d x) dx[t]

    `pushed` does not depend on ds, so it is computed for all steps at once. Only the
    first line is a scan. The transpose of `pushed` is the one large matrix product.
    """
    theta, state0, xs = primals
    # Step 1: run the scan and store, after each step, the values that tangents need.
    # Emit inside the scan, as the primal does: under vmap of jit, a function and its
    # JVP rule must batch their outputs along the same axes.
    state, ((after, residual), emitted) = hoisted_scan(
        theta, state0, xs, cell=_storing(cell), stride=1
    )
    start = (state0, cell.cache(state0, None))

    def at_strides(tree: PyTree) -> PyTree:
        return jax.tree.map(lambda x: x[stride - 1 :: stride], tree)

    def tangent(
        theta: PyTree,
        start: PyTree,
        after: PyTree,
        residual: PyTree,
        xs: PyTree,
        tangents: PyTree,
    ) -> tuple[PyTree, PyTree]:
        """Return the tangents of the last state and of the emitted values."""
        dtheta, dstate0, dxs = tangents
        # Step 2: shift the states by one step, as step t starts from state t - 1.
        before, cached = jax.tree.map(
            lambda first, rest: jnp.concatenate([first[None], rest[:-1]]), start, after
        )

        # Step 3: push the perturbed parameters and inputs through all steps at once.
        def push(
            state: PyTree, cached: PyTree, residual: PyTree, x: PyTree, dx: PyTree
        ) -> PyTree:
            def step(theta: PyTree, x: PyTree) -> PyTree:
                return cell.step(theta, state, cached, x, residual)[0]

            return _dense(eqx.filter_jvp(step, (theta, x), (dtheta, dx))[1], state)

        pushed = jax.vmap(push)(before, cached, residual, xs, dxs)  # (time, ...)
        # Step 4: carry the perturbed state through time. This is a hoisted scan too, so
        # that derivatives of any order have the same form.
        dstate, dafter = hoisted_scan(
            theta,
            _dense(dstate0, state0),
            (before, cached, xs, residual, pushed),
            cell=_tangent_cell(cell),
            stride=1,
        )

        # Step 5: the tangents of the emitted values, at the strides alone.
        def emit_tangent(
            theta: PyTree, state: PyTree, cached: PyTree, dtheta: PyTree, dstate: PyTree
        ) -> PyTree:
            def emit(theta: PyTree, state: PyTree) -> PyTree:
                return cell.emit(theta, state, cached, None)

            return eqx.filter_jvp(emit, (theta, state), (dtheta, dstate))[1]

        states, cached = at_strides(after)
        demitted = jax.vmap(emit_tangent, (None, 0, 0, None, 0))(
            theta, states, cached, dtheta, at_strides(dafter)
        )
        return dstate, demitted

    # Store the states, and the products that f acts on. The reverse pass recomputes the
    # values that follow from them: that costs less than more arrays of their size.
    tangent = jax.checkpoint(tangent, prevent_cse=False)
    dstate, demitted = tangent(theta, start, after, residual, xs, tangents)
    return (state, at_strides(emitted)), (dstate, demitted)
