"""Clusters of units with similar features."""

from typing import final

import equinox as eqx
import numpy as np
from scipy.cluster import hierarchy

from ..._arguments import checks_arguments
from ..._checks import check, check_count
from ..._show import AbstractShown, counted, grid, Table, text, titled
from ..._types import Numbers
from ._data import as_data


@final
class UnitClusters(AbstractShown, eqx.Module):
    """Clusters of units.

    **Attributes** (NumPy arrays):

    - `labels`: the cluster of each unit, `(units,)`; 0 is the largest cluster.
    - `counts`: the numbers of clusters that were tried, ascending.
    - `silhouettes`: the mean silhouette for each of these numbers.
    """

    labels: np.ndarray
    counts: np.ndarray
    silhouettes: np.ndarray

    def _table(self) -> Table:
        sizes = np.bincount(self.labels)
        about = f"{counted(len(sizes), 'cluster')} of {len(self.labels)} units"
        rows = (("units of each", text(sizes)),)
        columns = {"clusters": self.counts, "silhouette": self.silhouettes}
        return Table(titled(self, about), rows, grid(columns))


@checks_arguments
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
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    counts = np.arange(2, max_clusters + 1)
    tree = hierarchy.ward(points)
    partitions = hierarchy.cut_tree(tree, counts).T  # (counts, units)
    scores = np.array([_silhouette(distances, labels) for labels in partitions])
    best = int(np.argmax(scores)) if n_clusters is None else n_clusters - 2

    # number the clusters by falling size
    _, labels, sizes = np.unique(
        partitions[best], return_inverse=True, return_counts=True
    )
    rank = np.argsort(np.argsort(-sizes, kind="stable"), kind="stable")
    return UnitClusters(rank[labels], counts, scores)


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
