"""Inputs and outputs of Yang et al. (2019): two rings in, one ring out, a line a rule.

Inputs: fixation, 32 units of ring 1, 32 of ring 2, 20 rules. Outputs: fixation, 32
units of the response ring. Unit i prefers the angle `2 pi i / 32`.
"""

from jax import Array
import jax.numpy as jnp
import numpy as np

from ..contract import circular_distance, number
from ._plan import Plan
from ._rules import YANG2019_RULES


RING = 32
"""Units on each ring."""

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
    """The angle that each unit prefers, `(32,)` radians."""
    return number(2 * np.pi * np.arange(RING) / RING)


def bump(angle: Array, at: Array) -> Array:
    """`0.8 exp(-(d / (pi / 8))^2 / 2)`, d the angle from each preferred one.

    Yang et al. 2019, their `task.py:177-194`.
    """
    distance = circular_distance(angle, at)
    return 0.8 * jnp.exp(-0.5 * (distance / (np.pi / 8)) ** 2)


def nearest(angle: Array) -> Array:
    """1.0 at the unit that prefers the nearest angle, else 0.0, `(32,)`."""
    distance = circular_distance(angle, preferred())
    chosen = jnp.arange(RING) == jnp.argmin(distance)
    return chosen.astype(distance.dtype)


def stimuli(plan: Plan, line: Array, steps: int, part: slice) -> Array:
    """Some of the inputs, without noise; `line` counts in `YANG2019_RULES`."""
    channels = np.arange(len(INPUT_NAMES))[part]
    step, channel = jnp.arange(steps)[:, None], jnp.asarray(channels)[None]
    ring = (channels - 1) // RING
    prefers = number(2 * np.pi * ((channels - 1) % RING) / RING)
    cue = (channel == 0) & (step < plan.fixation_off)
    rule = (channel == 1 + 2 * RING + line) & (step < plan.epochs["response"][1])
    shown = (cue | rule).astype(plan.strengths.dtype)
    for i in range(2):
        first, second = plan.strengths[:, i]
        strength = jnp.where(ring == 0, first, jnp.where(ring == 1, second, 0.0))
        pattern = strength * bump(plan.locations[i], prefers)
        on = (step >= plan.on[i]) & (step < plan.off[i])
        shown = shown + jnp.where(on, pattern[None], 0.0)
    return shown


def answers(plan: Plan, steps: int, grace: int, squares: bool) -> tuple[Array, Array]:
    """Targets and mask, `(steps, 33)` each, for squared errors or for cross-entropy.

    `grace`: how many steps are free at the start of the trial and of the response.
    """
    response, end = plan.epochs["response"]
    step = jnp.arange(steps)[:, None]
    silent, up, late = (0.05, 0.8, 25.0) if squares else (0.0, 1.0, 5.0)
    ring = bump(plan.target, preferred()) if squares else nearest(plan.target)
    is_fixation = jnp.arange(len(OUTPUT_NAMES)) == 0
    fixating = jnp.where(is_fixation, up, silent).astype(ring.dtype)
    responding = silent + jnp.pad(ring, (1, 0))
    after = jnp.where(plan.target < 0, fixating, responding)
    targets = jnp.where(step < response, fixating[None], after[None])
    early = (step >= grace) & (step < response)
    weight = jnp.where(early, 1.0, jnp.where(step >= response + grace, late, 0.0))
    columns = jnp.where(is_fixation & squares, 4.0, 1.0).astype(ring.dtype)
    mask = jnp.where(step < end, weight * columns[None], 0.0)
    return jnp.where(step < end, targets, 0.0), mask


def population_vector(ring: Array) -> tuple[Array, Array]:
    """The direction of the sum of unit vectors, weighted by activity.

    `atan2(sum_i y_i sin p_i, sum_i y_i cos p_i)` with the preferred angles p (Yang et
    al. 2019, their `network.py:27-43`; their division by the sum of y cancels).

    **Arguments:** activity, `(*batch, 32)`.

    **Returns:** the angle in [0, 2 pi), and whether there is one (not so for a flat
    ring), both `(*batch,)`.
    """
    angles = preferred().astype(ring.dtype)
    across = jnp.einsum("...i,i->...", ring, jnp.cos(angles))
    along = jnp.einsum("...i,i->...", ring, jnp.sin(angles))
    size = jnp.sum(jnp.abs(ring), axis=-1)
    points = jnp.hypot(across, along) > FLAT * size
    return jnp.mod(jnp.arctan2(along, across), 2 * np.pi), points
