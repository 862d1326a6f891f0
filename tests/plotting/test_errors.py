"""The room without matplotlib."""

import importlib
import importlib.util

import pytest

from ctrnn_jax import plotting


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'ctrnn-jax\[plot\]'"):
        importlib.reload(plotting)
