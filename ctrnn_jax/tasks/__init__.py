"""F1: experiments: pure functions from a key to trials, and their scoring."""

from ._mixture import Mixture as Mixture
from ._registry import (
    describe as describe,
    families as families,
    make as make,
    names as names,
)
from .contract import (
    AbstractTask as AbstractTask,
    AbstractTwoChoice as AbstractTwoChoice,
    Trial as Trial,
)
from .dynamical import (
    ChaoticTarget as ChaoticTarget,
    DelayedAddition as DelayedAddition,
    FlipFlop as FlipFlop,
    HeadingIntegration as HeadingIntegration,
    Integrator as Integrator,
    ReadySetGo as ReadySetGo,
    SineGenerator as SineGenerator,
    SineWave as SineWave,
)
from .masse2019 import (
    DelayedMatch as DelayedMatch,
    DualMatch as DualMatch,
    LocationMatch as LocationMatch,
    SequenceMatch as SequenceMatch,
)
from .psychrnn import (
    DelayedDiscrimination as DelayedDiscrimination,
    MatchToCategory as MatchToCategory,
    PerceptualDiscrimination as PerceptualDiscrimination,
)
from .recorded import (
    RecordedActivity as RecordedActivity,
    RecordedChoices as RecordedChoices,
)
from .song2016 import (
    ContextIntegration as ContextIntegration,
    EyeMovementSequence as EyeMovementSequence,
    MultisensoryIntegration as MultisensoryIntegration,
    ParametricWorkingMemory as ParametricWorkingMemory,
    PerceptualDecision as PerceptualDecision,
)
from .yang2019 import Yang2019 as Yang2019, YANG2019_RULES as YANG2019_RULES
