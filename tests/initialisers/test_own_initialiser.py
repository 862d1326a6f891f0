"""An initialiser from outside the package works wherever those of the package do."""

from collections.abc import Callable
import re

import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj

from . import draws


KEY = jax.random.key(0)
UNITS, LENGTH = 8, 1.5


class Decaying(cj.initialisers.AbstractInitialiser):
    """Magnitudes that decrease with distance, times uniform numbers of the key."""

    length: jax.Array

    def __call__(self, key, shape, dtype, constraint):
        """Return the draw with the constraint's signs; absent synapses are left in."""
        post, pre = np.indices(shape)
        distance = jnp.asarray(np.abs(post - pre), dtype)
        decay = jnp.exp(-distance / self.length.astype(dtype))
        magnitudes = decay * jax.random.uniform(key, shape, dtype)
        return jnp.where(constraint.signs(shape) < 0, -magnitudes, magnitudes)


OWN = Decaying(jnp.array(LENGTH))


def in_numpy(key, shape, signs, mask):
    """Return the draw in NumPy, from the uniform numbers of the key."""
    uniform = np.asarray(jax.random.uniform(key, shape, float))
    post, pre = np.indices(shape)
    w = np.exp(-np.abs(post - pre) / LENGTH) * uniform
    return np.where(mask, np.where(signs < 0, -w, w), 0.0)


SHAPE = (UNITS, UNITS)
SIGNS = np.where(np.arange(UNITS) < 6, 1, -1)
MASK = np.random.default_rng(0).random(SHAPE) > 0.4
OFF = ~np.eye(UNITS, dtype=bool)
FREE, ALL = np.zeros(UNITS), np.ones(SHAPE, bool)


def bounded(w):
    return np.clip(w, -0.2, 0.2)


def fixed(w):
    return np.where(np.eye(UNITS, dtype=bool), 0.5, w)


def mean_with_transpose(w):
    return (w + w.T) / 2


def half_difference(w):
    return (w - w.T) / 2


def balanced(w):
    """Scale the larger of the sums of excitation and inhibition down in each row."""
    excitation = np.where(w > 0, w, 0).sum(1, keepdims=True)
    inhibition = np.where(w < 0, -w, 0).sum(1, keepdims=True)
    smaller = np.minimum(excitation, inhibition)
    total = np.where(w > 0, excitation, inhibition)
    return w * smaller / np.where(total > 0, total, 1)


def best_of_rank_two(w):
    u, s, vt = np.linalg.svd(w)
    return (u[:, :2] * s[:2]) @ vt[:2]


C = cj.constraints
CONSTRAINTS = {  # constraint, signs of columns, mask, what else happens to the draw
    "free": (C.Free(), FREE, ALL, None),
    "non-negative": (C.NonNegative(), FREE + 1, ALL, None),
    "dale": (C.Dale(SIGNS), SIGNS, ALL, None),
    "sign mask": (C.SignMask(SIGNS * MASK), SIGNS, MASK, None),
    "masked": (C.Masked(MASK), FREE, MASK, None),
    "dale, masks": (
        C.chain(C.NoAutapses(), C.Masked(MASK), C.Dale(SIGNS)), SIGNS, MASK & OFF, None
    ),
    "bounded": (C.Bounded(-0.2, 0.2), FREE, ALL, bounded),
    "fixed": (C.Fixed(0.5 * np.eye(UNITS)), FREE, ALL, fixed),
    "symmetric": (C.Symmetric(), FREE, ALL, mean_with_transpose),
    "skew": (C.Skew(), FREE, ALL, half_difference),
    "row balanced": (C.chain(C.RowBalanced(), C.Dale(SIGNS)), SIGNS, ALL, balanced),
    "low rank": (C.LowRank(2), FREE, ALL, best_of_rank_two),
}  # fmt: skip


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_draws_are_those_of_numpy_under_every_constraint(name):
    constraint, signs, mask, then = CONSTRAINTS[name]
    expected = in_numpy(draws.KEY, SHAPE, signs, mask)
    expected = expected if then is None else then(expected)
    w = draws.drawn(OWN, constraint, shape=SHAPE)
    close(w, expected, scale=100)
    assert not np.asarray(constraint.violations(jnp.asarray(w))).any()


