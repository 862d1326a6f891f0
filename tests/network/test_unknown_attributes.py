"""What networks say about attributes that they lack, and that this disturbs nothing."""

import copy
import dataclasses
import pickle

import equinox as eqx
import jax
import pytest

import ctrnn_jax as cj


NET = cj.CTRNN(1, 3, 1, dt=10.0, tau=100.0, key=jax.random.key(0))
PERTURBED = cj.perturb(NET, cj.perturbations.Lesion([0]))


@pytest.mark.parametrize("net", [NET, PERTURBED])
def test_copies_are_equal(net):
    for other in (copy.copy(net), copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert bool(eqx.tree_equal(other, net))


def test_unknown_and_private_attributes_do_not_exist():
    assert not hasattr(NET, "w_hid")
    assert not hasattr(NET, "_w_hid")
    assert not hasattr(NET, "__array__")
    with pytest.raises(AttributeError, match=r"CTRNN has no attribute 'xyzzy'\.$"):
        getattr(NET, "xy" + "zzy")


def test_a_property_that_fails_raises_its_own_error():
    spec = cj.trainable(NET)  # its leaves are booleans
    with pytest.raises(AttributeError, match="'bool' object has no attribute 'shape'"):
        _ = spec.n_in


@pytest.mark.parametrize("name", ["dt", "w_hid", "n_hidden", "other"])
def test_networks_are_frozen(name):
    with pytest.raises(dataclasses.FrozenInstanceError, match=f"assign to '{name}'"):
        setattr(NET, name, 1.0)
    assert float(NET.dt) == 10.0


def test_a_network_is_no_function():
    with pytest.raises(TypeError, match=r"Use cj.rollout\(net, inputs\)"):
        NET(1.0)
    with pytest.raises(ValueError, match="`fn` must be a function; got a CTRNN"):
        cj.map_networks(NET, cj.stack([NET, NET]))
