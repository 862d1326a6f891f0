import logging

import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import bifurcation, dt_check
from ctrnn_jax.analysis._dt_check import _orders


TASK = cj.tasks.PerceptualDecision(
    fixation=40.0, stimulus=100.0, decision=60.0, catch=200.0
)


def network(seed=0, **options):
    options = {"noise": cj.DiffusionNoise(0.1), **options}
    return cj.EIRNN(2, 12, 2, dt=20.0, tau=100.0, key=jax.random.key(seed), **options)


def test_halving_dt_halves_the_error():
    """Against NumPy loops, with inputs held; order 1, and performance by hand."""
    net = network(activation="tanh")
    check = dt_check(
        net, TASK, key=jax.random.key(0), factors=(1, 2, 4), trials=3, scored=64
    )
    np.testing.assert_allclose(check.dt, [20, 10, 5])
    assert np.all(np.diff(check.error) < 0)
    assert check.error[-1] == 0
    np.testing.assert_allclose(check.order, 1.0, atol=0.15)
    weights = jax.tree.map(np.asarray, cj.effective(net))
    trial_key, _ = jax.random.split(jax.random.key(0))
    inputs = np.asarray(TASK.batch(trial_key, 3).inputs)
    ends = {}
    for factor in (1, 4):
        g, v, path = 0.2 / factor, np.zeros((3, 12)), []
        for t in range(inputs.shape[1]):
            for _ in range(factor):
                current = np.tanh(v) @ weights.w_hid.T + inputs[:, t] @ weights.w_in.T
                v = v + g * (-v + current + weights.b_hid)
            path.append(v)
        ends[factor] = np.array(path)
    error = np.sqrt(np.mean((ends[1] - ends[4]) ** 2))
    np.testing.assert_allclose(check.error[0], error, rtol=1e-8)
    size = np.sqrt(np.mean(ends[4] ** 2))
    np.testing.assert_allclose(check.relative_error[0], error / size, rtol=1e-8)
    assert np.all((check.performance >= 0) & (check.performance <= 1))
    assert check.drift[0] == 0 == check.drift_error[0]
    assert np.all(check.drift_error[1:] > 0)
    text = str(check)
    assert text.count("\n") == 3
    assert text.splitlines()[2].split()[0] == "10"
    assert f"{check.error[0]:.2e}" in text


def test_runs_that_do_not_differ_have_no_order():
    """Without recurrence and slow input exponential Euler steps are exact."""
    net = cj.replace(network(activation="tanh"), method=cj.ExponentialEuler())
    net = cj.replace(net, w_hid=np.zeros((12, 12)))
    check = dt_check(net, TASK, key=jax.random.key(0), trials=3, scored=8)
    assert np.all(check.relative_error < 1e-12)
    assert np.all(np.isnan(check.order))


def test_noise_per_step_is_another_noise_at_another_dt():
    """A leak that reads its own noise: its std changes with dt, unless diffusion."""

    class Size(cj.tasks.PerceptualDecision):
        """Scored by how large the first output is."""

        def performance(self, outputs, trials):
            return (outputs[..., 0] ** 2).mean()

    task = Size(fixation=40.0, stimulus=400.0, decision=60.0, catch=500.0)
    quiet = cj.CTRNN(
        task.n_in, 4, task.n_out, dt=20.0, tau=100.0, activation="linear",
        w_in=np.zeros((4, task.n_in)), w_hid=np.zeros((4, 4)),
        w_out=np.ones((task.n_out, 4)) / 2, key=jax.random.key(0),
    )  # fmt: skip
    options = {"key": jax.random.key(1), "factors": (1, 4), "trials": 2, "scored": 256}
    per_step = dt_check(
        cj.replace(quiet, noise=cj.StepNoise(post=0.1)), task, **options
    )
    diffusion = dt_check(
        cj.replace(quiet, noise=cj.DiffusionNoise(0.1)), task, **options
    )
    # variance s^2 / (g (2 - g)): about fourfold, but for the rise from v0
    assert per_step.performance[1] > 2.5 * per_step.performance[0]
    change = diffusion.performance[1] / diffusion.performance[0]
    # 2 sigma^2 / (2 - g): less by a tenth, at g = 0.2, in the limit
    assert 0.75 < change < 1.1
    assert per_step.error[0] == 0  # nothing moves without noise
    assert per_step.order.shape == (0,)


