"""Networks: classes, effective weights, edited copies, checks and files.

The classes and functions used most are at the top: `cj.CTRNN`, `cj.EIRNN`,
`cj.replace`, `cj.save`. `help(cj)` lists them.

Which weights does a network have?

    Weights        The weights and biases of the equation, by name.
    weights_of     Return the weights from some groups of units to others.
    dead_synapses  Return how many synapses can no longer learn.

How is it fitted to recordings?

    observe  Return the network whose outputs are rates of some units.

Why can a file not be read?

    NetworkFileError  The error for such a file; the message names the problem.
"""

from .._namespaces import set_up_namespace
from ._abstract import (
    AbstractNetwork as AbstractNetwork,
    constraint_titles as constraint_titles,
    State as State,
)
from ._ctrnn import CTRNN as CTRNN
from ._editing import (
    astype as astype,
    noiseless as noiseless,
    observe,
    replace as replace,
    stack as stack,
    unconstrained as unconstrained,
)
from ._effective import (
    dead_synapses,
    effective as effective,
    trainable as trainable,
    violations as violations,
    weights_of,
)
from ._eirnn import EIRNN as EIRNN
from ._file_format import (
    check_precision as check_precision,
    decoding as decoding,
    JSON as JSON,
    NetworkFileError,
    read_file as read_file,
    write_file as write_file,
)
from ._files import (
    check_finite_weights as check_finite_weights,
    encode_network as encode_network,
    load as load,
    network_decoder as network_decoder,
    save as save,
)
from ._unit_selection import (
    chosen_units as chosen_units,
    per_unit as per_unit,
    unit_mask as unit_mask,
    Units as Units,
)
from ._unknown_attributes import AbstractHelpfulErrors as AbstractHelpfulErrors
from ._validation import check_fits as check_fits, check_network as check_network
from ._weights import (
    NAMES as NAMES,
    shapes as shapes,
    Weights,
)


__all__ = [
    "NetworkFileError",
    "Weights",
    "dead_synapses",
    "observe",
    "weights_of",
]

set_up_namespace(__name__)
