"""Networks with the published settings of other papers and packages."""

from ._published import (
    masse2019 as masse2019,
    nn4n as nn4n,
    psychrnn as psychrnn,
    yang2019 as yang2019,
)
from ._song2016 import song2016 as song2016, SONG2016_STRUCTURES as SONG2016_STRUCTURES
