"""F1: experiments: pure functions from a key to trials, and their scoring."""

from ._abstract import AbstractTask as AbstractTask
from ._chaotic_target import ChaoticTarget as ChaoticTarget
from ._context_integration import ContextIntegration as ContextIntegration
from ._delayed_addition import DelayedAddition as DelayedAddition
from ._delayed_discrimination import DelayedDiscrimination as DelayedDiscrimination
from ._dual_match import DualMatch as DualMatch
from ._eye_movement import EyeMovementSequence as EyeMovementSequence
from ._flip_flop import FlipFlop as FlipFlop
from ._heading import HeadingIntegration as HeadingIntegration
from ._integrator import Integrator as Integrator
from ._location_match import LocationMatch as LocationMatch
from ._match_to_category import MatchToCategory as MatchToCategory
from ._match_to_sample import DelayedMatch as DelayedMatch
from ._mixture import Mixture as Mixture
from ._multisensory import MultisensoryIntegration as MultisensoryIntegration
from ._perceptual_decision import PerceptualDecision as PerceptualDecision
from ._psychrnn import PerceptualDiscrimination as PerceptualDiscrimination
from ._ready_set_go import ReadySetGo as ReadySetGo
from ._recorded import RecordedActivity as RecordedActivity
from ._recorded_choices import RecordedChoices as RecordedChoices
from ._registry import (
    describe as describe,
    families as families,
    make as make,
    names as names,
)
from ._sequence_match import SequenceMatch as SequenceMatch
from ._sine_generator import SineGenerator as SineGenerator
from ._sine_wave import SineWave as SineWave
from ._trial import Trial as Trial
from ._two_choice import AbstractTwoChoice as AbstractTwoChoice
from ._working_memory import ParametricWorkingMemory as ParametricWorkingMemory
from ._yang2019 import Yang2019 as Yang2019
from ._yang2019_rules import YANG2019_RULES as YANG2019_RULES
