"""Tests of clusters of units."""

import itertools

import numpy as np
from oracles import population
import pytest

from ctrnn_jax.analysis import cluster_units


RNG = np.random.default_rng(19)


def blobs(sizes=(12, 7, 4), features=5, gap=6.0):
    """Return points around separate centres, and the centre of each."""
    centres = gap * np.eye(len(sizes), features)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return centres[labels] + 0.5 * RNG.normal(size=(len(labels), features)), labels


def test_clusters_recover_planted_groups_and_their_number():
    points, labels = blobs()
    order = RNG.permutation(len(points))
    clusters = cluster_units(points[order])
    np.testing.assert_array_equal(clusters.labels, labels[order])  # 0 is the largest
    assert clusters.counts[np.argmax(clusters.silhouettes)] == 3
    np.testing.assert_array_equal(clusters.counts, np.arange(2, 21))
    merged = cluster_units(points, n_clusters=2)
    assert len(set(merged.labels)) == 2
    assert all(len(set(merged.labels[labels == k])) == 1 for k in range(3))


def ward(points, count):
    """Return clusters by Ward's rule: merge the pair that adds the least variance."""

    def error(group):
        return np.sum((points[group] - points[group].mean(axis=0)) ** 2)

    groups = [[i] for i in range(len(points))]
    while len(groups) > count:
        added = {
            (i, j): error(groups[i] + groups[j]) - error(groups[i]) - error(groups[j])
            for i, j in itertools.combinations(range(len(groups)), 2)
        }
        i, j = min(added, key=added.__getitem__)
        groups[i] += groups.pop(j)
    return {frozenset(group) for group in groups}


def test_clusters_are_those_of_a_plain_loop():
    points = RNG.normal(size=(25, 4))  # no structure: many distances are similar
    for count in (2, 4, 9):
        labels = cluster_units(points, n_clusters=count).labels
        ours = {frozenset(np.flatnonzero(labels == k).tolist()) for k in set(labels)}
        assert ours == ward(points, count)


def test_silhouettes_follow_their_definition():
    points, _ = blobs(sizes=(4, 3, 1), gap=2.0)
    clusters = cluster_units(points, max_clusters=5)
    for count, score in zip(clusters.counts, clusters.silhouettes, strict=True):
        labels = cluster_units(points, n_clusters=int(count)).labels
        assert score == pytest.approx(population.silhouette(points, labels))


def test_copies_of_units_are_in_one_cluster():
    points = np.repeat(np.eye(2), 3, axis=0)
    clusters = cluster_units(points)
    assert len(set(clusters.labels)) == 2
    assert np.all(np.isfinite(clusters.silhouettes))
    assert clusters.silhouettes[0] == 1


def test_invalid_arguments_raise():
    with pytest.raises(ValueError, match="at least 3 units"):
        cluster_units(np.ones((2, 3)))
    with pytest.raises(ValueError, match="`n_clusters` must be below 6"):
        cluster_units(RNG.normal(size=(6, 4)), n_clusters=6)
