"""Fixed points while a parameter changes, sorted into branches."""

from collections.abc import Callable
import itertools
from typing import Any

import equinox as eqx
import jax
import numpy as np

from ..._checks import check_count, check_number, check_positive, describe, invalid
from ..._types import KeyArray, Numbers
from ...network import AbstractNetwork
from .._vector_field import check_autonomous, one_input
from ._search import FixedPoints, found_from
from ._starts import draw_candidates, flat_starts


class Bifurcation(eqx.Module):
    """Fixed points at each of M values of a parameter, P of them in all.

    NumPy arrays; those `(P,)` are in the order of the values.

    **Attributes:**

    - `values`: `(M,)`.
    - `at`: `(P,)`, which value each point is at.
    - `branch`: `(P,)`, which branch it is on, from 0.
    - `points`: `(P, n_hidden)`; `speed`, `(P,)`; `eigenvalues`, `(P, n_hidden)`, 1/ms;
        `index` and `stability`, `(P,)`: all as in `FixedPoints`.
    - `slow_points`: `(M,)`, how many slow points there were, which are on no branch.
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

    @property
    def n_branches(self) -> int:
        """How many branches."""
        return int(self.branch.max(initial=-1)) + 1

    @property
    def counts(self) -> np.ndarray:
        """How many fixed points there are at each value, `(M,)`."""
        return np.bincount(self.at, minlength=len(self.values))

    def changes(self) -> list[tuple[int, str, float, float]]:
        """Where branches begin, end, or change in stability.

        Each as (branch, what, value before, value after): the bifurcation lies between
        the two values.
        """
        found = []
        for b in range(self.n_branches):
            where = np.flatnonzero(self.branch == b)
            at = self.at[where]
            if at[0] > 0:
                found.append((b, "begins", *self._between(at[0])))
            for one, two in itertools.pairwise(where):
                if self.index[one] != self.index[two] or (
                    self.stability[one] != self.stability[two]
                ):
                    what = f"{self.stability[one]} to {self.stability[two]}"
                    found.append((b, what, *self._between(self.at[two])))
            if at[-1] < len(self.values) - 1:
                found.append((b, "ends", *self._between(at[-1] + 1)))
        return found

    def _between(self, at: Any) -> tuple[float, float]:
        return float(self.values[at - 1]), float(self.values[at])


def _linked(before: np.ndarray, after: np.ndarray, jump: float) -> list[tuple]:
    """Pairs of points closer than `jump`, the closest first, each point once."""
    away = np.sqrt(np.mean((before[:, None] - after[None]) ** 2, -1))
    pairs = []
    while away.size and away.min() <= jump:
        i, j = (int(k) for k in np.unravel_index(np.argmin(away), away.shape))
        pairs.append((i, j))
        away[i], away[:, j] = np.inf, np.inf
    return pairs


def bifurcation(
    net: Any,
    change: Callable[[Any, float], AbstractNetwork],
    values: Numbers,
    *,
    key: KeyArray,
    inputs: Numbers | None = None,
    starts: Any = None,
    candidates: int = 256,
    jitter: float | None = None,
    jump: float = 0.5,
    tolerance: float = 1e-10,
    distinct: float = 1e-4,
    marginal: float = 1e-6,
    max_iterations: int = 300,
) -> Bifurcation:
    """Fixed points of a network over values of any of its numbers, as branches.

        gain = lambda net, g: cj.replace(net, w_hid=g * w)
        found = cj.analysis.bifurcation(net, gain, np.linspace(0.5, 2, 31), key=key)

    At each value candidates are drawn anew, and the fixed points of the value before
    are among them. Points of successive values are paired, the closest first, up to
    `jump` apart: take values close together. A change that leaves the structure of the
    network alone never compiles anew.

    **Arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `change`: the network at a value, from `net` and the value.
    - `values`: `(M,)`, in the order in which branches are followed.
    - `key`, `inputs`, `starts`, `candidates`, `jitter`, `tolerance`, `distinct`,
        `marginal`, `max_iterations`: as in `find_fixed_points`.
    - `jump`: root mean square over units.

    **Returns:** a `Bifurcation`.

    **Raises:** `ValueError` as `find_fixed_points`, and for values that are not a list.
    """
    net = check_autonomous(net)
    check_count("candidates", candidates, at_least=1)
    check_positive("jump", check_number("jump", jump), "It is a distance.")
    parameters = np.asarray(values, np.float64)
    if parameters.ndim != 1 or not len(parameters):
        raise invalid(
            "values", "be a list", f"shape {parameters.shape}", "One at least."
        )
    given = None if starts is None else flat_starts(net, starts)
    found: list[FixedPoints] = []
    branches: list[np.ndarray] = []
    slow, known = [], 0
    for value in parameters:
        changed = check_autonomous(change(net, float(value)))
        if changed.n_hidden != net.n_hidden:
            raise invalid(
                "change", "keep the number of units", describe(changed), "Set weights."
            )
        u = one_input(changed, inputs)
        with jax.enable_x64(True):
            v = np.array(draw_candidates(changed, u, given, key, candidates, jitter))
        if found:
            last = found[-1].points[:candidates]
            v[: len(last)] = last
        points = found_from(
            changed,
            u,
            v,
            tolerance=tolerance,
            distinct=distinct,
            marginal=marginal,
            max_iterations=max_iterations,
        )
        slow.append(int(np.sum(~points.converged)))
        points = points.where(points.converged)
        branch = np.full(len(points), -1)
        if found:
            for i, j in _linked(found[-1].points, points.points, jump):
                branch[j] = branches[-1][i]
        new = np.flatnonzero(branch < 0)
        branch[new] = known + np.arange(len(new))
        known += len(new)
        found.append(points)
        branches.append(branch)
    join = lambda name: np.concatenate([getattr(p, name) for p in found])
    return Bifurcation(
        values=parameters,
        at=np.repeat(np.arange(len(found)), [len(p) for p in found]),
        branch=np.concatenate(branches),
        points=join("points"),
        speed=join("speed"),
        eigenvalues=join("eigenvalues"),
        index=join("index"),
        stability=join("stability"),
        slow_points=np.array(slow),
    )
