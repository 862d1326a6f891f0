from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest
from scipy.cluster import hierarchy

from ctrnn_jax.analysis import (
    binned,
    cluster_units,
    d_prime,
    explained_fraction,
    selectivity_index,
    task_variance,
    task_variances,
    tuning_curve,
)


RNG = np.random.default_rng(19)


def test_tuning_curve_by_hand():
    responses = np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 1.0], [2.0, 8.0]])
    found = tuning_curve(responses, np.array([90, 90, 45, 90]))
    assert found.levels == (45, 90)
    np.testing.assert_array_equal(found.trials, [1, 3])
    close(found.means, jnp.array([[5.0, 1.0], [2.0, 8 / 3]]))
    close(found.standard_errors[1], jnp.array([np.sqrt(1 / 3), 8 / 3]))
    assert np.all(np.isnan(found.standard_errors[0]))


def test_tuning_curve_over_time_is_that_of_each_step():
    responses = RNG.normal(size=(20, 3, 4))
    words = np.array(["left", "right"])[np.arange(20) % 2]
    found = tuning_curve(responses, words)
    assert found.means.shape == found.standard_errors.shape == (2, 3, 4)
    left = responses[::2]
    close(found.means[0], jnp.asarray(left.mean(axis=0)))
    close(found.standard_errors[0], jnp.asarray(left.std(axis=0, ddof=1) / np.sqrt(10)))


def test_selectivity_index_closed_form():
    rates = np.array([[3.0, 2.0, 0.0, 0.0], [1.0, 2.0, 0.0, 5.0], [1.0, 2.0, 0.0, 1.0]])
    found = selectivity_index(rates, np.array([0, 1, 2]))
    close(found[jnp.array([0, 1, 3])], jnp.array([0.5, 0.0, 1.0]))
    assert np.isnan(found[2])  # a silent unit has none
    close(selectivity_index(7 * rates, np.array([0, 1, 2]))[:2], found[:2])


def test_explained_fraction_by_hand():
    """That of a linear fit to indicators is R^2; extremes are 0 and 1."""
    labels = np.array([0, 0, 1, 1, 1, 2])
    noisy = RNG.normal(size=(6, 4, 3)) + labels[:, None, None]
    design = (labels[:, None] == np.arange(3)).astype(float)
    flat = noisy.reshape(6, 12)
    rest = flat - design @ np.linalg.lstsq(design, flat)[0]
    wanted = 1 - np.sum(rest**2, 0) / np.sum((flat - flat.mean(0)) ** 2, 0)
    close(explained_fraction(noisy, labels), jnp.asarray(wanted.reshape(4, 3)))
    plain = np.stack([labels**2.0, [1.0, -1, 1, -1, 0, 0], np.ones(6)], axis=1)
    found = explained_fraction(plain, labels)
    close(found[:2], jnp.array([1.0, 0.0]))
    assert np.isnan(found[2])  # a unit that never varies


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_never_varies_has_no_tuning_not_that_of_rounding(dtype):
    """Means of 90 times 0.1 are not 0.1; of such units nothing is explained."""
    rates = np.full((90, 6), [0.1, 0.3, 0.7, 1.1, 1.3, 7e-8], dtype)
    labels = RNG.permutation(np.arange(90) % 3)
    assert np.all(np.isnan(explained_fraction(rates, labels)))
    curve = tuning_curve(rates, labels)
    np.testing.assert_array_equal(curve.means, rates[:3])
    np.testing.assert_array_equal(curve.standard_errors, 0)
    np.testing.assert_array_equal(selectivity_index(rates, labels), 0)
    np.testing.assert_array_equal(d_prime(rates, labels > 0), 0)
    steps = np.broadcast_to(rates[:, None], (90, 4, 6))
    mask = np.arange(4)[None] < 1 + labels[:, None]
    np.testing.assert_array_equal(task_variance(steps), 0)
    np.testing.assert_array_equal(task_variance(steps, mask=mask), 0)
    # and rounding of what nearly never varies explains no more than all
    nearly = rates * (1 + np.finfo(dtype).eps * RNG.integers(0, 2, rates.shape))
    found = np.asarray(explained_fraction(nearly.astype(dtype), labels))
    assert np.all((found >= 0) & (found <= 1))


