"""The equation of the network, as two pure functions of arrays.

    I_t = W_hid r_{t-1} + W_in u_t + b_hid + eps_t
    v_t = v_{t-1} + gamma (-v_{t-1} + I_t) + xi_t            r_t = f(v_t)

(nn4n's "RNN Introduction"; Song, Yang & Wang 2016, eq. 6). Without input, bias and
noise this is the simplified model `v_t = gamma W r_{t-1} + (1 - gamma) v_{t-1}`.
"""

from jax import Array
import jax.numpy as jnp
from jaxtyping import Float

from .._arguments import checks_arguments
from .._checks import check, check_shape, invalid
from .._types import Activation, ArrayLike, Matrix, PerUnit
from ._forms import AbstractForm, CurrentForm
from ._products import along_units, times_rows


@checks_arguments
def total_current(
    r: Float[Array, "*batch pre"],
    u: Float[Array, "*batch inputs"] | None = None,
    *,
    w_hid: Matrix,
    w_in: Float[Array, "post inputs"] | None = None,
    b_hid: Float[Array, " post"] | None = None,
    eps: Float[Array, "*batch post"] | None = None,
) -> Float[Array, "*batch post"]:
    """Return the current inside gamma, `I = W_hid r + W_in u + b_hid + eps`.

    **Arguments:**

    - `r`: rates before the step, dimensionless.
    - `u`, `w_in`: inputs of the step and their weights `[post, channel]`.
    - `w_hid`: effective recurrent weights, `W[post, pre]`.
    - `b_hid`: bias.
    - `eps`: pre-activation noise of the step.

    Raises `ValueError` if only one of `u` and `w_in` is given.

    **Example:**

    >>> w_hid = jnp.array([[0.0, 2.0], [1.0, 0.0]])
    >>> print(cj.dynamics.total_current(jnp.array([1.0, 3.0]), w_hid=w_hid))
    [6. 1.]
    """
    w_shape = jnp.shape(w_hid)
    check(len(w_shape) == 2, "w_hid", "be a matrix", f"shape {w_shape}", "[post, pre].")
    n_post, n_pre = w_shape
    _check_units("r", r, n_pre)
    current = times_rows(w_hid, r)
    if u is not None and w_in is not None:
        remedy = "Weights are W[post, pre]: rows are the targets."
        check_shape("w_in", w_in, (n_post, jnp.shape(u)[-1]), remedy)
        current = current + times_rows(w_in, u)
    elif u is not None or w_in is not None:
        given = "w_in alone" if u is None else "u alone"
        raise invalid("u", "be given together with `w_in`", given, "Or leave both out.")
    if b_hid is not None:
        check_shape("b_hid", b_hid, (n_post,), "Give one number for each unit.")
        current = current + along_units(b_hid, current)
    if eps is None:
        return current
    _check_units("eps", eps, n_post)
    return current + eps


def _check_units(name: str, x: ArrayLike, units: int) -> None:
    """Validate the length of the last axis of an array."""
    shape = jnp.shape(x)
    rule, remedy = f"have shape (*batch, {units})", "The last axis is units."
    check(shape[-1:] == (units,), name, rule, f"shape {shape}", remedy)


@checks_arguments
def ctrnn_step(
    v: Float[Array, "*batch units"],
    current: Float[Array, "*batch units"],
    *,
    gain: PerUnit,
    activation: Activation,
    form: AbstractForm = CurrentForm(),
    xi: Float[Array, "*batch units"] | None = None,
) -> Float[Array, "*batch units"]:
    """Return v_t, the potentials after one step: `v + gamma (-v + I) + xi`.

    **Arguments:**

    - `v`: potentials before the step, dimensionless.
    - `current`: I, see `total_current`.
    - `gain`: gamma, one number or one per unit (`AbstractMethod.gain`).
    - `activation`: the rate function f.
    - `form`: where f and the leak act. The equation above is that of `CurrentForm`.
    - `xi`: post-activation noise of the step, outside gamma.

    **Example:**

    >>> v, current = jnp.array([1.0]), jnp.array([3.0])
    >>> step = cj.dynamics.ctrnn_step(
    ...     v, current, gain=jnp.array(0.25), activation=jnp.tanh
    ... )
    >>> print(step)  # 1 + 0.25 (-1 + 3)
    [1.5]
    """
    units = v.shape[-1]
    _check_units("current", current, units)
    if xi is not None:
        _check_units("xi", xi, units)
    gain = jnp.asarray(gain)
    rule, got = "be one number or one per unit", f"shape {gain.shape}"
    remedy = "The last axis of `v` is units."
    check(gain.shape in [(), (units,)], "gain", rule, got, remedy)
    gain = along_units(gain, v)
    return form.advance(v, current, gain=gain, activation=activation, xi=xi)
