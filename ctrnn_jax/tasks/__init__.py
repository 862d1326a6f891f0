"""Tasks: pure functions from a random key to trials, and the scoring of outputs.

Which tasks are there?

    names     Return the names that `make` accepts.
    families  Return the names of the tasks of each family.
    describe  Return what the subject does, in a line.
    make      Return the task of this name.

Decisions

    PerceptualDecision              Which of two noisy inputs is stronger?
    PerceptualDecisionVariable      Which input, shown for a random time, is stronger?
    PerceptualDecisionReactionTime  Which input is stronger? Answered when ready.
    PerceptualDiscrimination        Which of two noisy inputs is stronger? (PsychRNN.)
    ContextIntegration              Which choice does the attended stimulus favour?
    MultisensoryIntegration         Is the rate of events above a boundary?
    MatchToCategory                 In which sector is the angle? (PsychRNN.)

Memory

    ParametricWorkingMemory  Which of two vibrations, a delay apart, is higher?
    DelayedDiscrimination    Which of two frequencies is the higher? (PsychRNN.)
    DelayedMatch             Does the test match the sample? (Masse et al. 2019.)
    CuedDelayedMatch         Does the test match the sample, by the cued rule?
    DualMatch                Does the test match the sample of the cued field?
    LocationMatch            Does the test have the direction of the sample?
    SequenceMatchABBA        Which tests match the sample? Others may repeat.
    SequenceMatchABCA        Which tests match the sample? Others never repeat.
    DelayedAddition          Report the sum of two marked values after a delay.
    FlipFlop                 Hold the sign of the latest pulse of each input.
    FlipFlopDiscrete         The flip-flop of Golub & Sussillo (2018).

Movement, timing and integration

    EyeMovementSequence  Follow one of eight sequences of eye movements.
    ReadySetGo           Measure the time between two pulses and produce it.
    SineGenerator        Generate a sine wave of the frequency of an input.
    SineWave             Generate a sine wave without input.
    ChaoticTarget        Reproduce a piece of the Lorenz attractor after a cue.
    Integrator           Report the integral of a noisy input.
    HeadingIntegration   Report heading by integrating angular velocity.

Several tasks in one network

    Yang2019        20 tasks of one family, by a rule (Yang et al. 2019).
    YANG2019_RULES  The names of its 20 rules.
    Mixture         Trials of several tasks, learned by one network.

Arrays, recorded activity and behaviour

    from_arrays       Return the task of inputs and targets in arrays.
    ArrayTask         Its class.
    from_batches      Return batches of an iterable, for `fit`.
    Batches           Their class.
    RecordedActivity  Reproduce recorded activity of units.
    RecordedChoices   Reproduce the choices of an animal, trial by trial.

How is a custom one written, and is it right?

    AbstractTask       The base class of tasks.
    AbstractTwoChoice  The base class of tasks with two choices.
    Trial              A trial, or a batch of trials.
    check              Raise an error that names the fault of a task.
    TaskCheck          What `check` returns: sizes, epochs, and two scores.
"""

from .._namespaces import set_up_namespace
from ._mixture import Mixture
from ._registry import (
    describe,
    families,
    make,
    names,
    option_names as option_names,
)
from .contract import (
    AbstractBatch as AbstractBatch,
    AbstractTask,
    AbstractTwoChoice,
    array_field as array_field,
    check,
    check_traced as check_traced,
    Index as Index,
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

set_up_namespace(__name__)
