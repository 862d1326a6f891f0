"""`Recipe`: the network, optimiser, batch and stop rule that a task is trained with."""

from collections.abc import Callable
import dataclasses
from typing import Any, final

import jax
import optax

from ..._arguments import checks_arguments
from ..._checks import check_choice, check_not_negative
from ..._show import AbstractShown, quantities, Table
from ..._types import KeyArray
from ...network import AbstractNetwork
from ...penalties import Loss
from ...tasks import AbstractTask, make
from .._stop_rules import MeanAbove


Build = Callable[..., AbstractNetwork]
"""A function `(task, variant, *, key, **given)` that returns a network for a task.

`given` has `n_hidden` and `sigma_rec` where they are not the published ones.
"""


@final
@dataclasses.dataclass(frozen=True, repr=False)
class Recipe(AbstractShown):
    """The network, optimiser, batch and stop rule for a task.

    **Attributes:**

    - `variants`: names of the networks for the task, the default one first.
    - `build`: a function that builds one of them.
    - `transform`: a function of the learning rate that returns the optimiser.
    - `learning_rate`, `batch_size`, `num_updates` (at most), `validate_every`.
    - `validation_size`: trials of a validation; `None` for that of the task.
    - `task_options`: of the task, if training differs from its defaults.
    - `stop_when`: the stop rule, on `task.performance`.
    - `loss`: with the penalties that the source adds to the output loss; `None` if it
      adds none.
    - `source`: the source of the numbers, and the differences from it.
    """

    variants: tuple[str, ...]
    build: Build
    transform: Callable[[float | jax.Array], optax.GradientTransformation]
    learning_rate: float
    batch_size: int
    stop_when: MeanAbove
    num_updates: int
    source: str
    validate_every: int = 50
    validation_size: int | None = None
    task_options: dict[str, Any] = dataclasses.field(default_factory=dict)
    loss: Loss | None = None

    def _table(self) -> Table:
        omitted = ("build", "transform")
        return quantities(self, " or ".join(self.variants), omit=(*omitted, "variants"))

    @checks_arguments
    def task(self, name: str) -> AbstractTask:
        """Return the named task with the options for training."""
        return make(name, **self.task_options)

    @checks_arguments
    def network(
        self,
        task: AbstractTask,
        variant: str | None = None,
        *,
        n_hidden: int | None = None,
        sigma: float | None = None,
        key: KeyArray,
    ) -> AbstractNetwork:
        """Return a network of the task's sizes and dt.

        `sigma` is the recurrent noise, as the source defines it. Raises `ValueError`
        for an unknown variant, with a suggestion.
        """
        variant = self.variants[0] if variant is None else variant
        check_choice("variant", variant, self.variants)
        if sigma is not None:
            check_not_negative("sigma", sigma, "It is a standard deviation.")
        numbers = {"n_hidden": n_hidden, "sigma_rec": sigma}
        given = {name: value for name, value in numbers.items() if value is not None}
        return self.build(task, variant, key=key, **given)
