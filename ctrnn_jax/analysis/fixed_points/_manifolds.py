"""Lines and rings of fixed or slow points."""

import equinox as eqx
import jax
import numpy as np

from ..._checks import check_number, check_positive
from ._levenberg_marquardt import speeds
from ._refinement import exact_field
from ._search import FixedPoints


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
    points: FixedPoints, *, slow: float = 0.1, gap: float = 8.0, aligned: float = 0.8
) -> tuple[Manifold, ...]:
    """Line and ring attractors among points that were found, the largest first.

    Points are linked if both have a slow direction, the step between them is along slow
    directions of both, and one is the nearest such point of the other on its side, or
    among the nearest. A count of points found on a continuum means nothing; this is
    what does. A chain is a ring if a link from its end to its start goes on where the
    chain leaves off, at both.

    **Arguments:**

    - `points`: from `find_fixed_points`; slow points count as well.
    - `slow`: a direction is slow if its eigenvalue per tau is within this of 0.
    - `gap`: links are at most this many times the median distance of nearest
        neighbours, times `1 + ln(points)`: so does the largest of random gaps grow.
    - `aligned`: cosine between a link and the slow directions at its ends, at least.

    **Returns:** the chains of three points and more.

    **Raises:** `ValueError` for options that are not positive.
    """
    for name, value in (("slow", slow), ("gap", gap), ("aligned", aligned)):
        check_positive(name, check_number(name, value), "See the docstring.")
    tau = float(np.mean(np.asarray(points.network.tau)))
    counts = np.sum(np.abs(points.eigenvalues) * tau <= slow, -1)
    members = np.flatnonzero(counts)
    if len(members) < 3:
        return ()
    bases = []
    for i in members:
        modes = points.modes(int(i))
        chosen = modes.right[:, np.abs(modes.eigenvalues) * tau <= slow]
        both = np.hstack([np.real(chosen), np.imag(chosen)])
        axes, sizes, _ = np.linalg.svd(both, full_matrices=False)
        bases.append(axes[:, sizes > 1e-8])
    v = points.points[members]
    away = np.stack([np.linalg.norm(v - one, axis=1) for one in v])
    np.fill_diagonal(away, np.inf)
    fits = _aligned(v, away, bases, gap, aligned)
    link = _links(v, away, bases, fits)
    chains = [c for c in _components(link) if len(c) >= 3]
    chains.sort(key=len, reverse=True)
    return tuple(
        _manifold(points, members, away, c, counts, bases, fits) for c in chains
    )


def _aligned(
    v: np.ndarray,
    away: np.ndarray,
    bases: list[np.ndarray],
    gap: float,
    aligned: float,
) -> np.ndarray:
    """Which pairs are within reach, their step along slow directions of both."""
    reach = gap * np.median(away.min(axis=1)) * (1 + np.log(len(v)))
    along = [np.linalg.norm((v - v[i]) @ axes, axis=1) for i, axes in enumerate(bases)]
    fits = (away <= reach) & (np.stack(along) >= aligned * away)
    return fits & fits.T


def _links(
    v: np.ndarray, away: np.ndarray, bases: list[np.ndarray], fits: np.ndarray
) -> np.ndarray:
    """Links to the nearest on each side, along each slow direction, and of all."""
    link = np.zeros_like(fits)
    away = np.where(fits, away, np.inf)
    for i, axes in enumerate(bases):
        if axes.shape[1] > 1:
            link[i, np.argsort(away[i])[:8]] = True
        for side in ((v - v[i]) @ axes).T:
            for there in (side > 0, side < 0):
                link[i, np.argmin(np.where(there, away[i], np.inf))] = True
    link &= fits
    return link | link.T


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


def _along_tree(away: np.ndarray, start: int) -> np.ndarray:
    """How far each point is from one, along the shortest tree that joins all (Prim)."""
    n = len(away)
    far, best = np.zeros(n), np.full(n, np.inf)
    parent, left = np.full(n, start), np.ones(n, bool)
    best[start] = 0.0
    for _ in range(n):
        here = int(np.argmin(np.where(left, best, np.inf)))
        left[here] = False
        far[here] = far[parent[here]] + best[here]
        closer = left & (away[here] < best)
        best[closer], parent[closer] = away[here, closer], here
    return far


def _manifold(
    points: FixedPoints,
    members: np.ndarray,
    away: np.ndarray,
    chain: np.ndarray,
    counts: np.ndarray,
    bases: list[np.ndarray],
    fits: np.ndarray,
) -> Manifold:
    # the farthest point from any is an end, from which distances go along the chain
    own = away[np.ix_(chain, chain)]
    far = _along_tree(own, int(np.argmax(_along_tree(own, 0))))
    chain = chain[np.argsort(far, kind="stable")]
    which = members[chain]
    v = points.points[which]
    steps = np.sqrt(np.sum(np.diff(v, axis=0) ** 2, -1))
    dimension = int(np.median(counts[which]))
    first, last = chain[0], chain[-1]
    ahead = lambda axes, to, at: np.sign(axes[:, 0] @ (to - at))
    goes_on = bool(
        ahead(bases[first], v[1], v[0]) * ahead(bases[first], v[-1], v[0]) < 0
        and ahead(bases[last], v[-2], v[-1]) * ahead(bases[last], v[0], v[-1]) < 0
    )
    with jax.enable_x64(True):
        field = exact_field(points.network, points.inputs)
        # of one shape for any number of points
        halves = np.resize(
            (v[1:] + v[:-1]) / 2, (len(points.candidate_speed), v.shape[1])
        )
        between = speeds(field, halves)[: len(v) - 1]
    return Manifold(
        order=which,
        dimension=dimension,
        closed=dimension == 1 and len(v) > 3 and goes_on and bool(fits[first, last]),
        length=float(steps.sum()),
        speed=float(points.speed[which].max()),
        speed_between=float(between.max()),
    )
