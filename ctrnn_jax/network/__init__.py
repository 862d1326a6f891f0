"""F3: networks, questions to them, and their files."""

from ._abstract import AbstractNetwork as AbstractNetwork, State as State
from ._ctrnn import CTRNN as CTRNN
from ._effective import (
    astype as astype,
    dead_synapses,
    effective as effective,
    noiseless as noiseless,
    replace as replace,
    stack as stack,
    trainable as trainable,
    unconstrained as unconstrained,
    violations as violations,
    weights_of,
)
from ._eirnn import EIRNN as EIRNN
from ._files import load as load, NetworkFileError, save as save
from ._observe import observe
from ._summary import Summary, summary as summary
from ._task_match import check_fits as check_fits
from ._unit_selection import (
    chosen_units as chosen_units,
    per_unit as per_unit,
    unit_mask as unit_mask,
)
from ._weights import NAMES as NAMES, shapes as shapes, Weights


__all__ = [
    "NetworkFileError",
    "Summary",
    "Weights",
    "dead_synapses",
    "observe",
    "weights_of",
]
