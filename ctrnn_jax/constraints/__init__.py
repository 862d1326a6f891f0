"""F2: parameter transforms, connectivity, signs and initialisers."""

from ._base import AbstractConstraint as AbstractConstraint, Free as Free
from ._bounded import Bounded as Bounded, fold as fold
from ._chain import Chain as Chain, chain as chain
from ._magnitude_maps import (
    Abs as Abs,
    AbstractPositiveMap as AbstractPositiveMap,
    Relu as Relu,
    Softplus as Softplus,
)
from ._masked import Fixed as Fixed, Masked as Masked, NoAutapses as NoAutapses
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
