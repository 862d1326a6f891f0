"""Losses of a task: functions of outputs, targets and a mask."""

from ._losses import (
    binary_cross_entropy as binary_cross_entropy,
    cross_entropy as cross_entropy,
    masked_cross_entropy as masked_cross_entropy,
    masked_mse as masked_mse,
    masked_mse_per_trial as masked_mse_per_trial,
)
