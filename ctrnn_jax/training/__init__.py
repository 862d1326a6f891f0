"""F5: losses, the update, and the loop."""

from ._curriculum import Curriculum
from ._diagnose import Divergence
from ._fit import fit as fit, Report
from ._force import force, ForceResult
from ._state import Best, FitResult, FitState, History
from ._step import init_optimiser, Metrics, train_step as train_step
from ._stop_rules import MeanAbove as MeanAbove
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
