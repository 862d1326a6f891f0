"""Averages over conditions, their marginals, and demixed axes."""

from helpers import close
import jax
import numpy as np
from oracles import population
import pytest

from ctrnn_jax.analysis import (
    condition_averages,
    demixed_axes,
    marginal_variances,
    marginals,
)


RNG = np.random.default_rng(13)
UNITS, STEPS = 8, 10


def conditions(repeats=4):
    a, b = np.meshgrid(np.arange(3), np.array(["go", "stay"]), indexing="ij")
    return np.tile(a.ravel(), repeats), np.tile(b.ravel(), repeats)


def random_trials():
    """Return rates `(24, 5, 7)` that depend on condition a, and the labels."""
    a, _ = conditions()
    offset = RNG.normal(size=7)
    return RNG.normal(size=(24, 5, 7)) + a[:, None, None] * offset, {"a": a}


def test_averages_by_condition():
    a, b = conditions()
    rates = RNG.normal(size=(24, 5, 7))
    order = RNG.permutation(24)
    # one combination has a trial less
    a, b, rates = a[order][:23], b[order][:23], rates[:23]
    averages = condition_averages(rates, {"a": a, "b": b})
    assert averages.names == ("a", "b")
    assert averages.levels == ((0, 1, 2), ("go", "stay"))
    means, trials = np.asarray(averages.means), np.asarray(averages.trials)
    assert sorted(trials.ravel()) == [3, 4, 4, 4, 4, 4]
    for i in range(3):
        for j, word in enumerate(("go", "stay")):
            is_cell = (a == i) & (b == word)
            close(means[i, j], rates[is_cell].mean(axis=0))
            assert trials[i, j] == is_cell.sum()


def planted_parts():
    """Known variances along known, oblique axes, for time and both conditions."""
    a, b = conditions(repeats=1)
    axes = RNG.normal(size=(4, UNITS))
    time = np.linspace(-1, 1, STEPS)
    of_a, of_b = np.array([-1.0, 0, 1])[a], np.where(b == "go", 1.0, -1)
    scores = np.stack(
        np.broadcast_arrays(
            2 * time[None] * np.ones((6, 1)),
            of_a[:, None] * (1 + time[None]),
            0.5 * of_b[:, None] * np.ones((1, STEPS)),
            0.3 * (of_a * of_b)[:, None] * time[None],
        ),
        axis=-1,
    )
    rates = scores @ axes + 3
    return condition_averages(rates, {"a": a, "b": b}), scores, axes


def test_marginals_are_those_of_the_analysis_of_variance():
    a, b = conditions()
    averages = condition_averages(RNG.normal(size=(24, 5, 7)), {"a": a, "b": b})
    parts, means = marginals(averages), np.asarray(averages.means)
    expected = population.two_way_marginals(means)
    assert set(parts) == set(expected)
    for name, part in expected.items():
        close(np.broadcast_to(parts[name], means.shape), part)
    total = sum(map(np.asarray, parts.values())) + means.mean(axis=(0, 1, 2))
    close(total, averages.means)
    variances = marginal_variances(averages)
    assert float(sum(variances.fractions.values())) == pytest.approx(1)
    close(sum(variances.per_unit.values()), means.var(axis=(0, 1, 2)))


def test_parts_of_three_conditions_sum_to_the_whole_variance():
    labels = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1, 2)])
    names = {n: labels[:, i] for i, n in enumerate("xyz")}
    averages = condition_averages(RNG.normal(size=(12, 3, 4)), names)
    fractions = marginal_variances(averages).fractions
    assert {"time", "x", "y x z", "x x y x z"} < set(fractions)
    assert float(sum(fractions.values())) == pytest.approx(1)


def test_fractions_are_the_planted_fractions():
    averages, scores, axes = planted_parts()
    fractions = marginal_variances(averages).fractions
    power = (scores**2).mean(axis=(0, 1)) * (axes**2).sum(axis=1)
    for name, k in (("time", 0), ("a", 1), ("b", 2), ("a x b", 3)):
        assert float(fractions[name]) == pytest.approx(power[k] / power.sum())


