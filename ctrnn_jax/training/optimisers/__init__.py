"""Optimisers: transforms of their updates, and programs that they share."""

from ._traced_optimiser import traced as traced
from ._update_transforms import (
    project_onto as project_onto,
    scale_updates as scale_updates,
)
