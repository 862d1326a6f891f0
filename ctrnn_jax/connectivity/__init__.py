"""Which synapses exist: masks, tables of areas, and names of groups of units.

Which areas and groups does the network have?

    MultiArea             Several areas in a hierarchy, with densities.
    MultiAreaEI           Several areas, each with excitatory and inhibitory units.
    MultiIO               Named groups, connected by tables of densities.
    RandomInput           Inputs reach a random part of the units.
    Connectivity          Custom masks.
    AbstractConnectivity  The base class, for a custom one.

Which synapses exist?

    random_sparse       Return recurrent synapses of a density.
    distance_dependent  Return synapses that are fewer at a distance.
    no_autapses         Return all synapses but those of units onto themselves.
    block               Return synapses from a table of densities.

How are units named and signed?

    Layout            The names of a network's inputs, units and outputs.
    Groups            Named groups of indices; an index may be in several.
    excitatory_signs  Return +1 for excitatory units, -1 for the rest.
"""

from .._namespaces import set_up_namespace
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

set_up_namespace(__name__)
