"""Tasks that are answered by one of two outputs."""

from typing import ClassVar

from jax import Array
import jax.numpy as jnp

from ._rendering import at_step
from ._task import AbstractTask
from ._trial import Trial


class AbstractTwoChoice(AbstractTask):
    """Two outputs; the larger one at the last step of a trial is the answer.

    Trials have the conditions `choice` (0 or 1, which is right) and `evidence` (signed,
    positive towards choice 0; `evidence_name` says what it is).
    """

    evidence_name: ClassVar[str] = "evidence for choice 1"
    main_condition: ClassVar[str | None] = "evidence"

    def answer(self, outputs: Array, trials: Trial) -> Array:
        """The chosen output, `(*batch,)`; a tie is 0."""
        return jnp.argmax(at_step(outputs, trials.conditions["t_end"] - 1), axis=-1)

    def score(self, outputs: Array, trials: Trial) -> Array:
        """1.0 where the chosen output is the larger at the last step; a tie is 0."""
        right = self.answer(outputs, trials) == trials.conditions["choice"]
        return right.astype(outputs.dtype)
