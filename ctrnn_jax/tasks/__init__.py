"""F1: experiments: pure functions from a key to trials, and their scoring."""

from ._abstract import AbstractTask as AbstractTask
from ._perceptual_decision import PerceptualDecision as PerceptualDecision
from ._registry import make as make, names as names
from ._trial import Trial as Trial
