"""Training: the update, the training loop, stop rules, and checkpoints.

The functions are at the top: `cj.fit`, `cj.fit_ensemble`, `cj.train_step`, `cj.recipe`.
`help(cj)` lists them.

What does `fit` return?

    FitResult   The trained network, the history, and why training ended.
    Best        The best network so far, by validation.
    History     Losses of updates and results of validations.
    Divergence  The first update that was not finite, and what was not.

How is a result stored?

    save_result  Write a result, with its history, to a file.
    load_result  Read a result that `save_result` wrote.

What does `fit_ensemble` return?

    EnsembleResult  The trained networks, their history, and the best one.
    EnsembleState   All that the training of an ensemble needs to continue.
    Member          The seed and the settings of one network of an ensemble.

What does a callback, or an update, report?

    Report   The argument of a callback: state, metrics and validation.
    Metrics  The loss, its terms and the norm of the gradient.

Which tasks, and which published settings?

    Curriculum  Tasks to train on one after the other.
    Recipe      The network, optimiser, batch and stop rule of a paper.

How are optimisers adapted to constraints?

    init_optimiser  Return the optimiser's state for the trained parameters.
    decay_mask      Return which parameters a weight decay should act on.
    project_onto    Project parameters onto the constraints after each update.
    scale_updates   Multiply the update of each synapse by its plasticity.

How does a readout learn online?

    force        Learn by recursive least squares while the network runs.
    ForceResult  The result: the network and the errors of each step.

What can happen to checkpoints?

    ChangedRunError    A checkpoint is of a run with other settings.
    CheckpointError    A checkpoint cannot be read or written.
    CheckpointWarning  A checkpoint was not saved, or is of other versions.
"""

from .._namespaces import set_up_namespace
from ._compiled_updates import (
    validate_compiled as validate_compiled,
    Validation as Validation,
)
from ._curriculum import Curriculum
from ._divergence import Divergence
from ._fit import fit as fit
from ._force import force, ForceResult
from ._history import (
    History,
    means_since as means_since,
    Member,
    table_of_members as table_of_members,
)
from ._result_file import load_result, save_result
from ._state import Best, EnsembleState, FitResult, FitState as FitState, Report
from ._stop_rules import criterion_step as criterion_step, MeanAbove as MeanAbove
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

set_up_namespace(__name__)
