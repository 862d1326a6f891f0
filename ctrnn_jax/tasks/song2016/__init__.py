"""The tasks of Song, Yang & Wang (2016)."""

from ._context_integration import ContextIntegration as ContextIntegration
from ._eye_movement import EyeMovementSequence as EyeMovementSequence
from ._multisensory import MultisensoryIntegration as MultisensoryIntegration
from ._perceptual_decision import (
    PerceptualDecision as PerceptualDecision,
    PerceptualDecisionReactionTime as PerceptualDecisionReactionTime,
    PerceptualDecisionVariable as PerceptualDecisionVariable,
)
from ._working_memory import ParametricWorkingMemory as ParametricWorkingMemory
