"""The equation of the network: one time step, as a pure function of arrays."""

import functools

import jax
from jax import Array
from jax.custom_derivatives import SymbolicZero
import jax.numpy as jnp
from jaxtyping import Float

from .._types import Activation, Matrix, PerUnit
from ._forms import AbstractForm, CurrentForm


def times_rows(w: Matrix, x: Float[Array, "*batch pre"]) -> Float[Array, "*batch post"]:
    """Return `W @ x` for one trial or a batch of trials, in the dtype of x.

    A single trial is computed as `W @ x`, whose transpose is a matrix-vector product;
    the transpose of `x @ W.T` takes three times as long. Weights of a lower precision
    multiply in their own precision and accumulate in that of x.
    """
    if w.dtype != x.dtype:
        # (post, pre) times (*batch, pre): contract the last axes, then move post last
        contracted = (((w.ndim - 1,), (x.ndim - 1,)), ((), ()))
        product = jax.lax.dot_general(
            w, x.astype(w.dtype), contracted, preferred_element_type=x.dtype
        )
        return jnp.moveaxis(product, 0, -1)
    return w @ x if x.ndim == 1 else x @ w.T


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


def along_units(value: PerUnit, like: Array) -> Array:
    """Return a value per unit with leading axes of size 1, to broadcast over a batch.

    One number for all units is returned unchanged.
    """
    return value if value.ndim == 0 else value.reshape((1,) * (like.ndim - 1) + (-1,))


def ctrnn_step(
    v: Float[Array, "*batch units"],
    drive: Float[Array, "*batch units"] | None,
    *,
    w_hid: Matrix,
    gain: PerUnit,
    activation: Activation,
    eps: Float[Array, "*batch units"] | None = None,
    xi: Float[Array, "*batch units"] | None = None,
    form: AbstractForm = CurrentForm(),
    sent: Float[Array, "*batch units"] | None = None,
    w_in: Float[Array, "post inputs"] | None = None,
    u: Float[Array, "*batch inputs"] | None = None,
    w_both: Float[Array, "post all"] | None = None,
    known: Float[Array, "*batch units"] | None = None,
) -> tuple[Float[Array, "*batch units"], Float[Array, "*batch units"]]:
    """Advance the CTRNN by one step: return v_t and the current that led to it.

        dv = gamma * (-v + W_hid f(v) + drive + eps) + xi,    v_t = v_{t-1} + dv

    with `drive = W_in u_t + b_hid` (nn4n's "RNN Introduction"; Song, Yang & Wang
    2016, eq. 6), or with the parts `w_in` and `u`. Without drive and noise this is the
    simplified model `v_t = gamma W r_{t-1} + (1 - gamma) v_{t-1}`.

    **Arguments:**

    - `v`: potentials before the step, dimensionless.
    - `drive`: the sum of input and bias inside gamma, except for the part that `w_in`
        and `u` give; `None` for no drive.
    - `w_hid`: effective recurrent weights, `W[post, pre]`.
    - `gain`: gamma, one number or one per unit (`AbstractMethod.gain`).
    - `activation`: the rate function f.
    - `eps`: pre-activation noise, inside gamma.
    - `xi`: post-activation noise, outside gamma.
    - `form`: where f and the leak act; see `RateForm` and `RectifiedLeakForm`.
    - `sent`: what units send to each other, if it differs from their rate.
    - `w_in`, `u`: weights and values of the inputs (and of the bias, as an input of
        ones).
    - `w_both`: `w_hid` and `w_in` side by side. A batch of trials then needs one
        product for rates and inputs.
    - `known`: the current, if it has been computed before. Only its derivatives are
        then computed.

    **Returns:** v_t, and the current `W_hid f(v) + drive + eps`.
    """
    # 1. what units send: their rates f(v), unless synapses change them
    sent = form.rates(v, activation) if sent is None else sent

    # 2. the current inside gamma, W_hid r + W_in u + b_hid + eps: (*batch, units)
    current = None
    if w_in is not None and u is not None:
        # For a batch, rates and inputs share one matrix product. For a single trial, a
        # matrix-vector product, joining them costs more than it saves.
        is_batch = sent.size > sent.shape[-1]
        if w_both is not None and is_batch:
            current = _joint_product(w_hid, sent, w_in, u, w_both)
        else:
            inputs = times_rows(w_in, u)
            drive = inputs if drive is None else drive + inputs
    if current is None:
        current = times_rows(w_hid, sent)
    if drive is not None:
        current = current + drive
    if eps is not None:
        current = current + eps
    if known is not None:
        current = _with_derivative_of(known, current)

    # 3. the leak towards the current, and the noise outside gamma:
    #    v + gamma * (-v + current) + xi, or another form of it
    gain = along_units(gain, v)
    v = form.advance(v, current, gain=gain, activation=activation, xi=xi)
    return v, current


@jax.custom_jvp
def _with_derivative_of(value: Array, computed: Array) -> Array:
    """Return `value`, which equals `computed`, with the derivative of `computed`.

    The computation of `computed` is then dead code, which the compiler removes.
    """
    del computed
    return value


@_with_derivative_of.defjvp
def _with_derivative_of_jvp(primals: tuple, tangents: tuple) -> tuple[Array, Array]:
    # the tangent of `value` repeats that of `computed`, so it is ignored
    return _with_derivative_of(*primals), tangents[1]
