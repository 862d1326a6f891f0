"""The result of a search for fixed points: points, speeds, spectra and stability."""

from collections.abc import Iterator, Sequence
from typing import final

import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import check, describe
from ..._show import counted, grid, Table, text, titled
from ..._tables import Columns, columns_of
from ..._tree import with_fields
from ..._types import Numbers
from ...network import AbstractNetwork
from .._eigenmodes import growth_notes, Modes, modes
from .._vector_field import at_state, field_in_double, VectorField
from ._stability import AbstractPoints, stability_names


_PER_POINT = (
    "points", "speed", "converged", "minimum", "count", "outlier", "eigenvalues",
    "multipliers", "kink",
)  # fmt: skip
"""The fields of `FixedPoints` that have an entry for each point."""


@final
class FixedPoints(AbstractPoints):
    """Fixed and slow points of a network at one frozen input, slowest first.

    NumPy arrays in float64, K points and C candidates.

    **Attributes:**

    - `network`, `inputs`: the network, and the frozen input `(n_in,)`.
    - `points`: potentials `(K, n_hidden)`; rates in forms whose state is the rate.
    - `speed`: `(K,)`, root mean square over units of `tau dv/dt`, the change of v in
        one time constant. It is independent of dt and of the number of units.
    - `converged`: `(K,)`, whether the speed is at most the tolerance, which makes the
        point a fixed point. Points that did not converge are slow points.
    - `minimum`: `(K,)`, whether a slow point is a local minimum of the speed (a
        "ghost"). If not, a candidate ran out of iterations there.
    - `count`: `(K,)`, number of candidates that ended at the point. It measures the
        basin of the search, not that of the dynamics.
    - `outlier`: `(K,)`, whether the point is farther from the mean of the candidates'
        starts than twice the farthest start.
    - `eigenvalues`: `(K, n_hidden)` complex, of the Jacobian of the flow in 1/ms,
        largest real part first.
    - `multipliers`: `(K, n_hidden)` complex, eigenvalues of the simulated step, largest
        modulus first.
    - `kink`: `(K,)`, whether f has a kink at the state of some unit, as relu at 0. The
        Jacobian and the stability then use f' = 0 and hold on that side only.
    - `candidate_point`: `(C,)`, the point that each candidate ended at; -1 for a
        candidate that was or became NaN.
    - `candidate_speed`, `candidate_converged`: `(C,)`.
    - `marginal`: real parts within this of 0, per tau, count as 0.
    """

    network: AbstractNetwork
    inputs: np.ndarray
    points: np.ndarray
    speed: np.ndarray
    converged: np.ndarray
    minimum: np.ndarray
    count: np.ndarray
    outlier: np.ndarray
    eigenvalues: np.ndarray
    multipliers: np.ndarray
    kink: np.ndarray
    candidate_point: np.ndarray
    candidate_speed: np.ndarray
    candidate_converged: np.ndarray
    marginal: float

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.points)

    def __iter__(self) -> Iterator["FixedPoints"]:
        """Yield each point, as `points[0]`."""
        return (self[i] for i in range(len(self)))

    def __getitem__(self, which: int | np.integer) -> "FixedPoints":
        """Return one point, a result of one row; `where` returns several."""
        return self.where([self._checked_index(which)])

    def table(self) -> Columns:
        """Return a table with a row for each point: columns by name, `(K,)`.

        - "point": the index.
        - "speed", "converged", "minimum", "stability", "step_stability", "index",
          "kink", "count", "outlier": the attributes.
        - "real", "imag": of the eigenvalue with the largest real part, in 1/ms, with
          its "time_constant" (ms) and "frequency" (Hz).

        **Example:** `points.to_dataframe().groupby("stability").speed.max()`.
        """
        attributes = columns_of(
            self, "point", "speed", "converged", "minimum", "stability",
            "step_stability", "index", "kink", "count", "outlier",
        )  # fmt: skip
        return attributes | self._mode_columns(leading=True)

    @property
    def index_sum(self) -> int:
        """The sum of `(-1) ** index` over fixed points; 1 if the search found all.

        This is the theorem of Poincaré and Hopf. It holds for a flow that points
        inwards far away (bounded f, or f that is stable there), if no fixed point is
        marginal or part of a continuum. Another value means that fixed points are
        missing; 1 does not prove that none is.
        """
        return int(np.sum((-1.0) ** self.index[self.converged]))

    @property
    def stability(self) -> np.ndarray:
        """Stability of the flow, `(K,)`: "slow" for a slow point, which has none.

        For a fixed point "stable", "marginal", "saddle" or "unstable". A saddle has
        unstable directions and others; all directions of an "unstable" point are
        unstable.
        """
        return np.where(self.converged, super().stability, "slow")

    @property
    def step_stability(self) -> np.ndarray:
        """Stability of the simulated step, `(K,)`, in the same words."""
        gain = self.network.method.gain(self.network.dt, self.network.tau)
        margin = self.marginal * float(np.mean(np.asarray(gain)))
        names = stability_names(np.abs(self.multipliers) - 1, margin)
        return np.where(self.converged, names, "slow")

    @property
    def rates(self) -> np.ndarray:
        """Rates at the points, `(K, n_hidden)`."""
        form, activation = self.network.form, self.network.activation
        with jax.enable_x64(True):
            return np.asarray(form.rates(jnp.asarray(self.points), activation))

    def jacobian(self, which: int) -> np.ndarray:
        """Return d(dv/dt)/dv at one point, in 1/ms."""
        v = self.points[self._checked_index(which)]
        with jax.enable_x64(True):
            field = field_in_double(self.network, self.inputs)
            return np.asarray(at_state(VectorField.jacobian, field, v))

    def _checked_index(self, which: int | np.integer) -> int:
        """Validate the index of a point; return it."""
        is_index = isinstance(which, (int, np.integer)) and not isinstance(which, bool)
        in_range = is_index and -len(self) <= which < len(self)
        rule, got = f"be an index of {len(self)} points", lambda: describe(which)
        remedy = "Points count from 0; points.where([0, 1]) has several."
        check(in_range, "which", rule, got, remedy)
        return int(which)

    def modes(self, which: int) -> Modes:
        """Return eigenvalues with right and left eigenvectors at one point."""
        return modes(self.jacobian(which))

    def where(self, chosen: Numbers | Sequence[int]) -> "FixedPoints":
        """Return some of the points, given as a boolean for each or as indices.

        Candidates that ended at another point have point -1 in the result.
        """
        selected = np.asarray(chosen)
        is_mask = selected.dtype == bool and selected.shape == (len(self),)
        is_list = selected.dtype.kind in "iu" or selected.size == 0
        is_list = is_list and selected.ndim == 1
        if is_list:
            is_list = np.all((selected >= -len(self)) & (selected < len(self)))
        rule = f"be a boolean or an index for points of {len(self)}"
        remedy = 'Use points.where(points.stability == "stable"), for example.'
        check(is_mask or is_list, "chosen", rule, lambda: describe(selected), remedy)
        indices = np.arange(len(self))[selected if is_mask else selected.astype(int)]
        # the last entry is the new index of -1
        new_index = np.full(len(self) + 1, -1)
        new_index[indices] = np.arange(len(indices))
        # fields with an entry for each point, and the points of candidates
        changed = {name: getattr(self, name)[indices] for name in _PER_POINT}
        changed["candidate_point"] = new_index[self.candidate_point]
        return with_fields(self, **changed)

    def _table(self) -> Table:
        """Return a row for each fixed point; those at a kink of f have a star."""
        shown = np.flatnonzero(self.converged)
        columns = {
            "point": shown,
            "speed": (f"{x:.2e}" for x in self.speed[shown]),
            "stability": self.stability[shown],
            "index": self.index[shown],
            "time constant (ms)": self.time_constants[shown, 0],
            "candidates": self.count[shown],
        }
        notes = growth_notes(self.time_constants[shown, 0])
        if self.kink[shown].any():
            columns["kink"] = ("*" if x else "" for x in self.kink[shown])
            notes.append("* at a kink of f: stability holds on one side only")
        slow = self.speed[~self.converged]
        if len(slow):
            notes.append(f"and {len(slow)} slow points, of speed {slow.min():.2e} on")
        num_nan = int(np.sum(~np.isfinite(self.candidate_speed)))
        if num_nan:
            notes.append(f"{num_nan} candidates are NaN")
        about = counted(len(shown), "fixed point")
        about += f" of {counted(len(self.candidate_speed), 'candidate')}"
        rows = (("stability", text(self.stability)),)
        columns = grid(columns) if len(shown) else {}
        return Table(titled(self, about), rows, columns, tuple(notes))
