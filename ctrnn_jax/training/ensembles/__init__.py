"""Training many networks in one compiled update."""

from ._fit_ensemble import (
    EnsembleReport as EnsembleReport,
    fit_ensemble as fit_ensemble,
)
from ._state import EnsembleResult as EnsembleResult, EnsembleState as EnsembleState
from ._sweep import Member as Member
