"""F6: pictures. Each takes axes and results and returns the axes; none is shown.

Needs matplotlib: `pip install 'ctrnn-jax[plot]'`.
"""

from ._activity import (
    plot_channel_image as plot_channel_image,
    plot_channels as plot_channels,
    plot_rates as plot_rates,
)
from ._behaviour import plot_psychometric as plot_psychometric
from ._connectivity import plot_connectivity as plot_connectivity
from ._style import (
    EXCITATORY as EXCITATORY,
    INHIBITORY as INHIBITORY,
    shade_epochs as shade_epochs,
)
from ._training import plot_loss as plot_loss, plot_performance as plot_performance
from ._trials import example_trials as example_trials, plot_trials as plot_trials
from ._weights import (
    plot_weight_sizes as plot_weight_sizes,
    plot_weights as plot_weights,
)
