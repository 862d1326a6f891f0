"""The delayed-matching tasks of Masse et al. (2019)."""

from ._base import MASSE2019_DESCRIPTIONS as MASSE2019_DESCRIPTIONS
from ._delayed_match import (
    CuedDelayedMatch as CuedDelayedMatch,
    DelayedMatch as DelayedMatch,
    MASSE2019_MIXTURES as MASSE2019_MIXTURES,
)
from ._dual_match import DualMatch as DualMatch
from ._location_match import LocationMatch as LocationMatch
from ._sequence_match import (
    SequenceMatchABBA as SequenceMatchABBA,
    SequenceMatchABCA as SequenceMatchABCA,
)
