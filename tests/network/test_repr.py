"""The `repr` of networks."""

import jax
from network.full_network import full

import ctrnn_jax as cj


def test_repr_describes_all_parts():
    text = repr(full())
    for part in (
        "EIRNN(2 -> 20 -> 1",
        "dt=20",
        "StepNoise(pre=0.1, post=0.1, rate=0.1)",
        "RateForm",
        "ShortTermPlasticity",
        "activation=relu",
        "w_hid: Dale then Masked then NoAutapses then RowBalanced then "
        "SpectralRadiusBelow",
        "inputs: u (2)",
        "units: a (10), b (10), excitatory (16), inhibitory (4)",
        "also trains: v0, tau",
    ):
        assert part in text or part.replace("Masked then NoAutapses", "NoAutapses "
            "then Masked") in text, part  # fmt: skip
    stacked = repr(cj.stack([full(), full()]))
    assert "float64 of shape (2,)" in stacked
    assert repr(jax.tree.map(lambda _: None, full()))
    assert repr(cj.trainable(full()))
    assert "EIRNN" in repr(jax.tree.structure(full()))
