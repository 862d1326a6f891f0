"""Tasks by name, in families (where the tasks are published)."""

from collections.abc import Callable
import functools
import inspect

from .._arguments import checks_arguments
from .._checks import check_choice
from .contract import AbstractTask
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
    MASSE2019_DESCRIPTIONS,
    MASSE2019_MIXTURES,
    SequenceMatchABBA,
    SequenceMatchABCA,
)
from .psychrnn import DelayedDiscrimination, MatchToCategory, PerceptualDiscrimination
from .song2016 import (
    ContextIntegration,
    EyeMovementSequence,
    MultisensoryIntegration,
    ParametricWorkingMemory,
    PerceptualDecision,
    PerceptualDecisionReactionTime,
    PerceptualDecisionVariable,
)
from .yang2019 import Yang2019, YANG2019_DESCRIPTIONS, YANG2019_RULES


Factory = Callable[..., AbstractTask]
Entry = tuple[Factory, str]
"""What makes the task, and one line on what the subject does."""

_SONG2016: dict[str, Entry] = {
    "perceptual_decision": (
        PerceptualDecision,
        "which of two noisy inputs, shown for a fixed time, is stronger",
    ),
    "perceptual_decision_variable": (
        PerceptualDecisionVariable,
        "the same, shown for a random time",
    ),
    "perceptual_decision_reaction_time": (
        PerceptualDecisionReactionTime,
        "the same, answered as soon as the network is ready",
    ),
    "context_integration": (
        ContextIntegration,
        "decide by motion or by colour, depending on a context input",
    ),
    "multisensory_integration": (
        MultisensoryIntegration,
        "is the rate of visual, auditory or both events above a boundary?",
    ),
    "parametric_working_memory": (
        ParametricWorkingMemory,
        "which of two frequencies, seconds apart, is higher?",
    ),
    "eye_movement_sequence": (
        EyeMovementSequence,
        "move the gaze along one of eight sequences of dots",
    ),
    "sine_wave": (SineWave, "generate a sine wave without any input"),
}

_YANG2019: dict[str, Entry] = {
    "yang2019": (Yang2019, "all 20 rules mixed, one drawn for each trial"),
    **{
        rule: (functools.partial(Yang2019, rules=rule), YANG2019_DESCRIPTIONS[rule])
        for rule in YANG2019_RULES
    },
}


def _masse2019(name: str) -> Factory:
    """Return what makes a task of Masse et al. (2019)."""
    factories: dict[str, Factory] = {
        "abba": SequenceMatchABBA,
        "abca": SequenceMatchABCA,
        "dual_dms": DualMatch,
        "location_dms": LocationMatch,
    }
    delayed: Factory = CuedDelayedMatch if name in MASSE2019_MIXTURES else DelayedMatch
    return factories.get(name) or functools.partial(delayed, rule=name)


_MASSE2019: dict[str, Entry] = {
    name: (_masse2019(name), line) for name, line in MASSE2019_DESCRIPTIONS.items()
}

_DYNAMICAL: dict[str, Entry] = {
    "flip_flop": (
        FlipFlop,
        "remember the sign of the latest pulse of each of three channels",
    ),
    "flip_flop_discrete": (
        FlipFlopDiscrete,
        "the same with pulses of one step, for networks of dt = tau",
    ),
    "sine_generator": (
        SineGenerator,
        "generate a sine wave whose frequency a constant input sets",
    ),
    "integrator": (Integrator, "the running sum of a noisy input"),
    "leaky_integrator": (
        functools.partial(Integrator, tau_leak=200.0),
        "the running sum of a noisy input, with exponential decay",
    ),
    "delayed_addition": (
        DelayedAddition,
        "the sum of two marked values in a stream, reported after a delay",
    ),
    "ready_set_go": (
        ReadySetGo,
        "reproduce, times a gain, the interval between two pulses",
    ),
    "heading_integration": (
        HeadingIntegration,
        "the heading that follows from angular velocity",
    ),
    "chaotic_target": (
        ChaoticTarget,
        "generate a chaotic trajectory after a cue (Lorenz)",
    ),
}

_PSYCHRNN: dict[str, Entry] = {
    "perceptual_discrimination": (
        PerceptualDiscrimination,
        "which of two noisy inputs is stronger (PsychRNN)",
    ),
    "match_to_category": (
        MatchToCategory,
        "in which sector of the circle is the stimulus (PsychRNN)",
    ),
    "delayed_discrimination": (
        DelayedDiscrimination,
        "which of two frequencies is higher (PsychRNN)",
    ),
}

_FAMILIES = {
    "song2016": _SONG2016,
    "yang2019": _YANG2019,
    "masse2019": _MASSE2019,
    "dynamical": _DYNAMICAL,
    "psychrnn": _PSYCHRNN,
}
_FIXED_BY_NAME = {"rule", "rules"}
"""Options that the name of a task fixes."""

_TASKS = {
    name: entry for family in _FAMILIES.values() for name, entry in family.items()
}


@checks_arguments
def names() -> tuple[str, ...]:
    """Return the names that `make` accepts.

    **Example:**

    >>> len(cj.tasks.names()), cj.tasks.names()[:2]
    (54, ...)
    """
    return tuple(_TASKS)


@checks_arguments
def families() -> dict[str, tuple[str, ...]]:
    """Return the names of the tasks of each family."""
    return {family: tuple(entries) for family, entries in _FAMILIES.items()}


@checks_arguments
def describe(name: str) -> str:
    """Return what the subject does, in a line.

    Raises `ValueError` for an unknown name.
    """
    return _TASKS[check_choice("name", name, _TASKS)][1]


@checks_arguments
def make(name: str, **options: object) -> AbstractTask:
    """Return the task of this name.

    **Arguments:** the name, and options of the class of the task, except for the option
    that the name fixes.

    Raises `ValueError` for an unknown name or option, suggesting the closest.

    **Example:**

    >>> task = cj.tasks.make("flip_flop", n_bits=2)
    >>> task.n_in, task.n_out
    (2, 2)
    """
    factory, preset, accepted = _factory(name)
    for option in options:
        check_choice("option", option, sorted(accepted))
    return factory(**(preset | options))


def option_names(name: str) -> tuple[str, ...]:
    """Return the names of the options that `make` accepts for a task."""
    return _factory(name)[2]


def _factory(name: str) -> tuple[Factory, dict[str, object], tuple[str, ...]]:
    """Return the class of a task, the options of its name, and the other options.

    A partial is the class with some options: those that the name fixes are not
    accepted, the others are defaults.
    """
    factory, _ = _TASKS[check_choice("name", name, _TASKS)]
    preset: dict[str, object] = {}
    if isinstance(factory, functools.partial):
        preset, factory = factory.keywords, factory.func
    fixed = {"self", *(_FIXED_BY_NAME & preset.keys())}
    parameters = inspect.signature(factory.__init__).parameters
    return factory, preset, tuple(x for x in parameters if x not in fixed)
