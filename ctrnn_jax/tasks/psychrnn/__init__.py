"""The tasks of PsychRNN."""

from ._delayed_discrimination import DelayedDiscrimination as DelayedDiscrimination
from ._match_to_category import MatchToCategory as MatchToCategory
from ._perceptual_discrimination import (
    PerceptualDiscrimination as PerceptualDiscrimination,
)
