"""Short-term plasticity: the published constants, a step, and errors."""

from helpers import close
import jax.numpy as jnp
import numpy as np
import pytest

from ctrnn_jax.dynamics import ShortTermPlasticity


def test_published_constants():
    """Masse et al. (2019): facilitating and depressing units."""
    synapses = ShortTermPlasticity.of_kinds(np.array([True, False]))
    close(synapses.tau_u, np.array([1500.0, 200.0]))
    close(synapses.tau_x, np.array([200.0, 1500.0]))
    close(synapses.baseline, np.array([0.15, 0.45]))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ShortTermPlasticity(0.0, 1.0, 0.5), "`tau_u` must be positive"),
        (lambda: ShortTermPlasticity(1.0, -1.0, 0.5), "`tau_x` must be positive"),
        (lambda: ShortTermPlasticity(1.0, 1.0, 0.0), r"`baseline` must lie in \(0, 1"),
        (
            lambda: ShortTermPlasticity.of_kinds(jnp.ones(2)),
            "`facilitating` must be boolean, one per unit",
        ),
    ],
)
def test_invalid_constants_are_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()
