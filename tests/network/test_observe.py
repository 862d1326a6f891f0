"""Networks whose outputs are the rates of some units."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.network import observe


KEY = jax.random.key(0)
AREAS = cj.connectivity.MultiAreaEI(
    {"a": 6, "b": 9}, inputs={"u": 2}, outputs=2, key=KEY
)
EI = cj.EIRNN(
    *AREAS.sizes,
    connectivity=AREAS,
    dt=20.0,
    tau=100.0,
    b_hid=cj.initialisers.Uniform(1.0),
    b_out=np.ones(2),
    key=KEY,
)
PLAIN = cj.CTRNN(
    2, 5, 1, dt=20.0, tau=100.0, b_hid=cj.initialisers.Uniform(1.0), key=KEY
)
U = np.random.default_rng(0).normal(size=(3, 8, 2))


@pytest.mark.parametrize(
    ("net", "units", "index"),
    [
        (PLAIN, np.array([3, 0]), [3, 0]),
        (PLAIN, [4], [4]),
        (PLAIN, 2, [2]),
        (PLAIN, np.array([True, False, True, False, False]), [0, 2]),
        (EI, "b", list(range(6, 15))),
        (EI, ("a", "inhibitory"), [5]),
        (EI, (14, 0, 5), [14, 0, 5]),
    ],
)
def test_the_readout_is_one_of_each_unit_in_order(net, units, index):
    seen = observe(net, units)
    assert type(seen) is type(net)
    assert seen.n_out == len(index)
    weights = cj.effective(seen)
    np.testing.assert_array_equal(weights.w_out, np.eye(net.n_hidden)[index])
    assert weights.b_out is None


@pytest.mark.parametrize(
    ("net", "units"), [(PLAIN, np.array([3, 0])), (EI, (14, 0, 5, 1))]
)
def test_outputs_are_the_rates_of_the_units_in_order(net, units):
    seen = observe(net, units)
    traj = cj.rollout(seen, U)
    close(traj.rates, cj.rollout(net, U).rates)
    close(traj.outputs, np.asarray(traj.rates)[..., np.array(units)])
    close(traj.outputs_of("observed"), traj.outputs)
    assert int(cj.violations(seen)) == int(cj.network.dead_synapses(seen)) == 0


def test_groups_of_the_units_name_the_outputs():
    traj = cj.rollout(observe(EI, (14, 0, 5, 1)), U)
    outputs, rates = np.asarray(traj.outputs), np.asarray(traj.rates)
    close(traj.outputs_of("a"), outputs[..., [1, 2, 3]])
    close(traj.outputs_of("inhibitory"), rates[..., [14, 5]])
    close(traj.outputs_of("a", "excitatory"), rates[..., :2])
    only_a = cj.rollout(observe(EI, "a"), U)
    with pytest.raises(ValueError, match="be a known name; got 'b'"):
        only_a.outputs_of("b")


@eqx.filter_jit
@eqx.filter_grad
def gradient(net):
    return jnp.sum(cj.rollout(net, U).outputs ** 2)


@pytest.mark.parametrize("net", [PLAIN, EI])
def test_the_readout_does_not_train_and_the_rest_does(net):
    seen = observe(net, (3, 1))
    spec = cj.trainable(seen)
    assert spec.raw.w_out is False
    assert spec.raw.b_out is None
    assert spec.raw.w_hid is spec.raw.w_in is spec.raw.b_hid is True
    assert spec.raw.v0 is False
    grads = gradient(seen)
    assert not np.asarray(grads.raw.w_out).any()
    assert np.asarray(grads.raw.w_hid).any()
    # the readout stays the same even if an optimiser changes its raw parameters
    changed = jax.tree.map(lambda x: np.asarray(x) + 1, seen.raw)
    changed = eqx.tree_at(lambda n: n.raw, seen, changed)
    close(cj.effective(changed).w_out, cj.effective(seen).w_out)
    with pytest.raises(ValueError, match="`w_out` must satisfy its constraint"):
        cj.replace(seen, w_out=np.zeros((2, net.n_hidden)))


def test_the_choice_of_trained_weights_is_kept_and_observe_can_be_repeated():
    net = cj.CTRNN(2, 5, 1, dt=20.0, tau=100.0, train_v0=True, train_tau=True, key=KEY)
    spec = cj.trainable(observe(net, [1]))
    assert spec.raw.v0 is spec.raw.tau is True
    again = observe(observe(net, [1, 2]), [0, 4, 3])
    assert identical(again, observe(net, [0, 4, 3]))


@pytest.mark.parametrize("net", [PLAIN, EI])
def test_an_observed_network_is_saved_and_loaded(net, tmp_path):
    seen = observe(net, (3, 1))
    back = cj.load(cj.save(tmp_path / "net.safetensors", seen))
    assert identical(back, seen)
    assert back.layout == seen.layout
    assert identical(cj.trainable(back), cj.trainable(seen))
    close(cj.rollout(back, U).outputs_of("observed"), cj.rollout(seen, U).outputs)


def test_observe_works_in_stacks_in_float32_and_under_jit():
    nets = cj.stack([observe(PLAIN, [2]), observe(cj.noiseless(PLAIN), [2])])
    rates = np.asarray(cj.rollout(PLAIN, U).rates)
    each = jax.jit(jax.vmap(lambda net: cj.rollout(net, U).outputs))(nets)
    close(each[1], rates[..., 2:3])
    small = observe(cj.astype(PLAIN, jnp.float32), [2])
    narrow = jax.eval_shape(lambda: cj.rollout(small, np.float32(U)).outputs)
    assert narrow.dtype == jnp.float32
    inside = jax.jit(lambda net, u: cj.rollout(observe(net, [2]), u).outputs)
    close(inside(PLAIN, U), rates[..., 2:3])
    mapped = jax.eval_shape(
        eqx.filter_vmap(lambda net: observe(net, [2])), cj.stack([PLAIN, PLAIN])
    )
    assert mapped.raw.w_out.shape == (2, 1, 5)
    assert repr(observe(PLAIN, [2])).endswith("\nw_out         Fixed")
    assert cj.summary(observe(PLAIN, [2])).parameters == 25 + 10 + 5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: observe(EI, "c"), "be a known name; got 'c'"),
        (lambda: observe(PLAIN, "a"), "Nothing has a name here"),
        (lambda: observe(PLAIN, 5), "`units` must be indices below 5"),
        (lambda: observe(PLAIN, [1, 1]), "`units` must be different units"),
        (lambda: observe(PLAIN, np.zeros(5, bool)), "at least one"),
        (lambda: observe(PLAIN, []), "at least one; got"),
        (lambda: observe(PLAIN, 0.5), "be names, indices or a mask"),
        (lambda: observe(EI, ("a", "b")), "`units` must be different units"),
        (lambda: observe(cj.stack([PLAIN, PLAIN]), 0), "`net` must be one network"),
        (lambda: jax.jit(lambda u: observe(PLAIN, u).raw)(1), "known outside of jit"),
        (
            lambda: jax.jit(lambda m: observe(PLAIN, m).raw)(np.ones(5, bool)),
            "`units` must be known outside of jit",
        ),
    ],
)
def test_invalid_units_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()
