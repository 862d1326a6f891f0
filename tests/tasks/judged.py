"""Outputs judged by one compiled program, and trials as NumPy arrays."""

from typing import NamedTuple

import equinox as eqx
import jax
import numpy as np


class Judged(NamedTuple):
    """The three judgements of outputs, as NumPy arrays."""

    score: np.ndarray
    performance: np.ndarray
    output_loss: np.ndarray


@eqx.filter_jit
def _judge(task, outputs, trials):
    judges = task.score, task.performance, task.output_loss
    return tuple(judge(outputs, trials) for judge in judges)


def judged(task, outputs, trials):
    """Return score, performance and output loss of outputs."""
    return Judged(*as_numpy(_judge(task, outputs, trials)))


def as_numpy(tree):
    """Return a tree of NumPy arrays."""
    return jax.tree.map(np.asarray, tree)


def changed(array, index, value):
    """Return a copy of an array with some entries replaced."""
    array = np.array(array)
    array[index] = value
    return array
