"""Tasks in turn: the next one once the last is mastered."""

from collections.abc import Callable, Sequence
import dataclasses

import numpy as np

from .._checks import check_list, describe, invalid
from ..tasks import AbstractTask


Rule = Callable[[Sequence[float]], bool]


@dataclasses.dataclass(frozen=True)
class Curriculum:
    """Tasks to train on one after the other, each until its own stop rule holds.

        cj.training.Curriculum((easy, cj.MeanAbove(0.9)), (hard, cj.MeanAbove(0.85)))

    Give it to `fit` in place of the task. The network, the optimiser's state and the
    count of updates go on from stage to stage; each rule sees the performances of its
    own stage. Training ends when the rule of the last stage holds.

    **Arguments:** pairs of a task and its stop rule, of one dt and equal sizes.

    Raises `ValueError` for no stages, for what is no such pair, and for tasks that
    differ in dt or sizes.
    """

    stages: tuple[tuple[AbstractTask, Rule], ...]

    def __init__(self, *stages: tuple[AbstractTask, Rule]) -> None:
        remedy = "Give pairs: (task, cj.MeanAbove(0.9))."
        if not stages:
            raise invalid("stages", "have at least one stage", "none", remedy)
        for index, stage in enumerate(stages):
            pair = check_list(f"stages[{index}]", stage, of="task and rule")
            if (
                len(pair) != 2
                or not isinstance(pair[0], AbstractTask)
                or not callable(pair[1])
            ):
                raise invalid(
                    f"stages[{index}]",
                    "be a task and a stop rule",
                    describe(stage),
                    remedy,
                )
            first, task = stages[0][0], pair[0]
            same = (task.n_in, task.n_out) == (first.n_in, first.n_out)
            if not same or not np.isclose(task.dt, first.dt, rtol=1e-6):
                raise invalid(
                    f"stages[{index}]",
                    f"have the dt, inputs and outputs of the first stage "
                    f"({first.dt:g} ms, {first.n_in}, {first.n_out})",
                    f"{task.dt:g} ms, {task.n_in}, {task.n_out}",
                    "One network is trained on all of them.",
                )
        object.__setattr__(self, "stages", tuple(map(tuple, stages)))
