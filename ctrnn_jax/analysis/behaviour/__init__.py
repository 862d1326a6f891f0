"""Behaviour: psychometric and chronometric functions, effects of perturbations."""

from ._bootstrap import (
    bootstrap_chronometric as bootstrap_chronometric,
    bootstrap_psychometric as bootstrap_psychometric,
    ChronometricBootstrap as ChronometricBootstrap,
    PsychometricBootstrap as PsychometricBootstrap,
)
from ._choice_probability import (
    choice_probability as choice_probability,
    ChoiceProbability as ChoiceProbability,
)
from ._perturbation_effects import (
    perturbation_effects as perturbation_effects,
    PerturbationEffect as PerturbationEffect,
    PerturbationEffects as PerturbationEffects,
)
from ._psychometric import (
    fit_psychometric as fit_psychometric,
    psychometric_curve as psychometric_curve,
    PsychometricCurve as PsychometricCurve,
    PsychometricFit as PsychometricFit,
)
from ._reaction_times import (
    chronometric_curve as chronometric_curve,
    ChronometricCurve as ChronometricCurve,
    ChronometricFit as ChronometricFit,
    fit_chronometric as fit_chronometric,
    reaction_times as reaction_times,
    ReactionTimes as ReactionTimes,
)
