"""The equation, written once."""

import jax
from jax import Array
import jax.numpy as jnp
from jaxtyping import Float

from .._types import Activation, Matrix, PerUnit
from ._form import AbstractForm, CurrentForm


def times_rows(w: Matrix, x: Float[Array, "*batch pre"]) -> Float[Array, "*batch post"]:
    """`W @ x` for one trial or a batch of them, in the dtype of x.

    A single trial is written as `W @ x`: its transpose is a matrix-vector product,
    where that of `x @ W.T` is three times slower. Weights of a lower precision multiply
    in theirs and add up in that of x.
    """
    if w.dtype != x.dtype:
        both = (((w.ndim - 1,), (x.ndim - 1,)), ((), ()))
        product = jax.lax.dot_general(
            w, x.astype(w.dtype), both, preferred_element_type=x.dtype
        )
        return jnp.moveaxis(product, 0, -1)
    return w @ x if x.ndim == 1 else x @ w.T


def along_units(value: PerUnit, like: Array) -> Array:
    """A value per unit with leading axes of size 1, so that it fits a batch."""
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
) -> Float[Array, "*batch units"]:
    """One step of the CTRNN: v_t from v_{t-1}.

        dv = gamma * (-v + W_hid f(v) + drive + eps) + xi,    v_t = v_{t-1} + dv

    with `drive = W_in u_t + b_hid` (nn4n's "RNN Introduction"; Song, Yang & Wang
    2016, eq. 6). Without drive and noise this is the simplified model
    `v_t = gamma W r_{t-1} + (1 - gamma) v_{t-1}`.

    **Arguments:**

    - `v`: potentials before the step, dimensionless.
    - `drive`: what input and bias add inside gamma; `None` without either.
    - `w_hid`: recurrent weights, `W[post, pre]`, as the dynamics see them.
    - `gain`: gamma, one number or one per unit (`AbstractMethod.gain`).
    - `activation`: the rate function f.
    - `eps`: pre-activation noise, inside gamma.
    - `xi`: post-activation noise, outside gamma.
    - `form`: another place for f and the leak; see `RateForm`, `RectifiedLeakForm`.
    - `sent`: what units send to each other, where that is not their rate.
    """
    current = times_rows(w_hid, form.rates(v, activation) if sent is None else sent)
    if drive is not None:
        current = current + drive
    if eps is not None:
        current = current + eps
    gain = along_units(gain, v)
    return form.advance(v, current, gain=gain, activation=activation, xi=xi)
