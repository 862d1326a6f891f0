"""Verify fixed points: compare growth in simulation with the linearised step."""

from typing import final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_count, check_number, check_positive
from ..._progress import reporting
from ..._show import AbstractShown, grid, Table, titled
from ..._tables import AbstractTabular, Columns, columns_of
from ...network import astype, State
from ...simulation import Record, rollout
from .._eigenmodes import modes
from .._vector_field import at_state, field_in_double, VectorField
from ._fixed_points import FixedPoints
from ._refinement import padded_chunks


_MAX_DECAY = 1e4
"""A mode is followed until it has decayed by about this factor."""


@final
class Verification(AbstractShown, AbstractTabular, eqx.Module):
    """Growth of small displacements in simulation, beside the predicted growth.

    **Attributes** (NumPy, one entry for each mode that was tried):

    - `point`: index of the point.
    - `predicted`: modulus of the eigenvalue of the simulated step, per step.
    - `measured`: growth of the amplitude of that mode per step, the geometric mean
        over the run. Of the two directions of displacement, the entry is the one that
        is farther from `predicted`.
    - `agrees`: whether they differ by at most the tolerance.
    """

    point: np.ndarray
    predicted: np.ndarray
    measured: np.ndarray
    agrees: np.ndarray

    def table(self) -> Columns:
        """Return a table with a row for each mode that was tried.

        "row" is the index; the other columns are the attributes.
        """
        return columns_of(self, "row", "point", "predicted", "measured", "agrees")

    def _table(self) -> Table:
        agrees = np.asarray(self.agrees)
        about = f"{np.sum(agrees)} of {agrees.size} modes agree"
        return Table(titled(self, about), columns=grid(vars(self)))


@checks_arguments
def verify_fixed_points(
    points: FixedPoints,
    *,
    steps: int = 10,
    size: float = 1e-7,
    tolerance: float = 1e-4,
    progress: bool | None = None,
) -> Verification:
    """Simulate from displaced fixed points and compare growth with the eigenvalues.

    Each point is displaced in both directions along its unstable modes of the simulated
    step, or along the leading mode if none is unstable. The left eigenvector of a mode
    reads its amplitude, which should grow by the modulus of the eigenvalue in each
    step. In float64.

    A mode that decays fast is followed for fewer steps, while it is far above rounding
    errors.

    **Arguments:**

    - `points`: from `find_fixed_points`. Slow points drift, so they may disagree.
    - `steps`: length of the runs.
    - `size`: of the displacement, the length of the vector.
    - `tolerance`: of the growth per step.
    - `progress`: whether to report the progress; see `fit`.

    **Raises:** `ValueError` for options out of range.
    """
    check_count("steps", steps, at_least=1)
    check_positive("size", check_number("size", size), "Use 1e-7, say.")
    check_positive("tolerance", check_number("tolerance", tolerance), "Use 1e-4, say.")

    # each mode gives two runs: displacements to either side
    point_of, predicted, starts, readers = [], [], [], []
    title = "verify_fixed_points"
    with (
        reporting(progress, title, "points", len(points)) as display,
        jax.enable_x64(True),
    ):
        field = field_in_double(points.network, points.inputs)
        for i, v in enumerate(points.points):
            display.show(i)
            # the modes of the step to try, by falling modulus
            step_modes = modes(at_state(VectorField.step_jacobian, field, v))
            modulus = np.abs(step_modes.eigenvalues)
            order = np.argsort(-modulus, kind="stable")
            num_modes = max(1, int(np.sum(modulus > 1)))
            for mode in order[:num_modes]:
                displacement = size * np.real(step_modes.right[:, mode])
                point_of += [i, i]
                predicted += [modulus[mode]] * 2
                starts += [v + displacement, v - displacement]
                readers += [step_modes.left[:, mode].conj()] * 2
        # a decaying mode is followed until rounding errors could matter
        decay_rate = -np.log(np.clip(predicted, 1e-300, 1 - 1e-16))
        num_steps = np.clip(np.log(_MAX_DECAY) // decay_rate, 1, steps).astype(int)
        by_run = (-1, points.network.n_hidden)
        start_states, rows = (np.reshape(x, by_run) for x in (starts, readers))
        of_run = np.array(point_of, int)
        display.say("simulating")
        measured = _growth(points, of_run, start_states, rows, num_steps)
        made = f"{len(of_run) // 2} modes of {len(points)} points"
        display.close(f"{made} in {display.seconds}")

    # of the two sides, report the one with the larger error
    expected = np.array(predicted).reshape(-1, 2)
    error = np.abs(measured.reshape(-1, 2) - expected)
    worse_side = np.argmax(error, 1)[:, None]

    def at_worse_side(values: np.ndarray) -> np.ndarray:
        return np.take_along_axis(values.reshape(-1, 2), worse_side, 1)[:, 0]

    return Verification(
        point=of_run[::2],
        predicted=expected[:, 0],
        measured=at_worse_side(measured),
        agrees=at_worse_side(error) <= tolerance,
    )


def _growth(
    points: FixedPoints,
    point_of: np.ndarray,
    starts: np.ndarray,
    readers: np.ndarray,
    num_steps: np.ndarray,
) -> np.ndarray:
    """Return the growth per step of the amplitude that each reader reads, `(runs,)`.

    Run r starts at `starts[r]` `(n_hidden,)`, near point `point_of[r]`, and is measured
    after `num_steps[r]` steps.
    """
    net = astype(points.network, jnp.float64)
    record = Record(rates=False, outputs=False)
    ends = []
    for count, (start, last) in padded_chunks(starts, num_steps - 1):
        shape = (len(start), int(num_steps.max(initial=1)), net.n_in)
        held = jnp.broadcast_to(jnp.asarray(points.inputs), shape)
        trajectory = rollout(net, held, state=State(start), record=record)
        run = np.arange(len(start))
        ends.append(np.asarray(trajectory.potentials)[run, last][:count])

    def amplitude(v: np.ndarray) -> np.ndarray:
        return np.abs(np.sum(readers * (v - points.points[point_of]), -1))

    growth = amplitude(np.concatenate(ends)) / amplitude(starts)
    return growth ** (1 / num_steps)
