"""Connectivity: exact counts, the right blocks, W[post, pre], names, and refusals."""

import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(4)


def count(mask):
    return int(np.asarray(mask).sum())


@pytest.mark.parametrize("density", [0.0, 0.1, 0.57, 1.0])
@pytest.mark.parametrize("autapses", [False, True])
def test_sparse_masks_have_rounded_counts(density, autapses):
    """`int(90 * 0.57)` is 51; exactly 51.3 rounds to 51, 0.57 * 100 to 57, not 56."""
    w = cj.connectivity.random_sparse(10, density, autapses=autapses, key=KEY).w_hid
    assert count(w) == round(density * (100 if autapses else 90))
    assert autapses or not np.diag(np.asarray(w)).any()
    again = cj.connectivity.random_sparse(10, density, autapses=autapses, key=KEY).w_hid
    assert identical(w, again)


def test_sparse_masks_are_uniform_over_the_synapses():
    masks = [
        np.asarray(cj.connectivity.random_sparse(6, 0.5, key=jax.random.key(i)).w_hid)
        for i in range(400)
    ]
    share = np.mean(masks, axis=0)[~np.eye(6, dtype=bool)]
    assert np.all(np.abs(share - 0.5) < 5 * 0.5 / np.sqrt(400))


def test_distance_dependent_probability():
    """Probability `peak * exp(-d / length)` on a ring, at 5 standard errors."""
    n, length = 40, 5.0
    masks = np.mean(
        [
            cj.connectivity.distance_dependent(
                np.arange(n), length=length, peak=0.8, period=n, key=jax.random.key(i)
            ).w_hid
            for i in range(200)
        ],
        axis=0,
    )
    gap = np.abs(np.arange(n)[:, None] - np.arange(n)[None])
    gap = np.minimum(gap, n - gap)
    for d in (1, 5, 20):
        values = masks[gap == d]
        p = 0.8 * np.exp(-d / length)
        error = np.sqrt(p * (1 - p) / (200 * values.size))
        assert abs(values.mean() - p) < 5 * error
    assert not np.diag(masks).any()
    plane = np.random.default_rng(0).uniform(size=(30, 2))
    sheet = cj.connectivity.distance_dependent(
        plane, length=0.2, kernel="gaussian", key=KEY
    )
    assert sheet.w_hid.shape == (30, 30)


def test_cell_classes_with_a_table():
    sizes = {"E": 20, "PV": 4, "SST": 3, "VIP": 3}
    table = {
        ("E", "E"): 0.1, ("E", "PV"): 1.0, ("PV", "E"): 0.5, ("PV", "PV"): 1.0,
        ("E", "SST"): 1.0, ("PV", "SST"): 1.0, ("VIP", "SST"): 1.0,
        ("SST", "VIP"): 1.0, ("VIP", "E"): 0.3, ("SST", "E"): 0.3,
    }  # fmt: skip
    cells = cj.connectivity.block(sizes, table, excitatory=["E"], key=KEY)
    for post in sizes:
        for pre in sizes:
            block = cells.view_weights(cells.w_hid, post=post, pre=pre)
            expected = round(table.get((post, pre), 0.0) * sizes[post] * sizes[pre])
            assert count(block) == expected, (post, pre)
    np.testing.assert_array_equal(cells.signs, [1] * 20 + [-1] * 10)
    net = cj.EIRNN(2, 30, 1, connectivity=cells, dt=10.0, tau=50.0, key=KEY)
    assert net.n_excitatory == 20
    w = np.asarray(cj.network.weights_of(net, "w_hid", pre="SST"))
    assert (w <= 0).all()
    assert w.any()
    assert not np.asarray(
        cj.network.weights_of(net, "w_hid", post="SST", pre="SST")
    ).any()


def test_areas_are_a_hierarchy_from_pre_to_post():
    """Forward synapses are below the diagonal of [post area, pre area]."""
    areas = cj.connectivity.MultiArea(
        3, n_hidden=31, forward=0.3, backward=0.0, key=KEY
    )
    assert areas.names == ("area_1", "area_2", "area_3")
    sizes = [len(areas.units(name)) for name in areas.names]
    assert sizes == [10, 11, 10]
    for i, post in enumerate(areas.names):
        for j, pre in enumerate(areas.names):
            block = areas.view_weights(areas.w_hid, post=post, pre=pre)
            density = 1.0 if i == j else 0.3 if i > j else 0.0
            assert count(block) == round(density * sizes[i] * sizes[j])
    table = np.array([[0.5, 0.0], [0.2, 1.0]])
    full = cj.connectivity.MultiArea([4, 6], connections=table, key=KEY)
    assert count(full.view_weights(full.w_hid, post="area_1", pre="area_1")) == 8
    assert count(full.view_weights(full.w_hid, post="area_1", pre="area_2")) == 0
    assert count(full.view_weights(full.w_hid, post="area_2", pre="area_1")) == 5


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
    "across", [("E->E", "E->I"), ("E->E", "E->I", "I->E", "I->I"), ("I->I",), ()]
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
                wanted = density if f"{q}->{p}" in across else 0.0
                assert count(block) == round(wanted * block.size)
    assert not np.asarray(areas.w_out)[:, areas.units("inhibitory")].any()
    signs = np.asarray(areas.signs)
    assert (signs[areas.units("excitatory")] == 1).all()
    assert (signs[areas.units("inhibitory")] == -1).all()


