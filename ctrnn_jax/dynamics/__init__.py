"""The equation of one time step and its parts: rates, forms, steps, noise, synapses.

Noise and discretisations are at the top: `cj.DiffusionNoise`, `cj.StepNoise`,
`cj.Euler`, `cj.ExponentialEuler`.

How does a current become a rate?

    tanh         Return the hyperbolic tangent of v.
    relu         Return max(v, 0); the derivative at 0 is 0.
    sigmoid      Return the logistic function 1 / (1 + exp(-v)).
    softplus     Return log(1 + exp(v)), evaluated without overflow.
    retanh       Return the rectified tanh, tanh(max(v, 0)).
    linear       Return v itself, for linear networks.
    PowerLaw     Supralinear rate, `gain * max(v, 0) ** exponent`.
    ACTIVATIONS  The functions by name.

What is the equation of a step?

    ctrnn_step         Return the potentials after one step.
    total_current      Return the current, `W_hid r + W_in u + b_hid + eps`.
    CurrentForm        v is a potential: leak and noise outside of f.
    RateForm           v is the rate, with noise outside of f (Yang et al. 2019).
    RectifiedLeakForm  v is the rate, with leak and noise inside f (Masse et al. 2019).
    AbstractForm       The base class of forms, for a custom one.
    AbstractMethod     The base class of discretisations, for a custom one.

Which noise has it?

    noise_from     Return the noise that another package's number stands for.
    noise_to       Return another package's number for noise of the same strength.
    CONVENTIONS    The names of the packages that the two functions know.
    AbstractNoise  The base class of noise, for a custom one.

How do synapses change in the short term?

    ShortTermPlasticity  Facilitation and depression (Mongillo et al. 2008).
    SynapticState        Utilisation and resources of each unit's outgoing synapses.
"""

from .._namespaces import set_up_namespace
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

set_up_namespace(__name__)
