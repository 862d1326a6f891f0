"""Constraints: maps from raw parameters to weights that satisfy a condition.

Which signs may weights have?

    Dale         Dale's law: all weights *from* a unit have that unit's sign.
    NonNegative  Weights are never negative: W = magnitude(raw).
    SignMask     One sign for each synapse: +, -, absent, or free.

How does a magnitude follow from a raw parameter?

    Abs                   y = |x|: reaches 0, and every synapse has a gradient.
    Relu                  y = max(x, 0): reaches 0, and synapses can die.
    Softplus              y = log(1 + exp(x)): cannot reach 0.
    AbstractMagnitudeMap  The base class of such maps.

Which weights exist, and which are fixed?

    Masked      Weights exist only where the mask is True.
    NoAutapses  No unit connects to itself.
    Fixed       Some synapses have given values; the others train.
    Free        No constraint: the weights are the raw parameters.

How large may weights be?

    Bounded              Weights lie between two bounds.
    SpectralRadiusBelow  The spectral radius is at most `rho`.
    RowBalanced          Excitation and inhibition cancel in each row.

Which structure has the matrix?

    LowRank    Weights of low rank (Mastrogiuseppe & Ostojic 2018).
    Factors    The two factors of weights of low rank.
    Symmetric  W = W^T.
    Skew       W = -W^T.

How are constraints combined and written?

    chain               Return a composition in the order that holds all.
    Chain               A composition of constraints.
    AbstractConstraint  The base class of constraints.
    Place               The place of a constraint in a chain.
    Structure           What a constraint implies for each synapse.
"""

from .._namespaces import set_up_namespace
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

set_up_namespace(__name__)
