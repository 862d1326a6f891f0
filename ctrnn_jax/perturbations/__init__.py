"""Perturbations of a network: lesions, clamps, currents, forcing."""

from ._forcing import Forced as Forced
from ._perturbations import (
    Ablate as Ablate,
    AbstractPerturbation as AbstractPerturbation,
    Clamp as Clamp,
    Current as Current,
    Lesion as Lesion,
    perturb as perturb,
    Perturbed as Perturbed,
    Scale as Scale,
)
from ._schedule import (
    Effects as Effects,
    for_batch as for_batch,
    Gated as Gated,
    gated as gated,
    WeightChange as WeightChange,
    with_effects as with_effects,
)
