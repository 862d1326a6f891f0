"""Simulation over time and its gradients."""

from ._adjoint import (
    AbstractAdjoint,
    Checkpointed as Checkpointed,
    DirectAdjoint as DirectAdjoint,
    HoistedAdjoint as HoistedAdjoint,
    Truncated as Truncated,
)
from ._ensemble import map_networks as map_networks
from ._rollout import rollout as rollout, step as step
from ._trajectory import Record as Record, Trajectory as Trajectory


__all__ = [
    "AbstractAdjoint",
]
