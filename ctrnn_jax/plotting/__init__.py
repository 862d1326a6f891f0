"""Figures. Each function draws results into given axes and returns the axes.

No function shows a figure. Needs matplotlib: `pip install 'ctrnn-jax[plot]'`.
"""

import importlib.util

from .._checks import suggest_names


if importlib.util.find_spec("matplotlib") is None:
    raise ModuleNotFoundError(
        "ctrnn_jax.plotting needs matplotlib. Install it with "
        "pip install 'ctrnn-jax[plot]'.",
        name="matplotlib",
    )

from ._activity import plot_channel_image, plot_channels, plot_class_rates, plot_rates
from ._behaviour import plot_chronometric, plot_perturbation_effects, plot_psychometric
from ._bifurcation import plot_bifurcation
from ._connectivity import plot_connectivity
from ._decoding import plot_decoding
from ._spectra import plot_eigenvalues, plot_lyapunov
from ._style import EXCITATORY, INHIBITORY, shade_epochs
from ._training import (
    plot_ensemble,
    plot_loss,
    plot_loss_terms,
    plot_performance,
    plot_training,
)
from ._trajectories import plot_trajectories
from ._trials import example_trials, plot_trials
from ._tuning import plot_tuning
from ._weights import plot_sorted_weights, plot_weight_magnitudes, plot_weights


__all__ = [
    "EXCITATORY",
    "INHIBITORY",
    "example_trials",
    "plot_bifurcation",
    "plot_channel_image",
    "plot_channels",
    "plot_chronometric",
    "plot_class_rates",
    "plot_connectivity",
    "plot_decoding",
    "plot_eigenvalues",
    "plot_ensemble",
    "plot_loss",
    "plot_loss_terms",
    "plot_lyapunov",
    "plot_performance",
    "plot_perturbation_effects",
    "plot_psychometric",
    "plot_rates",
    "plot_sorted_weights",
    "plot_training",
    "plot_trajectories",
    "plot_trials",
    "plot_tuning",
    "plot_weight_magnitudes",
    "plot_weights",
    "shade_epochs",
]

suggest_names(__name__)
