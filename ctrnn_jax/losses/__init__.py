"""Losses of a task, as functions of outputs, targets and a mask."""

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
