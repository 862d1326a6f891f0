"""What a task hands over."""

import equinox as eqx
from jax import Array


class Trial(eqx.Module):
    """A trial, or a batch of them with leading axes on every array.

    **Attributes:**

    - `inputs`: u, `(*batch, time, n_in)`.
    - `targets`: what the outputs should be after the task's `link`, `(*batch, time,
      n_out)`.
    - `mask`: the weight of each target in the cost, `(*batch, time, n_out)`; 0 where
      the output is free, past the end of a trial that is shorter than the longest too.
    - `conditions`: what was drawn, an array `(*batch, ...)` for each name. Every task
      has `t_end` (number of steps before padding) and `is_catch`.
    - `epochs`: steps [start, stop) of each named part of the trial, `(*batch, 2)`
      whole numbers; equal where this trial lacks the part.
    """

    inputs: Array
    targets: Array
    mask: Array
    conditions: dict[str, Array]
    epochs: dict[str, Array]
