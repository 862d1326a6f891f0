"""What every test of the command line needs."""

import pytest


@pytest.fixture(autouse=True)
def _promotes(optax_promotes):
    """Every command may train."""
