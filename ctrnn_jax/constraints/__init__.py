"""F2: parameter transforms, connectivity, signs and initialisers."""

from ._base import AbstractConstraint, Free
from ._bounded import Bounded, fold as fold
from ._chain import Chain, chain
from ._magnitude_maps import Abs, AbstractMagnitudeMap, Relu, Softplus
from ._masked import Fixed, Masked, NoAutapses
from ._row_balance import RowBalanced, Skew, Symmetric
from ._sign import Dale, NonNegative, SignMask
from ._spectral_radius import (
    Factors,
    LowRank,
    radius_bound as radius_bound,
    SpectralRadiusBelow,
)


__all__ = [
    "Abs",
    "AbstractConstraint",
    "AbstractMagnitudeMap",
    "Bounded",
    "Chain",
    "Dale",
    "Factors",
    "Fixed",
    "Free",
    "LowRank",
    "Masked",
    "NoAutapses",
    "NonNegative",
    "Relu",
    "RowBalanced",
    "SignMask",
    "Skew",
    "Softplus",
    "SpectralRadiusBelow",
    "Symmetric",
    "chain",
]
