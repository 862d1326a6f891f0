"""The fixture of every test of the command line."""

import pytest


@pytest.fixture(autouse=True)
def _promotes(optax_promotes):
    """Allow dtype promotion, which Adam needs: any command may train."""
