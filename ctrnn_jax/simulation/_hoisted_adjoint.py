"""`HoistedAdjoint`: the scan over time whose weight gradients are outside the loop.

Reverse-mode autodiff of a plain scan adds an N x N product to a carry at every step
for the gradient of the recurrent weights. The derivative in this module has another
form. Its tangent program computes the effect of perturbed parameters on all steps at
once, outside the scan, and only the perturbation of the state is carried through it.
The transpose is then a scan of the state's sensitivity alone, followed by one large
matrix product over time and batch. The derivative is a custom JVP only, so reverse
mode, forward mode, Hessian-vector products and `vmap` in any nesting all follow: JAX
transposes and batches a linear program.
"""

from typing import final

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PyTree

from .._checks import check_count
from ._adjoint import AbstractAdjoint
from ._scan import Cell, no_cache, plain_scan


@final
class HoistedAdjoint(AbstractAdjoint):
    """Weight gradients as large matrix products, outside the loop over time.

    The default. It stores the states of all steps and carries only the sensitivity of
    the state backwards. Weight gradients are one product over all trials and the steps
    of a chunk. A chunk is as long as its arrays fit a processor's cache (about 1 MiB
    each), so short runs and small networks are one chunk. The gradients are exact in
    every mode: `grad`, `jvp`, `jacfwd`, Hessian-vector products, under `vmap` over
    trials (no weight gradient per trial) and over networks.

    A custom activation must not close over an array that is differentiated.

    **Arguments:**

    - `chunk_bytes`: about how large the states of a chunk may be, counting all rollouts
        that `jax.vmap` maps over together.

    Raises `ValueError` for less than one byte.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> def loss(net):
    ...     traj = cj.rollout(net, jnp.ones((20, 2)), adjoint=cj.HoistedAdjoint())
    ...     return jnp.mean(traj.outputs**2)
    >>> jax.grad(loss)(net).raw.w_hid.shape
    (8, 8)
    """

    chunk_bytes: int = eqx.field(static=True, default=2**20)

    def __check_init__(self) -> None:
        """Validate the size of chunks."""
        check_count("chunk_bytes", self.chunk_bytes, at_least=1)

    def chunk(self, length: int, step_bytes: int, stride: int) -> int:
        """Return about `chunk_bytes` of states, dividing the length if possible."""
        # as many steps as fit, then the nearest whole number of strides
        max_steps = max(1, self.chunk_bytes // max(step_bytes, 1))
        n_strides, target = length // stride, max(1, max_steps // stride)
        if length <= max_steps or n_strides <= target:
            return length
        return stride * nearest_divisor(n_strides, target)

    def scan(
        self, theta: PyTree, state: PyTree, xs: PyTree, *, cell: Cell, stride: int
    ) -> tuple[PyTree, PyTree]:
        """Run the scan whose parameter derivative is outside the loop."""
        return hoisted_scan(theta, state, xs, cell=cell, stride=stride)


def nearest_divisor(total: int, target: int) -> int:
    """Return the divisor of `total` nearest to `target`, within a factor of two.

    Without such a divisor, return `target`: the last piece is then shorter and is
    compiled separately.
    """
    candidates = range(max(1, target // 2), 2 * target + 1)
    divisors = [d for d in candidates if total % d == 0]
    return min(divisors, key=lambda d: abs(d - target), default=target)


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
        step=step, cache=no_cache, emit=lambda theta, state, cached, residual: state
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
