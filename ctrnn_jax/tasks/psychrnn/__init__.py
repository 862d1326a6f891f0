"""PsychRNN's three tasks."""

from ._base import PerceptualDiscrimination as PerceptualDiscrimination
from ._delayed_discrimination import DelayedDiscrimination as DelayedDiscrimination
from ._match_to_category import MatchToCategory as MatchToCategory
