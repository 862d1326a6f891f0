"""Post-process fixed-point candidates: merge duplicates, refine, compute spectra."""

from collections.abc import Callable, Iterator
import functools
from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._progress import compiling
from ..._tree import with_fields
from .._vector_field import VectorField
from ._speed import root_mean_square


_CHUNK = 32
"""Number of points in one call of a compiled function."""

_NEWTON_STEPS = 3


def padded_chunks(*arrays: np.ndarray) -> Iterator[tuple[int, list[np.ndarray]]]:
    """Yield arrays in chunks along the first axis: their length, and the chunk of each.

    Every chunk has the same shape, so that another number of points compiles nothing:
    the last is padded by repetition. Empty arrays give one chunk of length 0.
    """
    for start in range(0, max(len(arrays[0]), 1), _CHUNK):
        parts = [x[start : start + _CHUNK] for x in arrays]
        padded = [np.resize(x, (_CHUNK, *x.shape[1:])) for x in parts]
        yield len(parts[0]), padded


@jax.jit
@functools.partial(jax.vmap, in_axes=(None, 0, 0, 0))
def refine(
    field: VectorField, v: Array, drive: Array, max_step: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Refine states `(points, units)` with at most three Newton steps.

    Return the refined states, the residual F(v), the Jacobians of the flow (1/ms) and
    of the step, and whether a unit lies at a kink of f. A step is accepted if it
    reduces |F| and is no longer than the state's entry of `max_step` (root mean square
    over units).
    """
    compiling("the refinement")
    field = with_fields(field, drive=drive)

    def newton_step(_: Array, v: Array) -> Array:
        force = field.force(v)
        move = -jnp.linalg.solve(field.force_jacobian(v), force)
        new_speed = root_mean_square(field.force(v + move))
        is_better = new_speed < root_mean_square(force)
        # a long step would lead to another point
        is_short = root_mean_square(move) <= max_step
        return jnp.where(is_better & is_short, v + move, v)

    v = jax.lax.fori_loop(0, _NEWTON_STEPS, newton_step, v)
    jacobians = field.jacobian(v), field.step_jacobian(v)
    return v, field.force(v), *jacobians, field.at_kink(v)


class RefinedPoints(NamedTuple):
    """Refined points with their speeds and spectra; fields as in `FixedPoints`."""

    points: np.ndarray
    speed: np.ndarray
    eigenvalues: np.ndarray
    multipliers: np.ndarray
    kink: np.ndarray


def refined_points(
    field: VectorField,
    v: np.ndarray,
    max_steps: np.ndarray,
    drives: np.ndarray | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> RefinedPoints:
    """Refine points `(points, units)`, in their order, and compute their spectra.

    `max_steps` `(points,)` bounds each Newton step (root mean square over units).
    `drives` `(points, units)` is the drive at each point, by default the field's. `say`
    is called with the progress.
    """
    if drives is None:
        drives = np.broadcast_to(np.asarray(field.drive), v.shape)
    results, num_done = [], 0
    for count, chunk in padded_chunks(v, drives, max_steps):
        say(f"refining points, {num_done}/{len(v)}")
        num_done += count
        refined = refine(field, *map(jnp.asarray, chunk))
        points, residual, *jacobians, kink = (np.asarray(x)[:count] for x in refined)
        speed = np.sqrt(np.mean(residual**2, -1))
        results.append((points, speed, *_spectra(field, *jacobians), kink))
    return RefinedPoints(*map(np.concatenate, zip(*results, strict=True)))


def _spectra(
    field: VectorField, jacobian: np.ndarray, step_jacobian: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return eigenvalues of the flow (1/ms) and of the simulated step, both sorted.

    The Jacobians are `(points, units, units)`, each result `(points, units)`. The step
    is `1 + gain tau J`. If gain and tau are common to all units, it has the
    eigenvectors of J, and one eigenvalue problem is enough.
    """
    scale = np.asarray(field.gain * field.tau)
    eigenvalues = np.linalg.eigvals(jacobian).astype(complex)
    if np.ptp(scale) == 0:
        multipliers = 1 + scale.flat[0] * eigenvalues
    else:
        multipliers = np.linalg.eigvals(step_jacobian).astype(complex)
    eigenvalues = _sorted_by(eigenvalues, -np.real(eigenvalues))
    return eigenvalues, _sorted_by(multipliers, -np.abs(multipliers))


def _sorted_by(values: np.ndarray, keys: np.ndarray) -> np.ndarray:
    order = np.argsort(keys, axis=-1, kind="stable")
    return np.take_along_axis(values, order, -1)


def distinct_points(
    v: np.ndarray, speed: np.ndarray, min_distance: float
) -> tuple[np.ndarray, np.ndarray]:
    """Merge candidates that ended at the same point.

    In the order of rising speed, a candidate represents a new point unless it is within
    `min_distance` (root mean square over units) of the representative of an earlier
    point, which it is then a duplicate of. NaN candidates belong to no point.

    Return the candidate that represents each point, slowest first, `(points,)`, and the
    point of each candidate, -1 for none, `(candidates,)`.
    """
    point_of = np.full(len(v), -1)
    representatives: list[int] = []
    is_finite = np.isfinite(speed)
    for i in np.argsort(speed, kind="stable"):
        if not is_finite[i] or point_of[i] >= 0:
            continue
        # i is the slowest candidate that belongs to no point yet
        distance = np.sqrt(np.mean((v - v[i]) ** 2, axis=-1))
        is_duplicate = (distance <= min_distance) & is_finite & (point_of < 0)
        point_of[is_duplicate] = len(representatives)
        representatives.append(int(i))
    return np.array(representatives, int), point_of
