"""Forms from outside the package: where f acts, and what leaks, is open."""

from canonical import SGD, TASK
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
from own_parts import (
    Case,
    checks_of,
    has_one_gradient_for_all_adjoints,
    is_analysed,
    maps_over_a_stack,
    network,
    trains_and_resumes,
)
import pytest

import ctrnn_jax as cj


class CubicLeak(cj.dynamics.AbstractForm):
    """A potential that leaks faster far from 0: `-(v + strength v^3) + I`."""

    strength: Array
    field_depends_on_gain = False

    def rates(self, v, activation):
        return activation(v)

    def advance(self, v, current, *, gain, activation, xi):
        change = gain * (-(v + self.strength.astype(v.dtype) * v**3) + current)
        return v + (change if xi is None else change + xi)


class TwiceRectified(cj.dynamics.AbstractForm):
    """Rates are neither v nor f(v), and f acts on the leak: no class attribute set."""

    def rates(self, v, activation):
        return 0.5 * v + 0.5 * activation(v)

    def advance(self, v, current, *, gain, activation, xi):
        v = v + gain * (-v + activation(current))
        return activation(v if xi is None else v + xi)


CASES = {
    "cubic leak": Case(
        network(form=CubicLeak(jnp.asarray(0.05))),
        advance=lambda v, current, gain, f: v + gain * (-(v + 0.05 * v**3) + current),
        load={"classes": [CubicLeak]},
    ),
    "mixed": Case(
        network(form=TwiceRectified()),
        rates=lambda v, f: 0.5 * v + 0.5 * f(v),
        advance=lambda v, current, gain, f: f(v + gain * (-v + f(current))),
        load={"classes": [TwiceRectified]},
    ),
}


QUICK = [
    ("mixed", has_one_gradient_for_all_adjoints),
    ("cubic leak", trains_and_resumes),
    ("cubic leak", maps_over_a_stack),
]
SLOW = [
    ("cubic leak", has_one_gradient_for_all_adjoints),
    ("cubic leak", is_analysed),
    ("mixed", is_analysed),
]


@pytest.mark.parametrize(("check", "case"), checks_of(CASES, QUICK, SLOW))
def test_an_own_form_does_what_the_built_in_ones_do(check, case, tmp_path):
    check(CASES[case], tmp_path)


def test_an_own_form_has_a_continuous_limit_if_it_says_so():
    noise = cj.StepNoise(pre=0.1)
    cubic, mixed = (cj.replace(CASES[c].net, noise=noise) for c in CASES)
    assert cj.analysis.stationary(cubic, continuous=True).stable
    with pytest.raises(ValueError, match="`continuous` must be False for TwiceRect"):
        cj.analysis.stationary(mixed, continuous=True)
    # F of the cubic leak does not depend on dt
    finer = cj.replace(cubic, dt=1.0)
    v = np.full(4, 0.5)
    flows = [cj.analysis.velocity(cj.noiseless(net), v) for net in (cubic, finer)]
    np.testing.assert_allclose(*flows, rtol=1e-12)


def test_eprop_requires_a_linear_leak():
    with pytest.raises(ValueError, match=r"`form` must be CurrentForm\(\) for EProp"):
        cj.fit(
            CASES["cubic leak"].net, TASK, SGD, num_updates=1, batch_size=2,
            gradient=cj.gradients.EProp(), key=jax.random.key(0),
        )  # fmt: skip
