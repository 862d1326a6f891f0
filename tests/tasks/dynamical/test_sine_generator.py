"""The sine generator: trials, frequencies and levels."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
from oracles import dynamical
from tasks.dynamical.trials import (
    assert_same,
    balanced,
    is_probable,
    TASKS,
)
from tasks.judged import as_numpy

from ctrnn_jax.tasks import SineGenerator


def test_sine_generator_equals_a_plain_loop(drawn):
    task = TASKS["sine"]
    trials = balanced(task, jax.random.key(0))
    for i in range(102):
        assert_same(dynamical.sine(i % 51 + 1), trials, i)
    close(trials.conditions["frequency"][50], np.asarray(0.04 * 51 + 0.1))
    close(trials.conditions["level"][50], np.asarray(1.25))
    level = drawn("sine").conditions["level"]
    for j in (1, 17, 51):
        assert is_probable(np.isclose(level, j / 51 + 0.25), 1 / 51)


def test_sine_generator_of_other_frequencies(getkey):
    task = SineGenerator(frequencies=(0.5, 1.0), tau=50.0, duration=1000.0)
    trials = as_numpy(task.validation(getkey(), 2))
    time = np.arange(1, 51) * 20.0
    close(trials.targets[0, :, 0], np.sin(0.5 * time / 50.0))
    close(trials.inputs[:, 0, 0], np.array([0.75, 1.25]))
    finer = as_numpy(task.at(10.0).validation(getkey(), 2))
    close(finer.targets[:, 1::2], trials.targets)


def test_frequencies_and_levels_can_be_swept(getkey):
    key = getkey()
    rates, levels = np.array([[0.2, 0.4], [0.6, 0.8]]), np.array([1.0, 2.0])

    def wave(rates, level):
        pair = jnp.stack([level, 2 * level])
        task = SineGenerator(frequencies=rates, levels=pair, duration=200.0)
        trials = task.validation(key, 2)
        return trials.inputs, trials.targets

    swept = as_numpy(jax.jit(jax.vmap(wave))(rates, levels))
    alone = jax.jit(wave)
    for i in range(2):
        close(jax.tree.map(lambda x, i=i: x[i], swept), alone(rates[i], levels[i]))
