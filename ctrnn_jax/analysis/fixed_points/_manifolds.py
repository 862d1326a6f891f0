"""Line and ring attractors: chains of neighbouring fixed or slow points."""

from typing import final

import equinox as eqx
import jax
import numpy as np
from scipy.sparse import csgraph

from ..._arguments import checks_arguments
from ..._checks import check, check_number, check_positive
from ..._progress import reporting
from ..._show import AbstractShown, quantities, Table
from .._vector_field import field_in_double
from ._fixed_points import FixedPoints
from ._speed import speeds


_NUM_NEIGHBOURS = 8
"""Links of a point with several slow directions, to the nearest points on any side."""


@final
class Manifold(AbstractShown, eqx.Module):
    """A chain of neighbouring points that have a slow direction along the chain.

    **Attributes:**

    - `order`: indices of the points, in their order along the chain (if its dimension
        is 1).
    - `dimension`: median number of slow directions of the points.
    - `closed`: whether the end of the chain is linked to its start: a ring, not a line.
        Always False for a dimension above 1.
    - `length`: of the chain, Euclidean, without the closing link.
    - `speed`: the largest speed of the points, root mean square of tau dv/dt.
    - `speed_between`: the largest speed halfway between neighbours. On a continuum it
        is as low as `speed`; between discrete points in a row it is far higher.
    """

    order: np.ndarray
    dimension: int
    closed: bool
    length: float
    speed: float
    speed_between: float

    def _table(self) -> Table:
        about = f"{len(self.order)} points, {'a ring' if self.closed else 'open'}"
        return quantities(self, about)


@checks_arguments
def attractor_manifolds(
    points: FixedPoints,
    *,
    slow: float = 0.1,
    gap: float = 8.0,
    aligned: float = 0.8,
    progress: bool | None = None,
) -> tuple[Manifold, ...]:
    """Find line and ring attractors among fixed and slow points, the largest first.

    Two points are linked if both have a slow direction, the step between them is along
    slow directions of both, and one is the nearest such point of the other on its side
    (or among the nearest, if there are several slow directions). A chain is a ring if
    the link from its end to its start continues the chain at both. The chain describes
    a continuum, which the number of points on it does not.

    **Arguments:**

    - `points`: from `find_fixed_points`; slow points are used too.
    - `slow`: a direction is slow if its eigenvalue per tau is within this of 0.
    - `gap`: links are at most this many times the median distance of nearest
        neighbours, times `1 + ln(points)`, which is how the largest of random gaps
        grows.
    - `aligned`: cosine between a link and the slow directions at its ends, at least.
    - `progress`: whether to report the progress; see `fit`.

    **Returns:** the chains of three points and more.

    **Raises:** `ValueError` for options that are not positive.
    """
    for name, value in (("slow", slow), ("gap", gap), ("aligned", aligned)):
        check_positive(name, check_number(name, value), "Leave it out.")
    check(aligned <= 1, "aligned", "be a cosine, at most 1", aligned, "Use 0.8.")

    # the points that have a slow direction
    tau = float(np.mean(np.asarray(points.network.tau)))
    num_slow = np.sum(np.abs(points.eigenvalues) * tau <= slow, -1)
    members = np.flatnonzero(num_slow)
    if len(members) < 3:
        return ()
    bases = []
    with reporting(progress, "attractor_manifolds", "points", len(members)) as display:
        for i in members:
            display.show(len(bases))
            bases.append(_slow_basis(points, int(i), tau, slow))
        made = f"slow directions of {len(members)} points"
        display.close(f"{made} in {display.seconds}")
    v = points.points[members]
    distance = np.stack([np.linalg.norm(v - one, axis=1) for one in v])
    np.fill_diagonal(distance, np.inf)

    # chains are the connected components of the links
    can_link = _can_link(v, distance, bases, gap, aligned)
    links = _links(v, distance, bases, can_link)
    num_chains, chain_of = csgraph.connected_components(links)
    chains = [np.flatnonzero(chain_of == chain) for chain in range(num_chains)]
    chains = [chain for chain in chains if len(chain) >= 3]
    chains.sort(key=len, reverse=True)
    return tuple(
        _manifold(points, members, distance, chain, num_slow, bases, can_link)
        for chain in chains
    )


