"""Learned time constants: the constraint that keeps tau above dt."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)


def total_rate(net):
    return cj.rollout(net, np.ones((4, 1))).rates.sum()


@jax.jit
def results_of(net):
    """Return tau, the number of violations, the rate, and its gradient in raw tau."""
    rate, gradient = jax.value_and_grad(total_rate)(net)
    return net.tau, cj.violations(net), rate, gradient.raw.tau


def test_learned_time_constants_stay_above_dt():
    """For any raw parameter, also per unit and with bounds."""
    for tau in (50.0, np.array([10.0, 30.0, 100.0])):
        net = cj.CTRNN(1, 3, 1, dt=10.0, tau=tau, train_tau=True, key=KEY)
        assert cj.trainable(net).raw.tau is True
        for value in (-1e3, 3.0, 10.0, 40.0):
            moved = jax.tree.map(lambda x: x, net)
            object.__setattr__(moved.raw, "tau", np.full(np.shape(tau), value))
            learned, violations, rate, _ = results_of(moved)
            assert np.all(np.asarray(learned) >= 10.0)
            assert int(violations) == 0
            assert np.isfinite(rate)
        learned, _, _, gradient = results_of(net)
        close(learned, np.asarray(tau))
        assert np.asarray(gradient).all()
    bounded = cj.CTRNN(
        1, 3, 1, dt=10.0, tau=50.0, train_tau=True, key=KEY,
        constraints={"tau": cj.constraints.Bounded(20.0, 200.0)},
    )  # fmt: skip
    object.__setattr__(bounded.raw, "tau", jnp.asarray(205.0))
    # reflected at 200
    assert float(bounded.tau) == 195.0
    broken = cj.effective(bounded)
    object.__setattr__(broken, "tau", jnp.asarray(5.0))
    assert int(cj.violations(bounded, broken)) == 2  # the bound, and dt


def test_a_new_dt_does_not_change_a_learned_tau():
    """The raw parameter is reflected at dt, so it is recomputed; no tau is below dt."""
    net = cj.CTRNN(
        1, 2, 1, dt=20.0, tau=np.array([100.0, 40.0]), train_tau=True, key=KEY
    )
    object.__setattr__(net.raw, "tau", jnp.array([15.0, 30.0]))
    close(net.tau, np.array([25.0, 30.0]))
    for dt in (5.0, 10.0, 25.0):
        close(cj.replace(net, dt=dt).tau, net.tau)
    with pytest.raises(ValueError, match="`dt` must not exceed the learned tau, 25 ms"):
        cj.replace(net, dt=26.0, method=cj.ExponentialEuler())
    close(cj.replace(net, dt=10.0, tau=12.0 * np.ones(2)).tau, 12.0 * np.ones(2))
