from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import population
import pytest

from ctrnn_jax.analysis import (
    condition_averages,
    demixed_axes,
    marginal_variances,
    marginals,
    targeted_axes,
)


RNG = np.random.default_rng(13)
UNITS, STEPS = 8, 10


def task(repeats=3, noise=0.1, units=UNITS):
    """Choice grows along one axis, evidence comes and goes along another, oblique."""
    levels = [(c, m) for c in (-1.0, 1.0) for m in (-1.0, -0.3, 0.4, 1.0)]
    regressors = np.array(levels * repeats)
    choice = np.linspace(0, 2, STEPS)
    motion = 1.5 * np.exp(-0.5 * (np.arange(STEPS) - 3) ** 2)
    axes = RNG.normal(size=(2, units))
    axes[1] += 0.5 * axes[0]
    rates = (
        regressors[:, :1, None] * choice[None, :, None] * axes[0]
        + regressors[:, 1:, None] * motion[None, :, None] * axes[1]
        + np.sin(np.arange(STEPS))[None, :, None] * RNG.normal(size=units)
        + 4
    )
    return rates + noise * RNG.normal(size=rates.shape), regressors, axes


def test_targeted_axes_follow_their_definition():
    rates, regressors, _ = task()
    found = targeted_axes(rates, regressors, n_components=4)
    axes, raw, peaks = population.targeted_axes(rates, regressors, 4)
    close(found.axes, axes, scale=100)
    close(found.raw, raw, scale=100)
    np.testing.assert_array_equal(found.peak, peaks)
    close(found.axes @ found.axes.T, np.eye(2))
    scores = found.project(rates)
    z = (rates - rates.mean((0, 1))) / rates.std((0, 1))
    close(scores, jnp.asarray(z @ axes.T), scale=1000)


def test_targeted_axes_find_planted_ones():
    rates, regressors, axes = task(repeats=20, noise=0.3)
    found = targeted_axes(rates, regressors)
    assert int(found.peak[0]) == STEPS - 1
    assert int(found.peak[1]) == 3
    planted = axes / rates.std((0, 1))
    planted /= np.linalg.norm(planted, axis=1, keepdims=True)
    for k in range(2):
        unit = found.raw[k] / np.linalg.norm(found.raw[k])
        assert abs(unit @ planted[k]) > 0.99
    # along the second axis choice leaves no trace: that is what it is for
    scores = found.project(rates)[:, -1, 1]
    assert abs(np.corrcoef(scores, regressors[:, 0])[0, 1]) < 0.2


def test_units_of_regressors_do_not_matter():
    """In single precision too, with a delay in ms beside a choice; against lstsq."""
    rng = np.random.default_rng(5)
    choice, delay = rng.choice([-1.0, 1.0], 1000), rng.uniform(500, 2000, 1000)
    weights = rng.normal(size=(2, 6))
    design = np.stack([choice, (delay - 1200) / 500], axis=1)
    clean = np.einsum("ir,ru->iu", design, weights)[:, None]
    rates = clean + 0.5 * rng.normal(size=(1000, 2, 6))
    given = np.stack([choice, delay], axis=1)
    found = targeted_axes(rates.astype(np.float32), given.astype(np.float32))
    z = (rates - rates.mean((0, 1))) / rates.std((0, 1))
    full = np.concatenate([given, np.ones((1000, 1))], axis=1)
    wanted = np.linalg.lstsq(full, z.reshape(1000, -1))[0][:2].reshape(2, 2, 6)
    np.testing.assert_allclose(found.coefficients[0], wanted[0], atol=1e-4)
    np.testing.assert_allclose(found.coefficients[1], wanted[1], atol=1e-7)
    same = targeted_axes(rates.astype(np.float32), design.astype(np.float32))
    np.testing.assert_allclose(found.axes, same.axes, atol=1e-3)
    with pytest.raises(ValueError, match="independent of each other and of a constant"):
        targeted_axes(rates, np.stack([choice, np.full(1000, 0.1)], axis=1))


def test_components_remove_noise():
    rates, regressors, axes = task(repeats=6, noise=2.0, units=60)
    planted = axes[0] / rates.std((0, 1))
    planted /= np.linalg.norm(planted)

    def match(n_components):
        raw = targeted_axes(rates, regressors, n_components=n_components).raw[0]
        return abs(raw @ planted) / np.linalg.norm(raw)

    assert 1 - match(3) < 0.6 * (1 - match(60))


