"""Invariants of networks whose options are combined at random."""

from canonical import ctrnn, eirnn, inputs, STEPS, TRIALS, UNITS
import equinox as eqx
from helpers import close, has_float64, identical
from hypothesis import given, Phase, settings, strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


MASK = ~np.eye(UNITS, k=2, dtype=bool)

# name: the maker of the network, and its options
CONSTRAINTS = {
    "free": (ctrnn, {}),
    "masked": (
        ctrnn,
        {"constraints": {"w_hid": cj.constraints.Masked(MASK)}},
    ),
    "bounded": (
        ctrnn,
        {"constraints": {"w_hid": cj.constraints.Bounded(-0.4, 0.4)}},
    ),
    "radius": (
        ctrnn,
        {"constraints": {"w_hid": cj.constraints.SpectralRadiusBelow(0.9)}},
    ),
    "low rank": (ctrnn, {"constraints": {"w_hid": cj.constraints.LowRank(2)}}),
    "Dale": (eirnn, {}),
    "Dale, relu": (eirnn, {"sign_map": cj.constraints.Relu()}),
    "Dale, masked, balanced": (
        eirnn,
        {
            "frac_excitatory": 0.6,
            "constraints": {
                "w_hid": cj.constraints.chain(
                    cj.constraints.Masked(MASK), cj.constraints.RowBalanced()
                )
            },
        },
    ),
}
NOISES = {
    "none": None,
    "pre": cj.StepNoise(pre=0.3),
    "post and rate": cj.StepNoise(post=0.2, rate=0.1),
    "diffusion": cj.DiffusionNoise(0.15),
}
FORMS = {"current": cj.dynamics.CurrentForm(), "rate": cj.dynamics.RateForm()}
METHODS = {"Euler": cj.Euler(), "exponential": cj.ExponentialEuler()}
ADJOINTS = {
    "hoisted": cj.HoistedAdjoint(),
    "hoisted, in chunks": cj.HoistedAdjoint(chunk_bytes=3 * TRIALS * UNITS * 8),
    "direct": cj.DirectAdjoint(),
    "checkpointed": cj.Checkpointed(2),
    "not truncated": cj.Truncated(STEPS),
}
RECORDS = {
    "all": cj.Record(),
    "outputs": cj.Record(potentials=False, rates=False),
    "every second step": cj.Record(stride=2),
}
BATCHES = [(), (TRIALS,), (1, TRIALS)]


def one_of(options):
    """Draw a name, which a failing example prints, from a table."""
    return st.sampled_from(sorted(options))


@st.composite
def networks(draw):
    """Draw a network, as a function that makes it."""
    make, options = CONSTRAINTS[draw(one_of(CONSTRAINTS))]
    options = options | {
        "noise": NOISES[draw(one_of(NOISES))],
        "form": FORMS[draw(one_of(FORMS))],
        "method": METHODS[draw(one_of(METHODS))],
        "activation": draw(st.sampled_from(["relu", "tanh"])),
        "tau": np.linspace(50.0, 150.0, UNITS) if draw(st.booleans()) else 100.0,
        "b_hid": cj.initialisers.Uniform(0.5),
    }
    seed = draw(st.integers(0, 2))
    return lambda: make(seed=seed, **options)


def check_weights(net, folder):
    """No constraint is broken, and a file holds the network to the bit."""
    assert not any(jax.tree.leaves(cj.violations(net)))
    cj.save(folder / "network.safetensors", net)
    loaded = cj.load(folder / "network.safetensors")
    assert identical(loaded, net)


def check_rollouts(net, adjoint, record, batch):
    """Same key, same bits; batch, loop and vmap agree; so do float32 and float64."""
    u, key = inputs(*batch), jax.random.key(7)

    def run(net, u, key):
        return cj.rollout(net, u, key=key, record=record, adjoint=adjoint)

    traj = run(net, u, key)
    assert identical(run(net, u, key), traj)

    keys = key if not batch else trial_keys(key, batch)
    by_vmap, by_loop = run, run
    for _ in batch:
        by_vmap = jax.vmap(by_vmap, (None, 0, 0))
        by_loop = in_a_loop(by_loop)
    close(by_vmap(net, jnp.asarray(u), keys), traj)
    close(by_loop(net, u, keys), traj)

    # noise of another dtype is another draw
    double, net32 = cj.noiseless(net), cj.astype(cj.noiseless(net), "float32")
    traj = run(double, u, None)
    single = run(net32, u.astype("float32"), None)
    assert not has_float64(single)
    for name in ("potentials", "rates", "outputs"):
        one, other = getattr(single, name), getattr(traj, name)
        if one is not None:
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def check_programs(net, adjoint, record, batch):
    """Other numbers (weights, dt, tau, noise, key, inputs) trace nothing again."""
    u = inputs(*batch)

    @eqx.filter_jit
    @eqx.debug.assert_max_traces(max_traces=1)
    def value_and_gradient(params, static, u, key):
        def loss(params):
            options = {"key": key, "record": record, "adjoint": adjoint}
            traj = cj.rollout(eqx.combine(params, static), u, **options)
            return jnp.mean(traj.outputs**2)

        return jax.value_and_grad(loss)(params)

    params, static = eqx.partition(net, cj.trainable(net))
    value, grads = value_and_gradient(params, static, u, jax.random.key(0))
    assert np.isfinite(value)
    assert all(np.isfinite(g).all() for g in jax.tree.leaves(grads))
    numbers, other = eqx.partition(net, eqx.is_inexact_array)
    moved = eqx.combine(jax.tree.map(lambda x: 1.01 * x, numbers), other)
    assert not any(jax.tree.leaves(cj.violations(moved)))
    params, static = eqx.partition(moved, cj.trainable(moved))
    value_and_gradient(params, static, 2 * u, jax.random.key(1))


def trial_keys(key, batch):
    """The documented key of each trial: `fold_in(key, i)` with a flat index i."""
    flat = jax.vmap(jax.random.fold_in, (None, 0))(key, np.arange(np.prod(batch)))
    return flat.reshape(batch)


def in_a_loop(run):
    """Return a function that runs trial after trial and stacks the results."""

    def loop(net, u, keys):
        results = [run(net, *trial) for trial in zip(u, keys, strict=True)]
        return jax.tree.map(lambda *x: jnp.stack(x), *results)

    return loop


combined = given(
    make=networks(),
    adjoint=one_of(ADJOINTS).map(ADJOINTS.get),
    record=one_of(RECORDS).map(RECORDS.get),
    batch=st.sampled_from(BATCHES),
)


def check_all(tmp_path_factory, make, adjoint, record, batch):
    """Check every invariant of one combination."""
    net = make()
    check_weights(net, tmp_path_factory.mktemp("network"))
    check_rollouts(net, adjoint, record, batch)
    check_programs(net, adjoint, record, batch)


# each smaller example of a failure would compile for seconds
UNSHRUNK = (Phase.explicit, Phase.generate)
test_some_combinations = settings(max_examples=6, phases=UNSHRUNK)(combined(check_all))
test_many_combinations = pytest.mark.slow(
    settings(max_examples=30, phases=UNSHRUNK)(combined(check_all))
)
