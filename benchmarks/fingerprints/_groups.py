"""Every case by name, and how cases are divided over processes."""

from collections.abc import Callable
import fnmatch

from ._analysed_networks import analysed_network_cases
from ._behaviour_analysis import behaviour_cases
from ._connectivity import connectivity_cases
from ._constraints import constraint_cases
from ._digest import Case, Cases
from ._fixed_points import fixed_point_cases
from ._initialisers import initialiser_cases
from ._linear_analysis import linear_cases
from ._network_files import file_cases
from ._network_functions import network_cases
from ._penalties import penalty_cases
from ._perturbations import perturbation_cases
from ._population_analysis import population_cases
from ._presets import preset_cases
from ._rollout_gradients import gradient_cases
from ._rollouts import rollout_cases
from ._tasks import task_cases
from ._training import training_cases


def analysis_cases() -> Cases:
    """Yield the cases of the groups `analysis_float32` and `analysis_float64`."""
    yield from analysed_network_cases()
    yield from fixed_point_cases()
    yield from linear_cases()
    yield from population_cases()
    yield from behaviour_cases()


GROUPS: dict[str, Callable[[], Cases]] = {
    "rollout": rollout_cases,
    "rollout_gradient": gradient_cases,
    "perturbation": perturbation_cases,
    "connectivity": connectivity_cases,
    "constraint": constraint_cases,
    "initialiser": initialiser_cases,
    "preset": preset_cases,
    "network": network_cases,
    "task": task_cases,
    "training": training_cases,
    "penalty": penalty_cases,
    "file": file_cases,
    "analysis_float32": analysis_cases,
    "analysis_float64": analysis_cases,
}
PARTS = (
    "analysis_float64",
    "training",
    "analysis_float32 file",
    "task network",
    "rollout rollout_gradient perturbation",
    "constraint initialiser connectivity preset penalty",
)
"""The groups that share a process, the longest part before the shorter ones."""

SMOKE = (
    "rollout.eirnn.all.euler",
    "perturbation.clamp_window",
    "constraint.dale_masked",
    "initialiser.gamma.eirnn",
    "task.trials.perceptual_decision",
    "training.plastic",
    "penalty.rate_l2",
    "file.bytes.eirnn",
    "analysis_float32.psychometric.fit.plain",
    "analysis_float64.file.wild",
)
"""Cheap cases."""


def chosen_cases(part: str, *, only: str | None, smoke: bool) -> dict[str, Case]:
    """Return the cases of a part whose name contains the pattern `only`.

    If `smoke=True`, return the cheap ones of them.
    """
    cases = {
        f"{group}.{name}": case
        for group in part.split()
        for name, case in GROUPS[group]()
    }
    pattern = f"*{only}*" if only else "*"
    return {
        name: case
        for name, case in cases.items()
        if fnmatch.fnmatchcase(name, pattern) and (not smoke or name in SMOKE)
    }
