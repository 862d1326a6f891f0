"""Perturbations of a network: lesions, clamps, currents, forcing."""

from ._forcing import Forced
from ._perturbations import (
    Ablate,
    AbstractPerturbation,
    Clamp,
    Current,
    Lesion,
    perturb as perturb,
    Perturbed,
    Scale,
)
from ._schedule import (
    Effects as Effects,
    for_batch as for_batch,
    Gated as Gated,
    gated as gated,
    WeightChange as WeightChange,
    with_effects as with_effects,
)


__all__ = [
    "Ablate",
    "AbstractPerturbation",
    "Clamp",
    "Current",
    "Forced",
    "Lesion",
    "Perturbed",
    "Scale",
]
