"""A network that learned to oscillate: an unstable focus turns at the frequency."""

import jax
import numpy as np

import ctrnn_jax as cj


def test_a_sine_network_has_one_unstable_focus_of_the_learned_frequency():
    """The recipe of Song, Yang & Wang's sine wave; period 800 ms, so 1.25 Hz.

    The eigenvalues are those of small oscillations; the learned one is larger, in
    units that saturate at zero, so its frequency differs by some percent.
    """
    usual = cj.recipe("sine_wave")
    task = usual.task("sine_wave")
    with jax.numpy_dtype_promotion("standard"):
        result = cj.fit(
            usual.network(task, key=jax.random.key(0)),
            task,
            usual.transform(usual.learning_rate),
            num_updates=3000,
            batch_size=usual.batch_size,
            validate_every=usual.validate_every,
            validation_size=usual.validation_size,
            stop_when=usual.stop_when,
            key=jax.random.key(1),
        )
    assert result.stopped == "criterion"
    net = cj.noiseless(result.network)
    traj = cj.rollout(net, steps=task.n_steps)
    found = cj.analysis.find_fixed_points(
        net, starts=traj, candidates=64, key=jax.random.key(2)
    )
    fixed = found.where(found.converged)
    assert len(fixed) == 1
    assert fixed.index[0] == 2
    pair = fixed.eigenvalues[0, :2]
    np.testing.assert_allclose(pair[0], np.conj(pair[1]))
    assert abs(abs(fixed.frequencies[0, 0]) - 1.25) < 0.15 * 1.25
