"""Summaries of networks, and their `repr`."""

import jax
from network.full_network import full
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)


def test_summary_has_the_numbers_of_numpy():
    net = full()
    report = cj.summary(net)
    w = np.asarray(cj.effective(net).w_hid)
    eigenvalues = np.linalg.eigvals(w)
    assert report.sizes == (2, 20, 1)
    assert report.classes == {"a": 10, "b": 10, "excitatory": 16, "inhibitory": 4}
    assert report.densities["w_hid"] == np.mean(w != 0)
    assert report.radius == pytest.approx(np.abs(eigenvalues).max())
    assert report.abscissa == pytest.approx(eigenvalues.real.max())
    assert report.radius <= 0.9
    assert report.balance == pytest.approx(0.0, abs=1e-12)
    assert report.excitation == pytest.approx(np.maximum(w, 0).sum(1).mean())
    assert (report.violations, report.dead) == (0, 0)
    assert report.parameters == 20 * 2 + 400 + 20 + 20 + 1 + 20 + 20
    text = str(report)
    for part in ("2 -> 20 -> 1", "excitatory 16", "spectral radius", "RowBalanced"):
        assert part in text
    relu = cj.summary(
        cj.EIRNN(
            1,
            10,
            1,
            dt=1.0,
            tau=9.0,
            sign_map=cj.constraints.Relu(),
            w_in=cj.initialisers.Constant(0.0),
            key=KEY,
        )
    )
    assert relu.dead == 10
    with pytest.raises(ValueError, match="`net` must be one network"):
        cj.summary(cj.stack([net, net]))
    with pytest.raises(ValueError, match="`net` must be one network outside of jit"):
        jax.jit(lambda net: cj.summary(net).radius)(net)


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
