"""What all connectivities share: units by name, vmap, and errors."""

import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(4)


def test_units_by_name():
    areas = cj.connectivity.MultiAreaEI({"a": 5, "b": 10}, key=KEY)
    np.testing.assert_array_equal(areas.units("a"), np.arange(5))
    np.testing.assert_array_equal(areas.units("b", "excitatory"), np.arange(5, 13))
    with pytest.raises(ValueError, match="Did you mean 'excitatory'"):
        areas.units("exitatory")


@pytest.mark.slow
def test_masks_can_be_drawn_under_vmap():
    def areas_of(key):
        return cj.connectivity.MultiAreaEI([6, 6], forward=0.5, key=key)

    def make(key):
        areas = areas_of(key)
        return cj.EIRNN(*areas.sizes, connectivity=areas, dt=10.0, tau=50.0, key=key)

    keys = jax.random.split(KEY, 3)
    nets = eqx.filter_eval_shape(eqx.filter_vmap(make), keys)
    run = jax.vmap(lambda net: cj.rollout(net, jnp.ones((4, 1))).outputs)
    outputs = jax.eval_shape(run, nets)
    assert outputs.shape == (3, 4, 1)
    assert nets.constraints.w_hid.links[-1].mask.shape == (3, 12, 12)
    draw = eqx.filter_jit(eqx.filter_vmap(lambda key: areas_of(key).w_hid))
    masks = np.asarray(draw(keys))
    assert not np.array_equal(masks[0], masks[1])
    alone = np.asarray(areas_of(keys[0]).w_hid)
    np.testing.assert_array_equal(masks[0], alone)


def test_connectivity_is_a_small_pytree():
    areas = cj.connectivity.MultiArea([3, 3], key=KEY)
    leaves, treedef = jax.tree.flatten(areas)
    assert len(leaves) == 3
    assert identical(treedef.unflatten(leaves), areas)


def network_with(connectivity, cls=cj.CTRNN):
    return cls(1, 10, 1, connectivity=connectivity, dt=1.0, tau=9.0, key=KEY)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: cj.connectivity.random_sparse(5, 1.2, key=KEY),
            r"`density` must lie in \[0, 1\]",
        ),
        (
            lambda: cj.connectivity.MultiArea([4, 5], n_hidden=10, key=KEY),
            r"add up to n_hidden = 10; got 9 = 4 \+ 5",
        ),
        (
            lambda: cj.connectivity.MultiArea(2, key=KEY),
            "`n_hidden` must be given with a number of",
        ),
        (
            lambda: cj.connectivity.MultiArea([4, 5], forward=2.0, key=KEY),
            "`forward` must lie in",
        ),
        (
            lambda: cj.connectivity.MultiArea(
                [4, 5], connections=np.ones((3, 2)), key=KEY
            ),
            r"shape \(2, 2\): .* got shape \(3, 2\)",
        ),
        (
            lambda: cj.connectivity.MultiArea(
                [4, 5], connections=2 * np.ones((2, 2)), key=KEY
            ),
            r"hold densities in \[0, 1\]; got 2",
        ),
        (
            lambda: cj.connectivity.MultiArea(
                {"motor": 4}, input_areas="moter", key=KEY
            ),
            "Did you mean 'motor'",
        ),
        (
            lambda: cj.connectivity.MultiArea(
                {"motor": 4}, inputs={"go": 1}, input_areas={"goo": "motor"}, key=KEY
            ),
            "Did you mean 'go'",
        ),
        (
            lambda: cj.connectivity.MultiAreaEI([5, 5], across=["E->EE"], key=KEY),
            "Did you mean 'E->E'",
        ),
        (
            lambda: cj.connectivity.MultiAreaEI(
                {"a": 5}, frac_excitatory={"b": 0.5}, key=KEY
            ),
            "`frac_excitatory` must be a known name",
        ),
        (
            lambda: cj.connectivity.MultiAreaEI(
                {"a": 5, "b": 2}, frac_excitatory=0.9, key=KEY
            ),
            "at least one unit of each class",
        ),
        (
            lambda: cj.connectivity.RandomInput(
                1, 10, 1, input_density=0.7, output_density=0.6, overlap=False, key=KEY
            ),
            r"7 \+ 6 of 10 units",
        ),
        (
            lambda: cj.connectivity.block({"E": 4}, {("E", "e"): 1.0}, key=KEY),
            r"`table \(pre\)`|`hidden_table \(pre\)`",
        ),
        (
            lambda: cj.connectivity.block({"E": 4}, {"E": 1.0}, key=KEY),
            r"have keys \(post, pre\)",
        ),
        (
            lambda: cj.connectivity.MultiIO({}, key=KEY),
            "`units` must map names to sizes",
        ),
        (
            lambda: cj.connectivity.distance_dependent(
                np.ones((2, 2, 2)), length=1.0, key=KEY
            ),
            r"shape \(n_hidden, dimensions\)",
        ),
        (
            lambda: cj.connectivity.distance_dependent(
                np.ones(3), length=1.0, kernel="g", key=KEY
            ),
            "`kernel` must be a known name",
        ),
        (
            lambda: network_with(cj.connectivity.random_sparse(9, 0.5, key=KEY)),
            r"for the sizes \(1, 10, 1\) of the network",
        ),
        (
            lambda: network_with(
                cj.connectivity.MultiArea([5, 5], key=KEY), cls=cj.EIRNN
            ),
            "say which of its units are excitatory",
        ),
        (
            lambda: cj.EIRNN(
                1,
                10,
                1,
                frac_excitatory=0.5,
                dt=1.0,
                tau=9.0,
                key=KEY,
                connectivity=cj.connectivity.MultiAreaEI([5, 5], key=KEY),
            ),
            "`frac_excitatory` must be left out",
        ),
        (
            lambda: cj.connectivity.Connectivity(
                w_in=np.ones((2, 10), bool),
                layout=cj.connectivity.MultiArea([5, 5], key=KEY).layout,
            ),
            r"`w_in` must be boolean of shape \(10, 1\)",
        ),
    ],
)
def test_invalid_connectivity_raises(make, message):
    with pytest.raises(ValueError, match=message):
        make()
