"""Tasks: pure functions from a random key to trials, and the scoring of outputs."""

from .._checks import suggest_names
from ._mixture import Mixture
from ._registry import (
    describe,
    families,
    make,
    names,
    option_names as option_names,
)
from .contract import (
    AbstractTask,
    AbstractTwoChoice,
    check,
    check_traced as check_traced,
    judges_outputs as judges_outputs,
    largest as largest,
    TaskCheck,
    Trial,
)
from .dynamical import (
    ChaoticTarget,
    DelayedAddition,
    FlipFlop,
    FlipFlopDiscrete,
    HeadingIntegration,
    Integrator,
    ReadySetGo,
    SineGenerator,
    SineWave,
)
from .masse2019 import (
    CuedDelayedMatch,
    DelayedMatch,
    DualMatch,
    LocationMatch,
    SequenceMatchABBA,
    SequenceMatchABCA,
)
from .psychrnn import DelayedDiscrimination, MatchToCategory, PerceptualDiscrimination
from .recorded import (
    ArrayTask,
    Batches,
    from_arrays,
    from_batches,
    RecordedActivity,
    RecordedChoices,
)
from .song2016 import (
    ContextIntegration,
    EyeMovementSequence,
    MultisensoryIntegration,
    ParametricWorkingMemory,
    PerceptualDecision,
    PerceptualDecisionReactionTime,
    PerceptualDecisionVariable,
)
from .yang2019 import Yang2019, YANG2019_RULES


__all__ = [
    "YANG2019_RULES",
    "AbstractTask",
    "AbstractTwoChoice",
    "ArrayTask",
    "Batches",
    "ChaoticTarget",
    "ContextIntegration",
    "CuedDelayedMatch",
    "DelayedAddition",
    "DelayedDiscrimination",
    "DelayedMatch",
    "DualMatch",
    "EyeMovementSequence",
    "FlipFlop",
    "FlipFlopDiscrete",
    "HeadingIntegration",
    "Integrator",
    "LocationMatch",
    "MatchToCategory",
    "Mixture",
    "MultisensoryIntegration",
    "ParametricWorkingMemory",
    "PerceptualDecision",
    "PerceptualDecisionReactionTime",
    "PerceptualDecisionVariable",
    "PerceptualDiscrimination",
    "ReadySetGo",
    "RecordedActivity",
    "RecordedChoices",
    "SequenceMatchABBA",
    "SequenceMatchABCA",
    "SineGenerator",
    "SineWave",
    "TaskCheck",
    "Trial",
    "Yang2019",
    "check",
    "describe",
    "families",
    "from_arrays",
    "from_batches",
    "make",
    "names",
]

suggest_names(__name__)
