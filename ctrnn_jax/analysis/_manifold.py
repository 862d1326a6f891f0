"""Lines and rings of fixed or slow points."""

import equinox as eqx
import jax
import numpy as np

from .._checks import check_number, check_positive
from ._fixed_points import FixedPoints
from ._levenberg import speeds
from ._settle import exact_field


class Manifold(eqx.Module):
    """A chain of neighbouring points, each with a direction in which little happens.

    **Attributes:**

    - `order`: numbers of the points, along the chain (where it has one dimension).
    - `dimension`: how many slow directions the points have (the median).
    - `closed`: whether the chain comes back to where it starts: a ring, not a line.
        Only told for one dimension.
    - `length`: of the chain, Euclidean; without the closing link.
    - `speed`: the largest of the points, root mean square of tau dv/dt.
    - `speed_between`: the largest halfway between neighbours. As low as that of the
        points: a continuum; far higher: discrete points in a row.
    """

    order: np.ndarray
    dimension: int
    closed: bool
    length: float
    speed: float
    speed_between: float


def attractor_manifolds(
    points: FixedPoints, *, slow: float = 0.1, gap: float = 5.0, aligned: float = 0.8
) -> tuple[Manifold, ...]:
    """Line and ring attractors among points that were found, the largest first.

    Points are linked if both have a slow direction, one lies among the nearest
    neighbours of the other, and the step between them is along slow directions of
    both. A count of points found on a continuum means nothing; this is what does.

    **Arguments:**

    - `points`: from `find_fixed_points`; slow points count as well.
    - `slow`: a direction is slow if its eigenvalue per tau is within this of 0.
    - `gap`: links are at most this many times the median distance of nearest
        neighbours.
    - `aligned`: cosine between a link and the slow directions at its ends, at least.

    **Returns:** the chains of three points and more.

    **Raises:** `ValueError` for options that are not positive.
    """
    for name, value in (("slow", slow), ("gap", gap), ("aligned", aligned)):
        check_positive(name, check_number(name, value), "See the docstring.")
    tau = float(np.mean(np.asarray(points.network.tau)))
    counts = np.sum(np.abs(np.real(points.eigenvalues)) * tau <= slow, -1)
    members = np.flatnonzero(counts)
    if len(members) < 3:
        return ()
    bases = []
    for i in members:
        modes = points.modes(int(i))
        chosen = modes.right[:, np.abs(np.real(modes.eigenvalues)) * tau <= slow]
        both = np.hstack([np.real(chosen), np.imag(chosen)])
        axes, sizes, _ = np.linalg.svd(both, full_matrices=False)
        bases.append(axes[:, sizes > 1e-8])
    v = points.points[members]
    step = v[:, None] - v[None]
    distance = np.sqrt(np.sum(step**2, -1))
    np.fill_diagonal(distance, np.inf)
    reach = gap * np.median(distance.min(1))
    # neighbours: in one dimension two of them, of which some may be on the same side
    near = np.argsort(distance, axis=1)[:, :8]
    link = np.zeros_like(distance, bool)
    for i, others in enumerate(near):
        for j in others:
            if distance[i, j] <= reach:
                along = [np.linalg.norm(bases[k].T @ step[i, j]) for k in (i, j)]
                link[i, j] = min(along) >= aligned * distance[i, j]
    link |= link.T
    chains = [c for c in _components(link) if len(c) >= 3]
    chains.sort(key=len, reverse=True)
    return tuple(_manifold(points, members, c, counts) for c in chains)


def _components(link: np.ndarray) -> list[np.ndarray]:
    """Groups of points that links connect."""
    group = np.full(len(link), -1)
    for i in range(len(link)):
        if group[i] < 0:
            front = [i]
            while front:
                j = front.pop()
                group[j] = i
                front.extend(np.flatnonzero(link[j] & (group < 0)))
    return [np.flatnonzero(group == g) for g in np.unique(group)]


def _walk(v: np.ndarray, start: int) -> list[int]:
    """From one point always on to the nearest that is left."""
    order, left = [start], np.ones(len(v), bool)
    left[start] = False
    while left.any():
        away = np.where(left, np.sum((v - v[order[-1]]) ** 2, -1), np.inf)
        order.append(int(np.argmin(away)))
        left[order[-1]] = False
    return order


def _manifold(
    points: FixedPoints,
    members: np.ndarray,
    chain: np.ndarray,
    counts: np.ndarray,
) -> Manifold:
    which = members[chain]
    v = points.points[which]
    # a walk ends at an end of the chain, from which the next goes along it
    order = _walk(v, _walk(v, 0)[-1])
    v = v[order]
    steps = np.sqrt(np.sum(np.diff(v, axis=0) ** 2, -1))
    back = float(np.sqrt(np.sum((v[-1] - v[0]) ** 2)))
    dimension = int(np.median(counts[which]))
    with jax.enable_x64(True):
        field = exact_field(points.network, points.inputs)
        # of one shape for any number of points
        halves = np.resize(
            (v[1:] + v[:-1]) / 2, (len(points.candidate_speed), v.shape[1])
        )
        between = speeds(field, halves)[: len(v) - 1]
    return Manifold(
        order=which[order],
        dimension=dimension,
        closed=bool(dimension == 1 and len(v) > 3 and back <= 2 * steps.max()),
        length=float(steps.sum()),
        speed=float(points.speed[which].max()),
        speed_between=float(between.max()),
    )
