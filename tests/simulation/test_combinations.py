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


def run_all(adjoint, record, batch):
    """Return a function that returns a batch, its vmap, its loop, and a gradient.

    It may be traced only once. One program is compiled in place of four.
    """

    def run(net, u, key):
        return cj.rollout(net, u, key=key, record=record, adjoint=adjoint)

    def one_by_one(net, u, keys):
        return jax.lax.map(lambda trial: run(net, *trial), (u, keys))

    by_vmap, by_loop = run, one_by_one
    for depth, _ in enumerate(batch):
        by_vmap = jax.vmap(by_vmap, (None, 0, 0))
        by_loop = jax.vmap(by_loop, (None, 0, 0)) if depth else by_loop

    @eqx.filter_jit
    @eqx.debug.assert_max_traces(max_traces=1)
    def all_results(params, static, u, key):
        def loss(params):
            traj = run(eqx.combine(params, static), u, key)
            return jnp.mean(traj.outputs**2), traj

        (_, traj), grads = jax.value_and_grad(loss, has_aux=True)(params)
        if not batch:
            return traj, grads, []
        net, keys = eqx.combine(params, static), trial_keys(key, batch)
        return traj, grads, [by_vmap(net, u, keys), by_loop(net, u, keys)]

    return all_results


def check_rollouts(net, adjoint, record, batch):
    """Batch, loop and vmap agree, with the same bits in each call.

    Other numbers (weights, dt, tau, noise, key, inputs) trace nothing again.
    """
    u, key = jnp.asarray(inputs(*batch)), jax.random.key(7)
    run = run_all(adjoint, record, batch)
    parts = eqx.partition(net, cj.trainable(net))
    results = run(*parts, u, key)
    traj, grads, others = results
    assert identical(run(*parts, u, key), results)
    for other in others:
        close(other, traj)
    assert all(np.isfinite(x).all() for x in jax.tree.leaves((traj.outputs, grads)))
    numbers, other = eqx.partition(net, eqx.is_inexact_array)
    moved = eqx.combine(jax.tree.map(lambda x: 1.01 * x, numbers), other)
    assert not any(jax.tree.leaves(cj.violations(moved)))
    run(*eqx.partition(moved, cj.trainable(moved)), 2 * u, jax.random.key(1))


def check_dtypes(net, adjoint, record, batch):
    """Float32 is near float64, without noise, which is another draw in each dtype."""
    u = inputs(*batch)

    def run(net, u):
        return cj.rollout(net, u, record=record, adjoint=adjoint)

    net = cj.noiseless(net)
    traj = run(net, u)
    single = run(cj.astype(net, "float32"), u.astype("float32"))
    assert not has_float64(single)
    for name in ("potentials", "rates", "outputs"):
        one, other = getattr(single, name), getattr(traj, name)
        if one is not None:
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def trial_keys(key, batch):
    """The documented key of each trial: `fold_in(key, i)` with a flat index i."""
    flat = jax.vmap(jax.random.fold_in, (None, 0))(key, np.arange(np.prod(batch)))
    return flat.reshape(batch)


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
    check_dtypes(net, adjoint, record, batch)


# each smaller example of a failure would compile for seconds
UNSHRUNK = (Phase.explicit, Phase.generate)
test_some_combinations = settings(max_examples=3, phases=UNSHRUNK)(combined(check_all))
test_many_combinations = pytest.mark.slow(
    settings(max_examples=20, phases=UNSHRUNK)(combined(check_all))
)
