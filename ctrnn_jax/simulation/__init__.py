"""Simulation over time and its gradients.

The functions and adjoints used most are at the top: `cj.rollout`, `cj.step`,
`cj.HoistedAdjoint`. `help(cj)` lists them.

How is the scan differentiated?

    KernelAdjoint    All steps in one kernel, for GPUs.
    AbstractAdjoint  The base class.

How is a custom adjoint written?

    Cell        The pure functions that a scan runs.
    Steps       The arrays of a run.
    StepInputs  The values that a step consumes.
    plain_scan  Run `cell.step` over the steps.
"""

from .._namespaces import set_up_namespace
from ._adjoint import AbstractAdjoint, DirectAdjoint as DirectAdjoint
from ._ensemble import map_networks as map_networks
from ._hoisted_adjoint import HoistedAdjoint as HoistedAdjoint
from ._rollout import rollout as rollout, step as step
from ._scan import Cell, plain_scan, StepInputs, Steps
from ._segmented_adjoints import Checkpointed as Checkpointed, Truncated as Truncated
from ._trajectory import (
    in_order as in_order,
    Record as Record,
    Trajectory as Trajectory,
)
from .kernel import KernelAdjoint


__all__ = [
    "AbstractAdjoint",
    "Cell",
    "KernelAdjoint",
    "StepInputs",
    "Steps",
    "plain_scan",
]

set_up_namespace(__name__)