def test_inhibitory_readout_reaches_the_network():
    for read in (False, True):
        areas = cj.connectivity.MultiAreaEI([10, 10], inhibitory_readout=read, key=KEY)
        net = cj.EIRNN(*areas.sizes, connectivity=areas, dt=10.0, tau=50.0, key=KEY)
        w = np.asarray(cj.network.weights_of(net, "w_out", pre="inhibitory"))
        assert w.any() == read
        assert (w <= 0).all()


def test_random_inputs_and_readouts():
    mask = cj.connectivity.RandomInput(
        3, 50, 2, input_density=0.57, output_density=0.4, hidden_density=0.1,
        overlap=False, key=KEY,
    )  # fmt: skip
    receives = np.asarray(mask.w_in)
    read = np.asarray(mask.w_out)
    assert receives.any(axis=1).sum() == round(0.57 * 50)
    assert (receives.all(axis=1) == receives.any(axis=1)).all()
    assert read.any(axis=0).sum() == 20
    assert not (receives.any(axis=1) & read.any(axis=0)).any()
    assert count(mask.w_hid) == 250
    loose = cj.connectivity.RandomInput(
        3, 50, 2, input_density=0.9, output_density=0.9, key=KEY
    )
    both = np.asarray(loose.w_in).any(axis=1) & np.asarray(loose.w_out).any(axis=0)
    assert 40 <= both.sum() < 45


def test_tables_of_inputs_and_outputs():
    io = cj.connectivity.MultiIO(
        {"a": 4, "b": 6},
        inputs={"odour": 1, "image": 10},
        outputs={"lick": 1, "run": 2},
        input_table=np.array([[1.0, 0.0], [0.0, 0.5]]),
        output_table={("lick", "a"): 1.0, ("run", "b"): 1.0},
        key=KEY,
    )
    assert io.sizes == (11, 10, 3)
    w_in, w_out = np.asarray(io.w_in), np.asarray(io.w_out)
    assert w_in[:4, :1].all()
    assert not w_in[:4, 1:].any()
    assert not w_in[4:, :1].any()
    assert count(w_in[4:, 1:]) == 30
    assert w_out[0, :4].all()
    assert not w_out[0, 4:].any()
    assert w_out[1:, 4:].all()


def test_views_by_name():
    areas = cj.connectivity.MultiAreaEI({"a": 5, "b": 10}, key=KEY)
    rates = jnp.arange(30.0).reshape(2, 15)
    np.testing.assert_array_equal(areas.view(rates, "a"), rates[:, :5])
    np.testing.assert_array_equal(areas.units("b", "excitatory"), np.arange(5, 13))
    with pytest.raises(ValueError, match="Did you mean 'excitatory'"):
        areas.units("exitatory")
    with pytest.raises(ValueError, match="15 units on the last axis"):
        areas.view(rates[:, :3], "a")


def test_masks_can_be_drawn_under_vmap():
    def make(key):
        areas = cj.connectivity.MultiAreaEI([6, 6], forward=0.5, key=key)
        net = cj.EIRNN(*areas.sizes, connectivity=areas, dt=10.0, tau=50.0, key=key)
        return net

    nets = eqx.filter_vmap(make)(jax.random.split(KEY, 3))
    outputs = jax.vmap(lambda n: cj.rollout(n, jnp.ones((4, 1))).outputs)(nets)
    assert outputs.shape == (3, 4, 1)
    masks = nets.constraints.w_hid.links[-1].mask
    assert not np.array_equal(masks[0], masks[1])


def test_connectivity_is_a_small_pytree():
    areas = cj.connectivity.MultiArea([3, 3], key=KEY)
    leaves, treedef = jax.tree.flatten(areas)
    assert len(leaves) == 3
    assert identical(treedef.unflatten(leaves), areas)


def on(connectivity, n_in=1, n_hidden=10, n_out=1, cls=cj.CTRNN):
    return cls(n_in, n_hidden, n_out, connectivity=connectivity, dt=1.0, tau=9.0,
               key=KEY)  # fmt: skip


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
            lambda: on(cj.connectivity.random_sparse(9, 0.5, key=KEY)),
            r"for the sizes \(1, 10, 1\) of the network",
        ),
        (
            lambda: on(cj.connectivity.MultiArea([5, 5], key=KEY), cls=cj.EIRNN),
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
def test_bad_connectivity_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
