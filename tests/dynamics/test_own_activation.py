"""Activations from outside the package: a function, and one with parameters."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from own_parts import (
    Case,
    checks_of,
    has_one_gradient_for_all_adjoints,
    is_analysed,
    network,
    trains_and_resumes,
)
import pytest


def soft_threshold(v):
    """Return v / (1 + |v|)."""
    return v / (1 + jnp.abs(v))


@dataclass(frozen=True)
class Swish:
    """`gain v / (1 + exp(-v / width))`."""

    gain: float
    width: float

    def __call__(self, v):
        return self.gain * v * jax.nn.sigmoid(v / self.width)


CASES = {
    "function": Case(
        network(activation=soft_threshold),
        f=lambda v: v / (1 + abs(v)),
        load={"activation": soft_threshold},
    ),
    "dataclass": Case(
        network(activation=Swish(0.8, 0.5)),
        f=lambda v: 0.8 * v / (1 + np.exp(-v / 0.5)),
        load={"classes": [Swish]},
    ),
}


SLOW = [
    ("function", has_one_gradient_for_all_adjoints),
    ("function", trains_and_resumes),
    ("dataclass", is_analysed),
]


@pytest.mark.parametrize(("check", "case"), checks_of(CASES, slow=SLOW))
def test_an_own_activation_does_what_the_named_ones_do(check, case, tmp_path):
    check(CASES[case], tmp_path)