def test_demixed_axes_read_one_part_each():
    """Although axes are oblique, each decoder depends on its part alone."""
    averages, scores, axes = planted_parts()
    for k, part in enumerate(("time", "a", "b", "a x b")):
        demixed = demixed_axes(averages, part, ridge=0.0)
        read = np.asarray(demixed.project(averages.means))[..., 0].reshape(6, STEPS)
        close(np.abs(read), np.abs(scores[..., k]) * np.linalg.norm(axes[k]), scale=1e4)
        encoder = axes[k] / np.linalg.norm(axes[k])
        assert abs(np.asarray(demixed.encoders)[0] @ encoder) == pytest.approx(1)


def test_demixed_axes_minimise_the_loss():
    a, b = conditions()
    rates = RNG.normal(size=(24, 5, 7)) + a[:, None, None] * RNG.normal(size=7)
    averages = condition_averages(rates, {"a": a, "b": b})
    means = np.asarray(averages.means).reshape(-1, 7)
    centred = means - means.mean(axis=0)
    part = population.two_way_marginals(np.asarray(averages.means))["a"].reshape(-1, 7)
    demixed = demixed_axes(averages, "a", n_components=2, ridge=0.2)
    penalty = 0.2 * (centred**2).sum() / 7

    def loss(decoders, encoders):
        return population.ridge_loss(part, centred, decoders, encoders, penalty)

    decoders, encoders = np.asarray(demixed.decoders), np.asarray(demixed.encoders)
    close(encoders @ encoders.T, np.eye(2))
    minimum = loss(decoders, encoders)
    gradient = jax.jit(jax.grad(loss, argnums=(0, 1)))(decoders, encoders)
    assert max(np.abs(g).max() for g in gradient) < 1e-8 * minimum
    for _ in range(20):  # no other map of rank 2 is better
        start = RNG.normal(size=(2, 7))
        basis = np.linalg.qr(start.T)[0].T
        gram = centred.T @ centred + penalty * np.eye(7)
        best = np.linalg.solve(gram, centred.T @ part @ basis.T).T
        assert loss(best, basis) >= minimum
    reconstruction = centred @ decoders[:1].T @ encoders[:1]
    explained = 1 - ((centred - reconstruction) ** 2).sum() / (centred**2).sum()
    assert float(demixed.explained[0]) == pytest.approx(explained)


def test_fewer_samples_than_units():
    averages = condition_averages(RNG.normal(size=(4, 2, 30)), {"a": [0, 0, 1, 1]})
    demixed = demixed_axes(averages, "a", ridge=0.0)
    scores = np.asarray(demixed.project(averages.means))
    part = np.asarray(marginals(averages)["a"])
    close(scores[..., 0], part @ np.asarray(demixed.encoders)[0], scale=100)


def test_invalid_arguments_raise_an_error():
    a, b = conditions(repeats=1)
    rates = RNG.normal(size=(6, 5, 7))
    b = np.array(b)
    b[a == 1] = "go"
    with pytest.raises(ValueError, match=r"none with \{'a': 1, 'b': 'stay'\}"):
        condition_averages(rates, {"a": a, "b": b})
    with pytest.raises(
        ValueError, match=r"`conditions\['a'\]` must have at least 2 values"
    ):
        condition_averages(rates, {"a": np.zeros(6)})
    with pytest.raises(ValueError, match="have no NaN"):
        condition_averages(rates, {"a": np.where(a == 1, np.nan, a)})
    with pytest.raises(ValueError, match="have names, not 'time'"):
        condition_averages(rates, {"time": a})
    with pytest.raises(ValueError, match="hold a condition"):
        condition_averages(rates, {})
    averages = condition_averages(rates, {"a": a})
    with pytest.raises(ValueError, match="The options are 'time', 'a'"):
        demixed_axes(averages, "A b")
    with pytest.raises(ValueError, match="not be negative"):
        demixed_axes(averages, "a", ridge=-1.0)
    with pytest.raises(ValueError, match="not exceed 5"):
        demixed_axes(averages, "time", n_components=6)


def test_axes_under_jit_are_those_without():
    rates, labels = random_trials()
    averages = condition_averages(rates, labels)

    def axes(rates):
        return demixed_axes(condition_averages(rates, labels), "a")

    close(jax.jit(axes)(rates), demixed_axes(averages, "a"), scale=1000)


def test_float32_gives_float32():
    rates, labels = random_trials()
    averages = condition_averages(rates.astype(np.float32), labels)
    demixed = demixed_axes(averages, "a")
    for leaf in jax.tree.leaves((averages, demixed)):
        assert leaf.dtype in (np.float32, np.int32, np.int64)
