"""What a task is, and what task files share: grids, timing, noise, scoring."""

from ._frequencies import PAIRS as PAIRS, tuned as tuned
from ._rendering import (
    at_step as at_step,
    by_channels as by_channels,
    check_dt as check_dt,
    check_duration as check_duration,
    check_numbers as check_numbers,
    check_range as check_range,
    check_spare as check_spare,
    check_targets as check_targets,
    check_unused as check_unused,
    circular_distance as circular_distance,
    count as count,
    during as during,
    first_fastest as first_fastest,
    in_a_row as in_a_row,
    noise_deviation as noise_deviation,
    noisy as noisy,
    number as number,
    time_to as time_to,
    truncated_exponential_steps as truncated_exponential_steps,
    uniform_steps as uniform_steps,
    white_noise as white_noise,
    worst_mean as worst_mean,
)
from ._task import AbstractTask as AbstractTask
from ._tracking import AbstractTracking as AbstractTracking
from ._trial import Trial as Trial
from ._two_choice import AbstractTwoChoice as AbstractTwoChoice
