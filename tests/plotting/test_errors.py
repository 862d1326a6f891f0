"""The room without matplotlib."""

import importlib
import importlib.util
import re

import pytest
from shown import ensemble_result

from ctrnn_jax import plotting


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'ctrnn-jax\[plot\]'"):
        importlib.reload(plotting)


def test_results_in_place_of_arrays_are_errors_that_name_the_arrays():
    many = ensemble_result()
    text = (
        "Pass arrays of a history, such as history.loss, or history.validation_step "
        "and history.performance; cj.plotting.plot_training(result) draws them all."
    )
    for value in (many, many.history):
        with pytest.raises(ValueError, match=re.escape(text)):
            plotting.plot_ensemble(value)
        with pytest.raises(ValueError, match=re.escape(text)):
            plotting.plot_performance(value, value, criterion=None)
