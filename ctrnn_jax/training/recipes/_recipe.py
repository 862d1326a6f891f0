"""The settings that a task is trained with."""

from collections.abc import Callable
import dataclasses
from typing import Any

import optax

from ..._checks import check_choice
from ..._types import KeyArray
from ...network import AbstractNetwork
from ...penalties import Loss
from ...tasks import AbstractTask, make
from .._stop_rules import MeanAbove


Build = Callable[..., AbstractNetwork]
"""`(task, variant, *, n_hidden, sigma, key)`; `None` means as published."""


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Network, optimiser, batch and stop rule for a task.

    **Attributes:**

    - `variants`: names of the networks it is trained with, the usual one first.
    - `build`: makes one of them.
    - `transform`: the optimiser of a learning rate.
    - `learning_rate`, `batch_size`, `num_updates` (at most), `validate_every`.
    - `validation_size`: trials of a validation; `None`: as the task says.
    - `task_options`: of the task, where training differs from its defaults.
    - `stop_when`: on `task.performance`.
    - `loss`: with the terms that the source adds to the task's cost; `None`: none.
    - `source`: where the numbers are from, and what differs from there.
    """

    variants: tuple[str, ...]
    build: Build
    transform: Callable[[Any], optax.GradientTransformation]
    learning_rate: float
    batch_size: int
    stop_when: MeanAbove
    num_updates: int
    source: str
    validate_every: int = 50
    validation_size: int | None = None
    task_options: dict[str, Any] = dataclasses.field(default_factory=dict)
    loss: Loss | None = None

    def task(self, name: str) -> AbstractTask:
        """The task as it is trained."""
        return make(name, **self.task_options)

    def network(
        self,
        task: AbstractTask,
        variant: str | None = None,
        *,
        n_hidden: int | None = None,
        sigma: float | None = None,
        key: KeyArray,
    ) -> AbstractNetwork:
        """A network of the task's sizes and dt.

        `sigma` is the recurrent noise, in the terms of the source. Raises `ValueError`
        for an unknown variant, with a suggestion.
        """
        variant = self.variants[0] if variant is None else variant
        check_choice("network", variant, self.variants)
        return self.build(task, variant, n_hidden=n_hidden, sigma=sigma, key=key)