def test_bins_hold_as_many_trials_each():
    few = RNG.integers(0, 4, 50)
    assert binned(few) is few
    values = RNG.normal(size=101)
    found = binned(values, at_most=7)
    levels, counts = np.unique(found, return_counts=True)
    assert len(levels) == 7
    assert set(counts) == {14, 15}
    np.testing.assert_allclose(found.sum(), values.sum())  # each has its bin's mean
    order = np.argsort(values)
    assert np.all(np.diff(found[order]) >= 0)
    for level in levels:
        np.testing.assert_allclose(level, values[found == level].mean())


def test_d_prime_by_hand():
    first, second = RNG.normal(size=(9, 3)), 2 * RNG.normal(size=(5, 3)) + 1
    responses = np.concatenate([second, first])
    stimulus = np.array(["b"] * 5 + ["a"] * 9)
    noise = np.sqrt((first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1)) / 2)
    wanted = (second.mean(axis=0) - first.mean(axis=0)) / noise
    close(d_prime(responses, stimulus), jnp.asarray(wanted))
    close(d_prime(3 * responses + 2, stimulus), jnp.asarray(wanted))
    close(d_prime(responses, stimulus == "a"), jnp.asarray(-wanted))


def test_d_prime_without_noise():
    responses = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 2.0], [1.0, 2.0]])
    close(d_prime(responses, np.array([0, 0, 1, 1])), jnp.array([0.0, np.inf]))


def test_task_variance_is_over_trials_then_time():
    rates = RNG.normal(size=(6, 5, 4)) + 10 * RNG.normal(size=(1, 5, 4))
    mask = RNG.random((6, 5)) < 0.7
    mask[:, 2] = False
    close(
        task_variance(rates),
        jnp.asarray(population.task_variance(rates, np.ones((6, 5), bool))),
    )
    close(
        task_variance(rates, mask=mask),
        jnp.asarray(population.task_variance(rates, mask)),
    )
    # time alone is no variance of the task
    moving = np.ones((6, 1, 1)) * RNG.normal(size=(1, 5, 4))
    close(task_variance(moving), jnp.zeros(4))


def test_masked_steps_may_hold_anything():
    rates = RNG.normal(size=(6, 5, 4))
    mask = np.arange(5)[None] < np.array([3, 4, 5, 5, 2, 3])[:, None]
    padded = np.where(mask[..., None], rates, 1e6)
    close(task_variance(padded, mask=mask), task_variance(rates, mask=mask))


def test_task_variances_of_many_tasks():
    rates = {
        "go": RNG.normal(size=(8, 5, 4)) * np.array([3.0, 1.0, 0.0, 1e-3]),
        "anti": RNG.normal(size=(6, 7, 4)) * np.array([1.0, 2.0, 0.0, 1e-3]),
    }
    found = task_variances(rates)
    assert found.tasks == ("go", "anti")
    close(found.variances[:, 1], task_variance(rates["anti"]))
    np.testing.assert_array_equal(found.active, [True, True, False, False])
    close(jnp.max(found.normalised, axis=1), jnp.array([1.0, 1.0, 0.0, 0.0]))
    close(found.normalised[0, 1], found.variances[0, 1] / found.variances[0, 0])
    np.testing.assert_array_equal(
        task_variances(rates, threshold=0.0).active, [True, True, False, True]
    )


def blobs(sizes=(12, 7, 4), features=5, gap=6.0):
    centres = gap * np.eye(len(sizes), features)
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return centres[labels] + 0.5 * RNG.normal(size=(len(labels), features)), labels


def test_clusters_recover_planted_groups_and_their_number():
    points, labels = blobs()
    order = RNG.permutation(len(points))
    found = cluster_units(points[order])
    np.testing.assert_array_equal(found.labels, labels[order])  # 0 is the largest
    assert found.counts[np.argmax(found.silhouettes)] == 3
    np.testing.assert_array_equal(found.counts, np.arange(2, 21))
    merged = cluster_units(points, n_clusters=2)
    assert len(set(merged.labels)) == 2
    assert all(len(set(merged.labels[labels == k])) == 1 for k in range(3))


