"""A network with every optional part, shared by the tests of this folder."""

import jax
import numpy as np

import ctrnn_jax as cj


KEY = jax.random.key(0)
AREAS = cj.connectivity.MultiAreaEI(
    {"a": 10, "b": 10}, inputs={"u": 2}, outputs={"y": 1}, key=KEY
)


def full():
    """A network with all that a network can have."""
    return cj.EIRNN(
        *AREAS.sizes,
        connectivity=AREAS,
        dt=20.0,
        tau=np.linspace(50, 150, 20),
        noise=cj.StepNoise(pre=0.1, post=0.1, rate=0.1),
        form=cj.dynamics.RateForm(),
        synapses=cj.dynamics.ShortTermPlasticity.of_kinds(np.arange(20) % 2 == 0),
        train_tau=True,
        train_v0=True,
        constraints={
            "w_hid": cj.constraints.chain(
                cj.constraints.RowBalanced(), cj.constraints.SpectralRadiusBelow(0.9)
            ),
            "w_in": cj.constraints.Bounded(0.0, 0.5),
            "tau": cj.constraints.Bounded(30.0, 300.0),
        },
        key=KEY,
    )
