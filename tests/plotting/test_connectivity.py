"""Tests of figures of connectivity."""

import jax
from matplotlib.colors import to_rgb
import numpy as np

import ctrnn_jax as cj
from ctrnn_jax.plotting import EXCITATORY, INHIBITORY, plot_connectivity


def test_connectivity_shows_classes_inputs_outputs_and_names(ax, new_ax):
    areas = cj.connectivity.MultiAreaEI(
        {"sensory": 10, "motor": 20},
        inputs={"stimulus": 2},
        outputs={"choice": 3},
        input_areas="sensory",
        output_areas="motor",
        key=jax.random.key(0),
    )
    assert plot_connectivity(areas, ax=ax) is ax
    image = np.asarray(ax.images[0].get_array())
    assert image.shape == (33, 32, 3)
    is_red = (image[:30, :30] == to_rgb(EXCITATORY)).all(-1)
    is_blue = (image[:30, :30] == to_rgb(INHIBITORY)).all(-1)
    np.testing.assert_array_equal(is_red | is_blue, areas.w_hid)
    assert not is_red[:, areas.units("inhibitory")].any()
    # inputs project to the sensory area only
    assert (image[:10, 30:] != 1).any(-1).all()
    assert (image[10:30, 30:] == 1).all()
    names = [label.get_text() for label in ax.get_xticklabels()]
    assert names == ["sensory", "motor", "stimulus"]
    sparse = cj.connectivity.random_sparse(8, 0.5, key=jax.random.key(0))
    sparse_ax = plot_connectivity(sparse, ax=new_ax())
    is_drawn = (np.asarray(sparse_ax.images[0].get_array()) != 1).any(-1)
    np.testing.assert_array_equal(is_drawn, sparse.w_hid)