def test_scale_and_order_of_units_do_not_matter():
    rates, regressors, _ = task()
    found = targeted_axes(rates, regressors)
    scaled = targeted_axes(rates * np.arange(1, 9) + 3, regressors)
    close(scaled.axes, found.axes, scale=1000)
    close(scaled.project(rates * np.arange(1, 9) + 3), found.project(rates), scale=1000)
    order = RNG.permutation(UNITS)
    close(targeted_axes(rates[..., order], regressors).axes, found.axes[:, order])


def test_a_constant_unit_and_one_trial_a_condition_are_legal():
    rates, regressors, _ = task(repeats=1)
    rates[..., 2] = 0.3
    found = targeted_axes(rates, regressors)
    close(found.axes[:, 2], np.zeros(2))
    assert np.all(np.isfinite(found.axes))


def test_axes_under_jit_are_those_without():
    rates, regressors, _ = task()
    traced = jax.jit(lambda x: targeted_axes(x, regressors))(rates)
    close(traced, targeted_axes(rates, regressors), scale=100)
    labels = {"choice": regressors[:, 0]}
    axes = lambda x: demixed_axes(condition_averages(x, labels), "choice")
    close(jax.jit(axes)(rates), axes(rates), scale=1000)


def test_given_conditions_decide_the_averages():
    rates, regressors, _ = task()
    same = [f"{c} {m}" for c, m in regressors]
    close(
        targeted_axes(rates, regressors, conditions=same, n_components=3).axes,
        targeted_axes(rates, regressors, n_components=3).axes,
        scale=100,
    )
    by_choice = regressors[:, 0]
    found = targeted_axes(rates, regressors, conditions=by_choice, n_components=3)
    other = targeted_axes(rates, regressors, n_components=3).axes
    assert np.abs(found.axes - other).max() > 1e-3


def test_regression_refuses_bad_input():
    rates, regressors, _ = task()
    with pytest.raises(ValueError, match="be independent of each other"):
        targeted_axes(rates, np.column_stack([regressors, regressors.sum(axis=1)]))
    with pytest.raises(ValueError, match="be independent of each other"):
        targeted_axes(rates, np.ones((24, 1)))
    with pytest.raises(ValueError, match="a row for each of 24 trials"):
        targeted_axes(rates, regressors[:20])
    with pytest.raises(ValueError, match="depend on each regressor"):
        targeted_axes(np.zeros((24, 5, 3)), regressors)
    with pytest.raises(ValueError, match="depend on each regressor"):
        targeted_axes(rates, regressors, n_components=1)
    rates[3, 2, 1] = np.nan
    with pytest.raises(ValueError, match="`rates` must be finite"):
        targeted_axes(rates, regressors)


def conditions(repeats=4):
    a, b = np.meshgrid(np.arange(3), np.array(["go", "stay"]), indexing="ij")
    return np.tile(a.ravel(), repeats), np.tile(b.ravel(), repeats)


def test_averages_by_condition():
    a, b = conditions()
    rates = RNG.normal(size=(24, 5, 7))
    order = RNG.permutation(24)
    a, b, keep = a[order], b[order], slice(0, 23)  # one cell has a trial less
    found = condition_averages(rates[keep], {"a": a[keep], "b": b[keep]})
    assert found.names == ("a", "b")
    assert found.levels == ((0, 1, 2), ("go", "stay"))
    assert sorted(np.asarray(found.trials).ravel()) == [3, 4, 4, 4, 4, 4]
    for i in range(3):
        for j, word in enumerate(("go", "stay")):
            here = (a[keep] == i) & (b[keep] == word)
            close(found.means[i, j], jnp.asarray(rates[keep][here].mean(axis=0)))
            assert int(found.trials[i, j]) == here.sum()


def planted_parts():
    """Variance of known size along known, oblique axes, for time and both factors."""
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
    found, means = marginals(averages), np.asarray(averages.means)
    wanted = population.two_way_marginals(means)
    assert set(found) == set(wanted)
    for name, part in wanted.items():
        close(np.broadcast_to(found[name], means.shape), part)
    total = sum(found.values()) + means.mean(axis=(0, 1, 2))[None, None, None]
    close(total, averages.means)
    split = marginal_variances(averages)
    assert float(sum(split.fractions.values())) == pytest.approx(1)
    close(sum(split.per_unit.values()), means.var(axis=(0, 1, 2)))


def test_three_conditions_still_sum_to_all():
    labels = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1, 2)])
    names = {n: labels[:, i] for i, n in enumerate("xyz")}
    averages = condition_averages(RNG.normal(size=(12, 3, 4)), names)
    split = marginal_variances(averages)
    assert {"time", "x", "y x z", "x x y x z"} < set(split.fractions)
    assert float(sum(split.fractions.values())) == pytest.approx(1)


