"""Fixed points: search, verification, continuation and bifurcations."""

from ._bifurcation import Bifurcation as Bifurcation, bifurcation as bifurcation
from ._continuation import (
    Branch as Branch,
    continue_fixed_points as continue_fixed_points,
)
from ._manifolds import attractor_manifolds as attractor_manifolds, Manifold as Manifold
from ._refinement import exact_field as exact_field
from ._search import find_fixed_points as find_fixed_points, FixedPoints as FixedPoints
from ._verification import (
    Verification as Verification,
    verify_fixed_points as verify_fixed_points,
)
