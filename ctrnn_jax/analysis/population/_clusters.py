"""Clusters of units with similar features."""

import equinox as eqx
import numpy as np

from ..._checks import check, check_count
from ..._types import Numbers
from ._data import as_data


class UnitClusters(eqx.Module):
    """Clusters of units.

    **Attributes** (NumPy arrays):

    - `labels`: the cluster of each unit, `(units,)`; 0 is the largest cluster.
    - `counts`: the numbers of clusters that were tried, ascending.
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
    """Cluster units by features, such as `TaskVariances.normalised[active]`.

    Agglomerative clustering (Ward 1963): repeatedly merge the two clusters whose union
    adds the least variance. It has no random starts, unlike the k-means of Yang et al.
    (2019). As there, the number of clusters is that of the largest mean silhouette
    (Rousseeuw 1987). Takes seconds for 500 units; time grows with the cube of the
    number of units.

    **Arguments:**

    - `features`: `(units, features)`.
    - `n_clusters`: number of clusters; chosen by the silhouette if `None`.
    - `max_clusters`: the largest number to try.

    Raises `ValueError` for fewer than 3 units and for counts outside 2 to units - 1.
    """
    points = np.asarray(as_data("features", features, "units features"), float)
    units = len(points)
    check(units >= 3, "features", "have at least 3 units", units, "Add units.")
    if n_clusters is not None:
        max_clusters = check_count("n_clusters", n_clusters, at_least=2)
        rule, remedy = f"be below {units}", "Use fewer clusters."
        check(n_clusters < units, "n_clusters", rule, n_clusters, remedy)
    max_clusters = check_count("max_clusters", max_clusters, at_least=2)
    max_clusters = min(max_clusters, units - 1)

    # partitions into each number of clusters, and their silhouettes
    squares = np.sum((points[:, None] - points[None]) ** 2, axis=-1)  # (units, units)
    distances, partitions = np.sqrt(squares), _agglomerate(squares, max_clusters)
    counts = np.arange(2, max_clusters + 1)
    scores = np.array([_silhouette(distances, partitions[int(k)]) for k in counts])
    best_count = n_clusters or int(counts[np.argmax(scores)])

    # number the clusters by falling size
    _, labels, sizes = np.unique(
        partitions[best_count], return_inverse=True, return_counts=True
    )
    rank = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return UnitClusters(rank[labels], counts, scores)


def _agglomerate(squares: np.ndarray, max_clusters: int) -> dict[int, np.ndarray]:
    """Return the partition into each number of clusters, by Ward's criterion.

    `squares` holds squared distances, `(units, units)`; a partition is one label for
    each unit, `(units,)`.
    """
    # a cluster lives in the row and column of one of its units; the rows of merged
    # clusters are infinite
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
        if remaining <= max_clusters:
            partitions[remaining] = labels.copy()
    return partitions


def _silhouette(distances: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean silhouette of a partition.

    The silhouette of a unit is `(b - a) / max(a, b)`: a is its mean distance to the
    other units of its cluster, b that to the nearest other cluster. It is 0 for a unit
    that is alone in its cluster.
    """
    clusters, cluster_of_unit, sizes = np.unique(
        labels, return_inverse=True, return_counts=True
    )
    member = cluster_of_unit[:, None] == np.arange(len(clusters))[None]
    sums = distances @ member.astype(float)  # (units, clusters)
    unit = np.arange(len(labels))
    size = sizes[cluster_of_unit]
    within = sums[unit, cluster_of_unit] / np.maximum(size - 1, 1)
    means = sums / sizes[None]
    means[unit, cluster_of_unit] = np.inf
    nearest = means.min(axis=1)
    largest = np.maximum(within, nearest)
    is_zero = (size == 1) | (largest == 0)
    ratio = (nearest - within) / np.where(is_zero, 1, largest)
    return float(np.mean(np.where(is_zero, 0, ratio)))
