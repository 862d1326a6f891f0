"""Training: the update, the training loop, stop rules, and checkpoints."""

from .._checks import suggest_names
from ._compiled_updates import (
    validate_compiled as validate_compiled,
    Validation as Validation,
)
from ._curriculum import Curriculum
from ._divergence import Divergence
from ._fit import fit as fit
from ._force import force, ForceResult
from ._history import History, Member, table_of_members as table_of_members
from ._loop import Report
from ._result_file import load_result, save_result
from ._state import Best, EnsembleState, FitResult, FitState as FitState
from ._stop_rules import MeanAbove as MeanAbove
from ._train_step import init_optimiser, Metrics, train_step as train_step
from .checkpoints import (
    ChangedRunError,
    CheckpointError,
    Checkpoints as Checkpoints,
    CheckpointWarning,
    FolderLock as FolderLock,
)
from .ensembles import EnsembleResult, fit_ensemble as fit_ensemble
from .optimisers import decay_mask, project_onto, scale_updates
from .recipes import Recipe, recipe as recipe


__all__ = [
    "Best",
    "ChangedRunError",
    "CheckpointError",
    "CheckpointWarning",
    "Curriculum",
    "Divergence",
    "EnsembleResult",
    "EnsembleState",
    "FitResult",
    "ForceResult",
    "History",
    "Member",
    "Metrics",
    "Recipe",
    "Report",
    "decay_mask",
    "force",
    "init_optimiser",
    "load_result",
    "project_onto",
    "save_result",
    "scale_updates",
]

suggest_names(__name__)
