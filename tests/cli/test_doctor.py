"""`ctrnn-jax doctor`: facts of the installation, and checks of training."""

import json
from pathlib import Path
import tempfile

from cli.commands import ctrnn_jax, output_of, start
import jax
import numpy as np
import pytest

from ctrnn_jax.cli.doctor import _doctor, _facts, _self_test


def test_every_fact_and_check_is_printed(capfd, monkeypatch):
    monkeypatch.setenv("JAX_ENABLE_X64", "1")
    monkeypatch.delenv("XLA_FLAGS", raising=False)
    assert ctrnn_jax("doctor") == 0
    printed = capfd.readouterr().out
    lines = [line.split() for line in printed.splitlines()]
    assert ["jax", jax.__version__] in lines
    assert ["platform", jax.default_backend()] in lines
    assert ["64", "bits", "on"] in lines
    assert ["JAX_ENABLE_X64", "1"] in lines
    assert not any("XLA_FLAGS" in line for line in lines)
    assert printed.count("\n  pass  ") == 7
    assert printed.endswith("all 7 checks passed\n")
    for part in ("matplotlib", "orbax-checkpoint", "memory", "compiled programs"):
        assert part in printed


def test_json_has_the_same_facts_and_checks(capfd):
    assert ctrnn_jax("doctor", "--json") == 0
    content = json.loads(capfd.readouterr().out)
    assert content["passed"] is True
    assert content["facts"]["versions"]["jax"] == jax.__version__
    assert [check["passed"] for check in content["checks"]] == [True] * 7
    assert all(check["remedy"] for check in content["checks"])


def test_a_failed_check_says_what_to_do_and_the_status_is_1(capfd, monkeypatch):
    def broken(*arguments, **options):
        raise RuntimeError("no such program\nwith details")

    monkeypatch.setattr(_doctor, "simulation_error", lambda: 1e-2)
    monkeypatch.setattr(_doctor, "training_error", broken)
    monkeypatch.setattr(_doctor, "is_same_after_a_file", lambda folder: False)
    assert ctrnn_jax("doctor") == 1
    printed = capfd.readouterr().out
    assert (
        "  FAIL  a simulation equals a NumPy loop: largest difference 1.0e-02. "
        "Reinstall with" in printed
    )
    assert (
        "  FAIL  training equals a NumPy loop: RuntimeError: no such program. "
        "Reinstall" in printed
    )
    assert "  FAIL  a network can be written and read: other bits. Make" in printed
    assert printed.endswith("4 of 7 checks failed\n")


def test_a_cache_that_cannot_be_written_is_named_as_such(monkeypatch):
    monkeypatch.setattr(_facts, "cache_folder", lambda: None)
    expected = "not kept, since their folder cannot be written"
    assert _facts._folders()["compiled programs"] == expected


def test_checks_of_this_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(_doctor, "cache_folder", lambda: tmp_path / "none")
    check = _doctor._check("cache", _doctor._cache, "Set it.")
    assert not check.passed
    assert check.detail.startswith("FileNotFoundError: ")
    monkeypatch.setattr(_doctor, "cache_folder", lambda: None)
    assert _doctor._cache() == (False, "the user's cache folder cannot be written")
    monkeypatch.setattr(_doctor, "_LEAST_SPACE", 2**80)
    passed, detail = _doctor._space(tmp_path / "folder")
    assert not passed
    assert " GiB free in " in detail
    monkeypatch.setattr(_doctor.importlib.util, "find_spec", lambda name: None)
    passed, detail = _doctor._resumed(tmp_path)
    assert passed
    assert "not tested" in detail


@pytest.mark.parametrize(
    ("tool", "platform", "passed"),
    [(None, "cpu", True), ("nvidia-smi", "cpu", False), ("nvidia-smi", "gpu", True)],
)
def test_an_unused_gpu_is_a_failure(monkeypatch, tool, platform, passed):
    if Path("/dev/nvidiactl").exists():
        tool = "nvidia-smi"
        passed = platform == "gpu"
    monkeypatch.setattr(_doctor.shutil, "which", lambda name: tool)
    monkeypatch.setattr(jax, "default_backend", lambda: platform)
    assert _doctor._gpu()[0] == passed


def test_an_absent_library_is_listed_with_its_extra(monkeypatch):
    required = ['nothing-like-this>=3; extra == "plot"', 'peer; extra == "bench"']
    monkeypatch.setattr(_facts.importlib.metadata, "requires", lambda name: required)
    versions = _facts._versions()
    expected = "absent; pip install 'ctrnn-jax[plot]'"
    assert versions["nothing-like-this"] == expected
    assert "peer" not in versions


def test_the_gradient_of_the_loop_is_that_of_finite_differences():
    weights = _self_test._weights_of(_self_test._network())
    gradient = _self_test._gradient(weights)

    def loss(weights):
        outputs = _self_test._simulated(weights)[1]
        return np.mean((outputs - _self_test.TARGETS) ** 2)

    for name, values in weights.items():
        index, step = np.unravel_index(values.size // 2, values.shape), 1e-6
        ends = []
        for sign in (1, -1):
            moved = values.copy()
            moved[index] += sign * step
            ends.append(loss(weights | {name: moved}))
        slope = (ends[0] - ends[1]) / (2 * step)
        np.testing.assert_allclose(gradient[name][index], slope, rtol=1e-6, atol=1e-9)


def test_no_temporary_files_stay(tmp_path, monkeypatch):
    """In a folder of this test: other processes may run the same command now."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made, make = [], tempfile.mkdtemp

    def mkdtemp(*arguments, **options):
        made.append(make(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    _doctor._checks()
    assert any("ctrnn-jax-doctor-" in folder for folder in made)
    assert list(tmp_path.glob("ctrnn-jax-doctor-*")) == []


@pytest.mark.slow
def test_a_real_process_in_float32(tmp_path):
    text = output_of(start("doctor", JAX_ENABLE_X64=None, XDG_CACHE_HOME=str(tmp_path)))
    assert "64 bits          off" in text
    assert text.endswith("all 7 checks passed\n")
