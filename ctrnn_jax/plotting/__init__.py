"""F6: pictures. Each takes axes and results and returns the axes; none is shown.

Needs matplotlib: `pip install 'ctrnn-jax[plot]'`.
"""

from ._activity import (
    plot_channel_image as plot_channel_image,
    plot_channels as plot_channels,
    plot_rates as plot_rates,
)
from ._behaviour import (
    plot_chronometric as plot_chronometric,
    plot_effects as plot_effects,
    plot_psychometric as plot_psychometric,
)
from ._bifurcation import plot_bifurcation as plot_bifurcation
from ._connectivity import plot_connectivity as plot_connectivity
from ._decoding import plot_decoding as plot_decoding
from ._spectra import (
    plot_eigenvalues as plot_eigenvalues,
    plot_lyapunov as plot_lyapunov,
)
from ._style import (
    EXCITATORY as EXCITATORY,
    INHIBITORY as INHIBITORY,
    shade_epochs as shade_epochs,
)
from ._training import (
    plot_ensemble as plot_ensemble,
    plot_loss as plot_loss,
    plot_loss_terms as plot_loss_terms,
    plot_performance as plot_performance,
    plot_training as plot_training,
)
from ._trajectories import plot_trajectories as plot_trajectories
from ._trials import example_trials as example_trials, plot_trials as plot_trials
from ._tuning import plot_class_rates as plot_class_rates, plot_tuning as plot_tuning
from ._weights import (
    plot_sorted_weights as plot_sorted_weights,
    plot_weight_sizes as plot_weight_sizes,
    plot_weights as plot_weights,
)
