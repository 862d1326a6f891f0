"""Tables of densities between named groups."""

import jax
import numpy as np

import ctrnn_jax as cj


KEY = jax.random.key(4)


def count(mask):
    return int(np.asarray(mask).sum())


def test_cell_classes_with_a_table():
    sizes = {"E": 20, "PV": 4, "SST": 3, "VIP": 3}
    table = {
        ("E", "E"): 0.1, ("E", "PV"): 1.0, ("PV", "E"): 0.5, ("PV", "PV"): 1.0,
        ("E", "SST"): 1.0, ("PV", "SST"): 1.0, ("VIP", "SST"): 1.0,
        ("SST", "VIP"): 1.0, ("VIP", "E"): 0.3, ("SST", "E"): 0.3,
    }  # fmt: skip
    cells = cj.connectivity.block(
        sizes, table, excitatory=["E"], autapses=True, key=KEY
    )
    for post in sizes:
        for pre in sizes:
            block = np.asarray(cells.w_hid)[np.ix_(cells.units(post), cells.units(pre))]
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


def test_equal_blocks_are_drawn_separately():
    cells = cj.connectivity.block(
        {"a": 6, "b": 6}, np.full((2, 2), 0.5), autapses=True, key=KEY
    )
    corners = np.asarray(cells.w_hid).reshape(2, 6, 2, 6).swapaxes(1, 2)
    blocks = {block.tobytes() for block in corners.reshape(4, 36)}
    assert len(blocks) == 4
