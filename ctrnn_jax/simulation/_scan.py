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
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp


Step = Callable[[Any, Any, Any], Any]
Emit = Callable[[Any, Any], Any]


def plain_scan(
    theta: Any, state: Any, xs: Any, *, step: Step, emit: Emit, stride: int
) -> tuple[Any, Any]:
    """Run `state = step(theta, state, x)` over the leading axis of `xs`.

    Returns the last state, and `emit(theta, state)` after every `stride` steps stacked
    on a leading axis. Steps past the last whole stride are run and not emitted.
    """
    total = jax.tree.leaves(xs)[0].shape[0]
    groups = total // stride

    def advance(state: Any, x: Any) -> tuple[Any, None]:
        return step(theta, state, x), None

    def record(state: Any, x: Any) -> tuple[Any, Any]:
        state = (
            step(theta, state, x) if stride == 1 else jax.lax.scan(advance, state, x)[0]
        )
        return state, emit(theta, state)

    whole = groups * stride
    head = jax.tree.map(lambda x: x[:whole], xs) if whole < total else xs
    if stride > 1:
        head = jax.tree.map(lambda x: x.reshape(groups, stride, *x.shape[1:]), head)
    state, emitted = jax.lax.scan(record, state, head)
    if whole < total:
        state, _ = jax.lax.scan(advance, state, jax.tree.map(lambda x: x[whole:], xs))
    return state, emitted


hoisted_scan = eqx.filter_custom_jvp(plain_scan)
"""`plain_scan` with the derivative above. `step` and `emit` must not close over
anything that is differentiated: it goes into `theta`, `state` or `xs`."""


def _keep(theta: Any, state: Any) -> Any:
    del theta
    return state


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


@hoisted_scan.def_jvp
def _hoisted_jvp(
    primals: Any, tangents: Any, *, step: Step, emit: Emit, stride: int
) -> Any:
    theta, state0, xs = primals
    state, after = hoisted_scan(theta, state0, xs, step=step, emit=_keep, stride=1)
    states = jax.tree.map(
        lambda first, rest: jnp.concatenate([first[None], rest]), state0, after
    )
    every = lambda tree: jax.tree.map(lambda x: x[stride - 1 :: stride], tree)

    def tangent(theta: Any, states: Any, xs: Any, tangents: Any) -> Any:
        """Tangents of the last state and of what is emitted."""
        dtheta, dstate0, dxs = tangents
        before = jax.tree.map(lambda s: s[:-1], states)
        after = jax.tree.map(lambda s: s[1:], states)

        def push(state: Any, x: Any, dx: Any) -> Any:
            fn = lambda theta, x: step(theta, state, x)
            return _dense(eqx.filter_jvp(fn, (theta, x), (dtheta, dx))[1], state)

        pushed = jax.vmap(push)(before, xs, dxs)

        def carry_on(theta: Any, dstate: Any, inputs: Any) -> Any:
            state, x, push_now = inputs
            fn = lambda state: step(theta, state, x)
            carried = eqx.filter_jvp(fn, (state,), (dstate,))[1]
            return jax.tree.map(jnp.add, _dense(carried, state), push_now)

        # the scan itself, so that derivatives of any order hoist in the same way
        dstate, dafter = hoisted_scan(
            theta,
            _dense(dstate0, state0),
            (before, xs, pushed),
            step=jax.checkpoint(carry_on, prevent_cse=False),
            emit=_keep,
            stride=1,
        )
        demitted = eqx.filter_jvp(
            jax.vmap(emit, (None, 0)), (theta, every(after)), (dtheta, every(dafter))
        )[1]
        return dstate, demitted

    emitted = jax.vmap(emit, (None, 0))(theta, every(after))
    # keeps the states only: rates and f'(v) are made again in the reverse pass, which
    # is cheaper than more arrays of their size
    tangent = jax.checkpoint(tangent, prevent_cse=False)
    return (state, emitted), tangent(theta, states, xs, tangents)
