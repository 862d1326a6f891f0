"""Perturbations of a network: lesions, clamps, currents, forcing."""

from .._checks import suggest_names
from ._affine import Affine
from ._composed_effects import (
    apply_to_weights as apply_to_weights,
    effect_at as effect_at,
    WeightChange as WeightChange,
)
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
from ._single_effects import (
    AbstractEffect,
    ActivityEffect,
    Effects as Effects,
    StepEffect,
    WeightEffect,
)


__all__ = [
    "Ablate",
    "AbstractEffect",
    "AbstractPerturbation",
    "ActivityEffect",
    "Affine",
    "Clamp",
    "Current",
    "Forced",
    "Lesion",
    "Perturbed",
    "Scale",
    "StepEffect",
    "WeightEffect",
]

suggest_names(__name__)
