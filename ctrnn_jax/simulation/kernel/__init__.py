"""An adjoint whose steps are one kernel, for NVIDIA GPUs."""

from ._kernel_adjoint import KernelAdjoint as KernelAdjoint
