"""Losses of a task, as functions of outputs, targets and a mask.

How far are the outputs from targets that are numbers?

    masked_mse            Return the masked mean squared error.
    masked_mse_per_trial  Return the mean over trials of the error of each.

How probable are the right choices?

    cross_entropy         Return the masked cross-entropy of a softmax.
    binary_cross_entropy  Return the masked cross-entropy of independent outputs.
    masked_cross_entropy  Return the mean over steps of the masked cross-entropy.
"""

from .._namespaces import set_up_namespace
from ._losses import (
    binary_cross_entropy,
    cross_entropy,
    masked_cross_entropy,
    masked_mse,
    masked_mse_per_trial,
)


__all__ = [
    "binary_cross_entropy",
    "cross_entropy",
    "masked_cross_entropy",
    "masked_mse",
    "masked_mse_per_trial",
]

set_up_namespace(__name__)
