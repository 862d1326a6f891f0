"""F5: losses, the update, and the loop."""

from . import sharding as sharding
from ._fit import (
    fit as fit,
    FitResult as FitResult,
    FitState as FitState,
    History as History,
    Report as Report,
)
from ._recipe import Recipe as Recipe
from ._recipes import recipe as recipe
from ._step import init_optimiser as init_optimiser, train_step as train_step
from ._stop import MeanAbove as MeanAbove
from ._updates import project_onto as project_onto, scale_updates as scale_updates
