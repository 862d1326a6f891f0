"""F4: simulation over time and its gradients."""

from ._adjoint import AbstractAdjoint as AbstractAdjoint
from ._adjoint import DirectAdjoint as DirectAdjoint
from ._adjoint import HoistedAdjoint as HoistedAdjoint
from ._rollout import rollout as rollout
from ._rollout import step as step
from ._trajectory import Record as Record
from ._trajectory import Trajectory as Trajectory
