"""Which units belong together."""

import equinox as eqx
import numpy as np

from ..._checks import check_count, invalid
from ..._types import Numbers
from ._dimension import as_data


class UnitClusters(eqx.Module):
    """Groups of units.

    **Attributes** (NumPy arrays):

    - `labels`: the group of each unit, `(units,)`; 0 is the largest group.
    - `counts`: the numbers of groups that were tried, ascending.
    - `silhouettes`: the mean silhouette for each of these numbers.
    """

    labels: np.ndarray
    counts: np.ndarray
    silhouettes: np.ndarray


def cluster_units(
    features: Numbers,
    *,
    n_clusters: int | None = None,
    max_clusters: int = 20,
) -> UnitClusters:
    """Group units by their features, `TaskVariances.normalised[active]`, say.

    Agglomerative (Ward 1963): the two groups whose union adds least variance are merged
    again and again, without the random starts of the k-means of Yang et al. (2019). As
    there, the number of groups is that of the largest mean silhouette (Rousseeuw 1987).
    Seconds for 500 units; it grows as their cube.

    **Arguments:**

    - `features`: `(units, features)`.
    - `n_clusters`: how many groups; chosen by the silhouette if `None`.
    - `max_clusters`: the most to try.

    Raises `ValueError` for fewer than 3 units and for counts outside 2 to units - 1.
    """
    points = np.asarray(as_data("features", features, "units features"), float)
    most = len(points) - 1
    if most < 2:
        raise invalid("features", "have at least 3 units", len(points), "Add units.")
    if n_clusters is not None:
        max_clusters = check_count("n_clusters", n_clusters, at_least=2)
        if n_clusters > most:
            remedy = "Ask for fewer."
            raise invalid("n_clusters", f"be below {len(points)}", n_clusters, remedy)
    max_clusters = min(check_count("max_clusters", max_clusters, at_least=2), most)
    squares = np.sum((points[:, None] - points[None]) ** 2, axis=-1)
    distances, partitions = np.sqrt(squares), _agglomerate(squares, max_clusters)
    counts = np.arange(2, max_clusters + 1)
    scores = np.array([_silhouette(distances, partitions[int(k)]) for k in counts])
    chosen = n_clusters or int(counts[np.argmax(scores)])
    _, labels, sizes = np.unique(
        partitions[chosen], return_inverse=True, return_counts=True
    )
    rank = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return UnitClusters(rank[labels], counts, scores)


def _agglomerate(squares: np.ndarray, most: int) -> dict[int, np.ndarray]:
    """The partition into each number of groups up to `most`, by Ward's criterion."""
    gaps = squares.copy()
    np.fill_diagonal(gaps, np.inf)
    labels, sizes = np.arange(len(gaps)), np.ones(len(gaps))
    partitions = {}
    for remaining in range(len(gaps) - 1, 1, -1):
        i, j = np.unravel_index(np.argmin(gaps), gaps.shape)
        a, b = sizes[i], sizes[j]
        # the distance to the union from those to its parts (Lance & Williams 1967)
        merged = (a + sizes) * gaps[i] + (b + sizes) * gaps[j] - sizes * gaps[i, j]
        merged = merged / (a + b + sizes)
        merged[[i, j]] = np.inf
        gaps[i], gaps[:, i], gaps[j], gaps[:, j] = merged, merged, np.inf, np.inf
        sizes[i], sizes[j] = a + b, 1
        labels[labels == j] = i
        if remaining <= most:
            partitions[remaining] = labels.copy()
    return partitions


def _silhouette(distances: np.ndarray, labels: np.ndarray) -> float:
    """The mean silhouette of a partition; units alone in their group count 0."""
    groups, of_unit, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    member = (of_unit[:, None] == np.arange(len(groups))[None]).astype(float)
    sums, unit = distances @ member, np.arange(len(labels))
    own = sums[unit, of_unit] / np.maximum(sizes[of_unit] - 1, 1)
    means = sums / sizes[None]
    means[unit, of_unit] = np.inf
    other = means.min(axis=1)
    largest = np.maximum(own, other)
    alone = (sizes[of_unit] == 1) | (largest == 0)
    return float(
        np.mean(np.where(alone, 0, (other - own) / np.where(alone, 1, largest)))
    )
