"""Psychometric and chronometric curves, and effects of perturbations."""

from functools import partial
from typing import Any

import numpy as np

from ctrnn_jax import analysis
from ctrnn_jax.perturbations import Clamp, Current, Scale

from ._analysed_networks import session
from ._digest import attributes, Cases, Unordered
from ._networks import key


CHANCES = 0.03 + 0.9 / (1 + np.exp(-0.12 * np.linspace(-30, 30, 11)))
FIT = (
    "intercept slope guess lapse log_likelihood deviance degrees p_value converged "
    "threshold spread"
)
FITS: dict[str, dict[str, Any]] = {
    "plain": {},
    "free": {"guess": "free", "lapse": "free"},
    "logistic": {"link": "logistic", "lapse": "free"},
}


def psychometric(name: str) -> analysis.PsychometricFit:
    """Return a fit to choices that are drawn from `CHANCES`."""
    rng = np.random.default_rng(8)
    evidence = np.tile(np.linspace(-30, 30, 11), 60)
    choices = rng.random(evidence.size) < np.tile(CHANCES, 60)
    curve = analysis.psychometric_curve(evidence, choices)
    settings: dict[str, Any] = {"link": "gaussian"} | FITS[name]
    return analysis.fit_psychometric(curve, **settings)


def psychometric_fit(name: str) -> Any:
    fit = psychometric(name)
    curve = attributes(fit.curve, "evidence proportion trials standard_error")
    return attributes(fit, FIT), curve, fit(np.linspace(-20.0, 20.0, 7))


def samples_of(boot: Any) -> list[Any]:
    return [Unordered(boot.samples.values()), boot.converged]


def psychometric_bootstrap(resample: str) -> Any:
    """Return samples, band and interval of a bootstrap."""
    options: dict[str, Any] = {"key": key(9), "samples": 50, "resample": resample}
    boot = analysis.bootstrap_psychometric(psychometric("free"), **options)
    band = boot.band(np.linspace(-20.0, 20.0, 7))
    interval = boot.interval("threshold")
    return samples_of(boot), list(band), list(interval), boot.p_value


def chronometric() -> Any:
    """Return curve, fit and bootstrap of reaction times, and those of a network."""
    rng = np.random.default_rng(10)
    sizes = np.repeat([1.6, 3.2, 6.4, 12.8, 25.6, 51.2], 40)
    mean = 300 + 500 * np.tanh(0.15 * sizes) / (0.15 * sizes)
    times = mean + rng.normal(0, 80, sizes.size)
    curve = analysis.chronometric_curve(sizes, times)
    fit = analysis.fit_chronometric(curve)
    boot = analysis.bootstrap_chronometric(sizes, times, key=key(9), samples=50)
    task, trials, outputs = session().task, session().trials, session().traj.outputs
    reaction = analysis.reaction_times(task, outputs, trials, threshold=0.4)
    names = "evidence time deviation standard_error trials undecided"
    return (
        attributes(curve, names),
        attributes(fit, "residual decision rate standard_error r_squared converged"),
        samples_of(boot),
        attributes(reaction, "time choice"),
    )


def perturbation_effects() -> Any:
    items = {
        "nothing": Current([0], 0.0),
        "silent": Clamp("inhibitory"),
        "both": (Current([1], 0.1), Scale(0.9, weight="w_in")),
    }
    net, task = session().net, session().task
    effects = analysis.perturbation_effects(
        net, items, task, key=key(11), size=4 * task.n_conditions, samples=50
    )
    names = "intact perturbed change low high standard_error"
    return Unordered(attributes(x, names) for x in effects.measures.values())


def behaviour_cases() -> Cases:
    for name in FITS:
        yield f"psychometric.fit.{name}", partial(psychometric_fit, name)
    for name in ("model", "data"):
        yield f"psychometric.bootstrap.{name}", partial(psychometric_bootstrap, name)
    yield "chronometric", chronometric
    yield "effects", perturbation_effects
