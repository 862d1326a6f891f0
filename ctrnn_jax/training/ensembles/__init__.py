"""Training of many networks in one compiled program."""

from ._ensemble_state import (
    EnsembleResult as EnsembleResult,
    EnsembleState as EnsembleState,
)
from ._fit_ensemble import (
    EnsembleReport as EnsembleReport,
    fit_ensemble as fit_ensemble,
)
from ._sweep import Member as Member
