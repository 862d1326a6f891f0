"""Follow one fixed point while the input changes."""

from typing import final

import jax
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import (
    check,
    check_count,
    check_finite,
    check_not_negative,
    check_number,
    check_positive,
)
from ..._progress import reporting
from ..._show import counted, quantities, Table, text, titled
from ..._tables import Columns, columns_of
from ..._types import Numbers
from ...network import AbstractNetwork
from .._arguments import check_autonomous
from .._vector_field import field_in_double
from ._candidates import check_starts
from ._levenberg_marquardt import CONVERGED, search
from ._refinement import refined_points
from ._stability import AbstractPoints


_MAX_NEWTON_STEP = 1e-6
"""Root mean square length of a refining Newton step, at most."""


@final
class Branch(AbstractPoints):
    """A fixed point along a path of P inputs. NumPy arrays in float64.

    **Attributes:**

    - `network`, `inputs`: the network, and the path of frozen inputs `(P, n_in)`.
    - `points`: `(P, n_hidden)`.
    - `speed`, `converged`: `(P,)`, as in `FixedPoints`.
    - `move`: `(P,)`, distance of the point from that at the input before, root mean
        square over units; the first entry is 0.
    - `on_branch`: `(P,)`, whether the point has converged at every input so far and has
        not jumped. Beyond a fold the branch has no point: the entries of `points` are
        then the slow point that remains (its "ghost"), or another fixed point.
    - `eigenvalues`, `multipliers`, `kink`: as in `FixedPoints`.
    - `marginal`: as in `FixedPoints`, and so are `index` and `stability`, `(P,)`.
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
    kink: np.ndarray
    marginal: float

    def table(self) -> Columns:
        """Return a table with a row for each input of the path: columns, `(P,)`.

        The columns are those of `FixedPoints.table` that `Branch` has, "move" and
        "on_branch"; "step" is the index of the input.
        """
        attributes = columns_of(
            self, "step", "speed", "converged", "move", "on_branch", "stability",
            "index", "kink",
        )  # fmt: skip
        return attributes | self._mode_columns(leading=True)

    def _table(self) -> Table:
        about = f"a fixed point at {counted(len(self.points), 'input')}"
        largest = np.real(self.eigenvalues[:, 0])
        fields = quantities(self, omit=("network", "eigenvalues", "multipliers"))
        rows = (
            *fields.rows,
            ("stability", text(self.stability)),
            ("largest real part (1/ms)", text(largest)),
        )
        return Table(titled(self, about), rows)


@checks_arguments
def continue_fixed_points(
    net: AbstractNetwork,
    inputs_path: Numbers,
    point: Numbers,
    *,
    tolerance: float = 1e-10,
    jump: float = 0.5,
    marginal: float = 1e-6,
    max_iterations: int = 300,
    progress: bool | None = None,
) -> Branch:
    """Follow one fixed point along a path of frozen inputs.

    At each input, Levenberg-Marquardt starts from the point at the input before. This
    is natural continuation: it does not turn around at a fold, where a branch ends.
    Another path, point or network of that size recompiles nothing.

    **Arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `inputs_path`: `(P, n_in)`; successive inputs should be close.
    - `point`: the state to start from, `(n_hidden,)`, at or near a fixed point for
        `inputs_path[0]`.
    - `tolerance`, `marginal`, `max_iterations`, `progress`: as in `find_fixed_points`.
    - `jump`: a larger move than this from one input to the next (root mean square over
        units) leaves the branch.

    **Returns:** a `Branch`.

    **Raises:** `ValueError` for a network with noise or synaptic plasticity, and for
    wrong shapes.
    """
    net = check_autonomous(net)
    check_count("max_iterations", max_iterations, at_least=1)
    check_positive("tolerance", check_number("tolerance", tolerance), "Use 1e-10, say.")
    check_positive("jump", check_number("jump", jump), "It is a distance.")
    remedy = "It is the magnitude of a real part."
    check_not_negative("marginal", check_number("marginal", marginal), remedy)
    check_finite("inputs_path", inputs_path)
    path = np.asarray(inputs_path, np.float64)
    rule = f"have shape (path, {net.n_in})"
    remedy = "Give one frozen input in each row."
    fits = path.ndim == 2 and path.shape[1] == net.n_in and len(path) > 0
    check(fits, "inputs_path", rule, f"shape {path.shape}", remedy)
    start = check_starts(net, point, "point")
    check_finite("point", start)
    rule = f"be one state, ({net.n_hidden},)"
    check(len(start) == 1, "point", rule, f"{len(start)} states", "Loop over points.")

    points, outcomes, drives = [], [], []
    title = "continue_fixed_points"
    with (
        reporting(progress, title, "inputs", len(path)) as display,
        jax.enable_x64(True),
    ):
        limits = jnp.asarray(tolerance), jnp.asarray(max_iterations)
        v = jnp.asarray(start)  # (1, n_hidden): a search with one lane
        for u in path:
            # the end of this search is the start of the next
            field = field_in_double(net, u)
            v, outcome = search(field, v, 1, *limits, lanes=1, leave=0)
            points.append(np.asarray(v)[0])
            outcomes.append(int(outcome[0]))
            drives.append(np.asarray(field.drive))
            num_lost = sum(code != CONVERGED for code in outcomes)
            display.show(len(points), f"no fixed point at {num_lost}")
        # no Newton step from a slow point: it would lead to another point
        has_converged = np.array(outcomes) == CONVERGED
        refined = refined_points(
            field_in_double(net, path[0]),
            np.array(points),
            np.where(has_converged, _MAX_NEWTON_STEP, 0.0),
            np.array(drives),
        )
        made = f"fixed points at {has_converged.sum()} of {len(path)} inputs"
        display.close(f"{made} in {display.seconds}")

    # the branch ends at the first input where the point is lost or jumps
    move = np.sqrt(np.mean(np.diff(refined.points, axis=0) ** 2, -1))
    move = np.concatenate([[0.0], move])
    converged = refined.speed <= tolerance
    return Branch(
        network=net,
        inputs=path,
        **refined._asdict(),
        converged=converged,
        move=move,
        on_branch=np.logical_and.accumulate(converged & (move <= jump)),
        marginal=float(marginal),
    )
