"""Networks at smaller time steps: errors, observed orders, performance."""

import canonical
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import dt_check
from ctrnn_jax.analysis._dt_check import _orders


KEY = jax.random.key(0)
TASK = canonical.TASK


def network(**options):
    return canonical.eirnn(**{"noise": cj.DiffusionNoise(0.1), **options})


def test_halving_dt_halves_the_error():
    """Against NumPy loops, with inputs held; order 1, and the table."""
    net = network(activation="tanh")
    check = dt_check(net, TASK, key=KEY, factors=(1, 2, 4), trials=3, scored=64)
    np.testing.assert_allclose(check.dt, [20, 10, 5])
    assert np.all(np.diff(check.error) < 0)
    assert check.error[-1] == 0
    np.testing.assert_allclose(check.order, 1.0, atol=0.15)
    weights = jax.tree.map(np.asarray, cj.effective(net))
    trial_key, _ = jax.random.split(KEY)
    inputs = np.asarray(TASK.batch(trial_key, 3).inputs)
    potentials = {}
    for factor in (1, 4):
        g, v, path = 0.2 / factor, np.zeros((3, 5)), []
        for t in range(inputs.shape[1]):
            for _ in range(factor):
                current = np.tanh(v) @ weights.w_hid.T + inputs[:, t] @ weights.w_in.T
                v = v + g * (-v + current + weights.b_hid)
            path.append(v)
        potentials[factor] = np.array(path)
    error = np.sqrt(np.mean((potentials[1] - potentials[4]) ** 2))
    np.testing.assert_allclose(check.error[0], error, rtol=1e-8)
    scale = np.sqrt(np.mean(potentials[4] ** 2))
    np.testing.assert_allclose(check.relative_error[0], error / scale, rtol=1e-8)
    assert np.all((check.performance >= 0) & (check.performance <= 1))
    assert check.drift[0] == 0 == check.drift_error[0]
    assert np.all(check.drift_error[1:] > 0)
    text = str(check)
    assert text.count("\n") == 4
    assert text.splitlines()[3].split()[0] == "10"
    assert f"{check.error[0]:.2e}" in text


@pytest.mark.slow
def test_runs_that_do_not_differ_have_no_order():
    """Without recurrence and with slow input, exponential Euler steps are exact."""
    net = cj.replace(network(activation="tanh"), method=cj.ExponentialEuler())
    net = cj.replace(net, w_hid=np.zeros((5, 5)))
    check = dt_check(net, TASK, key=KEY, trials=3, scored=8)
    assert np.all(check.relative_error < 1e-12)
    assert np.all(np.isnan(check.order))


@pytest.mark.slow
def test_noise_per_step_is_another_noise_at_another_dt():
    """The readout of a leak with noise: its std depends on dt, except for diffusion."""

    class OutputPower(cj.tasks.PerceptualDecision):  # pyright: ignore[reportGeneralTypeIssues]
        """Performance is the mean square of the first output."""

        def performance(self, outputs, trials):
            return (outputs[..., 0] ** 2).mean()

    task = OutputPower(fixation=40.0, stimulus=400.0, decision=60.0, catch=500.0)
    noise_free = cj.CTRNN(
        task.n_in, 4, task.n_out, dt=20.0, tau=100.0, activation="linear",
        w_in=np.zeros((4, task.n_in)), w_hid=np.zeros((4, 4)),
        w_out=np.ones((task.n_out, 4)) / 2, key=KEY,
    )  # fmt: skip

    def check(noise):
        net = cj.replace(noise_free, noise=noise)
        return dt_check(
            net, task, key=jax.random.key(1), factors=(1, 4), trials=2, scored=256
        )

    per_step = check(cj.StepNoise(post=0.1))
    diffusion = check(cj.DiffusionNoise(0.1))
    # variance s^2 / (g (2 - g)): about fourfold, except for the rise from v0
    assert per_step.performance[1] > 2.5 * per_step.performance[0]
    change = diffusion.performance[1] / diffusion.performance[0]
    # 2 sigma^2 / (2 - g): less by a tenth, at g = 0.2, in the limit
    assert 0.75 < change < 1.1
    assert per_step.error[0] == 0  # nothing moves without noise
    assert per_step.order.shape == (0,)


def test_uneven_factors_have_no_order():
    """Differences of 0.4, 0.2 and 0.1 are order 1 only if steps halve each time."""
    potentials = [np.full(3, x) for x in (1.0, 0.6, 0.4, 0.3)]
    np.testing.assert_allclose(_orders(potentials, np.array([1.0, 2, 4, 8])), [1, 1])
    uneven = _orders(potentials, np.array([1.0, 2, 4, 20]))
    np.testing.assert_allclose(uneven, [1, np.nan])
    # nor have runs that do not differ
    same = _orders([np.ones(3)] * 3, np.array([1.0, 2, 4]))
    np.testing.assert_array_equal(same, [np.nan])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factors": (2, 4)}, "`factors` must ascend from 1"),
        ({"factors": (1,)}, "`factors` must ascend from 1"),
        ({"factors": (1, 2, 2)}, "`factors` must ascend from 1"),
        ({"scored": 12}, "`scored` must be a multiple of 8"),
        ({"trials": 0}, "`trials`"),
        ({"task": TASK.at(10.0)}, "`task` must have the network's dt"),
        ({"task": cj.tasks.make("flip_flop")}, "network's 2 inputs"),
    ],
)
def test_invalid_arguments_raise_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        dt_check(network(), **{"task": TASK, "key": KEY, **options})
