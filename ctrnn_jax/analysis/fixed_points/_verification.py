"""Whether simulation leaves a fixed point, or comes back, as linearisation says."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_number, check_positive
from ...network import astype, State
from ...simulation import Record, rollout
from .._eigenmodes import modes
from ._refinement import exact_field
from ._search import FixedPoints


_ROWS = 32
"""Runs at a time."""


class Verification(eqx.Module):
    """Growth of small displacements in simulation, beside what it should be.

    **Attributes** (NumPy, one entry for each mode that was tried):

    - `point`: which point.
    - `predicted`: modulus of the eigenvalue of the simulated step, per step.
    - `measured`: growth of the amplitude of that mode per step, the geometric mean
        over the run; the one of two signs that is farther from `predicted`.
    - `agrees`: whether they differ by at most the tolerance.
    """

    point: np.ndarray
    predicted: np.ndarray
    measured: np.ndarray
    agrees: np.ndarray


def verify_fixed_points(
    points: FixedPoints,
    *,
    steps: int = 10,
    size: float = 1e-7,
    tolerance: float = 1e-4,
) -> Verification:
    """Displace each point along its modes, both ways, simulate, and compare.

    Of each point the unstable modes of the simulated step are tried, and the leading
    one in any case. The amplitude of a mode is what its left eigenvector reads; it
    should grow by the modulus of its eigenvalue in each step. In float64.

    A mode that decays fast is followed for fewer steps, while it is far from rounding.

    **Arguments:**

    - `points`: from `find_fixed_points`; slow points drift, so they may disagree.
    - `steps`: length of the runs.
    - `size`: of the displacement, the length of the vector.
    - `tolerance`: on the growth per step.

    **Raises:** `ValueError` for options out of range.
    """
    check_count("steps", steps, at_least=1)
    check_positive("size", check_number("size", size), "Use 1e-7, say.")
    check_positive("tolerance", check_number("tolerance", tolerance), "Use 1e-4, say.")
    which, predicted, start, read = [], [], [], []
    with jax.enable_x64(True):
        field = exact_field(points.network, points.inputs)
        gain = np.broadcast_to(np.asarray(field.gain), points.points.shape[-1:])
        tau = np.broadcast_to(np.asarray(field.tau), gain.shape)
        for i, at in enumerate(points.points):
            flow = points.jacobian(i)
            found = modes(np.eye(len(at)) + (gain * tau)[:, None] * flow)
            modulus = np.abs(found.eigenvalues)
            order = np.argsort(-modulus, kind="stable")
            for mode in order[: max(1, int(np.sum(modulus > 1)))]:
                away = size * np.real(found.right[:, mode])
                which += [i, i]
                predicted += [modulus[mode]] * 2
                start += [at + away, at - away]
                read += [found.left[:, mode].conj()] * 2
        shrinks = -np.log(np.clip(predicted, 1e-300, 1 - 1e-16))
        run = np.clip(np.log(1e4) // shrinks, 1, steps).astype(int)
        measured = _growth(points, np.array(which), start, read, run)
    wanted = np.array(predicted).reshape(-1, 2)
    error = np.abs(measured.reshape(-1, 2) - wanted)
    worst = np.argmax(error, 1)[:, None]
    take = lambda x: np.take_along_axis(x.reshape(-1, 2), worst, 1)[:, 0]
    return Verification(
        np.array(which, int)[::2],
        wanted[:, 0],
        take(measured),
        take(error) <= tolerance,
    )


def _growth(
    points: FixedPoints, which: np.ndarray, start: list, read: list, run: np.ndarray
) -> np.ndarray:
    """Growth per step of the amplitude that each row of `read` sees, in `run` steps."""
    steps = int(run.max(initial=1))
    net = astype(points.network, jnp.float64)
    held = jnp.broadcast_to(jnp.asarray(points.inputs), (_ROWS, steps, net.n_in))
    record = Record(rates=False, outputs=False)
    growth = []
    for at in range(0, len(start), _ROWS):
        rows = np.array(start[at : at + _ROWS])
        whole = np.resize(rows, (_ROWS, net.n_hidden))
        ran = rollout(net, held, state=State(whole), record=record)
        own = run[at : at + _ROWS]
        end = np.asarray(ran.potentials)[np.arange(len(rows)), own - 1]
        home = points.points[which[at : at + _ROWS]]
        see = lambda v, at=at, home=home: np.abs(
            np.sum(np.array(read[at : at + _ROWS]) * (v - home), -1)
        )
        growth.append((see(end) / see(rows)) ** (1 / own))
    return np.concatenate(growth) if growth else np.zeros(0)