def test_clusters_agree_with_scipy():
    points = RNG.normal(size=(25, 4))  # no structure: every merger is close
    tree = hierarchy.linkage(points, method="ward")
    for count in (2, 4, 9):
        ours = cluster_units(points, n_clusters=count).labels
        theirs = hierarchy.fcluster(tree, count, criterion="maxclust")
        assert len(set(zip(ours, theirs, strict=True))) == count  # the same partition


def test_silhouettes_by_definition():
    points, _ = blobs(sizes=(4, 3, 1), gap=2.0)
    found = cluster_units(points, max_clusters=5)
    for count, score in zip(found.counts, found.silhouettes, strict=True):
        labels = cluster_units(points, n_clusters=int(count)).labels
        assert score == pytest.approx(population.silhouette(points, labels))


def test_units_that_are_the_same_cluster():
    points = np.repeat(np.eye(2), 3, axis=0)
    found = cluster_units(points)
    assert len(set(found.labels)) == 2
    assert np.all(np.isfinite(found.silhouettes))
    assert found.silhouettes[0] == 1


def test_bad_input_is_refused():
    rates = RNG.random((6, 3, 4))
    with pytest.raises(ValueError, match="`condition` must be numbers, booleans or"):
        tuning_curve(np.ones((3, 2)), np.array(["a", None, "b"], object))
    with pytest.raises(ValueError, match="one label for each of 6 trials"):
        tuning_curve(rates, np.arange(5))
    with pytest.raises(ValueError, match=r"have axes \(trials, ..., units\)"):
        tuning_curve(rates[:, 0, 0], np.arange(6))
    with pytest.raises(ValueError, match="`rates` must not be negative"):
        selectivity_index(rates - 1, np.arange(6))
    with pytest.raises(ValueError, match="take at least two values"):
        selectivity_index(rates, np.zeros(6))
    with pytest.raises(ValueError, match="take at least two values"):
        explained_fraction(rates, np.zeros(6))
    for values in (rates[:, 0], np.array(["a", "b"]), np.zeros(0)):
        with pytest.raises(ValueError, match="`values` must be one number for each"):
            binned(values)
    with pytest.raises(ValueError, match="`values` must be finite"):
        binned(np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match="`at_most` must be a whole number"):
        binned(np.arange(3), at_most=1)
    with pytest.raises(ValueError, match="exactly two values"):
        d_prime(rates, np.arange(6) % 3)
    with pytest.raises(ValueError, match=r"at least two trials of each value; got \[5"):
        d_prime(rates, np.arange(6) == 5)
    for mask in (np.zeros((6, 3), bool), np.ones((6, 3)), np.ones((6, 2), bool)):
        with pytest.raises(ValueError, match="`mask` must be boolean"):
            task_variance(rates, mask=mask)
    with pytest.raises(ValueError, match="be of one network"):
        task_variances({"a": rates, "b": rates[..., :2]})
    with pytest.raises(ValueError, match="be of one network"):
        task_variances({})
    with pytest.raises(ValueError, match="at least 3 units"):
        cluster_units(np.ones((2, 3)))
    with pytest.raises(ValueError, match="`n_clusters` must be below 6"):
        cluster_units(rates[:, 0], n_clusters=6)
    rates[0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="`responses` must be finite"):
        tuning_curve(rates, np.arange(6))


def test_float32_stays_float32():
    rates, labels = RNG.random((6, 3, 4)).astype(np.float32), np.arange(6) % 2
    curve = tuning_curve(rates, labels)
    found = (
        curve.means,
        curve.standard_errors,
        selectivity_index(rates, labels),
        d_prime(rates, labels),
        task_variances({"a": rates}).normalised,
    )
    assert {leaf.dtype for leaf in jax.tree.leaves(found)} == {np.dtype("float32")}
