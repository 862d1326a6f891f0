"""Validation of the arguments of `fit` and `fit_ensemble`."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import equinox as eqx
import jax
from jax.sharding import Mesh
from jaxtyping import PyTree
import numpy as np

from .._checks import check, check_count, describe, takes
from .._tree import same_structure
from ..network import AbstractNetwork, check_fits, check_network, trainable
from ..sharding import check_mesh
from ..tasks import AbstractTask, check_traced
from ._compiled_updates import next_multiple
from ._curriculum import Curriculum
from ._divergence import Divergence
from ._stop_rules import StopRule
from .checkpoints import Checkpoints


C = TypeVar("C", bound=Callable[..., object])

_PACKAGE = __name__.split(".")[0]


def stages_of(
    net: AbstractNetwork,
    task: AbstractTask | Curriculum,
    stop_when: StopRule | None,
    *,
    validation_size: int | None,
    mesh: Mesh | None,
) -> tuple[tuple[AbstractTask, StopRule | None], ...]:
    """Return the stages, pairs of a task and its stop rule; a task alone is one stage.

    Shapes and dtypes of a task from outside of the package are validated here, before
    it is compiled. Raises `ValueError` for these, if network and task do not match, for
    a stop rule along with a curriculum, for a size that does not balance the conditions
    of a task, and for a mesh with other axes.
    """
    check_network(net, allow_stack=True)
    if isinstance(task, Curriculum):
        rule = "be left out with a curriculum"
        remedy = "Each stage has a separate rule."
        check(stop_when is None, "stop_when", rule, describe(stop_when), remedy)
        stages = task.stages
    else:
        stages = ((task, stop_when),)
    for stage, rule_of_stage in stages:
        rule, remedy = "be a function of the performances", "See cj.training.StopRule."
        is_valid = rule_of_stage is None or takes(rule_of_stage, 1)
        check(is_valid, "stop_when", rule, describe(rule_of_stage), remedy)
        is_of_package = type(stage).__module__.startswith(f"{_PACKAGE}.")
        if not is_of_package:
            check_traced(stage, with_loss=False)
    first = stages[0][0]
    check_fits(net, dt=first.dt, n_in=first.n_in, n_out=first.n_out)
    if validation_size is not None:
        check_count("validation_size", validation_size, at_least=1)
        for stage, _ in stages:
            n = stage.n_conditions
            rule = f"be a multiple of the task's {n} conditions"
            remedy = f"Use {-(-validation_size // n) * n}."
            fits = validation_size % n == 0
            check(fits, "validation_size", rule, validation_size, remedy)
    if mesh is not None:
        check_mesh("mesh", mesh)
    return stages


def functions_of(callback: C | Sequence[C]) -> tuple[C, ...]:
    """Return the callbacks as a tuple of functions."""
    functions = (callback,) if callable(callback) else tuple(callback)
    for function in functions:
        is_function = callable(function) and not isinstance(function, type)
        rule, remedy = "hold functions only", "Each gets a Report."
        check(is_function, "callback", rule, describe(function), remedy)
        rule, remedy = "hold functions of one argument", "Each gets a Report."
        check(takes(function, 1), "callback", rule, describe(function), remedy)
    return functions


def is_flag(value: object) -> bool:
    """Return whether a value is True or False of Python, NumPy or JAX."""
    if isinstance(value, (jax.Array, np.ndarray)):
        return value.shape == () and value.dtype == bool
    return isinstance(value, (bool, np.bool_))


def decision(rule: StopRule, performances: list[float]) -> bool:
    """Return whether a stop rule holds; validate its answer."""
    answer = rule(performances)
    text, remedy = "return True or False", "Return one of them in every case."
    check(is_flag(answer), "stop_when", text, lambda: describe(answer), remedy)
    return bool(answer)


def check_has_validation(step: int, end: int, every: int) -> None:
    """Validate that a run with a stop rule, for example, gets a validation."""
    check(
        next_multiple(step, every) <= end or step >= end,
        "validate_every",
        f"be at most {end - step}, the number of updates, if stop_when, patience or "
        "restore_best is used",
        every,
        "Validate more often, or leave them out.",
    )


def check_resume(resume: object) -> None:
    """Validate that `resume` is a flag or "changed"."""
    is_changed = isinstance(resume, str) and resume == "changed"
    is_valid = is_changed or isinstance(resume, (bool, np.bool_))
    rule, remedy = 'be True, False or "changed"', "Pass True to continue a run."
    check(is_valid, "resume", rule, repr(resume), remedy)


def check_folder(checkpoints: Checkpoints, resume: object) -> None:
    """Validate that a new run does not write among the checkpoints of another."""
    steps = checkpoints.steps() if not resume else []
    check(
        not steps,
        "checkpoints",
        "be an empty folder",
        f"{checkpoints.folder}, which holds {len(steps)}",
        "Pass resume=True to continue that run, or name another folder.",
    )


def check_optimiser_state(initial: PyTree, opt_state: PyTree) -> None:
    """Validate that a state is of the optimiser with this initial state."""
    is_same = same_structure(initial, opt_state)
    rule = "be that of `state`, or one whose state has the same structure"
    remedy = "Pass the optimiser of that training, or leave `state` out."
    if type(opt_state) is tuple and not opt_state:
        remedy = "A loaded result has no optimiser state: leave `state` out."
    check(is_same, "optimiser", rule, "another", remedy)


def check_trained_parts(net: AbstractNetwork, opt_state: PyTree) -> None:
    """Validate that a state of an optimiser is for the trained parameters alone."""
    is_state = all(hasattr(leaf, "shape") for leaf in jax.tree.leaves(opt_state))
    rule, got = "be the state of an optimiser", describe(opt_state)
    remedy = "Pass the state that its `init` or `update` returned."
    check(is_state and opt_state is not None, "opt_state", rule, got, remedy)
    # parts that are like the network, such as the moments of Adam
    trained = _paths(eqx.filter(net, trainable(net)))
    parts = jax.tree.leaves(opt_state, is_leaf=lambda x: isinstance(x, AbstractNetwork))
    for part in parts:
        if isinstance(part, AbstractNetwork):
            others = sorted(_paths(part) - trained)
            rule = "be for the parameters that cj.trainable(net) selects, and no others"
            remedy = "Begin with optimiser.init(eqx.filter(net, cj.trainable(net)))."
            check(not others, "opt_state", rule, ", ".join(others), remedy)


def _paths(net: AbstractNetwork) -> set[str]:
    """Return the names of the arrays of a network, such as "raw.w_in"."""
    pairs = jax.tree_util.tree_leaves_with_path(net)
    return {jax.tree_util.keystr(path, simple=True, separator=".") for path, _ in pairs}


def check_first_update(divergence: Divergence) -> None:
    """Validate that the very first update did not have a loss that is not finite."""
    check(
        divergence.step != 0 or np.isfinite(divergence.loss),
        "loss",
        "be finite at the first update",
        str(divergence),
        "Nothing was learned: check the inputs, mask, initial weights and loss.",
    )
