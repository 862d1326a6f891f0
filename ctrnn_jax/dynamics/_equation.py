"""The equation of the network, as two pure functions of arrays.

    I_t = W_hid r_{t-1} + W_in u_t + b_hid + eps_t
    v_t = v_{t-1} + gamma (-v_{t-1} + I_t) + xi_t            r_t = f(v_t)

(nn4n's "RNN Introduction"; Song, Yang & Wang 2016, eq. 6). Without input, bias and
noise this is the simplified model `v_t = gamma W r_{t-1} + (1 - gamma) v_{t-1}`.
"""

from jax import Array
from jaxtyping import Float

from .._arguments import checks_arguments
from .._checks import invalid
from .._types import Activation, Matrix, PerUnit
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
    current = times_rows(w_hid, r)
    if u is not None and w_in is not None:
        current = current + times_rows(w_in, u)
    elif u is not None or w_in is not None:
        given = "w_in alone" if u is None else "u alone"
        raise invalid("u", "be given together with `w_in`", given, "Or leave both out.")
    if b_hid is not None:
        current = current + along_units(b_hid, current)
    return current if eps is None else current + eps


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
    gain = along_units(gain, v)
    return form.advance(v, current, gain=gain, activation=activation, xi=xi)
