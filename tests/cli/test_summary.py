"""`ctrnn-jax summary`: the summary of the trained network of a run."""

import dataclasses
import json

from cli.commands import ctrnn_jax

import ctrnn_jax as cj


def test_summary_is_that_of_the_saved_network(trained, capfd):
    expected = cj.summary(cj.load(trained / "network.safetensors"))
    assert ctrnn_jax("summary", trained) == 0
    assert capfd.readouterr().out == f"{expected}\n"
    assert ctrnn_jax("summary", trained, "--json") == 0
    facts = json.loads(capfd.readouterr().out)
    assert list(facts) == [field.name for field in dataclasses.fields(expected)]
    assert facts["sizes"] == [*expected.sizes]
    assert facts["radius"] == expected.radius
    assert facts["classes"] == expected.classes
    assert facts["silent"] is None


def test_a_number_that_is_not_finite_is_null(tmp_path, capfd):
    """A network without recurrent synapses has no balance of them."""
    import jax
    import numpy as np

    net = cj.CTRNN(1, 3, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    net = cj.replace(net, w_hid=np.zeros((3, 3)))
    cj.save(tmp_path / "network.safetensors", net)
    (tmp_path / "config.json").write_text('{"command": "train"}')
    assert ctrnn_jax("summary", tmp_path, "--json") == 0
    assert json.loads(capfd.readouterr().out)["balance"] is None


def test_errors_name_the_option_and_the_folder(trained, tmp_path, capfd):
    assert ctrnn_jax("summary", trained, "--member", 1) == 2
    assert "`--member` must be left out for one network" in capfd.readouterr().err
    assert ctrnn_jax("summary", tmp_path) == 2
    assert "must be the folder of a run" in capfd.readouterr().err
    (tmp_path / "config.json").write_text('{"command": "train"}')
    assert ctrnn_jax("summary", tmp_path) == 2
    assert "must hold a trained network" in capfd.readouterr().err
    (tmp_path / "network.safetensors").write_text("x")
    assert ctrnn_jax("summary", tmp_path) == 2
    assert "network.safetensors" in capfd.readouterr().err
