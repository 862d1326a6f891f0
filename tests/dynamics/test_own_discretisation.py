"""A discretisation from outside the package."""

import jax.numpy as jnp
from own_parts import Case, checks_of, is_analysed, maps_over_a_stack, network
import pytest

import ctrnn_jax as cj


class ImplicitMidpoint(cj.dynamics.AbstractMethod):
    """The implicit midpoint rule of the leak: x / (1 + x / 2), x = dt / tau."""

    def gain(self, dt, tau):
        return dt / tau / (1 + dt / tau / 2)

    def diffusion(self, dt, tau):
        return jnp.sqrt(2.0 * dt / tau) / (1 + dt / tau / 2)

    def check(self, dt, tau):
        """Accept every step: |1 - gain| < 1."""


CASES = {
    "implicit midpoint": Case(
        network(method=ImplicitMidpoint()),
        gain=lambda x: x / (1 + x / 2),
        load={"classes": [ImplicitMidpoint]},
    )
}
QUICK = [("implicit midpoint", maps_over_a_stack)]
SLOW = [("implicit midpoint", is_analysed)]


@pytest.mark.parametrize(("check", "case"), checks_of(CASES, QUICK, SLOW))
def test_an_own_method_does_what_the_built_in_ones_do(check, case, tmp_path):
    check(CASES[case], tmp_path)
