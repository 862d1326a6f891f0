"""Networks with the published settings of other papers and packages.

References in the docstrings such as `model.py:85-108` are lines of that code.

Which network does a paper or package use?

    song2016             Return a network of Song, Yang & Wang (2016).
    SONG2016_STRUCTURES  The names of its model files, and what they build.
    yang2019             Return the network of Yang et al. (2019).
    masse2019            Return the network of Masse et al. (2019).
    nn4n                 Return nn4n's `CTRNN` with its defaults.
    psychrnn             Return PsychRNN's `Basic` model with its default initialiser.
"""

from .._namespaces import set_up_namespace
from ._masse2019 import masse2019
from ._nn4n import nn4n
from ._psychrnn import psychrnn
from ._song2016 import song2016, SONG2016_STRUCTURES
from ._yang2019 import yang2019


__all__ = [
    "SONG2016_STRUCTURES",
    "masse2019",
    "nn4n",
    "psychrnn",
    "song2016",
    "yang2019",
]

set_up_namespace(__name__)
