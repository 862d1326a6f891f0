"""Fixed points, their continuation, bifurcations and attractor manifolds."""

import functools
from typing import Any

import numpy as np

import ctrnn_jax as cj
from ctrnn_jax import analysis

from ._analysed_networks import session, wild
from ._digest import attributes, Cases
from ._network_files import loaded
from ._networks import key, network, UNITS


POINT = "points speed converged minimum count outlier eigenvalues multipliers kink"
INPUT = (0.2, -0.1)


@functools.cache
def fixed_points() -> analysis.FixedPoints:
    """Return the fixed points of the wild network."""
    return analysis.find_fixed_points(
        loaded(wild), np.array(INPUT), key=key(3), candidates=48
    )


def one_point() -> np.ndarray:
    return np.asarray(fixed_points().points)[0]


def described(points: analysis.FixedPoints) -> Any:
    derived = "index time_constants frequencies index_sum"
    return attributes(points, POINT), attributes(points, derived)


def of_trained() -> Any:
    """Return the fixed points of the trained network, started from its trials."""
    points = analysis.find_fixed_points(
        session().quiet, np.zeros(2), session().traj, key=key(3), candidates=32
    )
    return described(points)


def verified() -> Any:
    result = analysis.verify_fixed_points(fixed_points())
    return attributes(result, "point predicted measured agrees")


def bifurcated() -> Any:
    """Return the bifurcation diagram over a gain of the recurrent weights."""
    net = loaded(wild)
    w = np.asarray(cj.effective(net).w_hid)

    def change(net: Any, gain: float) -> Any:
        return cj.replace(net, w_hid=gain * w)

    diagram = analysis.bifurcation(
        net, change, np.linspace(0.8, 1.2, 7), key=key(4), candidates=32
    )
    names = "values at branch points speed eigenvalues index slow_points counts"
    return attributes(diagram, names)


def continued() -> Any:
    """Return a fixed point along a path of inputs."""
    path = np.array(INPUT) + np.linspace(0, 0.5, 9)[:, None]
    branch = analysis.continue_fixed_points(loaded(wild), path, one_point())
    names = "points speed converged move on_branch eigenvalues multipliers index"
    return attributes(branch, names)


def manifolds() -> Any:
    """Return the attractor manifold of a network with a line of fixed points."""
    axes = np.linalg.qr(np.random.default_rng(0).normal(size=(UNITS, 2)))[0]
    line = network(
        n_in=2, w_hid=np.outer(axes[:, 0], axes[:, 0]), activation="linear",
        b_hid=np.zeros(UNITS), tau=100.0,
    )  # fmt: skip
    starts = np.linspace(-1, 1, 24)[:, None] * axes[:, 0] + 0.1 * axes[:, 1]
    points = analysis.find_fixed_points(line, None, starts, jitter=0.0, candidates=24)
    names = "order dimension closed length speed speed_between"
    return [attributes(x, names) for x in analysis.attractor_manifolds(points)]


def fixed_point_cases() -> Cases:
    yield "fixed_points", lambda: described(fixed_points())
    yield "fixed_points.trained", of_trained
    yield "fixed_points.verified", verified
    yield "fixed_points.manifolds", manifolds
    yield "bifurcation", bifurcated
    yield "continuation", continued
