"""Delayed addition: trials, marks and tolerance."""

import jax
import numpy as np
from oracles import dynamical
from tasks.dynamical.trials import (
    assert_same,
    balanced,
    conditions,
    is_probable,
    TASKS,
)
from tasks.judged import judged


def test_addition_equals_a_plain_loop(drawn):
    for trials, n in (
        (drawn("addition"), 100),
        (balanced(TASKS["addition"], jax.random.key(0)), 50),
    ):
        for i in range(n):
            of = conditions(trials, i)
            first, second = int(of["first"]), int(of["second"])
            assert_same(dynamical.addition(of["values"], first, second), trials, i)


def test_addition_marks_one_value_of_each_half(drawn):
    trials = balanced(TASKS["addition"], jax.random.key(0))
    np.testing.assert_array_equal(
        trials.conditions["first"][:25], np.tile(np.arange(5), 5)
    )
    np.testing.assert_array_equal(
        trials.conditions["second"][:25], np.repeat(np.arange(5, 10), 5)
    )
    marked = drawn("addition")
    np.testing.assert_array_equal(marked.inputs[..., 1].sum(1), 10)  # 2 x 100 ms
    np.testing.assert_array_equal(marked.mask.sum((1, 2)), 10)
    values = np.asarray(marked.conditions["values"])
    assert is_probable((values < -0.5).ravel(), 0.25)
    assert is_probable((values < 0.5).ravel(), 0.75)
    for item in range(5):
        assert is_probable(np.asarray(marked.conditions["first"]) == item, 0.2)
        assert is_probable(np.asarray(marked.conditions["second"]) == item + 5, 0.2)


def test_addition_is_correct_within_the_tolerance(drawn):
    task, trials = TASKS["addition"], drawn("addition")

    def found(outputs):
        return judged(task, outputs, trials)

    assert found(trials.targets + 0.039).performance == 1.0
    assert found(trials.targets - 0.041).performance == 0.0
    outputs = np.zeros_like(trials.targets)
    outputs[:, -1] = trials.targets[:, -1]
    assert found(outputs).performance == 1.0
    # A constant 1/2 is correct if |x1 + x2| < .16, with probability .16 - .16^2 / 4.
    constant = found(np.full_like(trials.targets, 0.5)).score
    assert is_probable(constant, 0.16 - 0.16**2 / 4)
