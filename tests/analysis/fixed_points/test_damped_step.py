"""Levenberg-Marquardt steps against their definition."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis._vector_field import field_of
from ctrnn_jax.analysis.fixed_points._damped_step import damped_step, gram_of


@jax.jit
def one_step(field, v, damping):
    return damped_step(field, gram_of(field), v, field.force(v), damping)


@pytest.mark.parametrize("form", ["current", "rate", "leak"])
def test_damped_steps_equal_their_definition(form, network):
    """Both cheap ways to compute (J'J + damping)^-1 J'F equal the expensive one."""
    net = network(form=form, activation="relu" if form == "leak" else "tanh")
    field = field_of(net, jnp.ones(2))
    v = jnp.asarray(np.random.default_rng(2).normal(size=4))
    force, j = np.asarray(field.force(v)), np.asarray(field.force_jacobian(v))
    damping = jnp.asarray(0.3)
    move, gradient = one_step(field, v, damping)
    close(gradient, j.T @ force)
    close(move, -np.linalg.solve(j.T @ j + 0.3 * np.eye(4), j.T @ force))


def test_a_custom_form_is_differentiated(network):
    class CustomForm(cj.dynamics.AbstractForm):
        """Equal to `CurrentForm`, without the attributes that make it quick."""

        def rates(self, v, activation):
            return activation(v)

        def advance(self, v, current, *, gain, activation, xi):
            known = cj.dynamics.CurrentForm()
            return known.advance(v, current, gain=gain, activation=activation, xi=xi)

    known = network()
    custom = cj.replace(known, form=CustomForm())
    known_field, custom_field = (field_of(net, jnp.ones(2)) for net in (known, custom))
    v = jnp.asarray(np.random.default_rng(2).normal(size=4))
    close(custom_field.force(v), known_field.force(v))
    close(custom_field.force_jacobian(v), known_field.force_jacobian(v))
    known_step, custom_step = (
        one_step(f, v, jnp.asarray(0.1)) for f in (known_field, custom_field)
    )
    close(known_step, custom_step)
