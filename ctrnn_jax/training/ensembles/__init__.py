"""Training of many networks in one compiled program."""

from ._fit_ensemble import fit_ensemble as fit_ensemble
from ._result import EnsembleResult as EnsembleResult
