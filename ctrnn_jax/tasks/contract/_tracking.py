"""Tasks whose outputs must follow a curve."""

from typing import ClassVar

from jax import Array
import jax.numpy as jnp

from ._task import AbstractTask
from ._trial import Trial


def one_minus_rms(outputs: Array, targets: Array, mask: Array) -> Array:
    """1 - sqrt(sum(mask (y - target)^2) / sum(mask)) of each trial, not below 0."""
    axes = (-2, -1)
    total = jnp.sum(mask * (outputs - targets) ** 2, axis=axes)
    return jnp.maximum(1.0 - jnp.sqrt(total / jnp.sum(mask, axis=axes)), 0.0)


class AbstractTracking(AbstractTask):
    """Outputs must follow a curve; 1 - RMSE says how closely they do."""

    performance_name: ClassVar[str] = "1 - RMSE"

    def score(self, outputs: Array, trials: Trial) -> Array:
        """1 - the root of the masked mean squared error of each trial, not below 0."""
        return one_minus_rms(self.link(outputs), trials.targets, trials.mask)

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """1 - the root of the masked mean squared error of the whole batch."""
        return 1.0 - jnp.sqrt(self.output_loss(outputs, trials))
