"""A trained 3-bit flip-flop remembers by eight stable fixed points."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax

import ctrnn_jax as cj


def test_a_trained_flip_flop_has_eight_stable_fixed_points():
    """One at each corner of the cube of signs (Sussillo & Barak 2013).

    States visited in trials, let alone without noise and input, come to rest; those of
    one corner at one point; there no eigenvalue of the flow has a positive real part.
    """
    task = cj.tasks.make("flip_flop")
    usual = cj.recipe("flip_flop")
    with jax.numpy_dtype_promotion("standard"):
        net = usual.network(task, key=jax.random.key(0))
        result = cj.fit(
            net,
            task,
            optax.chain(optax.clip_by_global_norm(1.0), optax.adam(2e-3)),
            steps=600,
            batch_size=32,
            key=jax.random.key(1),
        )
    assert result.history.performance[-1] > 0.85
    net = cj.noiseless(result.network)
    trials = task.batch(jax.random.key(2), 40)
    visited = cj.rollout(net, trials.inputs).potentials[:, 60::60].reshape(-1, 64)

    @jax.jit
    def change(v):
        """dv / dt, per step of tau, without input."""
        u = jnp.zeros((*v.shape[:-1], task.n_in))
        start = eqx.tree_at(lambda s: s.potentials, net.initial_state(v.shape[:-1]), v)
        after = cj.step(net, start, u).final_state.potentials
        return (after - v) * (100.0 / 20.0)

    quiet = jnp.zeros((visited.shape[0], 3000, task.n_in))
    start = eqx.tree_at(
        lambda s: s.potentials, net.initial_state(visited.shape[:1]), visited
    )
    record = cj.Record(potentials=False, rates=False, stride=3000)
    rest = cj.rollout(net, quiet, state=start, record=record)
    points, outputs = rest.final_state.potentials, rest.outputs[:, -1]
    assert float(jnp.abs(change(points)).max()) < 1e-8
    corner = (np.asarray(outputs) > 0) @ np.array([1, 2, 4])
    assert set(corner) == set(range(8))
    np.testing.assert_allclose(np.abs(np.asarray(outputs)), 1.0, atol=0.35)
    for which in range(8):
        here = np.asarray(points)[corner == which]
        np.testing.assert_allclose(here, here[:1].repeat(len(here), 0), atol=1e-5)
        flow = jax.jacfwd(change)(jnp.asarray(here[0]))
        assert np.linalg.eigvals(np.asarray(flow)).real.max() < -1e-3
