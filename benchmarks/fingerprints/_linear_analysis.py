"""Spectra, linearisation, stationary statistics, Lyapunov exponents, currents."""

from typing import Any

import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj
from ctrnn_jax import analysis

from ._analysed_networks import calm, session, wild
from ._digest import attributes, Cases, leaves
from ._fixed_points import fixed_points, INPUT, one_point
from ._network_files import loaded
from ._networks import key, network, NOISES, normal, plastic, UNITS


LYAPUNOV = (
    "exponents standard_error kaplan_yorke entropy log_det residual condition accurate "
    "by_block per_step per_tau"
)
RANDOM_MATRIX = "radius outlier means variances counts row_sums"


def matrix() -> np.ndarray:
    return normal(60, 6, 6) / np.float32(2.5)


def lyapunov(net: cj.AbstractNetwork, **options: Any) -> Any:
    settings: dict[str, Any] = {"steps": 200, "every": 5, "blocks": 10, "key": key(5)}
    return attributes(analysis.lyapunov(net, **settings | options), LYAPUNOV)


def gradient_stability(of_inputs: bool) -> Any:
    """Return how gradients grow, for given inputs or for trials of a task."""
    trials = np.ones((4, 20, 2)) if of_inputs else session().task
    result = analysis.gradient_stability(session().net, trials, key=key(13), size=4)
    return attributes(result, "norms transported rate factor")


def spectrum(net: cj.AbstractNetwork) -> Any:
    result = analysis.spectrum(net)
    names = (
        "eigenvalues radius abscissa numerical_abscissa jacobian_eigenvalues reactivity"
        " growth_bound singular_values effective_rank stable_rank left right"
        " self_overlap input_overlap readout_overlap"
    )
    return attributes(result, names), attributes(result.expected, RANDOM_MATRIX)


def stationary(net: cj.AbstractNetwork, **options: Any) -> Any:
    result = analysis.stationary(net, **options)
    names = (
        "mean covariance propagator injected slopes rate_noise rate_path radius stable"
        " residual speed"
    )
    derived = [
        result.power(np.array([1.0, 5.0])),
        result.cross_spectrum(np.array([1.0, 5.0])),
        result.lagged(2),
        result.lagged(2, of="rates"),
    ]
    return attributes(result, names), derived


def continuous_stationary() -> Any:
    w_hid = cj.initialisers.Normal(0.7)
    net = network(n_in=2, w_hid=w_hid, noise=NOISES["diffusion"]())
    return stationary(net, continuous=True)


def equations() -> Any:
    """Return solutions of Lyapunov equations."""
    a, q = jnp.asarray(matrix()) / 3, jnp.asarray(matrix() @ matrix().T)
    discrete = analysis.discrete_lyapunov(a, q)
    continuous = analysis.continuous_lyapunov(a - 2 * jnp.eye(6), -q)
    return leaves(discrete), leaves(continuous)


def of_modes(modes: analysis.Modes) -> list[Any]:
    names = "eigenvalues right left condition time_constants frequencies"
    return attributes(modes, names)


def linearised() -> Any:
    """Return Jacobians and modes at a fixed point and at other potentials."""
    net, u = loaded(wild), np.array(INPUT)
    v = normal(61, 3, UNITS)
    jacobian = analysis.jacobian(net, one_point(), u)
    selection = analysis.selection(net, one_point(), u)
    return (
        attributes(selection, "eigenvalue right left inputs outputs"),
        of_modes(analysis.modes(jacobian)),
        of_modes(fixed_points().modes(0)),
        fixed_points().jacobian(0),
        analysis.velocity(net, v, u),
        analysis.jacobian(net, v, u),
        analysis.step_jacobian(net, v, u),
    )


def matrix_measures() -> Any:
    """Return measures of how far a matrix is from normal."""
    a = matrix() - 2 * np.eye(6)
    amplification = analysis.amplification(a, np.linspace(0.0, 5.0, 9))
    return (
        analysis.henrici(a),
        analysis.henrici(a, relative=False),
        analysis.numerical_abscissa(a),
        attributes(amplification, "times gain peak peak_time direction"),
        analysis.kreiss_bound(a),
        attributes(analysis.random_matrix(a), RANDOM_MATRIX),
    )


def currents() -> Any:
    net, u = session().quiet, session().trials.inputs
    result = analysis.currents(net, cj.rollout(net, u), u)
    return attributes(result, "excitatory inhibitory inputs bias total")


def dt_check() -> Any:
    result = analysis.dt_check(
        session().net, session().task, key=key(12), factors=(1, 2, 4), trials=4,
        scored=32,
    )  # fmt: skip
    names = "dt error relative_error order performance standard_error drift drift_error"
    return attributes(result, names)


def linear_cases() -> Cases:
    yield "lyapunov.trained", lambda: lyapunov(session().net)
    yield "lyapunov.wild", lambda: lyapunov(loaded(wild))
    yield "lyapunov.some", lambda: lyapunov(loaded(calm), n_exponents=3)
    yield "lyapunov.plastic", lambda: lyapunov(plastic(n_in=2), steps=100)
    yield "kaplan_yorke", lambda: analysis.kaplan_yorke([0.3, 0.0, -0.1, -0.5])
    yield "spectrum.trained", lambda: spectrum(session().net)
    yield "spectrum.wild", lambda: spectrum(loaded(wild))
    yield "stationary.calm", lambda: stationary(loaded(calm))
    yield "stationary.trained", lambda: stationary(session().net)
    yield "stationary.continuous", continuous_stationary
    yield "stationary.equations", equations
    yield "linearisation", linearised
    yield "linearisation.matrix", matrix_measures
    yield "currents", currents
    yield "dt_check", dt_check
    yield "gradient_stability", lambda: gradient_stability(False)
    yield "gradient_stability.inputs", lambda: gradient_stability(True)
