"""F2: parameter transforms, masks, signs and initialisers."""

from ._chain import Chain as Chain
from ._chain import chain as chain
from ._constraint import AbstractConstraint as AbstractConstraint
from ._constraint import Free as Free
from ._excitatory import excitatory_count as excitatory_count
from ._excitatory import excitatory_signs as excitatory_signs
from ._excitatory import no_autapses as no_autapses
from ._initialise import AbstractInitialiser as AbstractInitialiser
from ._initialise import Balanced as Balanced
from ._initialise import Constant as Constant
from ._initialise import draw as draw
from ._initialise import fan_in as fan_in
from ._initialise import Gamma as Gamma
from ._initialise import impose as impose
from ._initialise import Normal as Normal
from ._initialise import spectral_radius as spectral_radius
from ._initialise import SpectralRadius as SpectralRadius
from ._initialise import Uniform as Uniform
from ._mask import Masked as Masked
from ._positive import Abs as Abs
from ._positive import AbstractPositiveMap as AbstractPositiveMap
from ._positive import Relu as Relu
from ._positive import Softplus as Softplus
from ._sign import Dale as Dale
from ._sign import NonNegative as NonNegative