def test_fractions_are_the_planted_ones():
    averages, scores, axes = planted_parts()
    found = marginal_variances(averages)
    power = (scores**2).mean(axis=(0, 1)) * (axes**2).sum(axis=1)
    for name, k in (("time", 0), ("a", 1), ("b", 2), ("a x b", 3)):
        assert float(found.fractions[name]) == pytest.approx(power[k] / power.sum())


def test_demixed_axes_read_one_part_each():
    """Axes are oblique, decoders undo that: each sees its own part alone."""
    averages, scores, axes = planted_parts()
    for k, part in enumerate(("time", "a", "b", "a x b")):
        found = demixed_axes(averages, part, ridge=0.0)
        read = np.asarray(found.project(averages.means))[..., 0].reshape(6, STEPS)
        close(np.abs(read), np.abs(scores[..., k]) * np.linalg.norm(axes[k]), scale=1e4)
        encoder = axes[k] / np.linalg.norm(axes[k])
        assert abs(found.encoders[0] @ encoder) == pytest.approx(1)


def test_demixed_axes_are_the_least_loss():
    a, b = conditions()
    rates = RNG.normal(size=(24, 5, 7)) + a[:, None, None] * RNG.normal(size=7)
    averages = condition_averages(rates, {"a": a, "b": b})
    means = np.asarray(averages.means).reshape(-1, 7)
    centred = means - means.mean(axis=0)
    part = population.two_way_marginals(np.asarray(averages.means))["a"].reshape(-1, 7)
    found = demixed_axes(averages, "a", n_components=2, ridge=0.2)
    penalty = 0.2 * (centred**2).sum() / 7
    loss = lambda d, f: population.ridge_loss(part, centred, d, f, penalty)
    decoders, encoders = np.asarray(found.decoders), np.asarray(found.encoders)
    close(encoders @ encoders.T, np.eye(2))
    least = loss(decoders, encoders)
    gradient = jax.grad(
        lambda pair: population.ridge_loss(part, centred, *pair, penalty)
    )((found.decoders, found.encoders))
    assert max(np.abs(g).max() for g in gradient) < 1e-8 * least
    for _ in range(20):  # and no other rank 2 is better
        start = RNG.normal(size=(2, 7))
        basis = np.linalg.qr(start.T)[0].T
        gram = centred.T @ centred + penalty * np.eye(7)
        best = np.linalg.solve(gram, centred.T @ part @ basis.T).T
        assert loss(best, basis) >= least
    guess = centred @ decoders[:1].T @ encoders[:1]
    wanted = 1 - ((centred - guess) ** 2).sum() / (centred**2).sum()
    assert float(found.explained[0]) == pytest.approx(wanted)


def test_fewer_samples_than_units():
    averages = condition_averages(RNG.normal(size=(4, 2, 30)), {"a": [0, 0, 1, 1]})
    found = demixed_axes(averages, "a", ridge=0.0)
    scores = np.asarray(found.project(averages.means))
    part = np.asarray(marginals(averages)["a"])
    close(scores[..., 0], part @ found.encoders[0], scale=100)


def test_conditions_refuse_bad_input():
    a, b = conditions(repeats=1)
    rates = RNG.normal(size=(6, 5, 7))
    b = np.array(b)
    b[a == 1] = "go"
    with pytest.raises(ValueError, match=r"none with \{'a': 1, 'b': 'stay'\}"):
        condition_averages(rates, {"a": a, "b": b})
    with pytest.raises(ValueError, match="`a` must take at least two values"):
        condition_averages(rates, {"a": np.zeros(6)})
    with pytest.raises(ValueError, match="have no NaN"):
        condition_averages(rates, {"a": np.where(a == 1, np.nan, a)})
    for names in ({}, {"time": a}):
        with pytest.raises(ValueError, match="have names, not 'time'"):
            condition_averages(rates, names)
    averages = condition_averages(rates, {"a": a})
    with pytest.raises(ValueError, match="The options are 'time', 'a'"):
        demixed_axes(averages, "A b")
    with pytest.raises(ValueError, match="not be negative"):
        demixed_axes(averages, "a", ridge=-1.0)
    with pytest.raises(ValueError, match="not exceed 5"):
        demixed_axes(averages, "time", n_components=6)


def test_float32_stays_float32():
    rates, regressors, _ = task()
    found = targeted_axes(rates.astype(np.float32), regressors.astype(np.float32))
    averages = condition_averages(rates.astype(np.float32), {"a": regressors[:, 0]})
    demixed = demixed_axes(averages, "a")
    for leaf in jax.tree.leaves((found, averages, demixed)):
        assert leaf.dtype in (np.float32, np.int32, np.int64)
