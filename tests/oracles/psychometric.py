"""Psychometric and chronometric functions in NumPy, fitted by SciPy."""

import numpy as np
from scipy import optimize, special, stats


def curve(x, a, b, guess, lapse, link):
    """P(x)."""
    f = {"gaussian": special.ndtr, "logistic": special.expit}[link]
    return guess + (1 - guess - lapse) * f(a + b * x)


def log_likelihood(x, hits, trials, p):
    """Of the choices, without binomial coefficients."""
    return np.sum(special.xlogy(hits, p) + special.xlogy(trials - hits, 1 - p))


def fit(x, hits, trials, link, *, ends, start):
    """Parameters `(a, b, guess, lapse)` and the log likelihood.

    `ends` is "none", "tied" or "free".
    """
    spell = {
        "none": lambda t: (t[0], t[1], 0.0, 0.0),
        "tied": lambda t: (t[0], t[1], t[2], t[2]),
        "free": lambda t: tuple(t),
    }[ends]
    count = {"none": 2, "tied": 3, "free": 4}[ends]
    bounds = [(None, None)] * 2 + [(1e-6, 0.25)] * (count - 2)

    def loss(t):
        p = np.clip(curve(x, *spell(t), link), 1e-300, 1 - 1e-15)
        return -log_likelihood(x, hits, trials, p)

    first = np.asarray([*start, 0.02, 0.02][:count])
    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 20000, "maxfev": 20000}
    found = optimize.minimize(
        loss, first, method="Nelder-Mead", bounds=bounds, options=options
    )
    return spell(found.x), -found.fun


def deviance(hits, trials, p):
    """Twice the log likelihood that P lacks, and its chance by chi-squared."""
    q = hits / trials
    full = log_likelihood(None, hits, trials, q)
    return 2 * (full - log_likelihood(None, hits, trials, p))


def p_value(value, degrees):
    """The chance of a deviance at least as large."""
    return stats.chi2.sf(value, degrees)


def chronometric(x, residual, decision, rate):
    """Mean time of a diffusion of drift proportional to x, x > 0."""
    return residual + decision * np.tanh(rate * x) / (rate * x)


def fit_times(x, times, trials):
    """Least squares over trials, by SciPy."""
    found, _ = optimize.curve_fit(
        chronometric, x, times, p0=(times.min(), np.ptp(times), 3 / x.max()),
        sigma=1 / np.sqrt(trials), maxfev=20000, xtol=1e-13, ftol=1e-13,
    )  # fmt: skip
    return found
