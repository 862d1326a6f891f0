"""Which synapses exist: masks, tables of areas, and names of groups of units."""

from .._checks import suggest_names
from ._areas import MultiArea, MultiAreaEI
from ._base import AbstractConnectivity, Connectivity
from ._cell_classes import (
    classes as classes,
    excitatory_count as excitatory_count,
    excitatory_signs,
)
from ._layout import (
    as_names as as_names,
    by_area as by_area,
    even_sizes as even_sizes,
    Groups,
    groups as groups,
    Layout,
    unnamed as unnamed,
)
from ._random_masks import distance_dependent, no_autapses, random_sparse, RandomInput
from ._tables import block, MultiIO


__all__ = [
    "AbstractConnectivity",
    "Connectivity",
    "Groups",
    "Layout",
    "MultiArea",
    "MultiAreaEI",
    "MultiIO",
    "RandomInput",
    "block",
    "distance_dependent",
    "excitatory_signs",
    "no_autapses",
    "random_sparse",
]

suggest_names(__name__)
