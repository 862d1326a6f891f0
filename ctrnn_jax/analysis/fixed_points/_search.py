"""Where the flow of a network stands still, or nearly so, with its input frozen."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import check_count, check_not_negative, check_number, check_positive
from ..._types import KeyArray, Numbers
from ...network import AbstractNetwork
from .._eigenmodes import (
    frequencies,
    indices_of,
    Modes,
    modes,
    stability_of,
    time_constants,
)
from .._vector_field import check_autonomous, one_input
from ._levenberg_marquardt import search_all, SLOW, speeds
from ._refinement import distinct_points, exact_field, settled
from ._starts import beyond, draw_candidates, flat_starts


_PER_POINT = (
    "points", "speed", "converged", "minimum", "count", "outlier", "eigenvalues",
    "multipliers", "kink",
)  # fmt: skip


class FixedPoints(eqx.Module):
    """Fixed and slow points of a network at one frozen input, slowest first.

    NumPy arrays in float64, K points and C candidates.

    **Attributes:**

    - `network`, `inputs`: of what they are; the input `(n_in,)`.
    - `points`: potentials `(K, n_hidden)` (rates in forms whose state they are).
    - `speed`: `(K,)`, root mean square over units of `tau dv/dt`: how far v moves in
        one time constant. It depends neither on dt nor on the number of units.
    - `converged`: `(K,)`, whether the speed is below the tolerance. The others are
        slow points; of those
    - `minimum`: `(K,)`, whether this is a local minimum of the speed above zero (a
        "ghost"), or only where a candidate ran out of steps.
    - `count`: `(K,)`, candidates that ended here: the basin of the search, not of the
        dynamics.
    - `outlier`: `(K,)`, farther from the middle of the candidates' starts than twice
        the farthest start.
    - `eigenvalues`: `(K, n_hidden)` complex, of the Jacobian of the flow in 1/ms,
        largest real part first.
    - `multipliers`: `(K, n_hidden)` complex, eigenvalues of the simulated step, largest
        modulus first.
    - `kink`: `(K,)`, whether f has a kink where some unit is, as relu at 0: Jacobian
        and stability are those of f' = 0 there, and say nothing of the other side.
    - `candidate_point`: `(C,)`, the point that each candidate ended at; -1 for one
        that was or became NaN.
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
        """How many points."""
        return len(self.points)

    @property
    def index(self) -> np.ndarray:
        """How many directions of the flow are unstable, `(K,)`."""
        return self._indices()[0]

    @property
    def stability(self) -> np.ndarray:
        """Of the flow, `(K,)`: "stable", "marginal", "saddle", "unstable".

        A saddle has unstable directions and others; "unstable" is unstable in all.
        """
        return stability_of(*self._indices(), self.points.shape[-1])

    @property
    def index_sum(self) -> int:
        """The sum of `(-1) ** index` over fixed points: 1 if all have been found.

        By Poincaré and Hopf, for a flow that comes in from far away (bounded f, or
        stable there) and points that are neither marginal nor continua. Other values
        mean that some are missing; 1 does not prove that none is.
        """
        return int(np.sum((-1.0) ** self.index[self.converged]))

    @property
    def step_stability(self) -> np.ndarray:
        """Of the simulated step, `(K,)`, in the same words (modulus against 1)."""
        gain = self.network.method.gain(self.network.dt, self.network.tau)
        margin = self.marginal * float(np.mean(np.asarray(gain)))
        return stability_of(
            *indices_of(np.abs(self.multipliers) - 1, margin), self.points.shape[-1]
        )

    @property
    def time_constants(self) -> np.ndarray:
        """`-1 / Re` of the eigenvalues in ms; negative where a mode grows."""
        return time_constants(self.eigenvalues)

    @property
    def frequencies(self) -> np.ndarray:
        """`Im / (2 pi)` of the eigenvalues in Hz."""
        return frequencies(self.eigenvalues)

    def jacobian(self, which: int) -> np.ndarray:
        """d(dv/dt)/dv at one point, in 1/ms."""
        with jax.enable_x64(True):
            field = exact_field(self.network, self.inputs)
            return np.asarray(field.jacobian(jnp.asarray(self.points[which])))

    def modes(self, which: int) -> Modes:
        """Eigenvalues with right and left eigenvectors at one point."""
        return modes(self.jacobian(which))

    def where(self, chosen: Numbers | Sequence[int]) -> "FixedPoints":
        """Some of the points: a boolean for each, or their numbers.

        Candidates of the others then have point -1.
        """
        keep = np.arange(len(self))[np.asarray(chosen)]
        to = np.full(len(self) + 1, -1)
        to[keep] = np.arange(len(keep))
        part = {name: getattr(self, name)[keep] for name in _PER_POINT}
        part["candidate_point"] = to[self.candidate_point]
        where = lambda p: [getattr(p, name) for name in part]
        return eqx.tree_at(where, self, list(part.values()))

    def _indices(self) -> tuple[np.ndarray, np.ndarray]:
        tau = float(np.mean(np.asarray(self.network.tau)))
        return indices_of(np.real(self.eigenvalues) * tau, self.marginal)

    def __str__(self) -> str:
        """A table of the fixed points: speed, kind, slowest time constant, candidates.

        Slow points are only counted. Those at a kink have a star.
        """
        lines = ["point  speed     kind      index  leading ms  candidates"]
        for i in np.flatnonzero(self.converged):
            lines.append(
                f"{i:5d}  {self.speed[i]:.2e}  {self.stability[i]:8s}  "
                f"{self.index[i]:5d}  {self.time_constants[i, 0]:10.4g}  "
                f"{self.count[i]:10d}{' *' if self.kink[i] else ''}"
            )
        if self.kink[self.converged].any():
            lines.append("* at a kink of f: stability holds on one side only")
        slow = self.speed[~self.converged]
        if len(slow):
            lines.append(f"and {len(slow)} slow points, of speed {slow.min():.2e} on")
        lost = int(np.sum(~np.isfinite(self.candidate_speed)))
        return "\n".join(lines) + (f"\n{lost} candidates are NaN" if lost else "")


