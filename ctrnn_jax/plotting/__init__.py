"""Figures. Each function draws results and returns the axes that it drew in.

These are `ax`, or the current axes of pyplot. No function shows a figure.
Needs matplotlib: `pip install 'ctrnn-jax[plot]'`.

How did training go?

    plot_training     Plot loss, its terms and performance, in one column.
    plot_loss         Plot the loss of every update and its running mean.
    plot_loss_terms   Plot the weighted terms of the loss over training.
    plot_performance  Plot the performance at each validation.
    plot_ensemble     Plot a quantity of many networks over training.

What happens in a trial?

    plot_trials         Plot a few trials, one column each.
    example_trials      Select at most four trials that differ.
    plot_channels       Plot inputs or outputs of one trial over time.
    plot_channel_image  Plot many channels of one trial as an image.
    plot_rates          Plot rates of all units in one trial as an image.
    plot_class_rates    Plot the mean rate of each class of units over time.
    shade_epochs        Shade the epochs of a trial, with their names.

What do the weights look like?

    plot_weights            Plot a weight matrix `W[post, pre]`.
    plot_sorted_weights     Plot recurrent weights, units sorted by area and class.
    plot_weight_magnitudes  Plot magnitudes of weights, by class.
    plot_connectivity       Plot which synapses exist.
    plot_eigenvalues        Plot eigenvalues in the complex plane.

Which dynamics does it have?

    plot_trajectories  Plot trajectories in principal components.
    plot_bifurcation   Plot the fixed points at each value of a parameter.
    plot_lyapunov      Plot Lyapunov exponents with standard errors.

How does it behave, and what do units respond to?

    plot_psychometric          Plot the proportion of one choice against evidence.
    plot_chronometric          Plot the mean reaction time against evidence.
    plot_perturbation_effects  Plot the change due to each perturbation.
    plot_tuning                Plot the mean rate of units at each level of a condition.
    plot_decoding              Plot the accuracy of decoders over time.

Which colours are used?

    EXCITATORY  The colour of excitatory units and weights.
    INHIBITORY  The colour of inhibitory units and weights.
"""

import importlib.util

from .._namespaces import set_up_namespace


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
from ._style import EXCITATORY, INHIBITORY, label_axes as label_axes, shade_epochs
from ._training import (
    BEYOND as BEYOND,
    mark_beyond as mark_beyond,
    plot_ensemble,
    plot_loss,
    plot_loss_terms,
    plot_performance,
    plot_training,
)
from ._trajectories import plot_trajectories
from ._trials import example_trials, plot_trials
from ._tuning import plot_tuning
from ._validation import (
    held as held,
    log_limits as log_limits,
    smoothed as smoothed,
    within as within,
)
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

set_up_namespace(__name__)
