"""Which synapses exist: masks, tables of areas, names of groups of units."""

from ._areas import (
    MultiArea as MultiArea,
    MultiAreaEI as MultiAreaEI,
    RandomInput as RandomInput,
)
from ._excitatory_counts import (
    excitatory_count as excitatory_count,
    excitatory_signs as excitatory_signs,
)
from ._layout import (
    as_names as as_names,
    by_area as by_area,
    classes as classes,
    even_sizes as even_sizes,
    Groups as Groups,
    groups as groups,
    Layout as Layout,
    unnamed as unnamed,
)
from ._masks import (
    AbstractConnectivity as AbstractConnectivity,
    Connectivity as Connectivity,
    distance_dependent as distance_dependent,
    no_autapses as no_autapses,
    random_sparse as random_sparse,
)
from ._tables import block as block, MultiIO as MultiIO
