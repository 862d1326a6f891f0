"""Inputs and outputs of Yang et al. (2019), and how a plan is rendered in them.

Inputs: fixation, 32 units of ring 1, 32 units of ring 2, one line for each of the 20
rules. Outputs: fixation, 32 units of the response ring. Unit i of a ring prefers the
angle `2 pi i / 32`.
"""

from typing import Literal

from jax import Array
import jax.numpy as jnp
import numpy as np

from ..contract import circular_distance, number
from ._plan import Plan
from ._rules import YANG2019_RULES


Loss = Literal["lsq", "softmax"]

RING = 32
"""Units on each ring."""

RULE_LINES = 1 + 2 * RING
"""Index of the input of the first rule, after fixation and two rings."""

FLAT = 1e-5
"""A vector sum below this fraction of the plain sum is rounding: no direction."""

_ANGLES = tuple(f"{360 * i / RING:g} deg" for i in range(RING))

INPUT_NAMES = (
    "fixation",
    *(f"ring 1, {angle}" for angle in _ANGLES),
    *(f"ring 2, {angle}" for angle in _ANGLES),
    *(f"rule {name}" for name in YANG2019_RULES),
)
OUTPUT_NAMES = ("fixation", *_ANGLES)


def preferred() -> Array:
    """Return the preferred angle of each unit, `(32,)` radians."""
    return number(2 * np.pi * np.arange(RING) / RING)


def bump(location: Array, preferred: Array) -> Array:
    """Return `0.8 exp(-(d / (pi / 8))^2 / 2)`, d the distance of the two angles.

    Yang et al. 2019, their `task.py:177-194`.
    """
    distance = circular_distance(location, preferred)
    return 0.8 * jnp.exp(-0.5 * (distance / (np.pi / 8)) ** 2)


def nearest(angle: Array) -> Array:
    """Return 1.0 at the unit with the nearest preferred angle, else 0.0, `(32,)`."""
    distance = circular_distance(angle, preferred())
    is_nearest = jnp.arange(RING) == jnp.argmin(distance)
    return is_nearest.astype(distance.dtype)


def input_patterns(plan: Plan, line: Array) -> list[tuple[Array, Array]]:
    """Return the epochs and inputs of the cues and the stimuli, for `render_inputs`.

    **Arguments:** `line`: the index of the rule in `YANG2019_RULES`.

    **Returns:** pairs of an epoch `(2,)` and a pattern `(85,)`.
    """
    channel = np.arange(len(INPUT_NAMES))
    dtype = plan.strengths.dtype
    start, end = jnp.zeros((), int), plan.epochs["response"][1]
    is_fixation = jnp.asarray(channel == 0)
    is_line = jnp.asarray(channel) == RULE_LINES + line
    patterns = [
        (jnp.stack([start, plan.fixation_off]), is_fixation.astype(dtype)),
        (jnp.stack([start, end]), is_line.astype(dtype)),
    ]

    # A stimulus is one bump with a strength on each ring. Rings are counted from 0; the
    # division assigns -1 to fixation and 2 or more to the rule lines.
    ring = (channel - 1) // RING
    preferred_angle = number(2 * np.pi * ((channel - 1) % RING) / RING)
    for stimulus in range(2):
        on_ring_1, on_ring_2 = plan.strengths[:, stimulus]
        strength = jnp.where(ring == 0, on_ring_1, jnp.where(ring == 1, on_ring_2, 0.0))
        pattern = strength * bump(plan.locations[stimulus], preferred_angle)
        epoch = jnp.stack([plan.on[stimulus], plan.off[stimulus]])
        patterns.append((epoch, pattern))
    return patterns


def targets_and_mask(
    plan: Plan, steps: int, grace: int, loss: Loss
) -> tuple[Array, Array]:
    """Return the targets and the mask, `(steps, 33)` each.

    **Arguments:** `grace`: number of unscored steps at the start of the trial and of
    the response; `loss`: squared errors or cross-entropy.
    """
    is_squares = loss == "lsq"
    response, end = plan.epochs["response"]
    step = jnp.arange(steps)[:, None]
    is_fixation = jnp.arange(len(OUTPUT_NAMES)) == 0

    # Targets: the fixation output is high before the response (and in it if the trial
    # is no-go); in the response the ring shows the target.
    low, high = (0.05, 0.8) if is_squares else (0.0, 1.0)
    ring = bump(plan.target, preferred()) if is_squares else nearest(plan.target)
    fixating = jnp.where(is_fixation, high, low).astype(ring.dtype)  # (33,)
    responding = low + jnp.pad(ring, (1, 0))
    after = jnp.where(plan.target < 0, fixating, responding)
    targets = jnp.where(step < response, fixating[None], after[None])

    # Mask: squares of their weights for squared errors (1, 5; fixation twice that).
    late_weight = 25.0 if is_squares else 5.0
    is_early = (step >= grace) & (step < response)
    is_late = step >= response + grace
    weight = jnp.where(is_early, 1.0, jnp.where(is_late, late_weight, 0.0))
    of_output = jnp.where(is_fixation & is_squares, 4.0, 1.0).astype(ring.dtype)
    mask = jnp.where(step < end, weight * of_output[None], 0.0)
    return jnp.where(step < end, targets, 0.0), mask


def population_vector(ring: Array) -> tuple[Array, Array]:
    """Return the direction of the sum of unit vectors, weighted by activity.

    `atan2(sum_i y_i sin p_i, sum_i y_i cos p_i)` with the preferred angles p (Yang et
    al. 2019, their `network.py:27-43`; their division by the sum of y cancels).

    **Arguments:** activity, `(*batch, 32)`.

    **Returns:** the angle in [0, 2 pi), and whether the sum has a direction (a flat
    ring has none), both `(*batch,)`.
    """
    angles = preferred().astype(ring.dtype)
    x = jnp.einsum("...i,i->...", ring, jnp.cos(angles))
    y = jnp.einsum("...i,i->...", ring, jnp.sin(angles))
    total_activity = jnp.sum(jnp.abs(ring), axis=-1)
    has_direction = jnp.hypot(x, y) > FLAT * total_activity
    return jnp.mod(jnp.arctan2(y, x), 2 * np.pi), has_direction