def test_the_draw_satisfies_a_limit_of_the_spectral_radius():
    limit = C.SpectralRadiusBelow(0.3)
    w = draws.drawn(OWN, limit, shape=SHAPE)
    free = in_numpy(draws.KEY, SHAPE, FREE, ALL)
    close(w / w[0, 0], free / free[0, 0], scale=100)
    assert 0.29 <= np.abs(np.linalg.eigvals(w)).max() <= 0.3 * (1 + 1e-9)


def build(kind, key, length=LENGTH):
    own = Decaying(jnp.asarray(length))
    scaled = cj.initialisers.SpectralRadius(0.7, own)
    return kind(
        2, UNITS, 1, dt=10.0, tau=50.0, w_hid=scaled, w_in=own, key=key,
        connectivity=cj.connectivity.no_autapses(UNITS),
    )  # fmt: skip


@pytest.mark.parametrize(
    "kind", [cj.EIRNN, pytest.param(cj.CTRNN, marks=pytest.mark.slow)]
)
def test_networks_are_built_under_jit_and_vmap(kind):
    keys = jax.random.split(KEY, 3)
    nets = [build(kind, key) for key in keys]
    for key, net in zip(keys, nets, strict=True):
        w_in_key, w_hid_key = (
            jax.random.fold_in(key, cj.network.NAMES.index(name))
            for name in ("w_in", "w_hid")
        )
        signs = FREE if kind is cj.CTRNN else SIGNS
        w_hid = in_numpy(w_hid_key, SHAPE, signs, OFF)
        w_hid *= 0.7 / np.abs(np.linalg.eigvals(w_hid)).max()
        weights = cj.effective(net)
        close(weights.w_hid, w_hid, scale=100)
        close(weights.w_in, in_numpy(w_in_key, (UNITS, 2), 0, True))
    jitted = eqx.filter_jit(build)(kind, keys[0])
    close(jitted.raw, nets[0].raw, scale=100)
    mapped = eqx.filter_jit(eqx.filter_vmap(lambda key: build(kind, key)))(keys)
    close(mapped.raw, cj.stack(nets).raw, scale=100)
    # the number of an initialiser is swept like any other
    lengths = jnp.array([0.5, LENGTH])
    swept = eqx.filter_jit(eqx.filter_vmap(lambda x: build(kind, keys[0], x)))(lengths)
    close(swept.raw.w_hid[1], nets[0].raw.w_hid, scale=100)
    assert not np.allclose(swept.raw.w_hid[0], nets[0].raw.w_hid)


def of_another_shape(key, shape, dtype):
    return jnp.ones(shape[::-1], dtype)


class OfOneRow(cj.initialisers.AbstractInitialiser):
    def __call__(self, key, shape, dtype, constraint):
        return jnp.ones((1, shape[1]), dtype)


@pytest.mark.parametrize(
    ("initialiser", "name", "got"),
    [(of_another_shape, "of_another_shape", (2, 7)), (OfOneRow(), "OfOneRow", (1, 2))],
)
def test_a_draw_of_another_shape_is_an_error(initialiser, name, got):
    message = (
        f"`{name}` must return weights of shape (7, 2); got shape {got}. Its second "
        "argument is the shape."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        cj.CTRNN(2, 7, 1, dt=10.0, tau=50.0, w_in=initialiser, key=jax.random.key(0))


class FromFunction(cj.initialisers.AbstractInitialiser):
    """A function of uniform numbers."""

    function: Callable = eqx.field(static=True)

    def __call__(self, key, shape, dtype, constraint):
        return self.function(jax.random.uniform(key, shape, dtype))


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (np.sqrt, "`FromFunction` must use jax"),
        (lambda x: None, "`FromFunction` must be numbers; got None"),
        (
            lambda x: [1.0, 2.0],
            r"must return weights of shape \(3, 3\); got shape \(2,",
        ),
    ],
)
def test_errors_of_a_function_name_it(function, text):
    with pytest.raises(ValueError, match=text):
        cj.CTRNN(
            1, 3, 1, dt=10.0, tau=50.0, w_hid=FromFunction(function),
            key=jax.random.key(0),
        )  # fmt: skip
