"""What is found, put in order: one of each point, polished, with its spectrum."""

from typing import NamedTuple

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._tree import with_fields
from ..._types import Numbers
from ...network import AbstractNetwork, astype
from .._vector_field import field_of, frozen_input, VectorField
from ._levenberg_marquardt import root_mean_square


_CHUNK = 32
"""Points at a time."""


def exact_field(net: AbstractNetwork, u: Numbers) -> VectorField:
    """The flow in float64, for use where x64 is on."""
    net = astype(net, jnp.float64)
    return _field(net, frozen_input(net, np.asarray(u, np.float64)))


_field = jax.jit(field_of)


@jax.jit
def polish(
    field: VectorField, v: Array, drives: Array, furthest: Array
) -> tuple[Array, Array, Array, Array]:
    """States after up to three Newton steps; forces, Jacobians (1/ms), kinks.

    A step counts if it lowers |F| and is no longer than that state's `furthest`.
    """

    def each(
        v: Array, drive: Array, furthest: Array
    ) -> tuple[Array, Array, Array, Array]:
        here = with_fields(field, drive=drive)

        def newton(_: Array, v: Array) -> Array:
            force = here.force(v)
            move = -jnp.linalg.solve(here.force_jacobian(v), force)
            lower = root_mean_square(here.force(v + move)) < root_mean_square(force)
            near = root_mean_square(move) <= furthest
            return jnp.where(lower & near, v + move, v)

        v = jax.lax.fori_loop(0, 3, newton, v)
        return v, here.force(v), here.jacobian(v), here.at_kink(v)

    return jax.vmap(each)(v, drives, furthest)


class Settled(NamedTuple):
    """Points with their speeds and spectra, in the order they came in."""

    points: np.ndarray
    speed: np.ndarray
    eigenvalues: np.ndarray
    multipliers: np.ndarray
    kink: np.ndarray


def settled(
    field: VectorField,
    v: np.ndarray,
    furthest: np.ndarray,
    drives: np.ndarray | None = None,
) -> Settled:
    """Polished points, their speeds, eigenvalues (1/ms) and multipliers.

    `furthest` is how far each may move, root mean square; `drives` the drive of each,
    if it is not that of the field. In chunks of one size, so that another number of
    points never compiles anew.
    """
    if drives is None:
        drives = np.broadcast_to(np.asarray(field.drive), v.shape)
    n = v.shape[-1]
    none = np.zeros((0, n))
    spectra = none.astype(complex)
    parts = [Settled(none, none[:, 0], spectra, spectra, none[:, 0] > 0)]
    scale = np.broadcast_to(np.asarray(field.gain * field.tau), (n,))
    for at in range(0, len(v), _CHUNK):
        part = [x[at : at + _CHUNK] for x in (v, drives, furthest)]
        count = len(part[0])
        whole = (jnp.asarray(np.resize(x, (_CHUNK, *x.shape[1:]))) for x in part)
        done, force, flow, kink = (np.asarray(x)[:count] for x in polish(field, *whole))
        values = np.linalg.eigvals(flow).astype(complex)
        if np.ptp(scale) == 0:
            steps = 1 + scale[0] * values
        else:
            steps = np.linalg.eigvals(np.eye(n) + scale[:, None] * flow).astype(complex)
        values = _ordered(values, -np.real(values))
        steps = _ordered(steps, -np.abs(steps))
        speed = np.sqrt(np.mean(force**2, -1))
        parts.append(Settled(done, speed, values, steps, kink))
    return Settled(*(np.concatenate(x) for x in zip(*parts, strict=True)))


def _ordered(values: np.ndarray, by: np.ndarray) -> np.ndarray:
    order = np.argsort(by, axis=-1, kind="stable")
    return np.take_along_axis(values, order, -1)


def distinct_points(
    v: np.ndarray, speed: np.ndarray, apart: float
) -> tuple[np.ndarray, np.ndarray]:
    """Which candidates stand for a point, slowest first, and the point of each.

    A candidate within `apart` (root mean square over units) of a slower one is the same
    point. Isolated ones are points like others; NaN belongs to none.
    """
    point = np.full(len(v), -1)
    kept: list[int] = []
    alive = np.isfinite(speed)
    for i in np.argsort(speed, kind="stable"):
        if not alive[i] or point[i] >= 0:
            continue
        near = np.sqrt(np.mean((v - v[i]) ** 2, axis=-1)) <= apart
        point[near & alive & (point < 0)] = len(kept)
        kept.append(int(i))
    return np.array(kept, int), point
