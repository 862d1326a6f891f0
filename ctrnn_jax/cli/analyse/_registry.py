"""The analyses of `ctrnn-jax analyse`, by the name of their flag."""

from . import _activity as activity, _behaviour as behaviour, _dynamics as dynamics
from ._trained_run import Analysis


ANALYSES = {
    "fixed_points": Analysis(dynamics.fixed_points, dynamics.no_larger_state),
    "lyapunov": Analysis(dynamics.lyapunov),
    "spectrum": Analysis(dynamics.spectrum),
    "geometry": Analysis(activity.geometry),
    "tuning": Analysis(activity.tuning, activity.no_condition),
    "behaviour": Analysis(behaviour.behaviour, behaviour.no_choice),
    "reaction_times": Analysis(behaviour.reaction_times, behaviour.no_reaction),
    "perturbations": Analysis(behaviour.perturbations),
    "gradients": Analysis(dynamics.gradients),
    "dt_check": Analysis(dynamics.dt_check, dynamics.no_other_dt),
}
"""In the order in which they run."""
