"""Losses of a task, as functions of outputs, targets and a mask."""

from .._checks import suggest_names
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

suggest_names(__name__)
