"""`ctrnn-jax --version`."""

import platform
from types import SimpleNamespace

from cli.commands import ctrnn_jax, output_of, start
import jax
import pytest

import ctrnn_jax as cj


def test_version_prints_versions_and_devices_on_two_lines(capsys):
    assert ctrnn_jax("--version") == 0
    out, err = capsys.readouterr()
    assert err == ""
    versions, devices = out.splitlines()
    assert versions == (
        f"ctrnn-jax {cj.__version__}, JAX {jax.__version__}, "
        f"Python {platform.python_version()}"
    )
    assert devices == f"devices: {jax.device_count()} cpu"


def test_devices_are_counted_by_kind(capsys, monkeypatch):
    kinds = [("gpu", "NVIDIA H200")] * 2 + [("cpu", "cpu")]
    devices = [SimpleNamespace(platform=p, device_kind=kind) for p, kind in kinds]
    monkeypatch.setattr(jax, "devices", lambda: devices)
    assert ctrnn_jax("--version") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "devices: 2 gpu (NVIDIA H200), 1 cpu"


@pytest.mark.slow
def test_a_real_process_prints_its_version():
    assert output_of(start("--version")).startswith(f"ctrnn-jax {cj.__version__}, JAX ")