def _slow_basis(points: FixedPoints, which: int, tau: float, slow: float) -> np.ndarray:
    """Return an orthonormal basis of the slow directions of a point, in columns."""
    modes = points.modes(which)
    is_slow = np.abs(modes.eigenvalues) * tau <= slow
    vectors = modes.right[:, is_slow]
    # a complex pair spans a plane; a real vector has no imaginary part to add
    spanning = np.hstack([np.real(vectors), np.imag(vectors)])
    basis, singular_values, _ = np.linalg.svd(spanning, full_matrices=False)
    return basis[:, singular_values > 1e-8]


def _can_link(
    v: np.ndarray,
    distance: np.ndarray,
    bases: list[np.ndarray],
    gap: float,
    aligned: float,
) -> np.ndarray:
    """Return which pairs are in reach, with a step along slow directions of both.

    `v` is `(n, units)`, `distance` and the result `(n, n)`.
    """
    reach = gap * np.median(distance.min(axis=1)) * (1 + np.log(len(v)))
    # row i: length of the projection of each step from i onto the slow directions of i
    projected = [
        np.linalg.norm((v - v[i]) @ basis, axis=1) for i, basis in enumerate(bases)
    ]
    can_link = (distance <= reach) & (np.stack(projected) >= aligned * distance)
    return can_link & can_link.T


def _links(
    v: np.ndarray, distance: np.ndarray, bases: list[np.ndarray], can_link: np.ndarray
) -> np.ndarray:
    """Return the links `(n, n)` between nearest points, symmetric.

    Each point is linked to the nearest point on either side along each slow direction.
    With several slow directions it is also linked to its nearest points on any side.
    """
    links = np.zeros_like(can_link)
    distance = np.where(can_link, distance, np.inf)
    for i, basis in enumerate(bases):
        if basis.shape[1] > 1:
            links[i, np.argsort(distance[i])[:_NUM_NEIGHBOURS]] = True
        for position in ((v - v[i]) @ basis).T:
            for is_on_side in (position > 0, position < 0):
                links[i, np.argmin(np.where(is_on_side, distance[i], np.inf))] = True
    # argmin of infinite distances is 0, which is no link
    links &= can_link
    return links | links.T


def _tree_distances(distance: np.ndarray, start: int) -> np.ndarray:
    """Return distances from `start` along the minimum spanning tree, `(n,)`."""
    tree = csgraph.minimum_spanning_tree(distance)
    return csgraph.dijkstra(tree, directed=False, indices=start)


def _manifold(
    points: FixedPoints,
    members: np.ndarray,
    distance: np.ndarray,
    chain: np.ndarray,
    num_slow: np.ndarray,
    bases: list[np.ndarray],
    can_link: np.ndarray,
) -> Manifold:
    """Order the points of a chain and measure it; `chain` indexes `members`."""
    # the point farthest from any point is an end; distances from it order the chain
    within = distance[np.ix_(chain, chain)]
    end = int(np.argmax(_tree_distances(within, 0)))
    chain = chain[np.argsort(_tree_distances(within, end), kind="stable")]
    order = members[chain]
    v = points.points[order]
    step_lengths = np.sqrt(np.sum(np.diff(v, axis=0) ** 2, -1))
    dimension = int(np.median(num_slow[order]))

    # a ring: the closing link can exist, and from each end of the chain it is on the
    # side opposite to the neighbour
    start_basis, end_basis = bases[chain[0]], bases[chain[-1]]
    is_opposite_at_start = _are_opposite(start_basis, v[0], v[1], v[-1])
    is_opposite_at_end = _are_opposite(end_basis, v[-1], v[-2], v[0])
    is_closed = (
        dimension == 1
        and len(v) > 3
        and is_opposite_at_start
        and is_opposite_at_end
        and bool(can_link[chain[0], chain[-1]])
    )

    # speeds halfway between neighbours, `(len(v) - 1,)`; the array has one shape for
    # chains of any length, so that nothing is compiled for another length
    halfway = (v[1:] + v[:-1]) / 2
    padded = np.resize(halfway, (len(points.candidate_speed), v.shape[1]))
    with jax.enable_x64(True):
        field = field_in_double(points.network, points.inputs)
        speed_between = np.asarray(speeds(field, padded))[: len(halfway)]
    return Manifold(
        order=order,
        dimension=dimension,
        closed=is_closed,
        length=float(step_lengths.sum()),
        speed=float(points.speed[order].max()),
        speed_between=float(speed_between.max()),
    )


def _are_opposite(
    basis: np.ndarray, v: np.ndarray, one: np.ndarray, other: np.ndarray
) -> bool:
    """Return whether two points are on opposite sides of v in its slow direction."""
    axis = basis[:, 0]
    return bool(np.sign(axis @ (one - v)) * np.sign(axis @ (other - v)) < 0)
