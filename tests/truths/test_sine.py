"""A trained oscillator has an unstable focus that rotates at its frequency."""

import jax
import numpy as np
import pytest

import ctrnn_jax as cj


@pytest.mark.optimised
def test_a_sine_network_has_one_unstable_focus_of_the_learned_frequency():
    """The recipe of Song, Yang & Wang's sine wave; the period of 800 ms is 1.25 Hz.

    The eigenvalues describe small oscillations. The learned oscillation is large, with
    rates that are cut off at zero, so its frequency differs by some percent.
    """
    recipe = cj.recipe("sine_wave")
    task = recipe.task("sine_wave")
    with jax.numpy_dtype_promotion("standard"):
        result = cj.fit(
            recipe.network(task, key=jax.random.key(0)),
            task,
            recipe.transform(recipe.learning_rate),
            num_updates=3000,
            batch_size=recipe.batch_size,
            validate_every=recipe.validate_every,
            validation_size=recipe.validation_size,
            stop_when=recipe.stop_when,
            key=jax.random.key(1),
        )
    assert result.stopped == "criterion"
    net = cj.noiseless(result.network)
    traj = cj.rollout(net, steps=task.n_steps)
    candidates = cj.analysis.find_fixed_points(
        net, starts=traj, candidates=64, key=jax.random.key(2)
    )
    fixed = candidates.where(candidates.converged)
    assert len(fixed) == 1
    assert fixed.index[0] == 2
    pair = fixed.eigenvalues[0, :2]
    np.testing.assert_allclose(pair[0], np.conj(pair[1]))
    assert abs(abs(fixed.frequencies[0, 0]) - 1.25) < 0.15 * 1.25
