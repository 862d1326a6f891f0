"""F1: experiments, as pure functions from a key to batched trials, and their scoring."""

from ._abstract import AbstractTask as AbstractTask
from ._perceptual_decision import PerceptualDecision as PerceptualDecision
from ._registry import make as make
from ._registry import names as names
from ._trial import Trial as Trial
