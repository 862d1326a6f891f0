"""A platform of `JAX_PLATFORMS` that is not there is an error in words."""

from cli.commands import ctrnn_jax, output_of, start
import jax
import pytest


MESSAGE = (
    "`JAX_PLATFORMS` must name platforms that JAX can use on this machine; got 'cuda'. "
    "For an NVIDIA GPU install jax[cuda13]; or unset it to use the CPU."
)


@pytest.mark.parametrize("error", [RuntimeError, AssertionError])
def test_a_platform_that_cannot_start_is_an_error(tmp_path, monkeypatch, capsys, error):
    def devices():
        raise error("no such backend")

    monkeypatch.setenv("JAX_PLATFORMS", "cuda")
    monkeypatch.setattr(jax, "devices", devices)
    assert ctrnn_jax("train", "perceptual_decision", "--out", tmp_path / "run") == 2
    assert capsys.readouterr().err.strip() == f"error: {MESSAGE}"
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_a_real_process_without_that_platform(tmp_path):
    arguments = ("train", "perceptual_decision", "--out", tmp_path / "run")
    text = output_of(start(*arguments, JAX_PLATFORMS="cuda"), status=2)
    assert text.strip() == f"error: {MESSAGE}"
