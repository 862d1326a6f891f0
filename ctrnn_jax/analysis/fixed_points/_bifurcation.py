"""Fixed points over values of a parameter, joined into branches."""

from collections.abc import Callable
import itertools
from typing import final

import equinox as eqx
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check, check_finite, check_number, check_positive, describe
from ..._progress import reporting
from ..._show import AbstractShown, counted, Table, text, titled
from ..._tables import AbstractTabular, Columns, columns_of
from ..._types import KeyArray, Numbers
from ...network import AbstractNetwork
from ...simulation import Trajectory
from .._arguments import check_autonomous, check_vector
from ._fixed_points import FixedPoints
from ._search import find_fixed_points


@final
class Bifurcation(AbstractShown, AbstractTabular, eqx.Module):
    """Fixed points at each of M values of a parameter, P points in all.

    NumPy arrays. Those of shape `(P, ...)` are in the order of the values.

    **Attributes:**

    - `values`: `(M,)`.
    - `at`: `(P,)`, index of the value that each point is at.
    - `branch`: `(P,)`, index of the branch that each point is on.
    - `points`: `(P, n_hidden)`; `speed`, `(P,)`; `eigenvalues`, `(P, n_hidden)`, 1/ms;
        `index` and `stability`, `(P,)`: all as in `FixedPoints`.
    - `slow_points`: `(M,)`, number of slow points at each value; they are on no branch.
    """

    values: np.ndarray
    at: np.ndarray
    branch: np.ndarray
    points: np.ndarray
    speed: np.ndarray
    eigenvalues: np.ndarray
    index: np.ndarray
    stability: np.ndarray
    slow_points: np.ndarray

    def _table(self) -> Table:
        about = f"{len(self.at)} fixed points at {counted(len(self.values), 'value')}"
        rows = (
            ("values", text(self.values)),
            ("branches", text(self.n_branches)),
            ("stability", text(self.stability)),
            ("fixed points at each value", text(self.counts)),
            ("slow points at each value", text(self.slow_points)),
            ("speed", text(self.speed)),
        )
        return Table(titled(self, about), rows)

    def table(self) -> Columns:
        """Return a table with a row for each fixed point: columns by name, `(P,)`.

        "point" is its index and "value" that of the parameter; "branch", "speed",
        "stability" and "index" are the attributes; "real" and "imag" are those of the
        eigenvalue with the largest real part, in 1/ms.
        """
        attributes = ("branch", "speed", "stability", "index")
        leading = self.eigenvalues[:, 0]
        return columns_of(self, "point", *attributes) | {
            "value": self.values[self.at],
            "real": np.real(leading),
            "imag": np.imag(leading),
        }

    @property
    def n_branches(self) -> int:
        """The number of branches."""
        return int(self.branch.max(initial=-1)) + 1

    @property
    def counts(self) -> np.ndarray:
        """The number of fixed points at each value, `(M,)`."""
        return np.bincount(self.at, minlength=len(self.values))

    def changes(self) -> list[tuple[int, str, float, float]]:
        """List where branches begin, end, or change in stability.

        Each entry is (branch, change, value before, value after): the bifurcation lies
        between the two values.
        """
        changes = []
        for branch in range(self.n_branches):
            members = np.flatnonzero(self.branch == branch)
            at = self.at[members]
            if at[0] > 0:
                changes.append((branch, "begins", *self._values_around(at[0])))
            # between successive points of the branch
            for one, following in itertools.pairwise(members):
                has_same_index = self.index[one] == self.index[following]
                before, after = self.stability[one], self.stability[following]
                if not has_same_index or before != after:
                    values = self._values_around(self.at[following])
                    changes.append((branch, f"{before} to {after}", *values))
            if at[-1] < len(self.values) - 1:
                changes.append((branch, "ends", *self._values_around(at[-1] + 1)))
        return changes

    def _values_around(self, after: int | np.integer) -> tuple[float, float]:
        """Return the value before index `after`, and the value at it."""
        return float(self.values[after - 1]), float(self.values[after])


