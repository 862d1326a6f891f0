"""Behaviour: psychometric and chronometric curves, perturbation effects."""

from ._chronometric_bootstrap import (
    bootstrap_chronometric as bootstrap_chronometric,
    ChronometricBootstrap as ChronometricBootstrap,
)
from ._curves import (
    choice_probability as choice_probability,
    ChoiceProbability as ChoiceProbability,
    psychometric_curve as psychometric_curve,
    PsychometricCurve as PsychometricCurve,
)
from ._perturbation_effects import (
    perturbation_effects as perturbation_effects,
    PerturbationEffect as PerturbationEffect,
    PerturbationEffects as PerturbationEffects,
)
from ._psychometric_bootstrap import (
    bootstrap_psychometric as bootstrap_psychometric,
    PsychometricBootstrap as PsychometricBootstrap,
)
from ._psychometric_fit import (
    fit_psychometric as fit_psychometric,
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
