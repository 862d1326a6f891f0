"""A 3-bit flip-flop has eight stable fixed points as its memory."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import find_fixed_points, verify_fixed_points


def test_three_self_excited_units_are_a_flip_flop():
    """Units with W = 2 are at v = 2 tanh v; a pulse of 100 ms sets their sign."""
    task = cj.tasks.make("flip_flop")
    net = cj.CTRNN(
        3, 3, 3, dt=task.dt, tau=100.0, w_hid=2 * np.eye(3), w_in=6 * np.eye(3),
        w_out=np.eye(3), key=jax.random.key(0),
    )  # fmt: skip

    @jax.jit
    def perform(key):
        trials = task.batch(key, 8)
        traj = cj.rollout(net, trials.inputs)
        return task.performance(traj.outputs, trials), traj.potentials[:, ::60]

    performance, visited = perform(jax.random.key(2))
    assert performance > 0.9
    points = find_fixed_points(net, starts=visited, key=jax.random.key(3))
    nodes = points.where(points.converged & (points.stability == "stable"))
    signs = (nodes.points > 0) @ np.array([1, 2, 4])
    assert sorted(signs) == list(range(8))
    np.testing.assert_allclose(np.abs(nodes.points), 1.915008048, atol=1e-8)


@pytest.mark.optimised
def test_a_trained_flip_flop_has_eight_stable_fixed_points():
    """One at each corner of the cube of signs (Sussillo & Barak 2013).

    Saddles lie between them. Without noise and input, states that trials visit converge
    to the stable fixed points.
    """
    task = cj.tasks.make("flip_flop")
    recipe = cj.recipe("flip_flop")
    with jax.numpy_dtype_promotion("standard"):
        net = recipe.network(task, key=jax.random.key(0))
        result = cj.fit(
            net,
            task,
            optax.chain(optax.clip_by_global_norm(1.0), optax.adam(2e-3)),
            num_updates=600,
            batch_size=32,
            key=jax.random.key(1),
        )
    assert result.history.performance[-1] > 0.85
    net = cj.noiseless(result.network)
    trials = task.batch(jax.random.key(2), 40)
    visited = cj.rollout(net, trials.inputs).potentials[:, 60::60]
    points = find_fixed_points(net, starts=visited, key=jax.random.key(3))
    points = points.where(points.converged)
    kinds, count = np.unique(points.stability, return_counts=True)
    assert dict(zip(kinds, count, strict=True))["stable"] == 8
    assert set(kinds) == {"saddle", "stable"}
    # one stable point at each corner, where the readout has the signs of the corner
    nodes = points.where(points.stability == "stable")
    weights = cj.effective(net)
    outputs = (
        np.asarray(net.activation(jnp.asarray(nodes.points)))
        @ np.asarray(weights.w_out).T
    )
    outputs = outputs + (0 if weights.b_out is None else np.asarray(weights.b_out))
    assert set((outputs > 0) @ np.array([1, 2, 4])) == set(range(8))
    np.testing.assert_allclose(np.abs(outputs), 1.0, atol=0.35)
    assert np.real(nodes.eigenvalues).max() * 100.0 < -1e-3
    # no fixed point is missing, and saddles of index 1 connect the stable points
    assert points.index_sum == 1
    assert np.sum(points.index == 1) >= 7
    assert np.all(verify_fixed_points(nodes).agrees)
    # visited states converge to stable points
    start = visited.reshape(-1, 64)
    no_input = jnp.zeros((len(start), 3000, task.n_in))
    record = cj.Record(potentials=False, rates=False, outputs=False)
    traj = cj.rollout(net, no_input, state=cj.State(start), record=record)
    final = np.asarray(traj.final_state.potentials)
    distance = np.sqrt(np.mean((final[:, None] - nodes.points[None]) ** 2, -1))
    np.testing.assert_allclose(distance.min(1), 0, atol=1e-5)
    assert set(distance.argmin(1)) == set(range(8))
