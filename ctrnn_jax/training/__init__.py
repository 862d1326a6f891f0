"""F5: losses, the update, and the loop."""

from ._fit import fit as fit
from ._fit import FitResult as FitResult
from ._fit import FitState as FitState
from ._fit import History as History
from ._fit import Report as Report
from ._loss import masked_mse as masked_mse
from ._step import init_optimiser as init_optimiser
from ._step import train_step as train_step
from ._stop import MeanAbove as MeanAbove
