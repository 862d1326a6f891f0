"""Data of twelve trials, and results of analyses of them, made without an analysis."""

import jax.numpy as jnp
import numpy as np

import ctrnn_jax as cj


def results(net: cj.CTRNN) -> dict[str, object]:
    """Return data and valid results by name; states are those of a network."""
    n = net.n_hidden
    evidence, chosen = np.repeat([-1.0, 0.5, 2.0], 4), np.tile([True, False], 6)
    data = np.random.default_rng(0).normal(size=(12, 5, 4))  # (trials, time, units)
    one, two, three, zero = jnp.ones(1), jnp.ones(2), jnp.ones(3), jnp.zeros(())
    a = cj.analysis
    curve = a.psychometric_curve(evidence, chosen)
    fit = a.PsychometricFit(
        zero, zero + 1, zero, zero, zero, zero, zero.astype(int), zero, zero == 0,
        curve, 0.25, "gaussian", ("intercept", "slope"), False,
    )  # fmt: skip
    chronometric = a.ChronometricFit(zero, zero, zero + 1, three, zero, zero == 0)
    choice_samples = dict.fromkeys(("threshold", "slope", "guess", "lapse"), two)
    time_samples = dict.fromkeys(("residual", "decision", "rate"), two)
    points, eigenvalues = np.zeros((2, n)), -np.ones((2, n), complex)
    speed, is_true, count = np.zeros(2), np.ones(2, bool), np.array([0, 1])
    unit = np.ones(())
    spectrum = (np.ones(n, complex), unit, unit, unit, a.random_matrix(np.eye(n)))
    effect = a.PerturbationEffect(zero, one, one, one, one, one, ("lesion",))
    return {
        "data": data, "samples": data[:, 0], "labels": np.arange(12) % 2,
        "evidence": evidence, "chosen": chosen, "times": 100.0 + np.arange(12.0),
        "averages": a.ConditionAverages(
            jnp.ones((2, 5, 4)), jnp.ones(2, int), ("choice",), ((0, 1),)
        ),
        "bootstrap": a.PsychometricBootstrap(choice_samples, two > 0, fit, "model"),
        "choices": curve, "choices_fit": fit,
        "decoding": a.Decoding(jnp.ones(5), jnp.ones((0, 5)), (0, 1)),
        "diagram": a.Bifurcation(
            speed, count, count, points, speed, eigenvalues, count,
            np.array(["stable", "stable"]), count,
        ),
        "effects": a.PerturbationEffects({"rate": effect}, ("lesion",), 0.95, 12),
        "fixed": a.FixedPoints(
            net, np.zeros(net.n_in), points, speed, is_true, is_true, count, is_true,
            eigenvalues, eigenvalues, is_true, count, speed, is_true, 1e-6,
        ),
        "history": cj.training.History(
            np.ones(9), {"task": np.ones(9)}, np.ones(9), count, speed, speed, count
        ),
        "lyapunov": a.LyapunovSpectrum(
            one, one, zero, zero, None, None, zero, zero == 0, one[None], zero, zero
        ),
        "pca": a.PCA(jnp.eye(2, 4), two, jnp.zeros(4), zero + 2),
        "spectrum": a.Spectrum(
            *spectrum, np.ones(n, complex), unit, None, np.ones(n), unit, unit,
            np.eye(2, n), np.eye(2, n), np.ones(2), None, None,
        ),
        "stationary": a.Stationary(
            one, one[None], one[None], one[None], one, None, None, zero, zero == 0,
            zero, zero, zero + 20, False,
        ),
        "time_bootstrap": a.ChronometricBootstrap(time_samples, two > 0, chronometric),
        "time_curve": a.chronometric_curve(evidence, 100.0 + np.arange(12.0)),
        "time_fit": chronometric,
        "tuning": a.TuningCurve(
            jnp.ones((2, 4)), jnp.ones((2, 4)), jnp.ones(2, int), (0, 1)
        ),
    }  # fmt: skip
