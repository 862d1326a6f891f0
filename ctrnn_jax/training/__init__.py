"""Training: the update, the training loop, stop rules, and checkpoints."""

from ._curriculum import Curriculum
from ._divergence import Divergence
from ._fit import fit as fit, Report
from ._fit_state import Best, FitResult, FitState, History
from ._force import force, ForceResult
from ._stop_rules import MeanAbove as MeanAbove
from ._train_step import init_optimiser, Metrics, train_step as train_step
from ._update_transforms import project_onto, scale_updates
from .checkpoints import (
    CheckpointError,
    Checkpoints as Checkpoints,
    CheckpointWarning,
    FolderLock as FolderLock,
)
from .ensembles import (
    EnsembleReport,
    EnsembleResult,
    EnsembleState,
    fit_ensemble as fit_ensemble,
    Member,
)
from .recipes import Recipe, recipe as recipe


__all__ = [
    "Best",
    "CheckpointError",
    "CheckpointWarning",
    "Curriculum",
    "Divergence",
    "EnsembleReport",
    "EnsembleResult",
    "EnsembleState",
    "FitResult",
    "FitState",
    "ForceResult",
    "History",
    "Member",
    "Metrics",
    "Recipe",
    "Report",
    "force",
    "init_optimiser",
    "project_onto",
    "scale_updates",
]
