"""Optimisers: how they are called, the programs that they share, and their updates."""

from ._adapted_optimiser import adapted as adapted, AdaptedOptimiser as AdaptedOptimiser
from ._decay_mask import decay_mask as decay_mask
from ._evaluation import evaluation_network as evaluation_network
from ._traced_optimiser import (
    describe_optimiser as describe_optimiser,
    traced as traced,
    traced_for_rates as traced_for_rates,
    with_rate as with_rate,
)
from ._update_transforms import (
    project_onto as project_onto,
    scale_updates as scale_updates,
)
