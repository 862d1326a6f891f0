"""One fixed point followed while the input changes."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_number, check_positive, invalid
from ..._types import Numbers
from ...network import AbstractNetwork
from .._eigenmodes import indices_of, stability_of
from .._vector_field import check_autonomous
from ._levenberg_marquardt import CONVERGED, search
from ._refinement import exact_field, settled
from ._starts import flat_starts


class Branch(eqx.Module):
    """A fixed point along a path of inputs, P of them. NumPy arrays in float64.

    **Attributes:**

    - `network`, `inputs`: of what it is; the path `(P, n_in)`.
    - `points`: `(P, n_hidden)`.
    - `speed`, `converged`: `(P,)`, as in `FixedPoints`.
    - `move`: `(P,)`, how far the point went from one input to the next, root mean
        square over units; 0 at first.
    - `on_branch`: `(P,)`, whether the point has been there at every input so far and
        has not jumped. Beyond a fold there is none: what is given is the slow point
        that it leaves behind (its "ghost"), or another point.
    - `eigenvalues`, `multipliers`: `(P, n_hidden)`, as in `FixedPoints`.
    - `marginal`: as in `FixedPoints`.
    """

    network: AbstractNetwork
    inputs: np.ndarray
    points: np.ndarray
    speed: np.ndarray
    converged: np.ndarray
    move: np.ndarray
    on_branch: np.ndarray
    eigenvalues: np.ndarray
    multipliers: np.ndarray
    marginal: float

    def _indices(self) -> tuple[np.ndarray, np.ndarray]:
        tau = float(np.mean(np.asarray(self.network.tau)))
        return indices_of(np.real(self.eigenvalues) * tau, self.marginal)

    @property
    def index(self) -> np.ndarray:
        """How many directions of the flow are unstable, `(P,)`."""
        return self._indices()[0]

    @property
    def stability(self) -> np.ndarray:
        """As in `FixedPoints`, `(P,)`."""
        return stability_of(*self._indices(), self.points.shape[-1])


def continue_fixed_points(
    net: Any,
    inputs_path: Numbers,
    point: Numbers,
    *,
    tolerance: float = 1e-10,
    jump: float = 0.5,
    marginal: float = 1e-6,
    max_iterations: int = 300,
) -> Branch:
    """Follow one fixed point along a path of frozen inputs.

    At each input Levenberg-Marquardt starts from the point before (natural
    continuation: it does not turn around at a fold, where a branch ends). Nothing
    compiles anew for another path, point or network of that size.

    **Arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `inputs_path`: `(P, n_in)`; steps should be small.
    - `point`: where to start, `(n_hidden,)`, at or near a fixed point for
        `inputs_path[0]`.
    - `tolerance`, `marginal`, `max_iterations`: as in `find_fixed_points`.
    - `jump`: a move of more than this from one input to the next (root mean square
        over units) is no longer the same branch.

    **Returns:** a `Branch`.

    **Raises:** `ValueError` for a network with noise or synaptic plasticity, and for
    wrong shapes.
    """
    net = check_autonomous(net)
    check_count("max_iterations", max_iterations, at_least=1)
    check_positive("tolerance", check_number("tolerance", tolerance), "Use 1e-10, say.")
    check_positive("jump", check_number("jump", jump), "It is a distance.")
    path = np.asarray(inputs_path, np.float64)
    if path.ndim != 2 or path.shape[1] != net.n_in or not len(path):
        raise invalid(
            "inputs_path",
            f"have shape (path, {net.n_in})",
            f"shape {path.shape}",
            "One frozen input in each row.",
        )
    v = flat_starts(net, point)
    if len(v) != 1:
        raise invalid(
            "point",
            f"be one state, ({net.n_hidden},)",
            f"{len(v)} states",
            "Loop over points.",
        )
    points, codes, drives = [], [], []
    with jax.enable_x64(True):
        limits = jnp.asarray(1), jnp.asarray(tolerance), jnp.asarray(max_iterations)
        at = jnp.asarray(v)
        for u in path:
            field = exact_field(net, u)
            at, code = search(field, at, *limits, lanes=1, leave=0)
            points.append(np.asarray(at)[0])
            codes.append(int(code[0]))
            drives.append(np.asarray(field.drive))
        fixed = np.array(codes) == CONVERGED
        found = settled(
            exact_field(net, path[0]),
            np.array(points),
            np.where(fixed, 1e-6, 0.0),
            np.array(drives),
        )
    move = np.sqrt(np.mean(np.diff(found.points, axis=0) ** 2, -1))
    move = np.concatenate([[0.0], move])
    converged = found.speed <= tolerance
    return Branch(
        network=net,
        inputs=path,
        points=found.points,
        speed=found.speed,
        converged=converged,
        move=move,
        on_branch=np.logical_and.accumulate(converged & (move <= jump)),
        eigenvalues=found.eigenvalues,
        multipliers=found.multipliers,
        marginal=float(marginal),
    )
