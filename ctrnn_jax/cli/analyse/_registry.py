"""The analyses of `ctrnn-jax analyse`, by the name of their flag."""

from . import _activity as activity, _behaviour as behaviour, _dynamics as dynamics
from ._trained_run import Analysis


_COMPONENTS = "Axes: the first principal components, with their share of the variance."

ANALYSES = {
    "fixed_points": Analysis(
        dynamics.fixed_points,
        dynamics.no_larger_state,
        {
            "fixed_points": "Fixed and slow points by their stability, with the "
            f"potentials in trials without noise. {_COMPONENTS}"
        },
    ),
    "lyapunov": Analysis(
        dynamics.lyapunov,
        captions={
            "lyapunov": "Largest Lyapunov exponents at the frozen input. Axes: number "
            "of the exponent, and its value; above 0, trajectories diverge."
        },
    ),
    "spectrum": Analysis(
        dynamics.spectrum,
        captions={
            "spectrum": "Eigenvalues of the recurrent weights. Axes: real and "
            "imaginary part."
        },
    ),
    "geometry": Analysis(
        activity.geometry,
        captions={
            "trajectories": "Rates in trials without noise, a line for each trial, "
            f"coloured by the condition if there is one. {_COMPONENTS}",
            "class_rates": "Mean rate of the units of each class over trials without "
            "noise, for each condition if there is one. Axes: time, and rate.",
        },
    ),
    "tuning": Analysis(
        activity.tuning,
        activity.no_condition,
        {
            "tuning": "Mean rates of the units that are tuned most. Axes: condition of "
            "the trials, and rate; bars are standard errors."
        },
    ),
    "behaviour": Analysis(
        behaviour.behaviour,
        behaviour.no_choice,
        {
            "behaviour": "Psychometric function: choices in trials with noise, with "
            "the fit and its 95 % interval. Axes: evidence, and proportion of choices."
        },
    ),
    "reaction_times": Analysis(
        behaviour.reaction_times,
        behaviour.no_reaction,
        {
            "reaction_times": "Chronometric function: times of correct choices in "
            "trials with noise, with the fit and its 95 % interval. Axes: strength of "
            "the evidence, and reaction time."
        },
    ),
    "perturbations": Analysis(
        behaviour.perturbations,
        captions={
            "perturbations": "Effects of lesions and of scaled synapses in equal "
            "trials. Axes: change of performance, and the perturbation."
        },
    ),
    "gradients": Analysis(dynamics.gradients),
    "dt_check": Analysis(dynamics.dt_check, dynamics.no_other_dt),
}
"""In the order in which they run."""
