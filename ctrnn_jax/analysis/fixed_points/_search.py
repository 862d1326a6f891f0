"""Find fixed points and slow points of a network at a frozen input."""

import jax
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_count, check_not_negative, check_number, check_positive
from ..._progress import Display, reporting
from ..._types import KeyArray, Numbers
from ...network import AbstractNetwork
from ...simulation import Trajectory
from .._arguments import check_autonomous, one_frozen_input
from .._vector_field import field_in_double
from ._candidates import check_starts, draw_candidates, is_outlier
from ._fixed_points import FixedPoints
from ._levenberg_marquardt import CONVERGED, RUNNING, search_all, Show, SLOW
from ._refinement import distinct_points, refined_points, RefinedPoints
from ._speed import speeds


@checks_arguments
def find_fixed_points(
    net: AbstractNetwork,
    inputs: Numbers | None = None,
    starts: Numbers | Trajectory | None = None,
    *,
    key: KeyArray | None = None,
    candidates: int = 1024,
    jitter: float | None = None,
    tolerance: float = 1e-10,
    distinct: float = 1e-4,
    marginal: float = 1e-6,
    warm_up: int = 0,
    max_iterations: int = 300,
    include: Numbers | None = None,
    progress: bool | None = None,
) -> FixedPoints:
    """Find fixed points and slow points of a network at a frozen input.

    Each candidate reduces its own speed by Levenberg-Marquardt on the force
    F = tau dv/dt, which finds saddles as well as attractors (Sussillo & Barak 2013,
    with second-order steps). Computed in float64 for any dtype of the network, with
    x64 on or off. Other weights, inputs, starts or keys recompile nothing. Does not
    work under `jit`, because the number of points depends on the data.

    **Main arguments:**

    - `net`: a network without noise and short-term plasticity.
    - `inputs`: the frozen input, `(n_in,)`; zeros by default.
    - `starts`: states to start from, `(..., n_hidden)`, such as the potentials of a
        `Trajectory` (or the trajectory). By default the states visited by runs with
        this input, from v0 plus noise of standard deviation 2.
    - `key`: selects among starts and draws the jitter. Required, unless `starts` is
        given with `jitter=0`.

    **Other arguments:**

    - `candidates`: number of candidates. Up to half of them are starts (evenly spaced
        ones if there are more). Each of the rest lies between two starts drawn at
        random, plus noise, because visited states alone lead to few saddles. Check
        `index_sum` of the result.
    - `jitter`: standard deviation of that noise; by default a quarter of the spread of
        starts, at least 0.1. With `jitter=0` and no key, all candidates are starts.
    - `tolerance`: a point is fixed if its speed (root mean square of tau dv/dt) is at
        most this.
    - `distinct`: points closer than this (root mean square over units) are merged.
    - `marginal`: real parts of eigenvalues per tau up to this count as 0.
    - `warm_up`: number of Adam steps before the search. One step costs O(N^2), not
        O(N^3), which helps in large networks.
    - `max_iterations`: maximum number of Levenberg-Marquardt steps of a candidate; 0
        uses Adam alone.
    - `include`: states that replace the first candidates, `(..., n_hidden)`, such as
        the fixed points at a similar input.
    - `progress`: whether to report the progress; see `fit`. The numbers are the same.

    **Returns:** `FixedPoints`. Nothing is dropped: slow points, outliers and candidates
    that became NaN are flagged.

    **Raises:** `ValueError` for a network with noise or synaptic plasticity, wrong
    shapes, a missing key, and options out of range.

    **Example:**

    >>> w_hid = jnp.array([[2.0]])  # v = 2 tanh(v): two stable points, one unstable
    >>> net = cj.CTRNN(
    ...     0, 1, 1, dt=10.0, tau=50.0, w_hid=w_hid, b_hid=jnp.zeros(1),
    ...     key=jax.random.key(0),
    ... )
    >>> points = cj.analysis.find_fixed_points(
    ...     net, starts=jnp.linspace(-3.0, 3.0, 16)[:, None], key=jax.random.key(1)
    ... )
    >>> len(points.where(points.stability == "stable").points)
    2
    """
    net = check_autonomous(net)
    check_count("candidates", candidates, at_least=1)
    check_count("warm_up", warm_up, at_least=0)
    check_count("max_iterations", max_iterations, at_least=0)
    check_positive("tolerance", check_number("tolerance", tolerance), "Use 1e-10, say.")
    remedy = "It is a distance."
    check_not_negative("distinct", check_number("distinct", distinct), remedy)
    remedy = "It is the magnitude of a real part."
    check_not_negative("marginal", check_number("marginal", marginal), remedy)
    u = one_frozen_input(net, inputs)
    start_states = None if starts is None else check_starts(net, starts)
    included = None if include is None else check_starts(net, include, "include")
    title = "find_fixed_points"
    with (
        reporting(progress, title, "candidates", candidates) as display,
        jax.enable_x64(True),
    ):
        v = draw_candidates(net, u, start_states, key, candidates, jitter)
        if included is not None:
            included = included[:candidates]
            v = np.concatenate([included, v[len(included) :]])
        field = field_in_double(net, u)
        ends, outcome = search_all(
            field, v, tolerance, warm_up, max_iterations, _show_outcomes(display)
        )
        candidate_speed = np.asarray(speeds(field, ends))
        # one point for all candidates that ended there
        representatives, point_of = distinct_points(ends, candidate_speed, distinct)
        # no Newton step from a slow point: it would lead to another point
        is_fixed = candidate_speed[representatives] <= tolerance
        max_steps = np.where(is_fixed, distinct, 0.0)
        refined = refined_points(
            field, ends[representatives], max_steps, say=display.say
        )
        converged = refined.speed <= tolerance
        num_fixed = int(converged.sum())
        display.close(
            f"{num_fixed} fixed points and {len(converged) - num_fixed} slow points "
            f"from {len(v)} candidates in {display.seconds}"
        )

    # refinement changes speeds, so sort again; -1 (no point) indexes the appended -1
    order = np.argsort(refined.speed, kind="stable")
    refined = RefinedPoints(*(x[order] for x in refined))
    num_points = len(representatives)
    candidate_point = np.append(np.argsort(order), -1)[point_of]
    converged = refined.speed <= tolerance
    # a point is a minimum if any of its candidates ended at one
    has_minimum = np.isin(np.arange(num_points), candidate_point[outcome == SLOW])
    return FixedPoints(
        network=net,
        inputs=u,
        **refined._asdict(),
        converged=converged,
        minimum=has_minimum & ~converged,
        count=np.bincount(candidate_point[candidate_point >= 0], minlength=num_points),
        outlier=is_outlier(v, refined.points),
        candidate_point=candidate_point,
        candidate_speed=candidate_speed,
        candidate_converged=candidate_speed <= tolerance,
        marginal=float(marginal),
    )


def _show_outcomes(display: Display) -> Show | None:
    """Return the function that shows how many candidates have ended, and how."""
    if not display.is_on:
        return None

    def show(outcome: np.ndarray) -> None:
        num_ended = int(np.sum(outcome != RUNNING))
        converged, slow = (int(np.sum(outcome == x)) for x in (CONVERGED, SLOW))
        display.show(
            num_ended, f"{converged} at fixed points", f"{slow} at slow points"
        )

    return show
