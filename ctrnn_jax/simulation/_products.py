"""The products of a step as the scan computes them, and their derivatives."""

import functools

import jax
from jax import Array
from jax.custom_derivatives import SymbolicZero
import jax.numpy as jnp

from ..dynamics import along_units, times_rows


@jax.custom_jvp
def scaled_products(
    gain: Array | None, w_both: Array, w: Array, w_in: Array, r: Array, u: Array
) -> Array:
    """Return `gain (W r + W_in u)`, `(*batch, n_hidden)`.

    **Arguments:**

    - `gain`: gamma, `()` or `(n_hidden,)`; `None` stands for 1.
    - `w_both`: `w` and `w_in` side by side. The derivative is by `w_both` alone, so
        that the gradients of all these weights are one product.
    - `r`: the rates that units receive, `(*batch, n_hidden)`.
    - `u`: inputs, with a last channel of ones for the bias, `(*batch, channels)`.
    """
    # For a batch, rates and inputs share one matrix product. For a single trial, a
    # matrix-vector product, joining them costs more than it saves.
    if r.size > r.shape[-1]:
        products = times_rows(w_both, jnp.concatenate([r, u], axis=-1))
    else:
        products = times_rows(w, r) + times_rows(w_in, u)
    return _scaled(gain, products)


def _scaled(gain: Array | None, x: Array) -> Array:
    return x if gain is None else along_units(gain, x) * x


@functools.partial(scaled_products.defjvp, symbolic_zeros=True)
def _scaled_products_jvp(primals: tuple, tangents: tuple) -> tuple[Array, Array]:
    """Differentiate with one product for each factor that is perturbed.

        d(g W x) = d(g W) x + g W dx

    The derivative by the gain needs no product but that by the weights.
    """
    gain, w_both, w, w_in, r, u = primals
    dgain, dw_both, _, _, dr, du = tangents
    terms = []
    dweights = _scaled_weights_tangent(gain, w_both, dgain, dw_both)
    if dweights is not None:
        terms.append(times_rows(dweights, jnp.concatenate([r, u], axis=-1)))
    for weights, tangent in ((w, dr), (w_in, du)):
        if not isinstance(tangent, SymbolicZero):
            terms.append(_scaled(gain, times_rows(weights, tangent)))
    out = scaled_products(*primals)
    return out, sum(terms[1:], terms[0]) if terms else jnp.zeros_like(out)


def _scaled_weights_tangent(
    gain: Array | None,
    w: Array,
    dgain: Array | SymbolicZero | None,
    dw: Array | SymbolicZero,
) -> Array | None:
    """Return d(g W) `[post, pre]`, or `None` if neither is perturbed."""
    terms = []
    if not isinstance(dw, SymbolicZero):
        terms.append(dw if gain is None else _rows(gain) * dw.astype(gain.dtype))
    if dgain is not None and not isinstance(dgain, SymbolicZero):
        terms.append(_rows(dgain) * w.astype(dgain.dtype))
    return sum(terms[1:], terms[0]) if terms else None


def _rows(gain: Array) -> Array:
    """Return a gain with an axis for the columns of a matrix, if it is per unit."""
    return gain if gain.ndim == 0 else gain[:, None]


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
