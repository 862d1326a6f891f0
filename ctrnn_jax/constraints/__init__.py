"""F2: parameter transforms, connectivity, signs and initialisers."""

from ._base import AbstractConstraint as AbstractConstraint, Free as Free
from ._bounded import Bounded as Bounded, fold as fold
from ._chain import Chain as Chain, chain as chain
from ._draw import (
    AbstractInitialiser as AbstractInitialiser,
    draw as draw,
    fan_in as fan_in,
    impose as impose,
)
from ._laws import (
    Constant as Constant,
    Gamma as Gamma,
    Glorot as Glorot,
    Identity as Identity,
    LogNormal as LogNormal,
    Normal as Normal,
    Orthogonal as Orthogonal,
    Uniform as Uniform,
)
from ._magnitude_maps import (
    Abs as Abs,
    AbstractPositiveMap as AbstractPositiveMap,
    Relu as Relu,
    Softplus as Softplus,
)
from ._masked import Fixed as Fixed, Masked as Masked, NoAutapses as NoAutapses
from ._peer_laws import (
    ClampedUniform as ClampedUniform,
    SignedAfterScaling as SignedAfterScaling,
)
from ._row_balance import (
    RowBalanced as RowBalanced,
    Skew as Skew,
    Symmetric as Symmetric,
)
from ._sign import Dale as Dale, NonNegative as NonNegative, SignMask as SignMask
from ._spectral_radius import (
    Factors as Factors,
    LowRank as LowRank,
    radius_bound as radius_bound,
    SpectralRadiusBelow as SpectralRadiusBelow,
)
from ._targets import (
    Balanced as Balanced,
    Gain as Gain,
    spectral_abscissa as spectral_abscissa,
    spectral_radius as spectral_radius,
    SpectralRadius as SpectralRadius,
)
