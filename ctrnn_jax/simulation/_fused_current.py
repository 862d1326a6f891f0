"""The current of a step as the scan computes it: fewer products, and known values."""

import functools

import jax
from jax import Array
from jax.custom_derivatives import SymbolicZero
import jax.numpy as jnp

from ..dynamics import times_rows


def fused_current(
    r: Array,
    u: Array,
    *,
    w_hid: Array,
    w_drive: Array,
    w_both: Array,
    added: Array | None,
    eps: Array | None,
) -> Array:
    """Return `dynamics.total_current`, with the input and the bias as one product.

    **Arguments:**

    - `r`: the rates that units receive, `(*batch, n_hidden)`.
    - `u`: inputs, with a last channel of ones for the bias, `(*batch, channels)`.
    - `w_drive`: `W_in` with the bias as its last column.
    - `w_both`: `w_hid` and `w_drive` side by side.
    - `added`: the current of perturbations, or `None`.
    - `eps`: noise inside gamma, or `None`.
    """
    # For a batch, rates and inputs share one matrix product. For a single trial, a
    # matrix-vector product, joining them costs more than it saves.
    is_batch = r.size > r.shape[-1]
    if is_batch:
        current = _joint_product(w_hid, r, w_drive, u, w_both)
    else:
        inputs = times_rows(w_drive, u)
        added = inputs if added is None else added + inputs
        current = times_rows(w_hid, r)
    if added is not None:
        current = current + added
    return current if eps is None else current + eps


@jax.custom_jvp
def _joint_product(w: Array, x: Array, w_in: Array, u: Array, w_both: Array) -> Array:
    """Return `W x + W_in u` as one product; two products in each step take longer."""
    del w, w_in
    return times_rows(w_both, jnp.concatenate([x, u], axis=-1))


@functools.partial(_joint_product.defjvp, symbolic_zeros=True)
def _joint_product_jvp(primals: tuple, tangents: tuple) -> tuple[Array, Array]:
    """Differentiate with one product for each input that is perturbed.

    A joint product of the tangents would mostly multiply zeros. The tangent of `w_both`
    repeats those of `w` and `w_in`, so it is ignored.
    """
    w, x, w_in, u, _ = primals
    dw, dx, dw_in, du, _ = tangents
    # d(W x + W_in u) = dW x + W dx + dW_in u + W_in du, without the terms that are zero
    terms = [
        times_rows(weights, values)
        for weights, values in ((dw, x), (w, dx), (dw_in, u), (w_in, du))
        if not isinstance(weights, SymbolicZero)
        and not isinstance(values, SymbolicZero)
    ]
    out = _joint_product(*primals)
    tangent = sum(terms[1:], terms[0]) if terms else jnp.zeros_like(out)
    return out, tangent


@jax.custom_jvp
def with_derivative_of(value: Array, computed: Array) -> Array:
    """Return `value`, which equals `computed`, with the derivative of `computed`.

    The computation of `computed` is then dead code, which the compiler removes.
    """
    del computed
    return value


@with_derivative_of.defjvp
def _with_derivative_of_jvp(primals: tuple, tangents: tuple) -> tuple[Array, Array]:
    # the tangent of `value` repeats that of `computed`, so it is ignored
    return with_derivative_of(*primals), tangents[1]
