"""Strict numerics for every test: x64, no implicit promotion of dtypes or ranks."""

import os


os.environ.setdefault("MPLBACKEND", "Agg")

import hypothesis
import jax
import jaxtyping
import pytest


jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_default_matmul_precision", "highest")

hypothesis.settings.register_profile(
    "ctrnn_jax",
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("ctrnn_jax")


@pytest.fixture(autouse=True, scope="module")
def _forget_programs():
    """Each compiled program maps memory, and Linux ends a process with 65,530 maps."""
    yield
    jax.clear_caches()


@pytest.fixture
def optax_promotes():
    """Adam's bias correction is `float ** int32`, which strict promotion refuses."""
    with jax.numpy_dtype_promotion("standard"):
        yield


@pytest.fixture
def as_for_a_user():
    """Types are not checked, so that wrong ones reach the package's own errors."""
    before = jaxtyping.config.jaxtyping_disable
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", before)


@pytest.fixture
def getkey():
    """A function that gives a new key at each call, the same ones in every run."""
    count = iter(range(1_000_000))
    return lambda: jax.random.fold_in(jax.random.key(20161110), next(count))
