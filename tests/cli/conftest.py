"""What the tests of the command line share: a trained run, and its optimiser."""

from cli.commands import ctrnn_jax, draw_nothing, TRAIN
import jax
import pytest

from ctrnn_jax.cli.run import _build


@pytest.fixture(autouse=True)
def _promotes(optax_promotes):
    """Allow dtype promotion, which Adam needs: any command may train."""


@pytest.fixture(autouse=True, scope="session")
def _shares_optimisers():
    """Build each optimiser once: `fit` compiles again for another optimiser object."""
    known, build = {}, vars(_build.Setup)["optimiser"].fget

    def optimiser(setup):
        config = setup.config
        if setup.is_sweep:
            return build(setup)
        what = config.task, config.published, config.learning_rate
        if what not in known:
            known[what] = build(setup)
        return known[what]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_build.Setup, "optimiser", property(optimiser))
        yield


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
