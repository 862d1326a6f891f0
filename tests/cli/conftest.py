"""What the tests of the command line share: a trained run."""

from cli.commands import ctrnn_jax, draw_nothing, end_started, TRAIN
import jax
import pytest


@pytest.fixture(autouse=True)
def _promotes(optax_promotes):
    """Allow dtype promotion, which Adam needs: any command may train."""


@pytest.fixture(autouse=True)
def _processes_end():
    """Leave no process of a test, also of a failed one."""
    yield
    end_started()


@pytest.fixture
def without_pictures(monkeypatch):
    """Draw nothing during a test."""
    draw_nothing(monkeypatch)


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """Return the folder of a run of 20 updates with checkpoints; only read it."""
    folder = tmp_path_factory.mktemp("runs") / "new" / "trained"
    with jax.numpy_dtype_promotion("standard"):
        assert ctrnn_jax(*TRAIN, "--out", folder) == 0
    return folder
