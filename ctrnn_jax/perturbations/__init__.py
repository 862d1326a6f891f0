"""Perturbations of a network: lesions, clamps, currents, forcing.

Apply them with `cj.perturb(net, ...)`.

Which units or synapses are removed or changed?

    Lesion  Units are removed: their rates and potentials are 0.
    Ablate  Single synapses are removed.
    Scale   The synapses from some units (or inputs) to others are scaled.

Which activity is imposed?

    Current  A current into some units, as from a laser.
    Clamp    Rates of some units are held at a value.
    Forced   Teacher forcing: units send target rates.
    Affine   The map `x -> factor * x + addend`, of a custom effect.

How is a custom one written?

    AbstractPerturbation  The base class of perturbations.
    AbstractEffect        What a perturbation does, as a function of time.
    ActivityEffect        A constant effect on currents, potentials or rates.
    WeightEffect          Weights times factors, within a window.
    StepEffect            The effect of a perturbation at some steps, time first.
    Perturbed             A network with perturbations, as `cj.perturb` returns it.
"""

from .._namespaces import set_up_namespace
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
    check_window as check_window,
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

set_up_namespace(__name__)
