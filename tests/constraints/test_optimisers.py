"""No optimiser breaks a constraint: 10,000 random runs under vmap."""

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
import pytest

import ctrnn_jax as cj


N, MOST_STEPS, RUNS = 6, 16, 300
OPTIMISERS = {
    "sgd, nesterov, decay": optax.chain(
        optax.add_decayed_weights(0.3), optax.sgd(0.3, momentum=0.95, nesterov=True)
    ),
    "adamw": optax.adamw(0.3, weight_decay=0.5),
}


def signs_of(key):
    return jnp.where(jnp.arange(N) < 4, 1, -1)[jax.random.permutation(key, N)]


def mask_of(key):
    return jax.random.bernoulli(key, 0.6, (N, N))


COMPOSITIONS = {
    "non-negative, masked": lambda k: cj.constraints.chain(
        cj.constraints.NonNegative(), cj.constraints.Masked(mask_of(k))
    ),
    "dale, no autapses": lambda k: cj.constraints.chain(
        cj.constraints.Dale(signs_of(k)), cj.constraints.NoAutapses()
    ),
    "dale relu, masked": lambda k: cj.constraints.chain(
        cj.constraints.Dale(signs_of(k), cj.constraints.Relu()),
        cj.constraints.Masked(mask_of(k)),
    ),
    "dale softplus, masked": lambda k: cj.constraints.chain(
        cj.constraints.Dale(signs_of(k), cj.constraints.Softplus()),
        cj.constraints.Masked(mask_of(k)),
    ),
    "bounded, dale, masked": lambda k: cj.constraints.chain(
        cj.constraints.Bounded(-0.3, 0.3),
        cj.constraints.Dale(signs_of(k)),
        cj.constraints.Masked(mask_of(k)),
    ),
    "bounded": lambda k: cj.constraints.Bounded(-jax.random.uniform(k), 0.1),
    "sign mask": lambda k: cj.constraints.SignMask(
        jax.random.randint(k, (N, N), -1, 2), cj.constraints.Abs()
    ),
    "fixed, dale": lambda k: cj.constraints.chain(
        cj.constraints.Fixed(
            jnp.where(mask_of(k), 0.4, 0.0) * signs_of(k).astype(float)[None]
        ),
        cj.constraints.Dale(signs_of(k)),
    ),
    "fixed and plastic": lambda k: cj.constraints.Fixed(
        jnp.where(mask_of(k), 0.4, 0.0),
        plastic=~mask_of(k) & mask_of(jax.random.fold_in(k, 1)),
    ),
    "symmetric, bounded": lambda k: cj.constraints.chain(
        cj.constraints.Symmetric(), cj.constraints.Bounded(-0.3, 0.5)
    ),
    "skew": lambda k: cj.constraints.Skew(),
    "low rank": lambda k: cj.constraints.LowRank(2),
    "balanced, dale, masked": lambda k: cj.constraints.chain(
        cj.constraints.RowBalanced(),
        cj.constraints.Dale(signs_of(k)),
        cj.constraints.Masked(mask_of(k)),
    ),
    "radius, dale": lambda k: cj.constraints.chain(
        cj.constraints.SpectralRadiusBelow(0.7), cj.constraints.Dale(signs_of(k))
    ),
    "radius, balanced, dale, no autapses": lambda k: cj.constraints.chain(
        cj.constraints.SpectralRadiusBelow(0.7),
        cj.constraints.RowBalanced(),
        cj.constraints.Dale(signs_of(k)),
        cj.constraints.NoAutapses(),
    ),
    "everything": lambda k: cj.constraints.chain(
        cj.constraints.Dale(signs_of(k)),
        cj.constraints.Masked(mask_of(k)),
        cj.constraints.Fixed(
            jnp.zeros((N, N)), where=~mask_of(jax.random.fold_in(k, 1))
        ),
        cj.constraints.NoAutapses(),
    ),
    "free": lambda k: cj.constraints.Free(),
}


def run(make, optimiser, key):
    """Return the violations after random updates, and whether weights are finite.

    Number, direction and magnitude of the updates are random.
    """
    constraint_key, init, noise, count, size = jax.random.split(key, 5)
    constraint = make(constraint_key)
    start = jax.random.normal(init, (N, N), jnp.float32)
    raw = constraint.raw(constraint.effective(constraint.raw(start)))
    steps = jax.random.randint(count, (), 1, MOST_STEPS + 1)
    exponent = jax.random.uniform(size, (), jnp.float32, minval=-3, maxval=3)
    scale = 10.0**exponent

    def step(carry, t):
        raw, state = carry
        target = jax.random.normal(jax.random.fold_in(noise, t), (N, N), jnp.float32)
        grads = jax.grad(
            lambda r: jnp.sum(
                constraint.effective(r) * target * scale.astype("float32")
            )
        )(raw)
        updates, new_state = optimiser.update(grads, state, raw)
        moved = (optax.apply_updates(raw, updates), new_state)

        def while_running(new, old):
            return jnp.where(t < steps, new, old)

        return jax.tree.map(while_running, moved, carry), None

    with jax.numpy_dtype_promotion("standard"):
        state = optimiser.init(raw)
        (raw, _), _ = jax.lax.scan(step, (raw, state), jnp.arange(MOST_STEPS))
    weights = constraint.effective(raw)
    # the product of diverging factors overflows; infinite weights are not counted
    finite = jnp.isfinite(weights).all()
    return jnp.where(finite, constraint.violations(weights).sum(), 0), finite


QUICK = ("everything", "symmetric, bounded")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
        for name in COMPOSITIONS
    ],
)
def test_ten_thousand_runs_break_no_constraint(name):
    """17 compositions, 2 optimisers with momentum and weight decay, 300 runs each."""
    assert len(COMPOSITIONS) * len(OPTIMISERS) * RUNS >= 10_000
    for index, optimiser in enumerate(OPTIMISERS.values()):
        keys = jax.random.split(jax.random.key(index), RUNS)
        one_run = partial(run, COMPOSITIONS[name], optimiser)
        broken, finite = eqx.filter_jit(jax.vmap(one_run))(keys)
        assert broken.shape == (RUNS,)
        assert int(broken.sum()) == 0
        assert float(finite.mean()) >= (0.8 if name == "low rank" else 1.0)
