"""What a task is, and what task files share: options, rendering, scoring."""

from ._batch import AbstractBatch as AbstractBatch, Index as Index
from ._check import check as check, TaskCheck as TaskCheck
from ._declared import (
    AbstractDeclared as AbstractDeclared,
    AbstractDeclaredChoice as AbstractDeclaredChoice,
    array as array,
    at_least as at_least,
    DEVIATION as DEVIATION,
    IN_MS as IN_MS,
    static as static,
)
from ._options import (
    array_field as array_field,
    check_bounds as check_bounds,
    check_coherences as check_coherences,
    check_dt as check_dt,
    check_duration as check_duration,
    check_numbers as check_numbers,
    check_spare as check_spare,
    check_unused as check_unused,
    check_weights as check_weights,
    check_within as check_within,
    count as count,
    number as number,
    numbers as numbers,
    numbers_or_default as numbers_or_default,
)
from ._performance import (
    AbstractTracking as AbstractTracking,
    AbstractTwoChoice as AbstractTwoChoice,
    at_step as at_step,
    circular_distance as circular_distance,
    largest as largest,
    time_to as time_to,
    worst_mean as worst_mean,
)
from ._rendering import (
    draw_by_weight as draw_by_weight,
    draw_factors as draw_factors,
    during as during,
    factors_of as factors_of,
    in_a_row as in_a_row,
    map_noise as map_noise,
    noise_deviation as noise_deviation,
    PAIRS as PAIRS,
    render_inputs as render_inputs,
    truncated_exponential_steps as truncated_exponential_steps,
    tuned as tuned,
    uniform_steps as uniform_steps,
    white_noise as white_noise,
)
from ._task import (
    AbstractTask as AbstractTask,
    fraction as fraction,
    judges_outputs as judges_outputs,
    make_trial as make_trial,
    Trial as Trial,
)
from ._traced_checks import check_traced as check_traced
