"""Inputs, rates, outputs and weights by the names of groups."""

from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
AREAS = cj.connectivity.MultiAreaEI(
    {"area_1": 10, "area_2": 20},
    inputs={"sensory": 2, "context": 1},
    outputs={"motor": 2, "eye": 1},
    key=KEY,
)
NET = cj.EIRNN(*AREAS.sizes, connectivity=AREAS, dt=20.0, tau=100.0, key=KEY)
U1 = jax.random.normal(jax.random.key(1), (4, 6, 2))
U2 = jax.random.normal(jax.random.key(2), (4, 6, 1))


def test_named_inputs_are_the_channels_in_order():
    whole = cj.rollout(NET, jnp.concatenate([U1, U2], axis=-1))
    for named in ({"sensory": U1, "context": U2}, {"context": U2, "sensory": U1}):
        assert identical(cj.rollout(NET, named), whole)
    stepped = cj.step(
        NET, NET.initial_state((4,)), {"sensory": U1[:, 0], "context": U2[:, 0]}
    )
    np.testing.assert_allclose(stepped.rates, whole.rates[:, 0], rtol=1e-12)


def test_parts_of_the_trajectory_by_name():
    traj = cj.rollout(NET, {"sensory": U1, "context": U2})
    np.testing.assert_array_equal(
        traj.rates_of("area_2", "inhibitory"), traj.rates[..., 26:30]
    )
    np.testing.assert_array_equal(
        traj.potentials_of("area_1"), traj.potentials[..., :10]
    )
    np.testing.assert_array_equal(traj.outputs_of("eye"), traj.outputs[..., 2:])
    inside = jax.jit(lambda u: cj.rollout(NET, u).outputs_of("motor"))
    assert inside({"sensory": U1, "context": U2}).shape == (4, 6, 2)


def test_weights_by_name():
    w = np.asarray(cj.effective(NET).w_hid)
    part = cj.network.weights_of(
        NET, "w_hid", post="area_2", pre=("area_1", "excitatory")
    )
    np.testing.assert_array_equal(part, w[10:, :8])
    assert cj.network.weights_of(NET, "w_in", pre="context").shape == (30, 1)
    assert cj.network.weights_of(NET, "w_out", post="motor").shape == (2, 30)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cj.rollout(NET, {"sensory": U1}), r"have every group; got none for"),
        (
            lambda: cj.rollout(NET, {"sensory": U1, "contxt": U2}),
            "Did you mean 'context'",
        ),
        (
            lambda: cj.rollout(NET, {"sensory": U1, "context": U1}),
            r"`inputs\['context'\]` must have shape \(\*batch, time, 1\)",
        ),
        (
            lambda: cj.rollout(NET, {"sensory": U1, "context": U2[:, :3]}),
            "have the batch and time of the others",
        ),
        (
            lambda: cj.rollout(NET, {"sensory": U1, "context": U2.astype("float32")}),
            "have the network's dtype float64",
        ),
        (
            lambda: cj.rollout(
                cj.CTRNN(3, 4, 1, dt=1.0, tau=9.0, key=KEY), {"sensory": U1}
            ),
            "inputs have no names",
        ),
        (
            lambda: cj.rollout(
                NET, {"sensory": U1, "context": U2}, record=cj.Record(rates=False)
            ).rates_of("area_1"),
            r"Pass record=cj.Record\(rates=True\)",
        ),
        (
            lambda: cj.rollout(NET, {"sensory": U1, "context": U2}).rates_of("area1"),
            "Did you mean 'area_1'",
        ),
        (
            lambda: cj.rollout(
                NET, {"sensory": U1, "context": U2}, record=cj.Record(synapses=True)
            ),
            "leave out synapses for a network without",
        ),
        (lambda: cj.network.weights_of(NET, "w_hidd"), "Did you mean 'w_hid'"),
    ],
)
def test_invalid_names_raise(call, message):
    with pytest.raises(ValueError, match=message):
        call()
