"""Perturbations of a network: lesions, clamps, currents, forcing."""

from ._forcing import Forced
from ._perturb import perturb as perturb, Perturbed
from ._perturbations import (
    Ablate,
    AbstractPerturbation,
    Clamp,
    Current,
    Lesion,
    Scale,
)
from ._rates_currents_weights import Effects as Effects
from ._step_effects import (
    apply_to_weights as apply_to_weights,
    step_effects as step_effects,
    StepEffects as StepEffects,
    WeightChange as WeightChange,
    with_batch_axes as with_batch_axes,
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
