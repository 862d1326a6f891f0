"""F5: losses, the update, and the loop."""

from ._checkpoint import (
    Checkpoints as Checkpoints,
    CheckpointWarning as CheckpointWarning,
)
from ._checkpoint_leaves import CheckpointError as CheckpointError
from ._curriculum import Curriculum as Curriculum
from ._diagnose import Divergence as Divergence
from ._ensemble_state import (
    EnsembleResult as EnsembleResult,
    EnsembleState as EnsembleState,
)
from ._fit import fit as fit, Report as Report
from ._fit_ensemble import (
    EnsembleReport as EnsembleReport,
    fit_ensemble as fit_ensemble,
)
from ._force import force as force, ForceResult as ForceResult
from ._lock import FolderLock as FolderLock
from ._members import Member as Member
from ._recipe import Recipe as Recipe
from ._recipes import recipe as recipe
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
from ._stop import MeanAbove as MeanAbove
from ._updates import project_onto as project_onto, scale_updates as scale_updates
