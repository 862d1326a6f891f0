"""Effective weights: which of them train, and constraints that always hold."""

from canonical import eirnn as ei
import equinox as eqx
from helpers import close, identical
from hypothesis import given, settings, strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


def test_trainable_is_weights_and_biases_only():
    net = ei(noise=cj.DiffusionNoise(0.1))
    spec = cj.trainable(net)
    assert jax.tree.structure(spec) == jax.tree.structure(net)
    assert vars(spec.raw) == {
        "w_in": True, "w_hid": True, "w_out": True,
        "b_hid": True, "b_out": True, "v0": False, "tau": False,
    }  # fmt: skip
    rest = eqx.tree_at(lambda n: n.raw, spec, None)
    assert not any(jax.tree.leaves(rest))
    assert cj.trainable(ei(train_v0=True)).raw.v0 is True
    assert cj.trainable(ei(train_tau=True)).raw.tau is True


OPTIMISERS = {
    "adamw": optax.adamw(0.1, weight_decay=0.5),
    "nesterov": optax.chain(
        optax.add_decayed_weights(0.3), optax.sgd(0.3, momentum=0.9, nesterov=True)
    ),
    "lion": optax.lion(0.05, weight_decay=1.0),
}


MAPS = [cj.constraints.Abs(), cj.constraints.Relu(), cj.constraints.Softplus()]


def optimisers_and_maps():
    """One optimiser with one map; all other pairs are slow."""
    for i, optimiser in enumerate(OPTIMISERS):
        for j, sign_map in enumerate(MAPS):
            marks = () if i == j == 2 else pytest.mark.slow
            yield pytest.param(optimiser, sign_map, marks=marks)


@pytest.mark.parametrize(("optimiser", "sign_map"), list(optimisers_and_maps()))
@settings(max_examples=8)
@given(seed=st.integers(0, 2**31))
def test_no_optimiser_breaks_a_constraint(optimiser, sign_map, seed):
    """Take 200 steps of large random gradients with momentum and decay."""
    net = ei(sign_map=sign_map, noise=cj.DiffusionNoise(0.1))
    trained = _shake(net, OPTIMISERS[optimiser], seed)
    assert int(cj.violations(trained)) == 0
    w = jax.tree.map(np.asarray, cj.effective(trained))
    assert (w.w_hid[:, :4] >= 0).all()
    assert (w.w_hid[:, 4:] <= 0).all()
    assert not np.diag(w.w_hid).any()
    assert not w.w_out[:, 4:].any()
    assert not np.allclose(trained.raw.w_hid, net.raw.w_hid)

    def frozen(n):
        return (n.dt, n.tau, n.noise, n.constraints, n.raw.v0)

    assert identical(frozen(trained), frozen(net))


@eqx.filter_jit
def _shaken(params, optimiser, key):
    def body(carry, key):
        params, state = carry
        leaves, treedef = jax.tree.flatten(params)
        keys = jax.random.split(key, len(leaves))
        noise = [
            10 * jax.random.normal(k, x.shape, x.dtype)
            for k, x in zip(keys, leaves, strict=True)
        ]
        updates, state = optimiser.update(treedef.unflatten(noise), state, params)
        return (eqx.apply_updates(params, updates), state), None

    start = (params, optimiser.init(params))
    return jax.lax.scan(body, start, jax.random.split(key, 200))[0][0]


def _shake(net, optimiser, seed):
    params, static = eqx.partition(net, cj.trainable(net))
    with jax.numpy_dtype_promotion("standard"):  # optax: float ** int32
        return eqx.combine(_shaken(params, optimiser, jax.random.key(seed)), static)


def test_violations_can_fail():
    """Entries that break a constraint are counted, and so are NaN."""
    net = ei()
    assert int(cj.violations(net)) == 0
    w = cj.effective(net)
    broken = eqx.tree_at(
        lambda w: (w.w_hid, w.w_in, w.w_out),
        w,
        (
            w.w_hid.at[2, 3].set(-1.0).at[1, 4].set(1.0).at[3, 3].set(0.5),
            w.w_in.at[0, 0].set(-1.0),
            w.w_out.at[1, 4].set(0.1),
        ),
    )
    assert int(cj.violations(net, broken)) == 5
    has_nan = eqx.tree_at(
        lambda n: n.raw.w_hid, net, net.raw.w_hid.at[0, 1].set(jnp.nan)
    )
    assert int(cj.violations(has_nan)) == 1


def test_dead_synapses_are_counted_for_relu_only():
    for sign_map, dead in (
        (cj.constraints.Relu(), 4 * 4 + 1 * 4),
        (cj.constraints.Abs(), 0),
    ):
        net = ei(sign_map=sign_map)
        flipped = eqx.tree_at(lambda n: n.raw.w_hid, net, -net.raw.w_hid)
        assert int(cj.network.dead_synapses(net)) == 0
        assert int(cj.network.dead_synapses(flipped)) == dead


def test_a_stack_has_the_results_of_each_network():
    keys = jax.random.split(jax.random.key(0), 2)
    nets = [cj.EIRNN(2, 10, 1, dt=10.0, tau=50.0, key=key) for key in keys]
    for function in (cj.effective, cj.violations, cj.network.dead_synapses):
        each = [function(net) for net in nets]
        close(function(cj.stack(nets)), jax.tree.map(lambda *x: jnp.stack(x), *each))
