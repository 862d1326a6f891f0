"""F2: parameter transforms, masks, signs and initialisers."""

from ._chain import Chain as Chain, chain as chain
from ._constraint import AbstractConstraint as AbstractConstraint, Free as Free
from ._excitatory import (
    excitatory_count as excitatory_count,
    excitatory_signs as excitatory_signs,
    no_autapses as no_autapses,
)
from ._initialise import (
    AbstractInitialiser as AbstractInitialiser,
    Balanced as Balanced,
    Constant as Constant,
    draw as draw,
    fan_in as fan_in,
    Gamma as Gamma,
    impose as impose,
    Normal as Normal,
    spectral_radius as spectral_radius,
    SpectralRadius as SpectralRadius,
    Uniform as Uniform,
)
from ._mask import Masked as Masked
from ._positive import (
    Abs as Abs,
    AbstractPositiveMap as AbstractPositiveMap,
    Relu as Relu,
    Softplus as Softplus,
)
from ._sign import Dale as Dale, NonNegative as NonNegative
