"""What every test of the command line needs."""

import jax
import pytest


@pytest.fixture(autouse=True)
def optax_promotes():
    """Adam's bias correction is `float ** int32`, which strict promotion refuses."""
    with jax.numpy_dtype_promotion("standard"):
        yield
