"""Networks with the published settings of other papers and packages."""

from ._published import masse2019, nn4n, psychrnn, yang2019
from ._song2016 import song2016, SONG2016_STRUCTURES


__all__ = [
    "SONG2016_STRUCTURES",
    "masse2019",
    "nn4n",
    "psychrnn",
    "song2016",
    "yang2019",
]
