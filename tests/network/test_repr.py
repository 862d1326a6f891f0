"""The `repr` of networks."""

import jax
from network.full_network import full

import ctrnn_jax as cj


def test_repr_describes_all_parts():
    lines = repr(full()).splitlines()
    assert lines[0] == "EIRNN: 2 inputs -> 20 units -> 1 output, float64"
    for line in (
        "dt (ms)       20",
        "tau (ms)      20: mean 100, from 50 to 150",
        "noise         StepNoise(pre=0.1, post=0.1, rate=0.1)",
        "method, form  Euler(), RateForm()",
        "activation    relu",
        "inputs        u (2)",
        "units         a (10), b (10), excitatory (16), inhibitory (4)",
        "also trains   v0, tau",
        "w_in          Bounded then NonNegative then Masked",
    ):
        assert line in lines, line
    (recurrent,) = (line for line in lines if line.startswith("w_hid"))
    for name in ("Dale", "Masked", "NoAutapses", "RowBalanced", "SpectralRadiusBelow"):
        assert name in recurrent


def test_repr_of_other_leaves_and_structures_is_no_error():
    stacked = repr(cj.stack([full(), full()])).splitlines()
    assert stacked[0].startswith("EIRNN: 2 networks, 2 inputs -> 20 units -> 1 output")
    assert "tau (ms)      2x20: mean 100, from 50 to 150" in stacked
    nothing = repr(jax.tree.map(lambda _: None, full()))
    assert nothing.startswith("EIRNN\n")
    spec = repr(cj.trainable(full()))
    assert "Weights: w_in, w_hid, w_out, b_hid, b_out, v0, tau" in spec
    assert "EIRNN" in repr(jax.tree.structure(full()))
