"""A trained 3-bit flip-flop remembers by eight stable fixed points."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj
from ctrnn_jax.analysis import find_fixed_points, verify_fixed_points


def test_a_trained_flip_flop_has_eight_stable_fixed_points():
    """One at each corner of the cube of signs (Sussillo & Barak 2013).

    Saddles lie between them. States visited in trials, let alone without noise and
    input, come to rest at the nodes.
    """
    task = cj.tasks.make("flip_flop")
    usual = cj.recipe("flip_flop")
    with jax.numpy_dtype_promotion("standard"):
        net = usual.network(task, key=jax.random.key(0))
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
    # one node at each corner, where the readout says that corner
    nodes = points.where(points.stability == "stable")
    weights = cj.effective(net)
    outputs = (
        np.asarray(net.activation(jnp.asarray(nodes.points)))
        @ np.asarray(weights.w_out).T
    )
    outputs = outputs + (0 if weights.b_out is None else np.asarray(weights.b_out))
    assert set((outputs > 0) @ np.array([1, 2, 4])) == set(range(8))
    np.testing.assert_allclose(np.abs(outputs), 1.0, atol=0.35)
    assert nodes.eigenvalues.real.max() * 100.0 < -1e-3
    # nothing is missing, and saddles with one way out link the nodes
    assert points.index_sum == 1
    assert np.sum(points.index == 1) >= 7
    assert np.all(verify_fixed_points(nodes).agrees)
    # states that were visited come to rest at nodes
    start = visited.reshape(-1, 64)
    quiet = jnp.zeros((len(start), 3000, task.n_in))
    record = cj.Record(potentials=False, rates=False, outputs=False)
    rest = cj.rollout(net, quiet, state=cj.State(start), record=record)
    rest = np.asarray(rest.final_state.potentials)
    away = np.sqrt(np.mean((rest[:, None] - nodes.points[None]) ** 2, -1))
    np.testing.assert_allclose(away.min(1), 0, atol=1e-5)
    assert set(away.argmin(1)) == set(range(8))
