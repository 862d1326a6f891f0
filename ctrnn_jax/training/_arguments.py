"""What `fit` checks before it trains, and where it starts."""

from jax.sharding import Mesh
import numpy as np
import optax

from .._checks import describe, invalid
from .._tree import same_structure, with_fields
from .._types import KeyArray
from ..network import AbstractNetwork, check_fits
from ..sharding import replicate
from ..tasks import AbstractTask
from ._curriculum import Curriculum, Rule
from ._diagnose import Divergence
from ._state import empty_history, FitState, no_best
from ._step import init_optimiser
from .checkpoints import Checkpoints


def next_multiple(step: int, every: int) -> int:
    """The first multiple of `every` after a step."""
    return (step // every + 1) * every


def stages_of(
    net: AbstractNetwork, task: AbstractTask | Curriculum, stop_when: Rule | None
) -> tuple[tuple[AbstractTask, Rule | None], ...]:
    """Tasks and their rules; a task alone is a single stage."""
    if not isinstance(task, Curriculum):
        check_match(net, task)
        return ((task, stop_when),)
    if stop_when is not None:
        raise invalid(
            "stop_when",
            "be left out with a curriculum",
            describe(stop_when),
            "Each stage has its own rule.",
        )
    check_match(net, task.stages[0][0])
    return task.stages


def check_match(net: AbstractNetwork, task: AbstractTask) -> None:
    """Refuse a network and a task of different dt or sizes."""
    if not isinstance(net, AbstractNetwork):
        raise invalid("net", "be a network", describe(net), "Pass a CTRNN or EIRNN.")
    if not isinstance(task, AbstractTask):
        raise invalid(
            "task", "be a task", repr(task), "Use cj.tasks.make(name) for one."
        )
    check_fits(net, dt=task.dt, n_in=task.n_in, n_out=task.n_out)


def check_validated(
    step: int, end: int, every: int, rule: Rule | None, patience: int | None
) -> None:
    """Refuse a stop rule without any validation to look at."""
    waits = rule is not None or patience is not None
    if waits and step < end < next_multiple(step, every):
        raise invalid(
            "validate_every",
            f"be at most {end - step}, the number of updates, for stop_when or "
            "patience to hold",
            every,
            "Validate more often, or leave the stop rule out.",
        )


def check_folder(checkpoints: Checkpoints, resume: bool) -> None:
    """Refuse to mix a new run with the checkpoints of an earlier one."""
    if not resume and checkpoints.steps():
        raise invalid(
            "checkpoints",
            "be an empty folder",
            f"{checkpoints.folder}, which holds {len(checkpoints.steps())}",
            "Pass resume=True to go on with that run, or name another folder.",
        )


def replicated(state: FitState, mesh: Mesh) -> FitState:
    """All of the state on every device."""
    names = ("network", "opt_state", "key")
    arrays = {name: getattr(state, name) for name in names}
    best = with_fields(state.best, network=replicate(state.best.network, mesh))
    return with_fields(state, **replicate(arrays, mesh), best=best)


def check_first(divergence: Divergence) -> None:
    """Refuse a loss that is not finite at the very first update."""
    if divergence.step == 0 and not np.isfinite(divergence.loss):
        raise invalid(
            "loss",
            "be finite at the first update",
            str(divergence),
            "Nothing was learned: look at inputs, mask, initial weights and loss.",
        )


def first_state(
    net: AbstractNetwork,
    optimiser: optax.GradientTransformation,
    state: FitState | None,
    key: KeyArray | None,
) -> FitState:
    if state is None:
        if key is None:
            raise invalid("key", "be given", None, "Pass key=jax.random.key(0), say.")
        opt_state = init_optimiser(net, optimiser)
        return FitState(net, opt_state, key, 0, empty_history(), no_best(net))
    if key is not None:
        raise invalid("key", "be left out with `state`", key, "The state has its key.")
    if not same_structure(net, state.network):
        raise invalid(
            "net",
            "have the structure of `state.network`",
            "another network",
            "Pass result.network along with state=result.state.",
        )
    return state
