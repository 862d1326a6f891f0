"""The equation, written once."""

import functools

import jax
from jax import Array
from jax.custom_derivatives import SymbolicZero
import jax.numpy as jnp
from jaxtyping import Float

from .._types import Activation, Matrix, PerUnit
from ._forms import AbstractForm, CurrentForm


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


@jax.custom_jvp
def _joined(w: Array, x: Array, w_in: Array, u: Array, both: Array) -> Array:
    """`W x + W_in u` as one product; two in each step take longer."""
    del w, w_in
    return times_rows(both, jnp.concatenate([x, u], axis=-1))


@functools.partial(_joined.defjvp, symbolic_zeros=True)
def _joined_jvp(primals: tuple, tangents: tuple) -> tuple[Array, Array]:
    """One product for each perturbation: joined, most of it would multiply zeros.

    How `both` was perturbed is what `w` and `w_in` say: it must not count twice.
    """
    w, x, w_in, u, _ = primals
    dw, dx, dw_in, du, _ = tangents
    terms = [
        times_rows(*pair)
        for pair in ((dw, x), (w, dx), (dw_in, u), (w_in, du))
        if not any(isinstance(part, SymbolicZero) for part in pair)
    ]
    out = _joined(*primals)
    return out, sum(terms[1:], terms[0]) if terms else jnp.zeros_like(out)


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
    w_in: Float[Array, "post inputs"] | None = None,
    u: Float[Array, "*batch inputs"] | None = None,
    w_both: Float[Array, "post all"] | None = None,
    known: Float[Array, "*batch units"] | None = None,
) -> tuple[Float[Array, "*batch units"], Float[Array, "*batch units"]]:
    """One step of the CTRNN: v_t from v_{t-1}, and the current that led there.

        dv = gamma * (-v + W_hid f(v) + drive + eps) + xi,    v_t = v_{t-1} + dv

    with `drive = W_in u_t + b_hid` (nn4n's "RNN Introduction"; Song, Yang & Wang
    2016, eq. 6), or its parts as `w_in` and `u`. Without drive and noise this is the
    simplified model `v_t = gamma W r_{t-1} + (1 - gamma) v_{t-1}`.

    **Arguments:**

    - `v`: potentials before the step, dimensionless.
    - `drive`: what input and bias add inside gamma, in so far as `w_in` and `u` do not
        say it; `None` for nothing.
    - `w_hid`: recurrent weights, `W[post, pre]`, as the dynamics see them.
    - `gain`: gamma, one number or one per unit (`AbstractMethod.gain`).
    - `activation`: the rate function f.
    - `eps`: pre-activation noise, inside gamma.
    - `xi`: post-activation noise, outside gamma.
    - `form`: another place for f and the leak; see `RateForm`, `RectifiedLeakForm`.
    - `sent`: what units send to each other, where that is not their rate.
    - `w_in`, `u`: weights and values of inputs (and of the bias, as an input of ones).
    - `w_both`: `w_hid` and `w_in` side by side: batches of trials multiply rates and
        inputs together then.
    - `known`: the current, if it is known already; then only derivatives of it are
        computed.

    **Returns:** v_t, and the current `W_hid f(v) + drive + eps`.
    """
    sent = form.rates(v, activation) if sent is None else sent
    current = None
    if w_in is not None and u is not None:
        # one trial is a matrix-vector product, which gains nothing by it
        if w_both is not None and sent.size > sent.shape[-1]:
            current = _joined(w_hid, sent, w_in, u, w_both)
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
        current = _known(known, current)
    gain = along_units(gain, v)
    v = form.advance(v, current, gain=gain, activation=activation, xi=xi)
    return v, current


@jax.custom_jvp
def _known(value: Array, computed: Array) -> Array:
    """`value`, which is what would be computed; its derivative is that of the latter.

    What computes it is dead code then, and the compiler leaves it out.
    """
    del computed
    return value


@_known.defjvp
def _known_jvp(primals: tuple, tangents: tuple) -> tuple[Array, Array]:
    # how the value itself was perturbed says the same: it must not count twice
    return _known(*primals), tangents[1]
