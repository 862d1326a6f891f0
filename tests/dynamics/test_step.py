"""The equation as two functions: against NumPy, and against the scan's fused form."""

from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.simulation._products import scaled_products, with_derivative_of


RNG = np.random.default_rng(0)
UNITS, CHANNELS = 5, 3
W, W_IN = RNG.normal(size=(UNITS, UNITS)), RNG.normal(size=(UNITS, CHANNELS))
BIAS = RNG.normal(size=UNITS)


def parts(batch):
    """Return rates, inputs, eps, xi and v of some trials."""
    shapes = (UNITS, CHANNELS, UNITS, UNITS, UNITS)
    return tuple(jnp.asarray(RNG.normal(size=(*batch, n))) for n in shapes)


@pytest.mark.parametrize("batch", [(), (1,), (4,), (2, 3)])
@pytest.mark.parametrize("given", ["w_hid", "u", "b_hid", "eps", "all"])
def test_the_current_is_the_sum_of_its_terms(batch, given):
    r, u, eps, _, _ = parts(batch)
    expected = np.einsum("ij,...j->...i", W, r)
    options = {}
    if given in ("u", "all"):
        options |= {"u": u, "w_in": jnp.asarray(W_IN)}
        expected = expected + np.einsum("ij,...j->...i", W_IN, u)
    if given in ("b_hid", "all"):
        options["b_hid"] = jnp.asarray(BIAS)
        expected = expected + BIAS
    if given in ("eps", "all"):
        options["eps"] = eps
        expected = expected + eps
    close(cj.dynamics.total_current(r, w_hid=jnp.asarray(W), **options), expected)


@pytest.mark.parametrize("batch", [(), (2, 3)])
def test_weights_of_lower_precision_accumulate_in_that_of_the_rates(batch):
    r = jnp.asarray(RNG.normal(size=(*batch, UNITS)))
    current = cj.dynamics.total_current(r, w_hid=jnp.asarray(W, jnp.float32))
    assert current.dtype == r.dtype
    close(current, np.einsum("ij,...j->...i", W, r), dtype="float32", scale=10)


@pytest.mark.parametrize("gain", [0.2, np.linspace(0.1, 0.9, UNITS)])
@pytest.mark.parametrize("batch", [(), (4,)])
def test_the_step_is_the_equation(batch, gain):
    v, current, xi = (jnp.asarray(RNG.normal(size=(*batch, UNITS))) for _ in range(3))
    new = cj.dynamics.ctrnn_step(
        v, current, gain=jnp.asarray(gain), activation=jnp.tanh, xi=xi
    )
    v, current, xi = (np.asarray(x) for x in (v, current, xi))
    close(new, v + gain * (-v + current) + xi)


@pytest.mark.parametrize("name", ["u", "w_in"])
def test_input_without_weights_and_weights_without_input_are_errors(name):
    r, u, *_ = parts(())
    alone = {"u": u, "w_in": jnp.asarray(W_IN)}[name]
    with pytest.raises(ValueError, match=f"`u` must be given together.*{name} alone"):
        cj.dynamics.total_current(r, w_hid=jnp.asarray(W), **{name: alone})


@pytest.mark.parametrize("batch", [(), (1,), (4,), (2, 3)])
@pytest.mark.parametrize("gain", [None, 0.3, np.linspace(0.2, 0.4, len(W))])
def test_the_products_of_the_scan_are_those_of_the_equation(batch, gain):
    """The value, and the derivative in every argument together and alone."""
    r, u, _, _, direction = parts(batch)
    gain = None if gain is None else jnp.asarray(gain)
    args = (gain, jnp.asarray(W), jnp.asarray(W_IN), jnp.asarray(BIAS), r, u)

    def written(gain, w, w_in, b, r, u):
        current = cj.dynamics.total_current(r, u, w_hid=w, w_in=w_in, b_hid=b)
        return current if gain is None else gain * current

    def of_scan(gain, w, w_in, b, r, u):
        w_drive = jnp.concatenate([w_in, b[:, None]], axis=1)
        u = jnp.concatenate([u, jnp.ones((*u.shape[:-1], 1))], axis=-1)
        both = jnp.concatenate([w, w_drive], axis=1)
        return scaled_products(gain, both, w, w_drive, r, u)

    tangents = jax.tree.map(lambda x: jnp.asarray(np.cos(x)), args)
    numbers = [i for i, x in enumerate(args) if x is not None]

    def square(f):
        return lambda *args: jnp.sum(f(*args) ** 2)

    @jax.jit
    def all_derivatives():
        return [
            (
                jax.vjp(f, *args)[1](direction),
                jax.jvp(f, args, tangents),
                [
                    jax.grad(lambda *a, f=f: jnp.sum(f(*a) ** 2), i)(*args)
                    for i in numbers
                ],
            )
            for f in (of_scan, written)
        ]

    with jax.numpy_rank_promotion("allow"):
        close(*all_derivatives())


def test_a_known_value_has_the_derivative_of_its_computation():
    def known(x):
        return with_derivative_of(jnp.asarray(7.0), jnp.sin(x))

    @jax.jit
    def derivatives(x):
        return known(x), jax.grad(known)(x), jax.hessian(known)(x)

    close(derivatives(0.3), (7.0, np.cos(0.3), -np.sin(0.3)))
