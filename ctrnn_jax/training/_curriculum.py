"""A curriculum: tasks in a fixed order, each trained until its stop rule holds."""

import dataclasses

import numpy as np

from .._arguments import checks_arguments
from .._checks import check, check_list, describe
from .._show import AbstractShown, counted, grid, Table, titled
from ..tasks import AbstractTask
from ._stop_rules import StopRule


@dataclasses.dataclass(frozen=True, repr=False)
class Curriculum(AbstractShown):
    """Tasks to train on one after the other, each until its stop rule holds.

        cj.training.Curriculum((easy, cj.MeanAbove(0.9)), (hard, cj.MeanAbove(0.85)))

    Pass it to `fit` or `fit_ensemble` in place of the task. The network, the state of
    the optimiser and the number of updates carry over from stage to stage; each rule
    gets the performances of its stage only. Training ends when the rule of the last
    stage holds.

    **Arguments:** pairs of a task and its stop rule. All tasks have the same dt and
    sizes.

    Raises `ValueError` for no stages, for a stage that is not such a pair, and for
    tasks that differ in dt or sizes.
    """

    stages: tuple[tuple[AbstractTask, StopRule], ...]

    def _table(self) -> Table:
        about = counted(len(self.stages), "stage")
        columns = {
            "stage": range(len(self.stages)),
            "task": (type(task).__name__ for task, _ in self.stages),
            "until": (rule for _, rule in self.stages),
        }
        return Table(titled(self, about), columns=grid(columns))

    @checks_arguments
    def __init__(self, *stages: tuple[AbstractTask, StopRule]) -> None:
        remedy = "Give pairs: (task, cj.MeanAbove(0.9))."
        check(stages, "stages", "have at least one stage", "none", remedy)
        for index, stage in enumerate(stages):
            name = f"stages[{index}]"
            pair = check_list(name, stage, of="task and rule")
            is_pair = (
                len(pair) == 2
                and isinstance(pair[0], AbstractTask)
                and callable(pair[1])
                and not isinstance(pair[1], type)
            )
            check(is_pair, name, "be a task and a stop rule", describe(stage), remedy)
            _check_same_sizes(name, pair[0], stages[0][0])
        object.__setattr__(self, "stages", tuple(map(tuple, stages)))


def _check_same_sizes(name: str, task: AbstractTask, first: AbstractTask) -> None:
    """Validate that a task has the dt, inputs and outputs of the first one."""
    has_same_sizes = (task.n_in, task.n_out) == (first.n_in, first.n_out)
    check(
        has_same_sizes and np.isclose(task.dt, first.dt, rtol=1e-6),
        name,
        "have the dt, inputs and outputs of the first stage "
        f"({first.dt:g} ms, {first.n_in}, {first.n_out})",
        f"{task.dt:g} ms, {task.n_in}, {task.n_out}",
        "One network is trained on all of them.",
    )
