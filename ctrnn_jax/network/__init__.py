"""F3: networks, questions to them, and their files."""

from . import presets as presets
from ._abstract import AbstractNetwork as AbstractNetwork
from ._abstract import State as State
from ._ctrnn import CTRNN as CTRNN
from ._eirnn import EIRNN as EIRNN
from ._serialise import load as load
from ._serialise import NetworkFileError as NetworkFileError
from ._serialise import save as save
from ._views import astype as astype
from ._views import dead_synapses as dead_synapses
from ._views import effective as effective
from ._views import noiseless as noiseless
from ._views import replace as replace
from ._views import stack as stack
from ._views import trainable as trainable
from ._views import violations as violations
from ._weights import Weights as Weights
