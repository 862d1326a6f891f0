"""F1: rate functions, discretisation, noise and the single step; arrays in and out."""

from ._activation import (
    ACTIVATIONS as ACTIVATIONS,
    as_activation as as_activation,
    has_slope as has_slope,
    known_rates as known_rates,
    linear as linear,
    PowerLaw as PowerLaw,
    relu as relu,
    retanh as retanh,
    sigmoid as sigmoid,
    softplus as softplus,
    tanh as tanh,
)
from ._discretisation import (
    AbstractMethod as AbstractMethod,
    Euler as Euler,
    ExponentialEuler as ExponentialEuler,
)
from ._equation import (
    along_units as along_units,
    ctrnn_step as ctrnn_step,
    times_rows as times_rows,
)
from ._forms import (
    AbstractForm as AbstractForm,
    CurrentForm as CurrentForm,
    RateForm as RateForm,
    RectifiedLeakForm as RectifiedLeakForm,
)
from ._noise import (
    AbstractNoise as AbstractNoise,
    DiffusionNoise as DiffusionNoise,
    StepNoise as StepNoise,
)
from ._noise_conventions import (
    CONVENTIONS as CONVENTIONS,
    noise_from as noise_from,
    noise_to as noise_to,
)
from ._synapses import (
    ShortTermPlasticity as ShortTermPlasticity,
    SynapticState as SynapticState,
)