@checks_arguments
def bifurcation(
    net: AbstractNetwork,
    change: Callable[[AbstractNetwork, float], AbstractNetwork],
    values: Numbers,
    *,
    key: KeyArray,
    inputs: Numbers | None = None,
    starts: Numbers | Trajectory | None = None,
    candidates: int = 256,
    jitter: float | None = None,
    jump: float = 0.5,
    tolerance: float = 1e-10,
    distinct: float = 1e-4,
    marginal: float = 1e-6,
    max_iterations: int = 300,
    progress: bool | None = None,
) -> Bifurcation:
    """Find fixed points over values of any number of a network, as branches.

        def scale(net, gain):
            return cj.replace(net, w_hid=gain * w)

        branches = cj.analysis.bifurcation(net, scale, np.linspace(0.5, 2, 31), key=key)

    At each value, candidates are drawn with the same key, and the fixed points at the
    value before are added to them. Points at successive values are paired greedily, the
    closest pair first, if they are at most `jump` apart: use values that are close
    together. If `change` keeps the structure of the network, nothing is recompiled.

    **Arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `change`: a function of `net` and a value, which returns the network at the value.
    - `values`: `(M,)`, in the order in which branches are followed.
    - `key`, `inputs`, `starts`, `candidates`, `jitter`, `tolerance`, `distinct`,
        `marginal`, `max_iterations`, `progress`: as in `find_fixed_points`.
    - `jump`: largest distance, root mean square over units, of successive points of a
        branch.

    **Returns:** a `Bifurcation`.

    **Raises:** `ValueError` as `find_fixed_points`, and if `values` is not a list.
    """
    net = check_autonomous(net)
    check_positive("jump", check_number("jump", jump), "It is a distance.")
    check_finite("values", values)
    parameters = np.asarray(values, np.float64)
    check_vector("values", parameters, "One value x is [x].")

    fixed_points: list[FixedPoints] = []
    branches: list[np.ndarray] = []
    num_slow_points: list[int] = []
    num_branches = 0
    with reporting(progress, "bifurcation", "values", len(parameters)) as display:
        for value in parameters:
            changed = change(net, float(value))
            rule, got = "return a network", describe(changed)
            remedy = "Such as cj.replace(net, w_hid=...)."
            check(isinstance(changed, AbstractNetwork), "change", rule, got, remedy)
            changed = check_autonomous(changed)
            has_same_units = changed.n_hidden == net.n_hidden
            rule, got = f"keep the {net.n_hidden} units", f"{changed.n_hidden} units"
            check(has_same_units, "change", rule, got, remedy)

            # 1. fixed points, also from those at the value before; count slow ones
            before = (
                fixed_points[-1].points if fixed_points else np.zeros((0, net.n_hidden))
            )
            points = find_fixed_points(
                changed,
                inputs,
                starts,
                key=key,
                candidates=candidates,
                jitter=jitter,
                tolerance=tolerance,
                distinct=distinct,
                marginal=marginal,
                max_iterations=max_iterations,
                include=before if len(before) else None,
                progress=False,
            )
            num_slow_points.append(int(np.sum(~points.converged)))
            points = points.where(points.converged)

            # 2. a point continues the branch of its pair, or begins a branch
            branch = np.full(len(points), -1)
            for i, j in _closest_pairs(before, points.points, jump):
                branch[j] = branches[-1][i]
            begins = np.flatnonzero(branch < 0)
            branch[begins] = num_branches + np.arange(len(begins))
            num_branches += len(begins)
            fixed_points.append(points)
            branches.append(branch)
            found = f"{len(points)} fixed points"
            display.show(len(branches), found, f"{num_branches} branches so far")
        made = f"{num_branches} branches at {len(parameters)} values"
        display.close(f"{made} in {display.seconds}")

    joined = {
        name: np.concatenate([getattr(points, name) for points in fixed_points])
        for name in ("points", "speed", "eigenvalues", "index", "stability")
    }
    num_points = [len(points) for points in fixed_points]
    return Bifurcation(
        values=parameters,
        at=np.repeat(np.arange(len(fixed_points)), num_points),
        branch=np.concatenate(branches),
        **joined,
        slow_points=np.array(num_slow_points),
    )


def _closest_pairs(
    before: np.ndarray, after: np.ndarray, jump: float
) -> list[tuple[int, int]]:
    """Return pairs of points at most `jump` apart, closest first, each point once."""
    distance = np.sqrt(np.mean((before[:, None] - after[None]) ** 2, -1))
    pairs = []
    # greedy: take the closest pair, then remove its row and column
    while distance.size and distance.min() <= jump:
        i, j = (int(k) for k in np.unravel_index(np.argmin(distance), distance.shape))
        pairs.append((i, j))
        distance[i], distance[:, j] = np.inf, np.inf
    return pairs
