"""Fixed points: search, verification, continuation and bifurcations."""

from ._bifurcation import Bifurcation as Bifurcation, bifurcation as bifurcation
from ._continuation import (
    Branch as Branch,
    continue_fixed_points as continue_fixed_points,
)
from ._fixed_points import FixedPoints as FixedPoints
from ._manifolds import attractor_manifolds as attractor_manifolds, Manifold as Manifold
from ._search import find_fixed_points as find_fixed_points
from ._verification import (
    Verification as Verification,
    verify_fixed_points as verify_fixed_points,
)
