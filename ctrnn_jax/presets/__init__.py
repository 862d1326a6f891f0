"""Networks with the published settings of other papers and packages.

References in the docstrings such as `model.py:85-108` are lines of that code.
"""

from .._checks import suggest_names
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

suggest_names(__name__)
