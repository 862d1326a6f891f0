"""F3: networks, questions to them, and their files."""

from . import presets as presets
from ._abstract import AbstractNetwork as AbstractNetwork, State as State
from ._ctrnn import CTRNN as CTRNN
from ._eirnn import EIRNN as EIRNN
from ._serialise import load as load, NetworkFileError as NetworkFileError, save as save
from ._views import (
    astype as astype,
    dead_synapses as dead_synapses,
    effective as effective,
    noiseless as noiseless,
    replace as replace,
    stack as stack,
    trainable as trainable,
    violations as violations,
)
from ._weights import Weights as Weights