def test_uneven_factors_have_no_order():
    """Differences of 0.4, 0.2 and 0.1 are order 1 only if steps halve each time."""
    finals = [np.full(3, x) for x in (1.0, 0.6, 0.4, 0.3)]
    np.testing.assert_allclose(_orders(finals, np.array([1.0, 2, 4, 8])), [1, 1])
    uneven = _orders(finals, np.array([1.0, 2, 4, 20]))
    np.testing.assert_allclose(uneven, [1, np.nan])


def test_studies_refuse():
    net, key = network(), jax.random.key(0)
    check = lambda **options: dt_check(net, **{"task": TASK, "key": key, **options})
    for options, match in (
        ({"factors": (2, 4)}, "`factors` must ascend from 1"),
        ({"factors": (1,)}, "`factors` must ascend from 1"),
        ({"factors": (1, 2, 2)}, "`factors` must ascend from 1"),
        ({"scored": 12}, "`scored` must be a multiple of 8"),
        ({"trials": 0}, "`trials`"),
        ({"task": TASK.at(10.0)}, "`task` must have the network's dt"),
        ({"task": cj.tasks.make("flip_flop")}, "network's 2 inputs"),
    ):
        with pytest.raises(ValueError, match=match):
            check(**options)
    quiet = cj.noiseless(net)
    same = lambda n, _: n
    with pytest.raises(ValueError, match="no noise"):
        bifurcation(net, same, np.zeros(2), key=key)
    with pytest.raises(ValueError, match="`values` must be a list"):
        bifurcation(quiet, same, np.zeros((2, 2)), key=key)
    with pytest.raises(ValueError, match="`jump` must be positive"):
        bifurcation(quiet, same, np.zeros(2), key=key, jump=0.0)
    other = lambda n, _: cj.noiseless(cj.EIRNN(2, 6, 2, dt=20.0, tau=100.0, key=key))
    with pytest.raises(ValueError, match="keep the number of units"):
        bifurcation(quiet, other, np.zeros(2), key=key)


def test_a_saddle_node_ends_two_branches(caplog):
    """v = 2 tanh v + b: three points for |b| < b_c, of which two end; by any leaf.

    A second study with other values of the same number compiles nothing.
    """
    net = cj.CTRNN(
        0, 1, 0, dt=10.0, tau=100.0, w_hid=np.array([[2.0]]), activation="tanh",
        key=jax.random.key(0),
    )  # fmt: skip
    change = lambda net, b: cj.replace(net, b_hid=np.array([b]))
    critical = 2 * np.sqrt(1 / 2) - np.arccosh(np.sqrt(2.0))
    study = lambda values: bifurcation(
        net, change, values, key=jax.random.key(0), candidates=64
    )
    found = study(np.linspace(0, 1, 21))
    np.testing.assert_array_equal(found.counts, np.where(found.values < critical, 3, 1))
    assert found.n_branches == 3
    ends = [c for c in found.changes() if c[1] == "ends"]
    assert len(ends) == len(found.changes()) == 2
    for branch, _, before, after in ends:
        assert before < critical < after
        last = np.flatnonzero(found.branch == branch)[-1]
        assert found.stability[last] in ("stable", "unstable")
    assert found.slow_points[found.values > critical].max() == 1  # the ghost
    v, b = found.points[:, 0], found.values[found.at]
    np.testing.assert_allclose(v, 2 * np.tanh(v) + b, atol=1e-10)
    slope = (-1 + 2 / np.cosh(v) ** 2) / 100
    np.testing.assert_allclose(found.eigenvalues[:, 0].real, slope, atol=1e-10)
    np.testing.assert_array_equal(found.index, slope > 0)
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        study(np.linspace(-0.1, 0.3, 21))
    assert [r.message for r in caplog.records if "Compiling" in r.message] == []
