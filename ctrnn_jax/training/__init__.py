"""F5: losses, the update, and the loop."""

from ._curriculum import Curriculum as Curriculum
from ._diagnose import Divergence as Divergence
from ._fit import fit as fit, Report as Report
from ._force import force as force, ForceResult as ForceResult
from ._state import (
    Best as Best,
    FitResult as FitResult,
    FitState as FitState,
    History as History,
)
from ._step import (
    init_optimiser as init_optimiser,
    Metrics as Metrics,
    train_step as train_step,
)
from ._stop_rules import MeanAbove as MeanAbove
from ._update_transforms import (
    project_onto as project_onto,
    scale_updates as scale_updates,
)
from .checkpoints import (
    CheckpointError as CheckpointError,
    Checkpoints as Checkpoints,
    CheckpointWarning as CheckpointWarning,
    FolderLock as FolderLock,
)
from .ensembles import (
    EnsembleReport as EnsembleReport,
    EnsembleResult as EnsembleResult,
    EnsembleState as EnsembleState,
    fit_ensemble as fit_ensemble,
    Member as Member,
)
from .recipes import Recipe as Recipe, recipe as recipe