def find_fixed_points(
    net: Any,
    inputs: Numbers | None = None,
    starts: Any = None,
    *,
    key: KeyArray | None = None,
    candidates: int = 1024,
    jitter: float | None = None,
    tolerance: float = 1e-10,
    distinct: float = 1e-4,
    marginal: float = 1e-6,
    warm_up: int = 0,
    max_iterations: int = 300,
) -> FixedPoints:
    """Fixed points and slow points of a network with its input frozen.

    Each candidate goes downhill in the speed by itself, by Levenberg-Marquardt on the
    force F = tau dv/dt, which finds saddles as well as attractors (Sussillo & Barak
    2013, with second-order steps). Computed in float64, whatever the dtype of the
    network and whether or not x64 is on, and never compiled anew for other weights,
    inputs, starts or keys. Not for `jit`: how many points there are is data.

    **Main arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `inputs`: the frozen input, `(n_in,)`; left out: zeros.
    - `starts`: states to start from, `(..., n_hidden)`, such as the potentials of a
        `Trajectory` (or one itself). By default states that runs with this input visit
        from v0 plus noise of standard deviation 2.
    - `key`: for choosing among starts and for the jitter. Needed, unless `starts` is
        given with `jitter=0`.

    **Other arguments:**

    - `candidates`: how many. Up to half of them are starts as they are (evenly thinned
        out if there are more), the rest lie between two starts chosen at random, plus
        noise: visited states alone lead to few saddles. Look at `index_sum`.
    - `jitter`: standard deviation of that noise; by default a quarter of the spread of
        starts, and at least 0.1. With `jitter=0` and no key starts alone are used.
    - `tolerance`: a point is fixed if its speed (root mean square of tau dv/dt) is at
        most this.
    - `distinct`: points closer than this (root mean square over units) are one.
    - `marginal`: real parts of eigenvalues per tau that count as 0.
    - `warm_up`: steps of Adam before, cheap in large networks (N^2 each, not N^3).
    - `max_iterations`: Levenberg-Marquardt steps of a candidate, at most; 0: Adam
        alone.

    **Returns:** `FixedPoints`. Nothing is dropped: slow points, outliers and candidates
    that became NaN are flagged.

    **Raises:** `ValueError` for a network with noise or synaptic plasticity, wrong
    shapes, no key where one is needed, and options out of range.
    """
    net = check_autonomous(net)
    check_count("candidates", candidates, at_least=1)
    check_count("warm_up", warm_up, at_least=0)
    check_count("max_iterations", max_iterations, at_least=0)
    check_positive("tolerance", check_number("tolerance", tolerance), "Use 1e-10, say.")
    check_not_negative("distinct", check_number("distinct", distinct), "It is a size.")
    check_not_negative("marginal", check_number("marginal", marginal), "It is a size.")
    u = one_input(net, inputs)
    given = None if starts is None else flat_starts(net, starts)
    with jax.enable_x64(True):
        v = draw_candidates(net, u, given, key, candidates, jitter)
    return found_from(
        net,
        u,
        v,
        tolerance=tolerance,
        distinct=distinct,
        marginal=marginal,
        warm_up=warm_up,
        max_iterations=max_iterations,
    )


def found_from(
    net: AbstractNetwork,
    u: np.ndarray,
    v: np.ndarray,
    *,
    tolerance: float = 1e-10,
    distinct: float = 1e-4,
    marginal: float = 1e-6,
    warm_up: int = 0,
    max_iterations: int = 300,
) -> FixedPoints:
    """The points that these candidates lead to; all is checked."""
    with jax.enable_x64(True):
        field = exact_field(net, u)
        found, code = search_all(field, v, tolerance, warm_up, max_iterations)
        first = speeds(field, found)
        kept, point = distinct_points(found, first, distinct)
        # slow points stay: a Newton step would lead elsewhere
        furthest = np.where(first[kept] <= tolerance, distinct, 0.0)
        points, speed, values, multipliers, kink = settled(field, found[kept], furthest)
    order = np.argsort(speed, kind="stable")
    # the last place takes the -1 of candidates without a point
    point = np.append(np.argsort(order), -1)[point]
    converged = speed[order] <= tolerance
    minimum = np.isin(np.arange(len(kept)), point[code == SLOW])
    return FixedPoints(
        network=net,
        inputs=u,
        points=points[order],
        speed=speed[order],
        converged=converged,
        minimum=minimum & ~converged,
        count=np.bincount(point[point >= 0], minlength=len(kept)),
        outlier=beyond(v, points[order]),
        eigenvalues=values[order],
        multipliers=multipliers[order],
        kink=kink[order],
        candidate_point=point,
        candidate_speed=first,
        candidate_converged=first <= tolerance,
        marginal=float(marginal),
    )
