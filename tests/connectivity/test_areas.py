"""Networks of several areas: blocks, routes of inputs and outputs, classes."""

import jax
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(4)


def count(mask):
    return int(np.asarray(mask).sum())


def test_areas_are_a_hierarchy_from_pre_to_post():
    """Forward synapses are below the diagonal of [post area, pre area]."""
    areas = cj.connectivity.MultiArea(
        3, n_hidden=31, forward=0.3, backward=0.0, autapses=True, key=KEY
    )
    assert areas.names == ("area_1", "area_2", "area_3")
    sizes = [len(areas.units(name)) for name in areas.names]
    assert sizes == [10, 11, 10]
    for i, post in enumerate(areas.names):
        for j, pre in enumerate(areas.names):
            block = np.asarray(areas.w_hid)[np.ix_(areas.units(post), areas.units(pre))]
            density = 1.0 if i == j else 0.3 if i > j else 0.0
            assert count(block) == round(density * sizes[i] * sizes[j])
    table = np.array([[0.5, 0.0], [0.2, 1.0]])
    full = cj.connectivity.MultiArea([4, 6], connections=table, autapses=True, key=KEY)
    w_hid = np.asarray(full.w_hid)
    assert count(w_hid[:4, :4]) == 8
    assert count(w_hid[:4, 4:]) == 0
    assert count(w_hid[4:, :4]) == 5


def test_input_and_output_areas():
    areas = cj.connectivity.MultiArea(
        {"sensory": 5, "motor": 7},
        inputs={"stimulus": 2, "context": 3},
        input_areas={"stimulus": "sensory", "context": ["sensory", "motor"]},
        outputs={"choice": 2, "eye": 1},
        output_areas="motor",
        output_density=0.5,
        key=KEY,
    )
    assert areas.sizes == (5, 12, 3)
    w_in, w_out = np.asarray(areas.w_in), np.asarray(areas.w_out)
    assert w_in[:5].all()
    assert not w_in[5:, :2].any()
    assert w_in[5:, 2:].all()
    assert not w_out[:, :5].any()
    assert count(w_out[:2, 5:]) == 7
    assert count(w_out[2, 5:]) == round(3.5)


@pytest.mark.parametrize(
    "across",
    [
        ("E->E", "E->I"),
        ("I->I",),
        pytest.param(("E->E", "E->I", "I->E", "I->I"), marks=pytest.mark.slow),
        pytest.param((), marks=pytest.mark.slow),
    ],
)
def test_which_classes_cross_areas(across):
    areas = cj.connectivity.MultiAreaEI(
        {"a": 10, "b": 15},
        frac_excitatory={"a": 0.8, "b": 0.6},
        forward=0.5,
        backward=0.2,
        across=across,
        inputs=1,
        outputs=1,
        key=KEY,
    )
    kinds = {"E": "excitatory", "I": "inhibitory"}
    assert len(areas.units("b", "inhibitory")) == 6
    for post, pre, density in (("b", "a", 0.5), ("a", "b", 0.2)):
        for p in "EI":
            for q in "EI":
                rows, columns = areas.units(post, kinds[p]), areas.units(pre, kinds[q])
                block = np.asarray(areas.w_hid)[np.ix_(rows, columns)]
                expected = density if f"{q}->{p}" in across else 0.0
                assert count(block) == round(expected * block.size)
    assert not np.asarray(areas.w_out)[:, areas.units("inhibitory")].any()
    signs = np.asarray(areas.signs)
    assert (signs[areas.units("excitatory")] == 1).all()
    assert (signs[areas.units("inhibitory")] == -1).all()


@pytest.mark.slow
def test_inhibitory_readout_reaches_the_network():
    areas = cj.connectivity.MultiAreaEI([5, 5], key=KEY)
    assert not np.asarray(areas.w_out)[:, areas.units("inhibitory")].any()
    areas = cj.connectivity.MultiAreaEI([5, 5], inhibitory_readout=True, key=KEY)
    net = cj.EIRNN(*areas.sizes, connectivity=areas, dt=10.0, tau=50.0, key=KEY)
    w = np.asarray(cj.network.weights_of(net, "w_out", pre="inhibitory"))
    assert w.any()
    assert (w <= 0).all()
