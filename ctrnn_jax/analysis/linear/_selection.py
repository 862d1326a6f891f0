"""Selection vectors: how a linear mode takes up inputs and drives outputs."""

from typing import final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_count
from ..._show import AbstractShown, quantities, Table
from ..._types import Numbers
from ...network import AbstractNetwork, effective
from .._arguments import check_autonomous, one_frozen_input, one_state
from .._eigenmodes import modes
from .._vector_field import at_state, field_in_double, VectorField


@final
class Selection(AbstractShown, eqx.Module):
    """How one mode of the linear dynamics at a state takes up inputs and is read out.

    Near the state `d(dv)/dt = J dv + B du`, and the amplitude a of the mode follows
    `da/dt = eigenvalue a + inputs @ du`.

    **Attributes** (NumPy, complex128, or float64 for a real mode):

    - `eigenvalue`: of the mode, 1/ms.
    - `right`: `(n_hidden,)`, the right eigenvector, of length 1. For a slow mode it is
        the direction of the line attractor.
    - `left`: `(n_hidden,)`, the selection vector: `left.conj() @ dv` is the amplitude.
    - `inputs`: `(n_in,)`, change of the amplitude per ms for a unit of each input
        channel.
    - `outputs`: `(n_out,)`, change of each output for a unit of the amplitude.
    """

    eigenvalue: np.ndarray
    right: np.ndarray
    left: np.ndarray
    inputs: np.ndarray
    outputs: np.ndarray

    def _table(self) -> Table:
        return quantities(self, eigenvalue="1/ms", inputs="1/ms")


@checks_arguments
def selection(
    net: AbstractNetwork,
    potentials: Numbers,
    inputs: Numbers | None = None,
    *,
    rank: int = 0,
) -> Selection:
    """Compute selection vector and direction of one mode at a state, in float64.

    Source: Mante et al. (2013).

    **Arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `potentials`: the state, `(n_hidden,)`, usually a fixed or slow point.
    - `inputs`: the frozen input, `(n_in,)`; zeros by default.
    - `rank`: 0 selects the mode whose eigenvalue is nearest to 0 (the slowest to decay
        or grow), 1 the next, and so on.

    **Raises:** `ValueError` as `jacobian`, and for a rank that is not below the number
    of units.
    """
    net = check_autonomous(net)
    one_state(net, potentials)
    u = one_frozen_input(net, inputs)
    rank = check_count("rank", rank, at_least=0)
    rule = f"be below the {net.n_hidden} units"
    check(rank < net.n_hidden, "rank", rule, rank, "0 is the slowest.")
    with jax.enable_x64(True):
        v = jnp.asarray(potentials, jnp.float64)
        field = field_in_double(net, u)
        jacobian = at_state(VectorField.jacobian, field, v)
        _, by_current, by_rate = at_state(VectorField.slopes, field, v)
        weights = jax.tree.map(lambda x: np.asarray(x, np.float64), effective(net))

    # linear maps from inputs to dv/dt and from v to outputs; the slope is where f acts
    input_map = np.asarray(by_current / field.tau)[:, None] * weights.w_in
    output_map = weights.w_out * np.asarray(by_rate)

    # the mode of this rank; a real eigenvalue has real vectors
    spectrum = modes(np.asarray(jacobian))
    mode = np.argsort(np.abs(spectrum.eigenvalues), kind="stable")[rank]
    eigenvalue = spectrum.eigenvalues[mode]
    right, left = spectrum.right[:, mode], spectrum.left[:, mode]
    if np.imag(eigenvalue) == 0:
        eigenvalue, right, left = np.real(eigenvalue), np.real(right), np.real(left)
    return Selection(
        eigenvalue=np.asarray(eigenvalue),
        right=right,
        left=left,
        inputs=left.conj() @ input_map,
        outputs=output_map @ right,
    )
