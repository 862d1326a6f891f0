"""Simulation over time and its gradients."""

from .._checks import suggest_names
from ._adjoint import AbstractAdjoint, DirectAdjoint as DirectAdjoint
from ._ensemble import map_networks as map_networks
from ._hoisted_adjoint import HoistedAdjoint as HoistedAdjoint
from ._rollout import rollout as rollout, step as step
from ._scan import Cell, plain_scan
from ._segmented_adjoints import Checkpointed as Checkpointed, Truncated as Truncated
from ._trajectory import Record as Record, Trajectory as Trajectory
from .kernel import KernelAdjoint


__all__ = [
    "AbstractAdjoint",
    "Cell",
    "KernelAdjoint",
    "plain_scan",
]

suggest_names(__name__)
