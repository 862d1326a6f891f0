"""Which synapses exist: masks, tables of areas, names of groups of units."""

from ._areas import MultiArea, MultiAreaEI, RandomInput
from ._excitatory_counts import excitatory_count as excitatory_count, excitatory_signs
from ._layout import (
    as_names as as_names,
    by_area as by_area,
    classes as classes,
    even_sizes as even_sizes,
    Groups,
    groups as groups,
    Layout,
    unnamed as unnamed,
)
from ._masks import (
    AbstractConnectivity,
    Connectivity,
    distance_dependent,
    no_autapses,
    random_sparse,
)
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
