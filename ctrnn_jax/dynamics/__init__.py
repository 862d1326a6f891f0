"""The equation of one time step and its parts: rates, forms, steps, noise, synapses."""

from .._checks import suggest_names
from ._activation import (
    ACTIVATIONS,
    as_activation as as_activation,
    has_slope as has_slope,
    known_rates as known_rates,
    linear,
    PowerLaw,
    relu,
    retanh,
    sigmoid,
    softplus,
    tanh,
)
from ._discretisation import (
    AbstractMethod,
    Euler as Euler,
    ExponentialEuler as ExponentialEuler,
)
from ._equation import ctrnn_step, total_current
from ._forms import AbstractForm, CurrentForm, RateForm, RectifiedLeakForm
from ._noise import (
    AbstractNoise,
    DiffusionNoise as DiffusionNoise,
    StepNoise as StepNoise,
)
from ._noise_conventions import CONVENTIONS, noise_from, noise_to
from ._products import along_units as along_units, times_rows as times_rows
from ._synapses import ShortTermPlasticity, SynapticState


__all__ = [
    "ACTIVATIONS",
    "CONVENTIONS",
    "AbstractForm",
    "AbstractMethod",
    "AbstractNoise",
    "CurrentForm",
    "PowerLaw",
    "RateForm",
    "RectifiedLeakForm",
    "ShortTermPlasticity",
    "SynapticState",
    "ctrnn_step",
    "linear",
    "noise_from",
    "noise_to",
    "relu",
    "retanh",
    "sigmoid",
    "softplus",
    "tanh",
    "total_current",
]

suggest_names(__name__)
