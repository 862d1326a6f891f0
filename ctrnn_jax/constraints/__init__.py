"""Constraints: maps from raw parameters to weights that satisfy a condition."""

from .._checks import suggest_names
from ._base import AbstractConstraint, Free, Place, Shape as Shape, Structure
from ._bounded import Bounded, fold as fold
from ._chain import Chain, chain, links_of as links_of
from ._dale_and_signs import Dale, NonNegative, SignMask
from ._fixed import Fixed
from ._low_rank import Factors, LowRank
from ._magnitude_maps import Abs, AbstractMagnitudeMap, Relu, Softplus
from ._masked import Masked, NoAutapses
from ._row_balance import RowBalanced
from ._shapes import (
    check_constraint as check_constraint,
    check_entries as check_entries,
)
from ._spectral_radius import radius_bound as radius_bound, SpectralRadiusBelow
from ._symmetry import Skew, Symmetric


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
    "Place",
    "Relu",
    "RowBalanced",
    "SignMask",
    "Skew",
    "Softplus",
    "SpectralRadiusBelow",
    "Structure",
    "Symmetric",
    "chain",
]

suggest_names(__name__)
